"""Documents enter the ledger, in sets: decide first, write once.

The one way in for FatturaPA files, sheets and documents typed by hand. Call it inside a
transaction: it writes all or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sollecito.domain.arrivals import Arrival, KnownDocument, decide_arrival
from sollecito.domain.documents import PartyData
from sollecito.domain.sdi import Notification, SdiState
from sollecito.flows.choose_amounts import follow_customers
from sollecito.flows.importing.correct import correct_documents, is_in_use
from sollecito.flows.importing.customers import hints_of
from sollecito.flows.importing.files import keep_files
from sollecito.flows.importing.first_events import add_advances, add_collection_holds
from sollecito.flows.importing.incoming import Incoming
from sollecito.flows.importing.known import KnownRows, has_same_xml, note_file_names
from sollecito.flows.importing.known_customers import Customer
from sollecito.flows.importing.notices import NoticeBook, apply_standing
from sollecito.flows.importing.refusals import add_refusal_holds
from sollecito.flows.importing.rows import make_document, make_instalments
from sollecito.flows.importing.telling import warn_of_copy
from sollecito.flows.net_credit_notes import net_credit_notes
from sollecito.flows.propose_replacements import propose_replacements
from sollecito.ledger.models import Document, ImportBatch, Instalment

CHANGING = frozenset({Arrival.NEW, Arrival.CORRECTED, Arrival.SENT_AGAIN})


def import_documents(
    arrivals: Sequence[Incoming],
    *,
    batch: ImportBatch | None = None,
    notices: Iterable[Notification] = (),
) -> None:
    """Judge each document against the ledger and store what is new.

    Sets ``arrival`` and ``row`` on each, and ``instalments`` on the new and the corrected.
    Duplicates change nothing, except that a row without file gets it; conflicts are not stored.

    Args:
        arrivals: documents of any companies, in the order in which they count as first.
        batch: the import they belong to.
        notices: SdI messages read together with them, not stored yet.
    """
    if not arrivals:
        return
    known = KnownRows(arrivals)
    book = NoticeBook({one.file_key for one in arrivals if one.file_key} | known.file_keys())
    book.add(notices)
    for one in arrivals:
        _judge(one, known, book, batch)
    merged = known.save_customers()
    keep_files(arrivals)
    _store_new([one for one in arrivals if one.arrival is Arrival.NEW], batch, book)
    correct_documents(arrivals, book)
    changed = [one.row for one in arrivals if one.arrival in CHANGING and one.row]
    if merged:
        changed += Document.objects.filter(party__in={party.pk for party in merged.values()})
    propose_replacements([one.row for one in arrivals if one.arrival is Arrival.NEW and one.row])
    follow_customers(one.row for one in arrivals if one.row)
    net_credit_notes(changed)


def _judge(one: Incoming, known: KnownRows, book: NoticeBook, batch: ImportBatch | None) -> None:
    entry = known.find(one)
    if entry is None:
        one.arrival = Arrival.NEW
        if (other := known.find_lookalike(one)) is not None:
            warn_of_copy(one, other.row)
        one.entry = known.add(one, make_document(one, batch), _admit(one, known))
        return
    one.entry = entry
    state = book.standing(one.company.pk, entry.row, entry.other_files).state
    is_same_customer = known.is_same_customer(entry, one)
    one.arrival = decide_arrival(
        KnownDocument(
            entry.fingerprint,
            state,
            entry.row.file_key,
            frozenset(key for key, _ in entry.other_files),
        ),
        fingerprint=one.fingerprint,
        file_key=one.file_key,
        is_same_xml=state is SdiState.REJECTED and has_same_xml(entry, one),
        is_same_customer=is_same_customer,
    )
    if one.arrival is Arrival.CORRECTED and is_in_use(entry.row):
        one.arrival = Arrival.CONFLICT
    if one.arrival is Arrival.CORRECTED:
        entry.customer = _admit(one, known)
    elif is_same_customer and one.arrival is not Arrival.CONFLICT:
        _admit(one, known, entry.customer)
    note_file_names(one, entry)


def _admit(one: Incoming, known: KnownRows, customer: Customer | None = None) -> Customer:
    """The customer of a document: the one a person chose, else the one its file tells."""
    company, buyer, book = one.company.pk, one.document.buyer, known.customers
    if one.party is not None:
        return book.admit(company, PartyData(), known=book.of_party(one.party.pk))
    hints = hints_of(one.document)
    return book.admit(company, buyer, hints, fallback=one.nobody, known=customer)


def _store_new(arrivals: Sequence[Incoming], batch: ImportBatch | None, book: NoticeBook) -> None:
    rows: list[Document] = []
    for one in arrivals:
        if one.row is None or one.entry is None:
            continue
        one.row.party = one.entry.customer.last().party
        one.row.file, one.row.own_pdf = one.file, one.own_pdf
        apply_standing(one.row, book.standing(one.company.pk, one.row))
        rows.append(one.row)
    Document.objects.bulk_create(rows)
    instalments: list[Instalment] = []
    for one, row in zip(arrivals, rows, strict=True):
        one.instalments = make_instalments(one, row)
        instalments += one.instalments
    Instalment.objects.bulk_create(instalments)
    add_advances(instalments, batch)
    add_collection_holds(instalments)
    add_refusal_holds(rows)
