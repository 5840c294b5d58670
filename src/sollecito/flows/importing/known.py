"""What the ledger knows already of the documents that arrive."""

from __future__ import annotations

from collections.abc import Iterable

from sollecito.domain.arrivals import Arrival, DocumentKey, is_transmission_name
from sollecito.flows.importing.incoming import Entry, Incoming
from sollecito.flows.keep_file import open_file
from sollecito.formats.fatturapa.envelope import Envelope, open_envelope
from sollecito.ledger.models import Document, StoredFile

RowKey = tuple[int, str, str, int]


class KnownRows:
    """Documents with the keys of those that arrive: of the ledger, and of this same set."""

    def __init__(self, arrivals: Iterable[Incoming]) -> None:
        self._entries: dict[RowKey, Entry] = {}
        wanted = {(one.company.pk, *one.key) for one in arrivals}
        rows = Document.objects.filter(
            company__in={company for company, *_ in wanted},
            number__in={number for *_, number, _ in wanted},
            year__in={year for *_, year in wanted},
        ).prefetch_related("other_files")
        for row in rows:
            others = [(other.file_key, other.position) for other in row.other_files.all()]
            key = row.company_id, row.kind, row.number, row.year
            self._entries[key] = Entry(row, row.fingerprint, others)

    def find(self, one: Incoming) -> Entry | None:
        """The document with the same key, if any."""
        return self._entries.get(self._key(one.company.pk, one.key))

    def add(self, one: Incoming, row: Document) -> Entry:
        """Remember a new one for those that follow."""
        entry = Entry(row, one.fingerprint, xml=one.xml)
        self._entries[self._key(one.company.pk, one.key)] = entry
        return entry

    def file_keys(self) -> set[str]:
        """Every file name that carried one of them."""
        names = {entry.row.file_key for entry in self._entries.values()}
        names |= {key for entry in self._entries.values() for key, _ in entry.other_files}
        return names - {""}

    @staticmethod
    def _key(company: int, key: DocumentKey) -> RowKey:
        return company, key.kind.value, key.number, key.year


def note_file_names(one: Incoming, entry: Entry) -> None:
    """Let the document answer to the name of the file that carried it again.

    A name that a person gave (``fattura 12.xml``) yields to the SdI's own.
    """
    row = entry.row
    before, position = row.file_key, row.position
    takes_over = not before or (
        not is_transmission_name(before) and is_transmission_name(one.file_key)
    )
    if one.arrival is Arrival.CORRECTED:
        entry.fingerprint, entry.xml = one.fingerprint, one.xml
        row.file_key, row.position = one.file_key, one.document.position
        if before and before != one.file_key:
            entry.other_files.append((before, position))
    elif one.arrival is Arrival.SENT_AGAIN:
        if takes_over:
            row.file_key, row.position = one.file_key, one.document.position
        else:
            entry.other_files.append((one.file_key, one.document.position))
    elif one.arrival is Arrival.DUPLICATE and not before and one.file_key:
        row.file_key, row.position = one.file_key, one.document.position


def has_same_xml(entry: Entry, one: Incoming) -> bool:
    """Whether a file is, without envelope, the one that the document came from."""
    if entry.xml:
        return entry.xml == one.xml
    if entry.row.file_id is None:
        return False
    file = StoredFile.objects.get(pk=entry.row.file_id)
    return any(
        isinstance(found, Envelope) and found.content == one.xml
        for found in open_envelope(file.name, open_file(file))
    )
