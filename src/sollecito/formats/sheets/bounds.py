"""How big a workbook is once unpacked, found without unpacking it into memory.

The reader of workbooks lays every sheet out as a full rectangle: two cells far apart in a file
of 5 KB cost it 7 GB. So the rectangle is measured first, in a stream, and refused when it is
more than ``MAX_CELLS``. Sources: ECMA-376 part 1, 18.3 (XLSX); OpenDocument 1.2 part 1, 9.1;
MS-XLS 2.5 and MS-CFB for the old format.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import IO, Any

from lxml import etree

MAX_CELLS = 3_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 16_384
MAX_UNPACKED = 64 * 2**20
CHUNK = 2**16
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_CELL_RECORDS = frozenset({0x06, 0x201, 0x203, 0x204, 0x205, 0x27E, 0xBD, 0xBE, 0xFD})
_BOF = 0x809
_END = 0xFFFFFFFA
SMALL_STREAM, SMALL_SECTOR = 4096, 64


class TooBigError(Exception):
    """The sheet would fill more than ``MAX_CELLS``, or is built to look like it."""


class Rectangle:
    """The corner of what is filled; raises as soon as it is too far away."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0

    def add(self, row: int, column: int) -> None:
        """Count a cell; both from 1."""
        self.rows = max(self.rows, row)
        self.columns = max(self.columns, column)
        too_wide = self.columns > MAX_COLUMNS
        if too_wide or self.rows > MAX_ROWS or self.rows * self.columns > MAX_CELLS:
            raise TooBigError


class _XlsxCells:
    """Counts the cells of one worksheet of an XLSX while it streams by."""

    def __init__(self) -> None:
        self.filled = Rectangle()
        self.row = 0
        self.column = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
        elif name == "c":
            found = _CELL.fullmatch(attributes.get("r", "").upper())
            self.column = _column_number(found[1]) if found else self.column + 1
            self.filled.add(int(found[2]) if found else max(self.row, 1), self.column)

    def end(self, tag: str) -> None:
        """Nothing to do: a cell counts when it opens."""

    def close(self) -> None:
        """Nothing is kept."""


class _OdsCells:
    """Counts the cells of an OpenDocument sheet, repetitions included."""

    def __init__(self) -> None:
        self.filled = Rectangle()
        self.total = 0
        self.row = self.column = self.width = self.repeated = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "table":
            self.total += self.filled.rows * self.filled.columns
            self.filled, self.row = Rectangle(), 0
            if self.total > MAX_CELLS:
                raise TooBigError
        elif name == "table-row":
            self.column = self.width = 0
            self.repeated = _repeated(attributes, "number-rows-repeated")
        elif name in {"table-cell", "covered-table-cell"}:
            self.column += _repeated(attributes, "number-columns-repeated")
            if any(key.endswith(("}value-type", "}formula")) for key in attributes):
                self.width = self.column
                self.filled.add(self.row + 1, self.width)

    def end(self, tag: str) -> None:
        if tag.rpartition("}")[2] != "table-row":
            return
        self.row += self.repeated
        if self.width:
            self.filled.add(self.row, self.width)

    def close(self) -> None:
        """Nothing is kept."""


def check_zip(data: bytes) -> None:
    """Refuse an XLSX or ODS that unpacks to too much.

    Raises:
        TooBigError: more than ``MAX_UNPACKED`` bytes or ``MAX_CELLS`` cells.
        zipfile.BadZipFile: damaged, or its sizes are lies.
        lxml.etree.XMLSyntaxError: a worksheet is no XML.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise TooBigError
        for entry in archive.infolist():
            with archive.open(entry) as stream:
                name = entry.filename.replace("\\", "/").lower()
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _stream_through(stream, _XlsxCells())
                elif name == "content.xml":
                    _stream_through(stream, _OdsCells())
                else:
                    for _ in _chunks(stream):
                        pass


def check_xls(data: bytes) -> None:
    """Refuse an old XLS whose cells lie too far apart.

    Raises:
        TooBigError: more than ``MAX_CELLS`` cells in a sheet.
        ValueError: damaged, encrypted or no workbook.
    """
    try:
        stream = _workbook_stream(data)
        filled, total = Rectangle(), 0
        for kind, record in _records(stream):
            if kind == _BOF:
                total += filled.rows * filled.columns
                filled = Rectangle()
            elif kind in _CELL_RECORDS and len(record) >= len("RRCC"):
                row, column = struct.unpack_from("<HH", record)
                last = struct.unpack("<H", record[-2:])[0] if kind in {0xBD, 0xBE} else column
                filled.add(row + 1, max(column, last) + 1)
            if total > MAX_CELLS:
                raise TooBigError
    except (struct.error, IndexError, OverflowError) as error:
        raise ValueError("damaged workbook") from error


def _stream_through(stream: IO[bytes], target: Any) -> None:
    parser = etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    for chunk in _chunks(stream):
        parser.feed(chunk)
    parser.close()


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: stream.read(CHUNK), b"")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _repeated(attributes: Mapping[str, str], name: str) -> int:
    for key, value in attributes.items():
        if key.endswith(name) and value.isascii() and value.isdigit():
            return max(1, int(value[:9]))
    return 1


def _workbook_stream(data: bytes) -> bytes:
    """The stream Workbook (or Book) of a compound file."""
    sector = {9: 512, 12: 4096}.get(struct.unpack_from("<H", data, 30)[0])
    if sector is None:
        raise ValueError("no compound file")
    fat: list[int] = []
    for place in struct.unpack_from("<109I", data, 76):
        if place < _END:
            fat += struct.unpack_from(f"<{sector // 4}I", data, (place + 1) * sector)
    directory = _chain(data[sector:], struct.unpack_from("<I", data, 48)[0], fat, sector)
    entries = [directory[at : at + 128] for at in range(0, len(directory), 128)]
    for entry in entries:
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le")
        start, size = struct.unpack_from("<II", entry, 116)
        if name.lower() in {"workbook", "book"}:
            if size >= SMALL_STREAM:
                return _chain(data[sector:], start, fat, sector)[:size]
            root = struct.unpack_from("<I", entries[0], 116)[0]
            table = _chain(data[sector:], struct.unpack_from("<I", data, 60)[0], fat, sector)
            small_fat = list(struct.unpack(f"<{len(table) // 4}I", table))
            small = _chain(data[sector:], root, fat, sector)
            return _chain(small, start, small_fat, SMALL_SECTOR)[:size]
    raise ValueError("no workbook inside")


def _chain(sectors: bytes, start: int, table: list[int], size: int) -> bytes:
    parts: list[bytes] = []
    place = start
    while place < _END:
        if len(parts) > len(sectors) // size:
            raise ValueError("sectors in a circle")
        parts.append(sectors[place * size : (place + 1) * size])
        place = table[place]
    return b"".join(parts)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
