"""What the bank said, in sets: movements, statements, how far they go."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, QuerySet

from sollecito.accounts.models import Company
from sollecito.domain.movements import Movement
from sollecito.domain.same_movement import PENDING_DAYS, KnownMovement
from sollecito.ledger.models import (
    Allocation,
    BankMovement,
    BankStatement,
    Instalment,
    MovementMatch,
    Party,
)
from sollecito.ledger.queries import names_text, open_instalments

KEPT = tuple(each.name for each in fields(Movement) if each.name not in {"is_pending", "line"})
Status = BankMovement.Status


def movement_of(row: BankMovement) -> Movement:
    """A row as the value that formats and rules speak of."""
    values: dict[str, Any] = {name: getattr(row, name) for name in KEPT}
    return Movement(**values, is_pending=row.status == Status.PENDING)


def known_movements(company: Company, movements: Iterable[Movement]) -> list[KnownMovement]:
    """Movements of the same days and amounts as those that come, the oldest first."""
    some = list(movements)
    if not some:
        return []
    days = [each.booking_date for each in some]
    rows = BankMovement.objects.filter(
        company=company,
        booking_date__gte=min(days) - timedelta(days=PENDING_DAYS),
        booking_date__lte=max(days) + timedelta(days=PENDING_DAYS),
    )
    amounts = {each.amount for each in some}
    return [
        KnownMovement(row.pk, row.statement.format, movement_of(row))
        for row in rows.select_related("statement").order_by("pk")
        if row.amount in amounts
    ]


def listed_movements(company: Company, status: str = "") -> QuerySet[BankMovement]:
    """Movements of a company, the newest first."""
    rows = BankMovement.objects.filter(company=company).order_by("-booking_date", "-id")
    return rows.filter(status=status) if status else rows


def movements_to_review(company: Company) -> QuerySet[BankMovement]:
    """What waits for a person: money that came in, and effects that came back."""
    came, returned = Q(amount__gt=0, is_return=False), Q(amount__lt=0, is_return=True)
    return listed_movements(company, Status.OPEN).filter(came | returned)


def statements_until(company: Company, today: date) -> date | None:
    """The last day that an imported statement speaks of, at most today."""
    rows = BankStatement.objects.filter(company=company)
    until: date | None = rows.aggregate(last=Max("until"))["last"]
    return min(until, today) if until else None


def matched_parts(movements: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """What movements were matched to: instalments, score and reason, by movement."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = MovementMatch.objects.filter(
        movement__in=movements, payment__undone_at__isnull=True
    ).order_by("pk")
    allocated: dict[int, list[int]] = {}
    for payment, instalment in Allocation.objects.filter(
        payment__movement_match__movement__in=movements, undone_at__isnull=True
    ).values_list("payment_id", "instalment_id"):
        allocated.setdefault(payment, []).append(instalment)
    for row in rows:
        settled = allocated.get(row.payment_id, [])
        if row.movement_id in found:  # shared out, or something closed beside the money
            one = found[row.movement_id][0]
            one["instalments"] = sorted({*one["instalments"], *settled})
            continue
        found[row.movement_id] = [
            {"instalments": sorted(settled), "score": row.score, "reason": row.reason}
        ]
    return found


def payable_with(
    company: Company, currency: str, text: str, amount: Decimal | None
) -> QuerySet[Instalment]:
    """Open instalments in a currency that a text names: customer, number, or an amount.

    ``amount`` is the text read as money, where it is some.
    """
    rows = open_instalments(company).filter(currency=currency)
    wanted = Q(pk__in=())
    if text:
        wanted |= names_text(company, text)
    if amount is not None:
        wanted |= Q(balance=amount) | Q(amount=amount) | Q(document__total=amount)
    return rows.filter(wanted).order_by("party__name", "due_date", "pk")


def customers_named(company: Company, text: str) -> QuerySet[Party]:
    """Customers whose name or tax code holds a text."""
    named = Q(name__icontains=text) | Q(vat_number=text) | Q(tax_code__iexact=text)
    return Party.objects.filter(named, company=company).order_by("name")
