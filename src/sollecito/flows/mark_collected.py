"""Segna come incassate: many instalments at once, taken back in one step."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.money import format_date
from sollecito.flows import audit, clock
from sollecito.flows.allocate_money import allocate, lock_instalments, take_effect
from sollecito.ledger.models import ImportBatch, Payment
from sollecito.ledger.queries import derived_balance


def mark_collected(
    company: Company,
    instalment_ids: Collection[int],
    *,
    day: date,
    user: User | None = None,
    source: str = Payment.Source.HAND,
    note: str = "",
    batch: ImportBatch | None = None,
) -> tuple[str, int]:
    """Segna come incassate: what is left of each instalment counts as collected on ``day``.

    One payment per customer and currency, all with one ``group``, which ``undo_payments`` takes
    back in one step. What has nothing left is passed over. Returns the group and how many
    instalments were collected.
    """
    group = str(uuid.uuid4())
    with transaction.atomic():
        rows = [
            row
            for row in lock_instalments(company, instalment_ids)
            if row.amount > 0 and derived_balance(row) > 0
        ]
        found: dict[tuple[int, str], dict[int, Decimal]] = {}
        for row in rows:
            found.setdefault((row.party_id, row.currency), {})[row.pk] = derived_balance(row)
        payments = {
            key: Payment(
                company=company,
                party_id=key[0],
                currency=key[1],
                date=day,
                amount=sum(parts.values()),
                source=source,
                note=note,
                group=group,
                batch=batch,
                user=user,
                recorded_at=clock.now(),
            )
            for key, parts in found.items()
        }
        Payment.objects.bulk_create(payments.values())
        for key, parts in found.items():
            allocate(payments[key], parts)
        take_effect(company, [row.pk for row in rows], day)
        text = f"{len(rows)} rate segnate come incassate al {format_date(day)}. {note}".strip()
        audit.record(company, user, "marked_collected", target=f"payments:{group}", text=text)
    return group, len(rows)
