"""CBI RH, the fixed-width statement of Italian banks: 120 characters a record.

Source: CBI-RND-001 v6.05 (records RH, 61 to 65, EF). Places are counted from 1, ends included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

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

WIDTH, COUNT_DIGITS = 120, 7
CENTURY, PIVOT = 2000, 70
SIGNS = {"C": 1, "D": -1}
UNPAID = frozenset({"42"})
_AMOUNT = re.compile(r"\d{1,12},\d{2}")
_DIGITS = re.compile(r"\d{6}")


@dataclass(slots=True)
class _Open:
    """A statement between its records 61 and 64."""

    account: str
    currency: str
    opening: Decimal
    line: int
    movements: list[Movement] = field(default_factory=list)
    details: list[_Details] = field(default_factory=list)


@dataclass(slots=True)
class _Details:
    """What the records 63 of one movement add."""

    texts: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False


def parse_cbi_rh(data: bytes) -> BankFile:
    """Read the statements of a flow; a wrong, missing or surplus record refuses it whole."""
    try:
        return _read(_lines(data))
    except BrokenStatementError as error:
        return refuse_file(error)


def _lines(data: bytes) -> list[tuple[int, str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    found = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        bare = line.rstrip("\r\x1a\0 ")
        if not bare:
            continue
        if len(bare) > WIDTH:
            raise _broken("La riga è più lunga di 120 caratteri.", number)
        found.append((number, bare.ljust(WIDTH)))
    return found


def _read(lines: list[tuple[int, str]]) -> BankFile:
    statements: list[Statement] = []
    problems: list[Problem] = []
    here: _Open | None = None
    start = records = 0
    for number, line in lines:
        kind = line[1:3]
        records += 1
        if kind == "RH":
            if start:
                raise _broken("Il flusso precedente non finisce (manca il record EF).", number)
            start, records = number, 1
        elif not start:
            raise _broken("Il flusso non comincia con il record RH.", number)
        elif kind == "EF":
            if here is not None:
                raise _broken("L'estratto non ha il saldo finale (record 64).", number)
            _check_count(line, records, number)
            start = 0
        elif kind == "64" and here is not None:
            statement = _close(here, line, number)
            statements.append(statement)
            problems += warn_of_balance(statement, number)
            here = None
        else:
            here = _take(here, line, number)
    if start or not statements:
        raise _broken(
            "Il file è interrotto: manca il record di coda EF.", lines[-1][0] if lines else 0
        )
    return BankFile(tuple(statements), tuple(problems))


def _take(here: _Open | None, line: str, number: int) -> _Open | None:
    """A record 61, 62, 63 or 65; returns the open statement."""
    kind = line[1:3]
    if kind == "61":
        if here is not None:
            raise _broken("L'estratto precedente non ha il saldo finale (record 64).", number)
        return _begin(line, number)
    if kind == "65":
        return here
    if here is None or kind not in {"62", "63"} or (kind == "63" and not here.movements):
        raise _broken(f"Il record «{kind}» non ci si aspetta qui.", number)
    if kind == "62":
        here.movements.append(_movement(here, line, number))
        here.details.append(_Details([line[86:120]]))
    else:
        _add_detail(here.details[-1], line)
    return here


def _begin(line: str, number: int) -> _Open:
    country, check = line[99:101].strip(), line[101:103].strip()
    basic = line[51:74].strip()
    account = f"{country}{check}{basic}" if country and check else basic
    if not basic:
        raise _broken("L'estratto non dice di quale conto è.", number)
    opening = _money(line[83], line[84:99], number)
    return _Open(account, line[74:77].strip() or "EUR", opening, number)


def _movement(here: _Open, line: str, number: int) -> Movement:
    amount = _money(line[25], line[26:41], number)
    code = line[41:43].strip()
    return Movement(
        amount=amount,
        booking_date=_day(line[19:25], number),
        currency=here.currency,
        value_date=_day(line[13:19], number),
        account=here.account,
        bank_id=known_reference(line[61:77]),
        code=code,
        is_return=code in UNPAID,
        line=number,
    )


def _add_detail(details: _Details, line: str) -> None:
    flag = line[13:16]
    fields = details.fields
    if flag == "KKK":
        fields.setdefault("end_to_end", known_reference(line[16:39]))
    elif flag == "YYY":
        fields["tax_code"], fields["name"] = line[24:40].strip(), line[40:80].strip()
    elif flag == "YY2":
        fields["iban"] = line[66:100].strip()
    elif flag == "ZZ2":
        fields.setdefault("name", line[16:120].strip())
    elif flag == "ZZ3":
        details.texts.append(line[66:120])
    elif flag == "ID1":
        fields["end_to_end"] = known_reference(line[51:86])
    elif flag != "ZZ1":
        text = line[16:120] if flag in {"RI1", "RI2"} else line[13:120]
        if details.is_cut:
            details.texts[-1] += text
        else:
            details.texts.append(text)
        details.is_cut = line[119] != " "


def _close(here: _Open, line: str, number: int) -> Statement:
    closing = _money(line[19], line[20:35], number)
    movements = [
        _complete(movement, details)
        for movement, details in zip(here.movements, here.details, strict=True)
    ]
    return Statement(
        "cbi_rh",
        here.account,
        tuple(movements),
        here.currency,
        here.opening,
        closing,
        _day(line[13:19], number),
    )


def _complete(movement: Movement, details: _Details) -> Movement:
    known = details.fields
    return complete_from_text(
        replace(
            movement,
            counterparty=known.get("name", ""),
            tax_code=known.get("tax_code", ""),
            iban=known.get("iban", ""),
            end_to_end=known.get("end_to_end", ""),
            text=join_words(details.texts),
        )
    )


def _check_count(line: str, records: int, number: int) -> None:
    written = line[82:89].strip()
    if len(written) != COUNT_DIGITS or not written.isdigit():
        raise _broken("Il record di coda EF è interrotto.", number)
    if int(written) != records:
        raise _broken(
            f"Il record di coda conta {int(written)} righe, nel file {records}: mancano pezzi.",
            number,
        )


def _money(sign: str, text: str, number: int) -> Decimal:
    if sign not in SIGNS or not _AMOUNT.fullmatch(text.strip()):
        written = f"{sign}{text.strip()}"
        raise _broken(f"L'importo «{written}» non si legge.", number)
    return Decimal(text.strip().replace(",", ".")) * SIGNS[sign]


def _day(text: str, number: int) -> date:
    if not _DIGITS.fullmatch(text):
        raise _broken(f"La data «{text}» non si legge.", number)
    year = int(text[4:])
    try:
        return date(year + (CENTURY if year < PIVOT else 1900), int(text[2:4]), int(text[:2]))
    except ValueError:
        raise _broken(f"La data «{text}» non esiste.", number) from None


def _broken(what: str, line: int) -> BrokenStatementError:
    return BrokenStatementError("statement_broken", what, line)
