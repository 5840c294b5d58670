"""What the ledger knows already of the documents that arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sollecito.domain.arrivals import (
    Arrival,
    DocumentKey,
    folded_spellings,
    is_transmission_name,
    spellings,
)
from sollecito.domain.documents import DocumentKind
from sollecito.flows.importing.customer_book import CustomerBook
from sollecito.flows.importing.incoming import Entry, Incoming
from sollecito.flows.importing.known_customers import Customer
from sollecito.flows.importing.twins import is_like_key, is_same_key, sister_kinds
from sollecito.flows.keep_file import open_file
from sollecito.formats.fatturapa.envelope import Envelope, open_envelope
from sollecito.ledger.models import Document, Party, StoredFile

RowKey = tuple[int, DocumentKey]


class KnownRows:
    """Documents with the keys of those that arrive: of the ledger, and of this same set."""

    def __init__(self, arrivals: Iterable[Incoming]) -> None:
        wanted = {(one.company.pk, one.key) for one in arrivals}
        numbers = {key.number for _, key in wanted}
        numbers |= {each for _, key in wanted for each in spellings(key.number, key.series)}
        kinds = {each for _, key in wanted for each in (key.kind, *sister_kinds(key.kind))}
        rows = Document.objects.filter(
            company__in={company for company, _ in wanted},
            kind__in={kind.value for kind in kinds},
            number__in=numbers,
            year__in={key.year for _, key in wanted},
        ).prefetch_related("other_files")
        buyers = [(one.company.pk, one.document.buyer) for one in arrivals]
        chosen = {one.party.pk for one in arrivals if one.party}
        self.customers = CustomerBook(buyers, {row.party_id for row in rows} | chosen)
        self._entries: dict[RowKey, Entry] = {}
        self._by_spelling: dict[tuple[int, str], list[Entry]] = defaultdict(list)
        for row in rows:
            others = [(other.file_key, other.position) for other in row.other_files.all()]
            customer = self.customers.of_party(row.party_id)
            self._enter(Entry(row, row.fingerprint, customer, others))

    def find(self, one: Incoming) -> Entry | None:
        """The document with the same key, or the same one with its series written apart."""
        entry = self._entries.get((one.company.pk, one.key))
        return entry or next((each for each in self._near(one) if self._is_twin(each, one)), None)

    def find_lookalike(self, one: Incoming) -> Entry | None:
        """A document with another key that may be the same credit: other kind, or no series."""
        return next((each for each in self._near(one) if self._is_lookalike(each, one)), None)

    def add(self, one: Incoming, row: Document, customer: Customer) -> Entry:
        """Remember a new one for those that follow."""
        entry = Entry(row, one.fingerprint, customer, xml=one.xml)
        self._enter(entry)
        return entry

    def is_same_customer(self, entry: Entry, one: Incoming) -> bool:
        """Whether a document that arrives is to the customer of the one already here."""
        company, buyer = one.company.pk, one.document.buyer
        return self.customers.is_same(entry.customer, company, buyer, one.nobody)

    def save_customers(self) -> dict[int, Party]:
        """Write customers; rows of those that were merged into others follow them."""
        gone = self.customers.save()
        for entry in self._entries.values():
            if entry.row.party_id in gone:
                entry.row.party = gone[entry.row.party_id]
        return gone

    def _near(self, one: Incoming) -> list[Entry]:
        names = folded_spellings(one.document.number, one.document.series)
        return [each for name in names for each in self._by_spelling[one.company.pk, name]]

    def _is_twin(self, entry: Entry, one: Incoming) -> bool:
        return is_same_key(entry.row, one.document) and self._is_same_credit(entry, one)

    def _is_lookalike(self, entry: Entry, one: Incoming) -> bool:
        return is_like_key(entry.row, one.document) and self._is_same_credit(entry, one)

    def _is_same_credit(self, entry: Entry, one: Incoming) -> bool:
        return entry.fingerprint == one.fingerprint and self.is_same_customer(entry, one)

    def _enter(self, entry: Entry) -> None:
        row = entry.row
        key = DocumentKey(DocumentKind(row.kind), row.number, row.year, row.series)
        self._entries[row.company_id, key] = entry
        for name in folded_spellings(row.number, row.series):
            self._by_spelling[row.company_id, name].append(entry)

    def file_keys(self) -> set[str]:
        """Every file name that carried one of them."""
        names = {entry.row.file_key for entry in self._entries.values()}
        names |= {key for entry in self._entries.values() for key, _ in entry.other_files}
        return names - {""}


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
