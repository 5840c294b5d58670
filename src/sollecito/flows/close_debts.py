"""Abbuono, stralcio, ritenuta subita, spese, sconto, compensazione: closings without money.

An entry of its own, never counted as money that came in, taken back as a payment is.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.money import format_money
from sollecito.domain.settling import NAMES, ClosingKind, earned_discount, needs_approval
from sollecito.dunning.models import Closing
from sollecito.flows import audit, clock
from sollecito.flows.allocate_money import allocate, lock_instalments
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.touch_instalments import touch_customers
from sollecito.flows.withdraw_messages import withdraw_for_instalments
from sollecito.ledger.models import Payment
from sollecito.ledger.queries import derived_balance


@dataclass(frozen=True, slots=True)
class ClosingOrder:
    """Ordine di chiusura: what kind, on which day, why, who approved it, who writes it.

    ``parts``: instalment id → what is closed of it; an instalment named in ``whole`` closes for
    all that is left. ``beside``: the payment that it came with, undone together.
    """

    kind: ClosingKind
    day: date
    parts: Mapping[int, Decimal] = field(default_factory=dict)
    whole: Collection[int] = ()
    reason: str = ""
    approved_by: str = ""
    user: User | None = None
    beside: Payment | None = None


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
        _check(company, rows, parts, order)
        touched = [row for row in rows if row.pk in parts]
        for (party, currency), some in _by_customer(touched).items():
            taken = {pk: parts[pk] for pk in some}
            entry = _write(company, order, taken, group=group, party=party, currency=currency)
            _write_history(entry, order, parts, some)
        refresh_balances(parts)
        withdraw_for_instalments(company, parts)
        touch_customers(row.party_id for row in touched)
    return group, len(parts)


def close_early_discounts(payment: Payment, rows: Collection[Any]) -> None:
    """Where money came in time, the agreed discount closes the rest (ScontoPagamentoAnticipato).

    ``rows`` are instalments locked with their balances *before* the payment's allocations. Call
    it in the payment's transaction, after them.
    """
    paid = dict(payment.allocations.values_list("instalment_id", "amount"))
    parts = {}
    for row in rows:
        rest = derived_balance(row) - paid.get(row.pk, Decimal(0))
        terms = {"discount": row.discount_amount, "until": row.discount_until}
        if discount := earned_discount(rest, **terms, day=payment.date):
            parts[row.pk] = discount
    if parts:
        order = ClosingOrder(
            ClosingKind.DISCOUNT, payment.date, parts, user=payment.user, beside=payment
        )
        close_debts(payment.company, order)


def _parts(rows: list[Any], order: ClosingOrder) -> dict[int, Decimal]:
    whole = set(order.whole)
    return {
        row.pk: derived_balance(row) if row.pk in whole else order.parts[row.pk]
        for row in rows
        if row.amount > 0 and (derived_balance(row) > 0 or row.pk not in whole)
    }


def _check(
    company: Company, rows: list[Any], parts: Mapping[int, Decimal], order: ClosingOrder
) -> None:
    for row in rows:
        left = derived_balance(row)
        if row.pk in parts and not 0 < parts[row.pk] <= left:
            most = format_money(max(left, Decimal(0)), row.currency)
            words = f"Della rata {row.seq} di {row.document.number} restano {most}."
            problem = Problem("too_much", words, "Scrivi un importo fra un centesimo e quello.")
            raise FieldsRefusedError({"amount": problem})
    limit = company.allowance_limit
    if not any(needs_approval(order.kind, part, limit) for part in parts.values()):
        return
    beyond = f"Oltre {format_money(limit)} serve: resta scritto, e si può sempre annullare."
    missing = {
        "reason": (order.reason, "Manca il motivo."),
        "approved_by": (order.approved_by, "Manca chi l'ha approvato."),
    }
    if problems := {
        name: Problem(f"{name}_missing", words, beyond)
        for name, (text, words) in missing.items()
        if not text.strip()
    }:
        raise FieldsRefusedError(problems)


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
