"""One cell → text, amount, day. What cannot be read is ``None``; nothing is guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from sollecito.domain.money import to_cents
from sollecito.formats.sheets.values import Cell, DecimalMark

LARGEST = Decimal(10) ** 12
SERIAL_DAYS = range(10_000, 80_000)
"""Excel's day numbers from 1927 to 2119: what else stands in a date column is no day."""
EXCEL_EPOCH = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1950, 2120
CENTURY, PIVOT = 2000, 70
GROUP = 3
_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'’]+")
_CURRENCY = re.compile(r"(?i)^(?:€|eur|euro)|(?:€|eur|euro)$")
_NUMBER = re.compile(r"\d[\d.,]*|[.,]\d+")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?:[ T,].*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T+Z].*)?")
_SERIAL = re.compile(r"[1-7]\d{4}")
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_IN_WORDS = re.compile(r"(\d{1,2})[ \-/.]+([a-z]{3,9})[ \-/.,]+(\d{4})")
_MONTHS = (
    *("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"),
    *("jan", "", "", "", "may", "jun", "jul", "aug", "sep", "oct", "", "dec"),
)


def text_of(cell: Cell) -> str:
    """What a person would read in the cell: 12.0 → ``12``, blanks drawn together."""
    if isinstance(cell, str):
        return " ".join(cell.replace("\x00", "").split())
    if isinstance(cell, bool):
        return "sì" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else str(cell)
    if isinstance(cell, date):  # datetime is one too
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def parse_amount(cell: Cell, decimal_mark: DecimalMark = "") -> Decimal | None:
    """An amount with two places, or ``None`` where it is none or may be read in two ways.

    ``1.234,56``, ``1,234.56``, ``18 668, 63``, ``-12``, ``12-``, ``(12,00)``, ``€ 12``. One mark
    with three figures behind it (``1.234``) is a thousand unless ``decimal_mark`` says that it
    parts the cents; ``1,234`` without such knowledge is refused.
    """
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    if isinstance(cell, str):
        value = _parse_written(cell, decimal_mark)
    else:
        value = Decimal(repr(cell)) if math.isfinite(cell) else None
    return to_cents(value) if value is not None and abs(value) < LARGEST else None


def find_decimal_mark(texts: Iterable[Cell]) -> DecimalMark:
    """The mark that parts the cents wherever these cells leave no doubt; empty when they differ."""
    marks: set[DecimalMark] = set()
    for cell in texts:
        number = _bare_number(cell)[1] if isinstance(cell, str) else ""
        last = max(number.rfind(","), number.rfind("."))
        if last < 0:
            continue
        behind = len(number) - last - 1
        is_alone = number.count(",") + number.count(".") == 1
        has_both = "," in number and "." in number
        if has_both or (is_alone and behind != GROUP):
            marks.add("," if number[last] == "," else ".")
    return marks.pop() if len(marks) == 1 else ""


def parse_day(cell: Cell) -> date | None:
    """A day, or ``None`` where the cell holds no day that exists. Never month first.

    ``gg/mm/aaaa`` (also with points or dashes, or two figures of the year), ISO, a month in
    words, Excel's dates and day numbers.
    """
    if isinstance(cell, datetime):
        return _known(cell.date())
    if isinstance(cell, date):
        return _known(cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    text = text_of(cell).casefold() if isinstance(cell, str) else ""
    if isinstance(cell, int | float) or _SERIAL.fullmatch(text):
        return _from_serial(float(cell))
    return _from_text(text)


def _parse_written(text: str, decimal_mark: DecimalMark) -> Decimal | None:
    sign, number = _bare_number(text)
    if not _NUMBER.fullmatch(number) or not number.isascii():
        return None
    mark = _decimal_of(number, decimal_mark)
    if mark is None:
        return None
    thousands = "." if mark == "," else ","
    whole, _, cents = number.rpartition(mark) if mark and mark in number else (number, "", "")
    groups = re.split(r"[.,]", whole) if not mark else whole.split(thousands)
    if any(len(group) != GROUP for group in groups[1:]) or "," in cents or "." in cents:
        return None
    return sign * Decimal(f"{''.join(groups) or '0'}.{cents or '0'}")


def _decimal_of(number: str, decimal_mark: DecimalMark) -> str | None:
    """The mark of this number's cents; empty when it has none, ``None`` when nobody can tell."""
    commas, points = number.count(","), number.count(".")
    if commas and points:
        return "," if number.rfind(",") > number.rfind(".") else "."
    if commas + points != 1:
        return ""
    mark = "," if commas else "."
    behind = len(number) - number.index(mark) - 1
    if behind != GROUP or number.index(mark) > GROUP or number.index(mark) == 0:
        return mark
    if mark == ",":
        return "" if decimal_mark == "." else None
    return "" if decimal_mark != "." else None


def _bare_number(text: str) -> tuple[int, str]:
    """Sign and figures; the sign may stand before or behind, and a bracket is one."""
    bare = _BLANKS.sub("", text).replace("−", "-").replace("–", "-")
    bare = _CURRENCY.sub("", bare)
    if bare.startswith("(") and bare.endswith(")"):
        return -1, _CURRENCY.sub("", bare[1:-1])
    if bare.endswith("-"):
        return -1, _CURRENCY.sub("", bare[:-1])
    sign = -1 if bare.startswith("-") else 1
    return sign, _CURRENCY.sub("", bare[1:] if bare.startswith(("-", "+")) else bare)


def _from_serial(number: float) -> date | None:
    if not math.isfinite(number) or int(number) not in SERIAL_DAYS:
        return None
    return EXCEL_EPOCH + timedelta(days=int(number))


def _from_text(text: str) -> date | None:
    if found := _YEAR_FIRST.fullmatch(text.upper()):
        return _day(found[1], found[2], found[3])
    if _COMPACT.fullmatch(text):
        return _day(text[:4], text[4:6], text[6:])
    if found := _DAY_FIRST.fullmatch(text.upper()):
        return _day(found[3], found[2], found[1])
    found = _IN_WORDS.fullmatch(text)
    if found and found[2][:3] in _MONTHS:
        return _day(found[3], str(_MONTHS.index(found[2][:3]) % 12 + 1), found[1])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    full_year = int(year)
    if len(year) < len("2026"):
        full_year += CENTURY if full_year < PIVOT else 1900
    try:
        return _known(date(full_year, int(month), int(day)))
    except ValueError:
        return None


def _known(day: date) -> date | None:
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
