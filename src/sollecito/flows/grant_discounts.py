"""Sconto per pagamento anticipato: paid in time less the discount is paid in full."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from sollecito.domain.settling import ClosingKind, earned_discount
from sollecito.flows.check_closing import ClosingOrder
from sollecito.flows.close_debts import close_debts
from sollecito.ledger.models import Payment
from sollecito.ledger.queries import derived_balance


def grant_discounts(payment: Payment, rows: Collection[Any]) -> None:
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
