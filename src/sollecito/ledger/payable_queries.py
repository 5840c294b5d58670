"""What the company owes its customers: per customer and one by one, less what was compensated."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from sollecito.accounts.bulk import among
from sollecito.domain.money import to_cents
from sollecito.ledger.models import OffsetPart, Party, Payable
from sollecito.ledger.queries import MONEY, NOTHING


def open_payables(party_ids: Collection[int]) -> QuerySet[Any]:
    """Debts towards these customers with something left, the oldest first; ``left`` on each."""
    used = OffsetPart.objects.filter(payable=OuterRef("pk"), payment__undone_at__isnull=True)
    total = used.order_by().values("payable").annotate(n=Sum("amount")).values("n")
    rest = F("amount") - Coalesce(Subquery(total, output_field=MONEY), NOTHING)
    rows = Payable.objects.filter(party__in=among(party_ids), settled_at__isnull=True)
    return rows.annotate(left=rest).filter(left__gt=0).order_by("date", "pk")


def payables_of(party: Party) -> list[tuple[Payable, Decimal]]:
    """What is left of each debt towards a customer."""
    return [(row, to_cents(row.left)) for row in open_payables([party.pk])]


def owed_by_us(
    party_ids: Collection[int], as_of: date | None = None
) -> dict[tuple[int, str], Decimal]:
    """What the company owes, by customer and currency; who is owed nothing is left out."""
    rows = open_payables(party_ids).order_by()
    if as_of:
        rows = rows.filter(date__lte=as_of)
    found: dict[tuple[int, str], Decimal] = {}
    for party, currency, left in rows.values_list("party_id", "currency", "left"):
        found[party, currency] = found.get((party, currency), Decimal(0)) + to_cents(left)
    return found
