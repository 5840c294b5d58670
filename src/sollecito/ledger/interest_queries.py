"""What came in on instalments after they were due: the capital by day, interest and costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from sollecito.domain.interest import PartPayment
from sollecito.domain.money import to_cents
from sollecito.ledger.models import Allocation, Document, InterestTaken


def late_payments(ids: Iterable[int]) -> dict[int, list[PartPayment]]:
    """What was allocated to each instalment and not undone, by day."""
    found: dict[int, list[PartPayment]] = defaultdict(list)
    rows = Allocation.objects.filter(instalment__in=list(ids), undone_at__isnull=True)
    for pk, day, amount in rows.order_by("date").values_list("instalment", "date", "amount"):
        found[pk].append(PartPayment(day, amount))
    return found


def interest_collected(ids: Collection[int], until: date | None) -> dict[int, Decimal]:
    """Interest that payments up to a day, or all of them, collected; by instalment."""
    return _summed(_taken(until).filter(instalment__in=ids), "instalment", "interest")


def costs_collected(document_ids: Collection[int], until: date | None) -> dict[int, Decimal]:
    """Costs that payments up to a day, or all of them, collected; by document."""
    rows = _taken(until).filter(instalment__document__in=document_ids)
    return _summed(rows, "instalment__document", "costs")


def has_interest_taken(documents: Collection[int] | QuerySet[Document]) -> bool:
    """Whether a payment collected interest or costs of one of these documents."""
    return _taken(None).filter(instalment__document__in=documents).exists()


def _taken(until: date | None) -> QuerySet[InterestTaken]:
    rows = InterestTaken.objects.filter(payment__undone_at__isnull=True)
    return rows.filter(payment__date__lte=until) if until else rows


def _summed(rows: QuerySet[InterestTaken], key: str, column: str) -> dict[int, Decimal]:
    summed: QuerySet[Any, Any] = rows.order_by().values(key).annotate(total=Sum(column))
    return {pk: to_cents(total) for pk, total in summed.values_list(key, "total")}
