"""What stands beside instalments now: asked several times for every message, built once.

``fact_queries`` tells what stood on a past day.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from sollecito.accounts.statements import Statement, ids
from sollecito.domain.schedule import HoldFact
from sollecito.domain.sdi import SdiState
from sollecito.dunning.models import Hold
from sollecito.ledger.models import Allocation, Document, Instalment, Payment
from sollecito.ledger.queries import MONEY, NOTHING

_TARGETS = ("instalment", "document", "party")


def _hold_rows(name: str) -> QuerySet[Any, Any]:
    rows = Hold.objects.filter(**{f"{name}__in": ids("keys")}, released_at__isnull=True)
    return rows.order_by("pk").values_list(
        f"{name}_id", "kind", "from_date", "until_date", "amount"
    )


def _allocated_rows(name: str) -> QuerySet[Any, Any]:
    rows = Allocation.objects.filter(**{f"{name}__in": ids("keys")}, undone_at__isnull=True)
    summed: QuerySet[Any, Any] = rows.order_by().values(name).annotate(n=Sum("amount"))
    return summed.values_list(name, "n")


def _paid_rows() -> QuerySet[Any, Any]:
    counted = Allocation.objects.filter(payment=OuterRef("pk"), undone_at__isnull=True)
    used = counted.order_by().values("payment").annotate(n=Sum("amount")).values("n")
    rest = F("amount") - F("interest") - Coalesce(Subquery(used, output_field=MONEY), NOTHING)
    payments = Payment.objects.filter(party__in=ids("keys"), undone_at__isnull=True)
    rows = payments.annotate(rest=rest).order_by().values("party_id", "currency")
    return rows.annotate(total=Sum("rest")).values_list("party_id", "currency", "total")


def _note_rows() -> QuerySet[Any, Any]:
    notes = Instalment.objects.filter(party__in=ids("keys"), amount__lt=0).order_by()
    notes = notes.exclude(document__sdi_state=SdiState.REJECTED)
    return notes.values_list("pk", "party_id", "currency", "amount")


def _pair_rows() -> QuerySet[Any, Any]:
    rows = Document.objects.filter(replaces__isnull=False).order_by()
    return rows.filter(Q(pk__in=ids("keys")) | Q(replaces__in=ids("keys"))).values_list(
        "pk", "date", "replaces_id", "replaces__date", "is_replacement_confirmed"
    )


_HELD = [Statement(partial(_hold_rows, name)) for name in _TARGETS]
_ALLOCATED = {name: Statement(partial(_allocated_rows, name)) for name in ("instalment", "credit")}
_PAID, _NOTES, _PAIRS = Statement(_paid_rows), Statement(_note_rows), Statement(_pair_rows)


def held_now(keys: Collection[tuple[int, int, int]]) -> list[dict[int, list[HoldFact]]]:
    """Holds not lifted, the oldest first: by instalment, by document, by customer."""
    found: list[dict[int, list[HoldFact]]] = []
    for place, statement in enumerate(_HELD):
        mine: dict[int, list[HoldFact]] = {}
        for key, *hold in statement.rows(keys={each[place] for each in keys}):
            mine.setdefault(key, []).append(HoldFact(*hold))
        found.append(mine)
    return found


def allocated_now(name: str, keys: Collection[int]) -> dict[int, Decimal]:
    """Sums of active allocations by the instalment (or credit note) that ``name`` says."""
    return dict(_ALLOCATED[name].rows(keys=keys))


def paid_now(party_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """What is left of payments: customer, currency, sum."""
    return list(_PAID.rows(keys=party_ids))


def notes_of(party_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """Credit notes: instalment, customer, currency, amount."""
    return list(_NOTES.rows(keys=party_ids))


def replacing_pairs(document_ids: Collection[int]) -> list[Any]:
    """Documents that replace one another, as ``ledger.queries.silenced`` reads them."""
    return list(_PAIRS.rows(keys=document_ids))
