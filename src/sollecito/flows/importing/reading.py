"""Named files → what is inside, one at a time; nothing is kept longer than needed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sollecito.domain.documents import Problem
from sollecito.domain.movements import BankFile
from sollecito.domain.sdi import Notification
from sollecito.flows.importing.sources import NamedFile
from sollecito.formats.bank import is_camt, parse_bank_text, parse_camt
from sollecito.formats.fatturapa.envelope import ContentKind, Envelope, Refused, open_envelope
from sollecito.formats.fatturapa.parse import ParsedFile, parse_fattura_tree
from sollecito.formats.sdi import parse_notification_tree
from sollecito.formats.xml_source import XmlSource, read_xml


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file as it was read. ``content`` is without envelope; ``problem`` where unreadable."""

    name: str
    original: bytes = b""
    content: bytes = b""
    kind: ContentKind = ContentKind.OTHER
    parsed: ParsedFile | None = None
    notification: Notification | None = None
    bank: BankFile | None = None
    problem: Problem | None = None
    item_id: int | None = None

    @property
    def sha256(self) -> str:
        """Hash of what is inside the envelope."""
        return hashlib.sha256(self.content).hexdigest()


def read_files(files: Iterable[NamedFile]) -> Iterator[ReadFile]:
    """Yield what is inside each file, archives file by file. Nothing raised for bad data."""
    for file in files:
        try:
            with file.open() as stream:
                for found in open_envelope(file.name, stream):
                    yield _read(found, file.item_id)
        except OSError as error:
            problem = Problem(
                "unreadable_file",
                f"Il file non si può leggere dal disco ({error.strerror or error}).",
                "Controlla che esista e che i permessi consentano di leggerlo.",
            )
            yield ReadFile(file.name, problem=problem, item_id=file.item_id)


def _read(found: Envelope | Refused, item_id: int | None) -> ReadFile:
    if isinstance(found, Refused):
        return ReadFile(found.name, problem=found.problem, item_id=item_id)
    read = ReadFile(found.name, found.original, found.content, found.kind, item_id=item_id)
    if found.kind is ContentKind.XML:
        return _read_xml(read)
    if found.kind is ContentKind.TEXT and (statements := parse_bank_text(found.content)):
        return replace(read, bank=statements)
    if found.kind in {ContentKind.SHEET, ContentKind.TEXT}:
        return read
    return _with_problem(read, _not_for_us(found.kind))


def _read_xml(read: ReadFile) -> ReadFile:
    source = read_xml(read.content)
    if isinstance(source, Problem):
        return _with_problem(read, source)
    notification = parse_notification_tree(source, read.name)
    if isinstance(notification, Problem):
        return _with_problem(read, notification)
    return _of_tree(read, source, notification)


def _of_tree(read: ReadFile, source: XmlSource, notification: Notification | None) -> ReadFile:
    parts = (read.name, read.original, read.content, read.kind)
    if notification is not None:
        return ReadFile(*parts, notification=notification, item_id=read.item_id)
    if is_camt(source.root):
        return ReadFile(*parts, bank=parse_camt(source), item_id=read.item_id)
    return ReadFile(*parts, parsed=parse_fattura_tree(source), item_id=read.item_id)


def _with_problem(read: ReadFile, problem: Problem) -> ReadFile:
    return ReadFile(read.name, kind=read.kind, problem=problem, item_id=read.item_id)


def _not_for_us(kind: ContentKind) -> Problem:
    if kind is ContentKind.EMPTY:
        return Problem("empty", "Il file è vuoto.", "Scaricalo di nuovo.")
    if kind is ContentKind.PDF:
        return Problem(
            "pdf",
            "È un PDF: da solo non basta per leggere importi e scadenze.",
            "Importa il file XML della fattura; il PDF si allega poi al documento.",
        )
    return Problem(
        "unknown_content",
        "Il contenuto del file non si riconosce.",
        "Importa file XML, p7m, zip, CSV o XLSX, o l'estratto conto della banca.",
    )
