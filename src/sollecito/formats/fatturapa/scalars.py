"""Amounts, dates and day counts as invoices really write them.

Nothing is guessed in silence: what is not written as the schema wants leaves a warning, what
cannot be understood without doubt raises ``Unreadable`` (required) or gives ``None`` (optional).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from sollecito.domain.documents import Problem
from sollecito.domain.money import to_cents

PLAIN = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,12})?|\.\d{1,12})", re.ASCII)
LOOSE = re.compile(r"([+-]?)(\d[\d.,']*)([+-]?)", re.ASCII)
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ][\d:.]*)?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)
OTHER_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
MOST = Decimal(10) ** 11
FIRST_YEAR, LAST_YEAR = 1990, 2100
GROUP_DIGITS = 3
MOST_TERM_DAYS = 9999


class Unreadable(ValueError):  # noqa: N818  a fact about the file, not a fault of ours
    """A required value cannot be read; carries what to tell the user."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse_amount(text: str, name: str, notes: list[Problem]) -> Decimal:
    """Money with two places from ``1220.00``, or with a warning from ``1.220,00`` or ``€ 12,5``.

    Raises:
        Unreadable: not a number, out of range, or ambiguous (``1,234``).
    """
    if not PLAIN.fullmatch(text):
        value = _loose_amount(text, name)
        notes.append(_odd(name, text, f"{value:f}"))
    else:
        value = Decimal(text)
    if abs(value) >= MOST:
        raise Unreadable(
            Problem(
                "amount_out_of_range",
                f"{name}: l'importo «{text[:40]}» è fuori da ogni misura.",
                "Controlla il documento e importalo di nuovo corretto.",
            )
        )
    cents = to_cents(value)
    if cents != value:
        notes.append(
            Problem(
                "amount_rounded",
                f"{name}: «{text}» ha più di due decimali, arrotondato a {cents}.",
                "Controlla l'importo con il documento.",
                "warning",
            )
        )
    return cents


def parse_optional_amount(text: str, name: str, notes: list[Problem]) -> Decimal | None:
    """As ``parse_amount``; ``None`` for an empty text, and with a warning for an unreadable one."""
    if not text:
        return None
    try:
        return parse_amount(text, name, notes)
    except Unreadable as unreadable:
        notes.append(_as_warning(unreadable.problem))
        return None


def parse_quantity(text: str) -> Decimal | None:
    """A figure of a line with the places it was written with; ``None`` when unreadable."""
    if not text:
        return None
    if PLAIN.fullmatch(text):
        return Decimal(text)
    try:
        return _loose_amount(text, "")
    except Unreadable:
        return None


def _loose_amount(text: str, name: str) -> Decimal:
    bare = re.sub(r"[\s\u00a0€]|EUR", "", text)
    match = LOOSE.fullmatch(bare)
    if match is None or (match[1] and match[3]):
        raise _unreadable_amount(name, text)
    sign = "-" if "-" in {match[1], match[3]} else ""
    digits = match[2].replace("'", "")
    separators = [mark for mark in digits if mark in ".,"]
    if len(set(separators)) == 1 and separators[0] == ",":
        return _with_comma(digits, separators, sign, name=name, text=text)
    if separators:
        decimal_mark = separators[-1]
        whole, _, fraction = digits.rpartition(decimal_mark)
        if len(set(separators)) == 1 and len(separators) > 1:
            return Decimal(sign + digits.replace(decimal_mark, ""))
        whole = whole.replace(".", "").replace(",", "")
        return Decimal(f"{sign}{whole}.{fraction or '0'}")
    return Decimal(sign + digits)


def _with_comma(digits: str, separators: list[str], sign: str, *, name: str, text: str) -> Decimal:
    """``12,50`` is twelve and a half; ``1,234`` may be either and is refused."""
    if len(separators) > 1:
        return Decimal(sign + digits.replace(",", ""))
    whole, _, fraction = digits.partition(",")
    if len(fraction) == GROUP_DIGITS:
        raise _unreadable_amount(name, text)
    return Decimal(f"{sign}{whole}.{fraction or '0'}")


def _unreadable_amount(name: str, text: str) -> Unreadable:
    return Unreadable(
        Problem(
            "amount_unreadable",
            f"{name}: «{text[:40]}» non è un importo leggibile."
            if text
            else f"{name}: manca l'importo.",
            "Correggi il documento nel programma che lo ha prodotto, oppure inseriscilo a mano.",
        )
    )


def parse_day(text: str, name: str, notes: list[Problem]) -> date:
    """A calendar day from an ``xs:date`` (zone and blanks dropped), or from ``31/12/2026``.

    Raises:
        Unreadable: not a date, an impossible one (30 February), or a year before 1990.
    """
    bare = "".join(text.split()) if "T" not in text else text.strip()
    match = ISO_DATE.fullmatch(bare)
    if match:
        year, month, day = match.groups()
    elif match := OTHER_DATE.fullmatch(bare):
        day, month, year = match.groups()
    else:
        raise _unreadable_date(name, text)
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise _unreadable_date(name, text) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _unreadable_date(name, text)
    if match.re is OTHER_DATE:
        notes.append(_odd(name, text, found.isoformat()))
    return found


def parse_optional_day(text: str, name: str, notes: list[Problem]) -> date | None:
    """As ``parse_day``; ``None`` for an empty text, and with a warning for an unreadable one."""
    if not text:
        return None
    try:
        return parse_day(text, name, notes)
    except Unreadable as unreadable:
        notes.append(_as_warning(unreadable.problem))
        return None


def parse_term_days(text: str, notes: list[Problem]) -> int | None:
    """GiorniTerminiPagamento: days from the reference date; ``None`` with a warning if odd."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and int(text[:6]) <= MOST_TERM_DAYS:
        return int(text)
    notes.append(
        Problem(
            "term_unreadable",
            f"GiorniTerminiPagamento: «{text[:40]}» non è un numero di giorni.",
            "Controlla la scadenza della rata.",
            "warning",
        )
    )
    return None


def _unreadable_date(name: str, text: str) -> Unreadable:
    return Unreadable(
        Problem(
            "date_unreadable",
            f"{name}: «{text[:40]}» non è una data possibile."
            if text.strip()
            else f"{name}: manca la data.",
            "Controlla la data nel documento.",
        )
    )


def _odd(name: str, text: str, value: str) -> Problem:
    return Problem(
        "odd_format",
        f"{name}: «{text[:40]}» non è scritto come vuole il formato, letto come {value}.",
        "Controlla il valore con il documento.",
        "warning",
    )


def _as_warning(problem: Problem) -> Problem:
    return Problem(problem.code, problem.message, problem.hint, "warning", problem.line)
