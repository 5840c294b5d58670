"""MT940, the statement of SWIFT, in the dialects banks really write.

Source: SWIFT MT940 (tags 20, 25, 28C, 60F/60M, 61, 86, 62F/62M). A statement without its closing
balance is cut off. Envelope lines, blocks and junk around it are passed over.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from sollecito.domain import identifiers
from sollecito.domain.documents import Problem
from sollecito.domain.movements import (
    BankFile,
    BrokenStatementError,
    Movement,
    Statement,
    complete_from_text,
    join_words,
    known_reference,
    refuse_file,
    warn_of_balance,
)

FULL_LINE = 65
CENTURY, PIVOT = 2000, 70
MONTHS = 12
SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1, "EC": 1, "ED": -1}
_TAG = re.compile(r"^:(\d{2}[A-Z]?|NS):(.*)$")
_ENTRY = re.compile(
    r"(?P<valued>\d{6})(?P<booked>\d{4})?(?P<mark>R[CD]|E[CD]|[CD])(?P<funds>[A-Z])?"
    r"(?P<amount>\d{1,14},\d{0,2})(?P<kind>[NFS][A-Z0-9]{3})?(?P<rest>.*)"
)
_BALANCE = re.compile(r"(?P<mark>[CD])(?P<day>\d{6})(?P<currency>[A-Z]{3})(?P<amount>\d+,\d{0,2})")
_FIELD = re.compile(r"\?(\d{2})")
_WORD = re.compile(r"(?:^|(?<=\W))(EREF|KREF|MREF|CRED|SVWZ|ABWA|REMI|NAME|ORDP|IBAN)[+/]")
_CODE = re.compile(r"\s*(\d{2,3})(?=[ ?])")


@dataclass(slots=True)
class _Open:
    """A statement between its tags 20 and 62."""

    line: int
    account: str = ""
    currency: str = ""
    opening: Decimal | None = None
    movements: list[Movement] = field(default_factory=list)
    is_closed: bool = False


def parse_mt940(data: bytes) -> BankFile:
    """Read the statements of a file; a wrong line or a missing balance refuses it whole."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    try:
        return _read(text)
    except BrokenStatementError as error:
        return refuse_file(error)


def _read(text: str) -> BankFile:
    statements: list[Statement] = []
    problems: list[Problem] = []
    here: _Open | None = None
    for line, tag, lines in _tags(text):
        if tag == "20":
            _check_closed(here, line)
            here = _Open(line)
        elif here is None:
            raise _broken("L'estratto non comincia con il campo :20:.", line)
        elif tag in {"62F", "62M"}:
            mark = _balance(lines[0], line)
            statement = _close(here, mark, line)
            statements.append(statement)
            problems += warn_of_balance(statement, line)
            here.is_closed = True
        elif not here.is_closed:
            _take(here, tag, lines, line)
    _check_closed(here, text.count("\n") + 1)
    if not statements:
        raise _broken("Il file non contiene nessun estratto.", 1)
    return BankFile(tuple(statements), tuple(problems))


def _tags(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Tags with their lines, in order: place of the first, name, lines without the name."""
    tag, start, lines = "", 0, [""]
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        line = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\xad]", " ", raw.replace("\t", " ")).rstrip()
        line = re.sub(r"^\{1:.*\{4:", "", line)
        found = _TAG.match(line)
        ends = line.startswith("-") and not tag.startswith("86")
        if found or ends or line in {"-", "-}"} or line.startswith("{"):
            if tag:
                yield start, tag, lines
            tag, start, lines = (found[1], number, [found[2]]) if found else ("", 0, [""])
        elif tag and line:
            lines.append(line)
    if tag:
        yield start, tag, lines


def _take(here: _Open, tag: str, lines: list[str], line: int) -> None:
    if tag == "25":
        here.account = _account(lines[0])
    elif tag in {"60F", "60M"}:
        found = _balance(lines[0], line)
        here.currency = found["currency"]
        here.opening = _amount(found["amount"]) * SIGNS[found["mark"]]
    elif tag == "61":
        if not here.currency:
            raise _broken("Un movimento viene prima del saldo iniziale (:60F:).", line)
        here.movements.append(_entry(here, lines, line))
    elif tag == "86" and here.movements:
        here.movements[-1] = _with_text(here.movements[-1], lines)


def _check_closed(here: _Open | None, line: int) -> None:
    if here is not None and not here.is_closed:
        raise _broken("Il file è interrotto: manca il saldo finale (:62F:).", line)


def _close(here: _Open, mark: re.Match[str], line: int) -> Statement:
    if not here.account or here.opening is None:
        raise _broken("L'estratto non dice di quale conto è, o il saldo iniziale.", line)
    closing = _amount(mark["amount"]) * SIGNS[mark["mark"]]
    movements = tuple(complete_from_text(each) for each in here.movements)
    return Statement(
        "mt940",
        here.account,
        movements,
        here.currency,
        here.opening,
        closing,
        _short_day(mark["day"], line),
    )


def _entry(here: _Open, lines: list[str], line: int) -> Movement:
    found = _ENTRY.fullmatch(lines[0].strip())
    if not found:
        raise _broken(f"Il movimento «{lines[0][:60]}» non si legge.", line)
    valued = _short_day(found["valued"], line)
    own, _, bank = found["rest"].partition("//")
    return Movement(
        amount=_amount(found["amount"]) * SIGNS[found["mark"]],
        booking_date=_booked(found["booked"], valued, line),
        currency=here.currency,
        value_date=valued,
        account=here.account,
        text=join_words([known_reference(own.removeprefix("N") and own), *lines[1:]]),
        bank_id=known_reference(bank),
        code=(found["kind"] or "")[1:],
        is_pending=found["mark"].startswith("E"),
        is_return=found["mark"].startswith("R") or found["kind"] == "NRTI",
        line=line,
    )


def _with_text(movement: Movement, lines: list[str]) -> Movement:
    """The tag 86: free text, ``?20`` fields, or words like ``EREF+``."""
    whole = lines[0]
    for before, after in pairwise(lines):
        is_full = len(before) >= FULL_LINE or "?20" in whole
        whole += after if is_full or after.startswith("?") else f" {after}"
    code = _CODE.match(whole)
    fields = _fields(_FIELD, whole) if "?20" in whole or "?00" in whole else {}
    body = "".join(value for key, value in fields.items() if key[0] in "26") if fields else whole
    if code and not fields:
        body = whole[code.end() :]
    words = _fields(_WORD, body)
    name = (fields.get("32", "") + fields.get("33", "")) or words.get("NAME", "")
    iban = identifiers.parse_iban(fields.get("38", "") or words.get("IBAN", ""))
    said = words.get("SVWZ") or words.get("REMI") or body
    return replace(
        movement,
        text=join_words([movement.text, fields.get("00", ""), said]),
        counterparty=" ".join(name.split())[:140],
        iban=iban if identifiers.is_iban(iban) else "",
        end_to_end=known_reference(words.get("EREF", "").strip("/ ")),
        code=code[1] if code else movement.code,
    )


def _fields(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    """What stands between the marks of a text, by mark; the first of two wins."""
    marks = list(pattern.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    found: dict[str, str] = {}
    for mark, end in zip(marks, ends, strict=False):
        found.setdefault(mark[1], text[mark.end() : end])
    return found


def _balance(text: str, line: int) -> re.Match[str]:
    found = _BALANCE.match(text.strip())
    if not found:
        raise _broken(f"Il saldo «{text[:60]}» non si legge.", line)
    return found


def _account(text: str) -> str:
    """The account as written; its IBAN where a part of it is one."""
    parts = [identifiers.parse_iban(part) for part in text.split("/")]
    return next((part for part in parts if identifiers.is_iban(part)), text.strip())[:34]


def _amount(text: str) -> Decimal:
    whole, _, cents = text.partition(",")
    return Decimal(f"{whole}.{cents.ljust(2, '0')}")


def _short_day(text: str, line: int) -> date:
    """A day ``YYMMDD``; banks that count 30 days a month write 30 February: its last day."""
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year += CENTURY if year < PIVOT else 1900
    if not (1 <= month <= MONTHS and 1 <= day <= 31):  # noqa: PLR2004  days of a month
        raise _broken(f"La data «{text}» non esiste.", line)
    return date(year, month, min(day, monthrange(year, month)[1]))


def _booked(text: str | None, valued: date, line: int) -> date:
    """The entry date ``MMDD`` in the year that brings it nearest to the value date."""
    if not text:
        return valued
    days = [_short_day(f"{(valued.year + shift) % 100:02d}{text}", line) for shift in (-1, 0, 1)]
    return min(days, key=lambda day: abs((day - valued).days))


def _broken(what: str, line: int) -> BrokenStatementError:
    return BrokenStatementError("statement_broken", what, line)
