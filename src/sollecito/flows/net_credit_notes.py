"""Credit notes that name their invoice are netted from it, whichever of the two comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from sollecito.domain.documents import DocumentKind
from sollecito.domain.netting import Cell, find_named, share_out
from sollecito.domain.sdi import SdiState
from sollecito.flows import clock
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.withdraw_messages import withdraw_for_instalments
from sollecito.ledger.models import Allocation, Document, Instalment
from sollecito.ledger.netting_queries import linked_by_hand
from sollecito.ledger.queries import derived_balance, with_derived_balance

NEVER_NAMED = frozenset({NOTE := DocumentKind.CREDIT_NOTE, DocumentKind.PRO_FORMA})
Pair = tuple[Document, Document]
Rows = dict[int, list[Instalment]]


def net_credit_notes(documents: Collection[Document]) -> int:
    """Net again the notes of the customers of documents that came, or whose SdI state changed.

    What comes out does not depend on the order in which they came. A note or an invoice that the
    SdI rejected counts for nothing; what a person linked, or unlinked, stays as it is. Call it in
    the transaction that stored them. Returns how many instalments were touched.
    """
    pairs = _named_pairs({row.party_id for row in documents})
    came = {row.pk for row in documents}
    if not any(row.pk in came for pair in pairs for row in pair):
        return 0
    rows = _lock({row.pk for pair in pairs for row in pair})
    current = _current_shares(pairs, rows)
    decided = linked_by_hand([row.pk for some in rows.values() for row in some])
    cells = _cells(filter(_is_standing, pairs), rows)
    wanted = share_out((cell for cell in cells if cell not in decided), _left(rows, current))
    changed = {cell for cell in {*current, *wanted} if current.get(cell) != wanted.get(cell)}
    _rewrite(changed, wanted, {each.pk: each for some in rows.values() for each in some})
    touched = {pk for cell in changed for pk in cell}
    refresh_balances(touched)
    for company in {note.company_id: note.company for note, _ in pairs}.values():
        withdraw_for_instalments(company, touched)
    return len(touched)


def _named_pairs(parties: Collection[int]) -> list[Pair]:
    """Each note with each invoice that it names, in an order that the documents alone decide."""
    notes = Document.objects.filter(party__in=parties, kind=NOTE).select_related("company")
    naming = [(note, list(_named(note))) for note in notes]
    numbers = {number for _, names in naming for number, _ in names}
    if not numbers:
        return []
    invoices: defaultdict[tuple[int, str, str], list[Document]] = defaultdict(list)
    for row in Document.objects.filter(party__in=parties, number__in=numbers).order_by("pk"):
        if row.kind not in NEVER_NAMED:
            invoices[row.party_id, row.number, row.currency].append(row)
    pairs: dict[tuple[int, int], Pair] = {}
    for note, names in sorted(naming, key=lambda each: (each[0].date, each[0].number)):
        for number, day in names:
            candidates = invoices[note.party_id, number, note.currency]
            place = find_named(day, [row.date for row in candidates])
            if place is not None:
                pairs.setdefault((note.pk, candidates[place].pk), (note, candidates[place]))
    return list(pairs.values())


def _named(note: Document) -> Iterator[tuple[str, date]]:
    for reference in note.references:
        if reference["kind"] == "invoice" and reference["number"] and reference["date"]:
            yield reference["number"], date.fromisoformat(reference["date"])


def _is_standing(pair: Pair) -> bool:
    return all(row.sdi_state != SdiState.REJECTED for row in pair)


def _lock(documents: Collection[int]) -> Rows:
    """Instalments by document, the oldest due first, locked in id order as payments do."""
    mine = Instalment.objects.filter(document__in=documents).order_by("id")
    locked = list(mine.select_for_update().values_list("pk", flat=True))
    found: Rows = defaultdict(list)
    derived: QuerySet[Any] = with_derived_balance(Instalment.objects.filter(pk__in=locked))
    for row in derived.select_related("document").order_by("due_date", "seq"):
        found[row.document_id].append(row)
    return found


def _cells(pairs: Iterable[Pair], rows: Rows) -> Iterator[Cell]:
    for note, invoice in pairs:
        for credit in rows[note.pk]:
            for row in rows[invoice.pk]:
                yield row.pk, credit.pk


def _current_shares(pairs: Iterable[Pair], rows: Rows) -> dict[Cell, Decimal]:
    """What is netted now between the named ones; what a person matched beyond them is theirs."""
    cells = set(_cells(pairs, rows))
    shares: defaultdict[Cell, Decimal] = defaultdict(Decimal)
    active = Allocation.objects.filter(
        credit__in={credit for _, credit in cells}, undone_at__isnull=True, is_by_hand=False
    )
    for instalment, credit, amount in active.values_list("instalment_id", "credit_id", "amount"):
        if (instalment, credit) in cells:
            shares[instalment, credit] += amount
    return dict(shares)


def _left(rows: Rows, current: dict[Cell, Decimal]) -> dict[int, Decimal]:
    """What each instalment has left, as if nothing of ``current`` were netted yet."""
    left = {row.pk: abs(derived_balance(row)) for some in rows.values() for row in some}
    for cell, amount in current.items():
        for pk in cell:
            left[pk] += amount
    return left


def _rewrite(changed: Iterable[Cell], wanted: dict[Cell, Decimal], rows: dict[int, Any]) -> None:
    now = clock.now()
    fresh = []
    for row, credit in sorted(changed):
        old = Allocation.objects.filter(
            instalment=row, credit=credit, undone_at__isnull=True, is_by_hand=False
        )
        old.update(undone_at=now)
        if part := wanted.get((row, credit)):
            day = max(rows[row].document.date, rows[credit].document.date)
            fresh.append(
                Allocation(
                    company_id=rows[row].company_id,
                    instalment_id=row,
                    credit_id=credit,
                    amount=part,
                    date=day,
                    created_at=now,
                )
            )
    Allocation.objects.bulk_create(fresh)
