"""Abbuono, stralcio, ritenuta subita, spese, sconto, compensazione: closings without money.

An entry of its own, never counted as money that came in, taken back as a payment is.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from sollecito.accounts.models import Company
from sollecito.domain.money import format_money
from sollecito.domain.settling import NAMES
from sollecito.dunning.models import Closing
from sollecito.flows import audit, clock
from sollecito.flows.allocate_money import allocate, lock_instalments
from sollecito.flows.check_closing import ClosingOrder, check_closing
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.touch_instalments import touch_customers
from sollecito.flows.withdraw_messages import withdraw_for_instalments
from sollecito.ledger.models import Payment
from sollecito.ledger.queries import derived_balance


def close_debts(company: Company, order: ClosingOrder) -> tuple[str, int]:
    """Close what is left of instalments without money; they are reminded no more.

    What has nothing left is passed over. Returns the group for ``undo_group`` and how many
    instalments were touched. Raises FieldsRefusedError (``amount``, ``reason``, ``approved_by``):
    more than is left, or given up beyond the company's limit without reason and approval; and
    ``allocate_money.UnknownInstalmentError``.
    """
    group = str(uuid.uuid4())
    with transaction.atomic():
        rows = lock_instalments(company, {*order.parts, *order.whole})
        parts = _parts(rows, order)
        check_closing(company, rows, parts, order)
        touched = [row for row in rows if row.pk in parts]
        for (party, currency), some in _by_customer(touched).items():
            taken = {pk: parts[pk] for pk in some}
            entry = _write(company, order, taken, group=group, party=party, currency=currency)
            _write_history(entry, order, parts, some)
        refresh_balances(parts)
        withdraw_for_instalments(company, parts)
        touch_customers(row.party_id for row in touched)
    return group, len(parts)


def _parts(rows: list[Any], order: ClosingOrder) -> dict[int, Decimal]:
    whole = set(order.whole)
    return {
        row.pk: derived_balance(row) if row.pk in whole else order.parts[row.pk]
        for row in rows
        if row.amount > 0 and (derived_balance(row) > 0 or row.pk not in whole)
    }


def _by_customer(rows: list[Any]) -> dict[tuple[int, str], list[int]]:
    found: dict[tuple[int, str], list[int]] = {}
    for row in rows:
        found.setdefault((row.party_id, row.currency), []).append(row.pk)
    return found


def _write(
    company: Company,
    order: ClosingOrder,
    parts: Mapping[int, Decimal],
    *,
    group: str,
    party: int,
    currency: str,
) -> Payment:
    entry = Payment.objects.create(
        company=company,
        party_id=party,
        date=order.day,
        amount=sum(parts.values(), Decimal(0)),
        currency=currency,
        note=order.reason.strip()[:300],
        source=order.kind.value,
        group=group,
        user=order.user,
        recorded_at=clock.now(),
    )
    allocate(entry, parts)
    Closing.objects.create(
        company=company,
        payment=entry,
        beside=order.beside,
        reason=order.reason.strip()[:300],
        approved_by=order.approved_by.strip()[:100],
    )
    return entry


def _write_history(
    entry: Payment, order: ClosingOrder, parts: Mapping[int, Decimal], ids: list[int]
) -> None:
    for pk in ids:
        text = f"{NAMES[order.kind]}: {format_money(parts[pk], entry.currency)}."
        if order.reason.strip():
            text += f" Motivo: {order.reason.strip()}."
        if order.approved_by.strip():
            text += f" Approvato da {order.approved_by.strip()}."
        details = {"payment": entry.pk}
        audit.record(
            entry.company,
            order.user,
            "debt_closed",
            target=f"instalment:{pk}",
            text=text,
            details=details,
        )
