"""Registra incasso: several instalments, one amount, and what becomes of the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.imputation import ImputedPart, sum_imputed
from sollecito.domain.settling import (
    CASH_DAYS,
    ClosingKind,
    OpenDebt,
    is_over_cash_limit,
    share_by_law,
)
from sollecito.flows.allocate_money import lock_instalments
from sollecito.flows.check_closing import ClosingOrder
from sollecito.flows.close_debts import close_debts
from sollecito.flows.impute_payment import impute_payment, save_imputed
from sollecito.flows.record_payments import PaymentRefusedError, record_payment
from sollecito.ledger.models import Party, Payment
from sollecito.ledger.queries import derived_balance

CASH = "contanti"
NAMES_NOTHING = (
    "Prima a spese e interessi va solo un incasso del cliente che non dice che cosa paga: "
    "lascia vuoti gli importi delle rate e «Quello che manca»."
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Incasso da registrare.

    ``instalments`` take the amount as art. 1193 c.c. says, unless ``parts`` (id → amount) says how.
    Without instalments it is an advance of ``party``. ``rest``: what closes what is left of the
    instalments that took something. ``is_interest_first``: costs and interest of ``party`` come
    before its capital (art. 1194 c.c.), for money that names nothing.
    """

    amount: Decimal
    day: date
    instalments: Collection[int] = ()
    parts: Mapping[int, Decimal] = field(default_factory=dict)
    party: Party | None = None
    rest: ClosingKind | None = None
    reason: str = ""
    method: str = ""
    note: str = ""
    user: User | None = None
    is_interest_first: bool = False


def receive_money(company: Company, receipt: Receipt) -> Payment:
    """Record a payment; what its instalments do not take stays as the customer's credit.

    Raises ``record_payments.PaymentRefusedError``, ``allocate_money.UnknownInstalmentError``, and
    FieldsRefusedError where the rest may not be given up so.
    """
    with transaction.atomic():
        imputed = _impute(receipt) if receipt.is_interest_first else []
        interest = sum_imputed(imputed)
        parts = dict(receipt.parts) or _share(company, receipt, receipt.amount - interest)
        payment = record_payment(
            company,
            parts,
            amount=receipt.amount,
            day=receipt.day,
            party=receipt.party,
            user=receipt.user,
            method=receipt.method,
            note=receipt.note,
            interest=interest,
        )
        save_imputed(payment, imputed)
        if receipt.rest and parts:
            order = ClosingOrder(
                receipt.rest,
                receipt.day,
                whole=parts,
                reason=receipt.reason,
                user=receipt.user,
                beside=payment,
            )
            close_debts(company, order)
    return payment


def is_cash_over_limit(party_id: int, method: str, amount: Decimal, day: date) -> bool:
    """Whether this cash, with what the customer gave in the week before, is over the limit."""
    if method != CASH:
        return False
    given = Payment.objects.filter(
        party=party_id,
        method=CASH,
        undone_at__isnull=True,
        date__gt=day - CASH_DAYS,
        date__lte=day,
    )
    return is_over_cash_limit(amount, day, given.values_list("date", "amount"))


def _impute(receipt: Receipt) -> list[ImputedPart]:
    if receipt.party is None or receipt.parts or receipt.rest:
        raise PaymentRefusedError(NAMES_NOTHING)
    if receipt.amount <= 0:
        return []  # refused where it is recorded
    return impute_payment(receipt.party, receipt.amount, receipt.day)


def _share(company: Company, receipt: Receipt, amount: Decimal) -> dict[int, Decimal]:
    rows = lock_instalments(company, receipt.instalments)
    debts = (
        OpenDebt(row.pk, row.due_date, row.document.date, left)
        for row in rows
        if (left := derived_balance(row)) > 0
    )
    return share_by_law(amount, debts)
