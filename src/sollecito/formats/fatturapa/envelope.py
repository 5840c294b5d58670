"""What wraps an invoice or a notification: signatures (.p7m), base64, PEM armour, archives.

The kind of everything is found by content; names and endings are not believed.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, TYPE_CHECKING

from sollecito.domain.documents import Problem
from sollecito.formats.fatturapa.archive import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    Allowance,
    ArchiveStopped,
    is_zip,
    read_entries,
)
from sollecito.formats.fatturapa.cades import DamagedEnvelope, DetachedContent, unwrap_signed

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LAYERS = 6
BASE64_ONLY = re.compile(rb"[A-Za-z0-9+/\s]{16,}+={0,2}+\s*+")
PEM = re.compile(rb"-----BEGIN [A-Z0-9 #]{1,40}-----(.*?)-----END [A-Z0-9 #]{1,40}-----", re.DOTALL)
PRINTABLE = re.compile(rb"[\t\r\n\x20-\x7e\x80-\xff]*")
DER_LENGTHS = frozenset(range(0x80, 0x89))
OLE_MARK = bytes.fromhex("D0CF11E0A1B11AE1")
SHEET_ENTRIES = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")
DIRECTORY_TAIL = 65_536


class ContentKind(StrEnum):
    """What bytes are, once unwrapped."""

    XML = "xml"
    SHEET = "sheet"
    TEXT = "text"
    PDF = "pdf"
    OTHER = "other"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One file found: ``content`` unwrapped, ``original`` as it came, for keeping.

    ``name`` is the path as the user knows it (``lotto.zip/2026/IT01_1.xml.p7m``).
    """

    name: str
    kind: ContentKind
    content: bytes
    original: bytes
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not read, and why."""

    name: str
    problem: Problem


def open_envelope(name: str, source: bytes | IO[bytes]) -> Iterator[Envelope | Refused]:
    """Yield every file inside a named source, one at a time; nothing raised for bad data.

    Args:
        name: as uploaded; only shown, and carried to match notifications.
        source: the bytes, or a seekable binary stream (an archive is then read from it).
    """
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    head = source.read(512)
    if is_zip(head):
        size = source.seek(0, io.SEEK_END)
        source.seek(max(0, size - DIRECTORY_TAIL))
        tail = source.read()
        source.seek(0)
        if not is_sheet(head + tail):
            yield from _open_archive(name, source, Allowance.of_archive(size))
            return
    source.seek(0)
    yield _open_single(name, source.read(MAX_FILE_BYTES + 1))


def _open_archive(
    name: str, stream: IO[bytes], allowance: Allowance, depth: int = 1
) -> Iterator[Envelope | Refused]:
    try:
        for inner, data in read_entries(stream, allowance):
            path = f"{name}/{inner[:300]}"
            if isinstance(data, Problem):
                yield Refused(path, data)
            elif not is_zip(data) or is_sheet(data[:512] + data[-DIRECTORY_TAIL:]):
                yield _open_single(path, data)
            elif depth < MAX_DEPTH:
                yield from _open_archive(path, io.BytesIO(data), allowance, depth + 1)
            else:
                allowance.strike()
                yield Refused(path, _too_nested())
    except ArchiveStopped as stopped:
        if depth > 1 and allowance.strikes < 0:
            raise
        yield Refused(name, stopped.problem)


def _too_nested() -> Problem:
    return Problem(
        "archive_too_deep",
        "Troppi archivi uno dentro l'altro: questo non è stato aperto.",
        "Estrai le fatture e importale direttamente.",
    )


def _open_single(name: str, data: bytes) -> Envelope | Refused:
    if len(data) > MAX_FILE_BYTES:
        return Refused(
            name,
            Problem(
                "too_large",
                f"Il file supera {MAX_FILE_BYTES // 1_000_000} MB: non è stato letto.",
                "Lo SdI accetta file fino a 5 MB: controlla che sia una fattura.",
            ),
        )
    try:
        content, is_signed = _unwrap(data)
    except DamagedEnvelope as damage:
        return Refused(
            name,
            Problem(
                "signature_damaged",
                f"Il file firmato (.p7m) è danneggiato o è stato alterato: {damage}.",
                "Scarica di nuovo il file originale; non è stato importato nulla.",
            ),
        )
    except DetachedContent:
        return Refused(
            name,
            Problem(
                "signature_detached",
                "Il file contiene solo la firma, non la fattura.",
                "Importa il file XML della fattura, o il .p7m con il contenuto dentro.",
            ),
        )
    return Envelope(name, sniff_kind(content), content, data, is_signed)


def _unwrap(data: bytes) -> tuple[bytes, bool]:
    """Take off signatures and text encodings, layer by layer."""
    is_signed = False
    for _ in range(MAX_LAYERS):
        if _is_der(data):
            data = unwrap_signed(data)
            is_signed = True
            continue
        decoded = _decode_text_layer(data)
        if decoded is None:
            return data, is_signed
        data = decoded
    raise DamagedEnvelope("troppe firme una dentro l'altra")


def _is_der(data: bytes) -> bool:
    return len(data) > 2 and data[0] == 0x30 and data[1] in DER_LENGTHS  # noqa: PLR2004


def _decode_text_layer(data: bytes) -> bytes | None:
    """Undo PEM armour or base64, only if a signature or an XML comes out; else ``None``."""
    body = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    armoured = PEM.match(body) if body[:10] == b"-----BEGIN" else None
    if armoured:
        body = armoured[1]
    if not BASE64_ONLY.fullmatch(body):
        return None
    bare = b"".join(body.split())
    try:
        decoded = base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return None
    looks_right = _is_der(decoded) or sniff_kind(decoded) is ContentKind.XML
    return decoded if looks_right or armoured else None


def is_sheet(ends: bytes) -> bool:
    """Whether the two ends of a zip (first entry, directory) are those of an .xlsx or .ods."""
    return any(mark in ends for mark in SHEET_ENTRIES)


def sniff_kind(data: bytes) -> ContentKind:
    """What unwrapped bytes are, by their first kilobytes."""
    head = data[:4096]
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if not bare:
        return ContentKind.EMPTY
    if bare[:5] == b"%PDF-":
        return ContentKind.PDF
    if head[:8] == OLE_MARK or is_zip(head):
        return ContentKind.SHEET
    if bare[:1] == b"<" or head[:4] in {b"\xff\xfe<\0", b"\xfe\xff\0<"}:
        return ContentKind.XML
    if not PRINTABLE.fullmatch(head):
        return ContentKind.OTHER
    return ContentKind.XML if b"<?xml" in head else ContentKind.TEXT
