"""What credit notes were netted with, and what of it a person decided."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from sollecito.domain.netting import Cell
from sollecito.ledger.models import Allocation, Document, Instalment


def netted_partners(documents: QuerySet[Document]) -> set[int]:
    """Instalments of other documents that these were netted with: deleting these changes them."""
    active = Allocation.objects.filter(undone_at__isnull=True, credit__isnull=False)
    by_note = active.filter(credit__document__in=documents)
    by_invoice = active.filter(instalment__document__in=documents)
    others = set(by_note.values_list("instalment_id", flat=True))
    others |= set(by_invoice.values_list("credit_id", flat=True))
    own = Instalment.objects.filter(document__in=documents, pk__in=others)
    return others - set(own.values_list("pk", flat=True))


def linked_by_hand(ids: Collection[int]) -> set[Cell]:
    """Pairs (instalment, note) of these notes that a person matched or undid."""
    rows = Allocation.objects.filter(credit__in=ids, is_by_hand=True)
    return {(row, note) for row, note in rows.values_list("instalment_id", "credit_id") if note}
