"""CSV, XLSX, XLS and ODS → rows under a header. Bounded, and never raising for bad data."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from sollecito.domain.documents import Problem
from sollecito.formats.sheets import bounds
from sollecito.formats.sheets.cells import find_decimal_mark, text_of
from sollecito.formats.sheets.columns import map_columns
from sollecito.formats.sheets.values import Cell, Column, DecimalMark, Row, Sheet

MAX_BYTES = 32 * 2**20
MAX_COLUMNS = 300
MAX_SHEETS = 50
HEADER_WITHIN = 40
"""Rows above the header that a preamble may take."""
FEWEST_COLUMNS = 2
LONGEST_LINE, MOST_LINES_A_ROW = 100_000, 200
DELIMITERS = (";", "\t", ",", "|")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_CONTROLS = bytes(sorted({*range(32)} - {9, 10, 11, 12, 13, 26}))
_AMOUNTS = (Column.TOTAL, Column.AMOUNT, Column.BALANCE, Column.COLLECTED)
_SAVE_AGAIN = "Aprilo con Excel o LibreOffice e salvalo come CSV (UTF-8) o XLSX."

_Lines = list[tuple[int, tuple[Cell, ...]]]


class UnreadableError(Exception):
    """The bytes are no sheet that can be read; carries what to tell."""

    def __init__(self, code: str, message: str, hint: str = _SAVE_AGAIN) -> None:
        super().__init__(message)
        self.problem = Problem(code, message, hint)


def read_sheet(name: str, data: bytes, mapping: Mapping[str, str] | None = None) -> Sheet:
    """Read a sheet; its kind (CSV, XLSX, XLS, ODS) is found by content, ``name`` is only shown.

    The header is the row, among the first 40, that names the most known columns (``mapping``
    included); of a workbook the first visible sheet that has one is taken. Rows keep their line
    numbers; blank ones are left out. What cannot be read is a ``Sheet`` with one problem:
    `sheet_too_big`, `sheet_unreadable`, `sheet_protected`, `sheet_without_header`.
    """
    try:
        header_place, lines = _choose(_read_tables(data, mapping), mapping)
    except UnreadableError as error:
        return Sheet(name, problems=(error.problem,))
    header = tuple(text_of(cell) for cell in lines[header_place][1])
    places = map_columns(header, mapping)
    rows = tuple(
        Row(line, cells)
        for line, cells in itertools.islice(lines, header_place + 1, None)
        if any(text_of(cell) for cell in cells)
    )
    mark = _decimal_mark(rows, [places[column] for column in _AMOUNTS if column in places])
    return Sheet(name, header, lines[header_place][0], rows, mark)


def read_heads(data: bytes) -> tuple[tuple[str, ...], ...]:
    """The first 40 rows of every table as text: one of them is the header. Empty if unreadable.

    Of a CSV, as each separator would part it.
    """
    found: list[tuple[str, ...]] = []
    try:
        if data.startswith((ZIP, OLE)):
            tables = _read_tables(data, None)
        else:
            text = _decode(data[:MAX_BYTES])
            sample = "".join(itertools.islice(io.StringIO(text), HEADER_WITHIN))
            tables = (_read_csv(sample, mark) for mark in DELIMITERS)
        for lines in tables:
            found += [tuple(map(text_of, cells)) for _, cells in lines[:HEADER_WITHIN]]
    except UnreadableError:
        return ()
    return tuple(found)


def read_tables(data: bytes) -> tuple[tuple[Row, ...], ...] | Problem:
    """Every table of a sheet with all its rows: of a CSV one for each separator that parts it.

    A row that stands above the header is one too; blank rows are left out. For sheets whose
    columns this package does not name.
    """
    try:
        if data.startswith((ZIP, OLE)):
            tables = list(_read_tables(data, None))
        else:
            tables = list(_parted(_decode(data[: MAX_BYTES + 1])))
    except UnreadableError as error:
        return error.problem
    return tuple(
        tuple(Row(line, cells) for line, cells in lines if any(map(text_of, cells)))
        for lines in tables
    )


def _parted(text: str) -> Iterator[_Lines]:
    first = None
    for mark in DELIMITERS:
        if mark in text:
            try:
                yield _read_csv(text, mark)
            except UnreadableError as error:
                first = first or error
    if first is not None:
        raise first


def is_workbook(data: bytes) -> bool:
    """Whether the bytes look like XLSX, ODS or XLS; a zip of invoices does not."""
    if data.startswith(OLE):
        return True
    if not data.startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.lower() for name in archive.namelist()[:2000]}
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return bool(names & {"xl/workbook.xml", "content.xml", "xl/workbook.bin"})


def _read_tables(data: bytes, mapping: Mapping[str, str] | None) -> Iterator[_Lines]:
    if len(data) > MAX_BYTES:
        raise UnreadableError(
            "sheet_too_big",
            f"Il foglio supera {MAX_BYTES // 2**20} MB: non è stato letto.",
            "Dividilo in più file.",
        )
    if data.startswith((ZIP, OLE)):
        return _read_workbook(data)
    return iter([_read_text(_decode(data), mapping)])


def _choose(tables: Iterator[_Lines], mapping: Mapping[str, str] | None) -> tuple[int, _Lines]:
    """The table that names the most columns, and the place of its header."""
    best_count, best_place, best_lines = 0, 0, _Lines()
    for lines in tables:
        count, place = _find_header(lines, mapping)
        if count > best_count:
            best_count, best_place, best_lines = count, place, lines
    if best_count < FEWEST_COLUMNS:
        raise UnreadableError(
            "sheet_without_header",
            "Nel foglio non si trova una riga di intestazione con nomi di colonna conosciuti.",
            "La prima riga deve nominare le colonne, ad esempio: numero; data; cliente; "
            "partita_iva; totale; scadenza. Puoi anche indicare tu quale colonna è quale.",
        )
    return best_place, best_lines


def _find_header(lines: _Lines, mapping: Mapping[str, str] | None) -> tuple[int, int]:
    """How many columns the best of the first rows names, and its place."""
    counts = [
        len(map_columns([text_of(cell) for cell in cells], mapping))
        for _, cells in lines[:HEADER_WITHIN]
    ]
    best = max(counts, default=0)
    return best, counts.index(best) if counts else 0


def _read_text(text: str, mapping: Mapping[str, str] | None) -> _Lines:
    first, _, rest = text.partition("\n")
    told = first.strip()
    if told.lower().startswith("sep=") and len(told) == len("sep=;"):
        return [(line + 1, cells) for line, cells in _read_csv(rest, told[-1])]
    sample = "".join(itertools.islice(io.StringIO(text), HEADER_WITHIN))
    delimiters = [mark for mark in DELIMITERS if mark in sample]
    if not delimiters:
        raise UnreadableError("sheet_unreadable", "Il file non è un foglio con più colonne.")
    best = max(delimiters, key=lambda mark: _find_header(_read_csv(sample, mark), mapping)[0])
    return _read_csv(text, best)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data[: 2**16].translate(None, _CONTROLS) != data[: 2**16] or b"\x00" in data:
        raise UnreadableError("sheet_unreadable", "Il file non è un foglio: contiene dati binari.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _read_csv(text: str, delimiter: str) -> _Lines:
    lines: _Lines = []
    start = 1

    def physical_lines() -> Iterator[str]:
        for number, line in enumerate(io.StringIO(text, newline=""), 1):
            if len(line) > LONGEST_LINE or number - start > MOST_LINES_A_ROW:
                raise csv.Error("line too long")
            yield line

    reader = csv.reader(physical_lines(), delimiter=delimiter)
    try:
        for cells in reader:
            if len(lines) > bounds.MAX_ROWS or len(cells) > MAX_COLUMNS:
                raise _too_big()
            lines.append((start, tuple(cells)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableError(
            "sheet_unreadable",
            f"Il foglio non si legge dopo la riga {start}: una cella è lunghissima o le "
            "virgolette non si chiudono.",
        ) from error
    return lines


def _read_workbook(data: bytes) -> Iterator[_Lines]:
    if data.startswith(ZIP) and not is_workbook(data):
        raise UnreadableError("sheet_unreadable", "Il file è un archivio, non un foglio.")
    try:
        if data.startswith(ZIP):
            bounds.check_zip(data)
        else:
            bounds.check_xls(data)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [
            sheet.name
            for sheet in workbook.sheets_metadata[:MAX_SHEETS]
            if sheet.visible is SheetVisibleEnum.Visible
        ]
        for name in names or workbook.sheet_names[:1]:
            yield _lines_of(workbook, name)
    except PasswordError as error:
        raise UnreadableError(
            "sheet_protected",
            "Il foglio è protetto da password.",
            "Togli la password in Excel o LibreOffice e salvalo di nuovo.",
        ) from error
    except bounds.TooBigError as error:
        raise _too_big() from error
    except (CalamineError, zipfile.BadZipFile, etree.XMLSyntaxError, ValueError, OSError) as error:
        raise UnreadableError("sheet_unreadable", "Il foglio è danneggiato o protetto.") from error
    except (EOFError, RuntimeError, NotImplementedError) as error:  # what zipfile adds of its own
        raise UnreadableError("sheet_unreadable", "Il foglio è danneggiato o protetto.") from error


def _lines_of(workbook: CalamineWorkbook, name: str) -> _Lines:
    sheet = workbook.get_sheet_by_name(name)
    rows: Sequence[Sequence[Cell]] = sheet.to_python(skip_empty_area=False)
    return [(line, tuple(cells[:MAX_COLUMNS])) for line, cells in enumerate(rows, 1)]


def _decimal_mark(rows: Iterable[Row], places: list[int]) -> DecimalMark:
    return find_decimal_mark(
        row.cells[place] for row in rows for place in places if place < len(row.cells)
    )


def _too_big() -> UnreadableError:
    return UnreadableError(
        "sheet_too_big",
        f"Il foglio ha più di {bounds.MAX_ROWS:,} righe o troppe colonne: ".replace(",", ".")
        + "non è stato letto.",
        "Dividilo in più file, e togli le righe e le colonne vuote in fondo.",
    )
