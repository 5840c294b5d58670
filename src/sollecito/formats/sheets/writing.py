"""Rows → CSV and XLSX, with what a spreadsheet would run as a formula made harmless.

Source: OWASP on CSV injection. A cell of text that starts with ``= + - @`` or a control
character gets an apostrophe in CSV; in XLSX text is written as text, so it needs none.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import xlsxwriter

from sollecito.domain.money import format_date

Value = str | int | Decimal | date | bool | None
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
BOM = "\ufeff"


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """CSV as Italian spreadsheets open it: UTF-8 with BOM, ``;``, decimal comma, ``gg/mm/aaaa``.

    ``None`` is an empty cell; negative amounts stay numbers.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutralise(name) for name in header])
    for row in rows:
        writer.writerow([_csv_text(value) for value in row])
    return (BOM + out.getvalue()).encode()


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Value]], title: str = "") -> bytes:
    """One sheet: bold frozen header, filters, amounts and dates as such, text as text."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31] or None)
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write_cell(sheet, (last, column), value, money=money, day=day)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, max(0, len(header) - 1))
        for column, name in enumerate(header):
            sheet.set_column(column, column, max(12, len(name) + 2))
    return out.getvalue()


def neutralise(text: str) -> str:
    """Text that no spreadsheet takes for a formula; plain numbers stay as they are."""
    bare = text.lstrip(" \u00a0")
    if bare.startswith(_RISKY) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _csv_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, date):
        return format_date(value)
    return neutralise(value) if isinstance(value, str) else str(value)


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    place: tuple[int, int],
    value: Value,
    *,
    money: object,
    day: object,
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(*place, "sì" if value else "no")
    elif isinstance(value, Decimal):
        sheet.write_number(*place, float(value), money)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, day)
    elif isinstance(value, int):
        sheet.write_number(*place, value)
    else:
        sheet.write_string(*place, value[:32_000])
