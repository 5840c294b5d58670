"""Zip archives from strangers: read entry by entry, with every size bounded beforehand.

What an archive says about itself is used to refuse it early, never to trust it: each entry is
read as a stream up to a limit, whatever length it declares.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from sollecito.domain.documents import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILE_BYTES = 20_000_000
MAX_NESTED_BYTES = 60_000_000
MAX_TOTAL_BYTES = 2_000_000_000
MAX_FILES = 60_000
MAX_DIRECTORY_BYTES = 6_000_000
MAX_RATIO = 200
RATIO_FROM_BYTES = 1_000_000
TOTAL_RATIO_FROM_BYTES = 50_000_000
MAX_STRIKES = 10
MAX_DEPTH = 3
END_RECORD = b"PK\x05\x06"
END_SIZE = 22
ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini"})


class ArchiveStopped(Exception):  # noqa: N818  a fact, caught by the one who opened the archive
    """The archive is not read any further; carries what to tell the user."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True)
class Allowance:
    """What one uploaded archive, with all archives inside it, may still cost."""

    files: int = MAX_FILES
    bytes: int = MAX_TOTAL_BYTES
    strikes: int = field(default=MAX_STRIKES)

    @classmethod
    def of_archive(cls, size: int) -> Allowance:
        """For an archive of ``size`` bytes: all that is in it at most 200 times as much."""
        return cls(bytes=min(MAX_TOTAL_BYTES, max(TOTAL_RATIO_FROM_BYTES, MAX_RATIO * size)))

    def spend(self, size: int) -> None:
        """Count one file read."""
        self.files -= 1
        self.bytes -= size
        if self.files < 0 or self.bytes < 0:
            raise ArchiveStopped(_too_big("contiene troppi file o troppi dati"))

    def strike(self) -> None:
        """Count one entry refused as hostile; too many end the archive."""
        self.strikes -= 1
        if self.strikes < 0:
            raise ArchiveStopped(_too_big("contiene troppi file rifiutati"))


def _too_big(what: str) -> Problem:
    return Problem(
        "archive_refused",
        f"L'archivio {what}: letto solo fin qui.",
        "Dividilo in archivi più piccoli, con dentro soltanto le fatture.",
    )


def _damaged(detail: str) -> Problem:
    return Problem(
        "archive_damaged",
        f"L'archivio zip è danneggiato{detail}.",
        "Scaricalo o crealo di nuovo.",
    )


def is_zip(head: bytes) -> bool:
    """Whether bytes begin as a zip archive."""
    return head[:4] in ZIP_MARKS


def read_entries(stream: IO[bytes], allowance: Allowance) -> Iterator[tuple[str, bytes | Problem]]:
    """Yield (name inside the archive, bytes or why not) for every file worth reading.

    In the order of their names, whatever the order in the archive. Folders, ``__MACOSX``,
    dotfiles and the like are left out without a word.

    Raises:
        ArchiveStopped: the archive as a whole is broken or hostile.
    """
    _check_directory(stream)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, RuntimeError):
        raise ArchiveStopped(_damaged("")) from None
    with archive:
        for entry in sorted(archive.infolist(), key=lambda each: each.filename):
            if not entry.is_dir() and not is_ignored(entry.filename):
                yield entry.filename, _read_entry(archive, entry, allowance)


def is_ignored(name: str) -> bool:
    """Files that systems leave about: ``__MACOSX/…``, ``.DS_Store``, ``Thumbs.db``."""
    parts = name.replace("\\", "/").split("/")
    if any(part.startswith(".") and part not in {".", ".."} for part in parts):
        return True
    return "__MACOSX" in parts or parts[-1].lower() in IGNORED_NAMES or not parts[-1]


def _check_directory(stream: IO[bytes]) -> None:
    """Refuse a directory too large to be read in memory, before ``zipfile`` reads it."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - END_SIZE - 0xFFFF))
    tail = stream.read(END_SIZE + 0xFFFF)
    stream.seek(0)
    at = tail.rfind(END_RECORD)
    if at < 0 or len(tail) - at < END_SIZE:
        raise ArchiveStopped(_damaged(": manca la parte finale"))
    count, length = struct.unpack_from("<HL", tail, at + 10)
    if count > MAX_FILES or length > MAX_DIRECTORY_BYTES:
        raise ArchiveStopped(_too_big("contiene troppi file"))


def _read_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowance: Allowance
) -> bytes | Problem:
    refused = _refuse_entry(entry)
    if refused is not None:
        allowance.strike()
        return refused
    try:
        with archive.open(entry) as source:
            head = source.read(4)
            most = MAX_NESTED_BYTES if is_zip(head) else MAX_FILE_BYTES
            data = head + source.read(most + 1)
    except RuntimeError:
        return _damaged(": usa una compressione che non si può leggere")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
        return _damaged(" in questo punto")
    allowance.spend(len(data))
    if len(data) > most:
        allowance.strike()
        return _bomb()
    return data


def _refuse_entry(entry: zipfile.ZipInfo) -> Problem | None:
    if entry.flag_bits & 1:
        return Problem(
            "archive_encrypted",
            "L'archivio è protetto da password.",
            "Estrai i file e importali, oppure crea l'archivio senza password.",
        )
    ratio = entry.file_size / max(1, entry.compress_size)
    if entry.file_size > MAX_NESTED_BYTES or (
        entry.file_size > RATIO_FROM_BYTES and ratio > MAX_RATIO
    ):
        return _bomb()
    return None


def _bomb() -> Problem:
    return Problem(
        "archive_bomb",
        "Il file compresso si espande oltre ogni misura: per sicurezza non è stato letto.",
        "Controlla da dove viene l'archivio.",
    )
