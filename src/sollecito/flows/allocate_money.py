"""What every payment does to instalments: lock them, match money, take effect at once.

Instalments are locked in id order, the same rows that the gate before the final dot locks: a
payment committed before the gate stops the message, one committed after it is marked as crossed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sollecito.accounts.models import Company
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.withdraw_messages import label_crossed, withdraw_for_instalments
from sollecito.ledger.models import Allocation, Instalment, Payment
from sollecito.ledger.queries import with_derived_balance


class UnknownInstalmentError(Exception):
    """An instalment that this company does not have."""


def lock_instalments(company: Company, ids: Collection[int]) -> list[Any]:
    """Lock instalments in id order and return them with their derived balances.

    Raises UnknownInstalmentError for one that is not this company's.
    """
    mine = Instalment.objects.filter(company=company, pk__in=ids).order_by("id")
    locked = list(mine.select_for_update().values_list("pk", flat=True))
    if missing := sorted(set(ids) - set(locked)):
        raise UnknownInstalmentError(f"La rata {missing[0]} non c'è in questa azienda.")
    rows = with_derived_balance(Instalment.objects.filter(pk__in=locked))
    return list(rows.select_related("party", "document").order_by("id"))


def allocate(payment: Payment, parts: Mapping[int, Decimal]) -> None:
    """Match ``parts`` (instalment id → amount) of a saved payment."""
    Allocation.objects.bulk_create(
        Allocation(
            company_id=payment.company_id,
            instalment_id=instalment,
            payment=payment,
            amount=part,
            date=payment.date,
            created_at=payment.recorded_at,
        )
        for instalment, part in sorted(parts.items())
    )


def take_effect(company: Company, ids: Collection[int], day: date) -> None:
    """Balances, queued messages and those that crossed, in the payment's own transaction."""
    refresh_balances(ids)
    withdraw_for_instalments(company, ids)
    label_crossed(company, ids, payment_date=day)
