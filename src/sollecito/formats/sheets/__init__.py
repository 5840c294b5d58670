"""Sheets in and out: documents, customers and open items as CSV, XLSX, XLS or ODS."""

from collections.abc import Mapping

from sollecito.formats.sheets.cells import parse_amount, parse_day
from sollecito.formats.sheets.columns import detect_kind, header_key, map_columns
from sollecito.formats.sheets.customers import parse_customers, parse_open_items
from sollecito.formats.sheets.documents import parse_documents
from sollecito.formats.sheets.reading import is_workbook, read_heads, read_sheet, read_tables
from sollecito.formats.sheets.values import (
    Column,
    OpenItem,
    Settlement,
    Sheet,
    SheetCustomer,
    SheetDocument,
    SheetKind,
)
from sollecito.formats.sheets.writing import neutralise, write_csv, write_xlsx

__all__ = [
    "Column",
    "OpenItem",
    "Settlement",
    "Sheet",
    "SheetCustomer",
    "SheetDocument",
    "SheetKind",
    "detect_kind",
    "detect_sheet_kind",
    "header_key",
    "is_workbook",
    "map_columns",
    "neutralise",
    "parse_amount",
    "parse_customers",
    "parse_day",
    "parse_documents",
    "parse_open_items",
    "read_heads",
    "read_sheet",
    "read_tables",
    "write_csv",
    "write_xlsx",
]


def detect_sheet_kind(sheet: Sheet, mapping: Mapping[str, str] | None = None) -> SheetKind:
    """What a sheet holds: documents, customers, or nothing known."""
    return detect_kind(map_columns(sheet.header, mapping))
