"""What the bank said, in sets: movements, statements, how far they go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from sollecito.accounts.models import Company
from sollecito.domain.movements import Movement
from sollecito.domain.same_movement import PENDING_DAYS, KnownMovement
from sollecito.ledger.models import BankMovement, BankStatement

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


def statements_until(company: Company, today: date) -> date | None:
    """The last day that an imported statement speaks of, at most today."""
    rows = BankStatement.objects.filter(company=company)
    until: date | None = rows.aggregate(last=Max("until"))["last"]
    return min(until, today) if until else None
