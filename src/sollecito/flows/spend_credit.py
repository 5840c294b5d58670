"""Abbina credito: money of a customer that closed nothing yet goes to its instalments."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from sollecito.accounts.models import Company, User
from sollecito.domain.money import format_money, to_cents
from sollecito.flows import audit, clock
from sollecito.flows.allocate_money import lock_instalments, take_effect
from sollecito.flows.match_credit import CreditRefusedError
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.touch_instalments import touch_customer
from sollecito.flows.withdraw_messages import withdraw_for_instalments
from sollecito.ledger.models import Allocation, Payment
from sollecito.ledger.queries import derived_balance


def spend_credit(payment: Payment, parts: Mapping[int, Decimal], *, user: User | None) -> None:
    """Match what is left of a payment to instalments (id → amount) of the same customer.

    Raises CreditRefusedError: nothing or too little left, another customer or currency, more
    than an instalment has left; and ``allocate_money.UnknownInstalmentError``.
    """
    company = payment.company
    with transaction.atomic():
        rows = lock_instalments(company, parts)
        held = Payment.objects.select_for_update().get(pk=payment.pk)
        _check(held, rows, parts)
        now = clock.now()
        Allocation.objects.bulk_create(
            Allocation(
                company=company,
                instalment_id=pk,
                payment=held,
                amount=part,
                date=held.date,
                created_at=now,
            )
            for pk, part in sorted(parts.items())
        )
        take_effect(company, list(parts), clock.today(company.time_zone))
        touch_customer(held.party)
        for row in rows:
            money = format_money(parts[row.pk], held.currency)
            text = f"Credito abbinato a {row.document.number}: {money}."
            _write_history(company, user, row.pk, text, held.pk)


def undo_allocation(allocation: Allocation, *, user: User | None) -> None:
    """Annulla abbinamento: what it matched is credit again. Twice changes nothing."""
    company = allocation.company
    ids = {allocation.instalment_id} | ({allocation.credit_id} if allocation.credit_id else set())
    with transaction.atomic():
        rows = {row.pk: row for row in lock_instalments(company, ids)}
        active = Allocation.objects.filter(pk=allocation.pk, undone_at__isnull=True)
        if not active.update(undone_at=clock.now(), is_by_hand=True):
            return
        row = rows[allocation.instalment_id]
        refresh_balances(ids)
        withdraw_for_instalments(company, ids)
        touch_customer(row.party)
        money = format_money(allocation.amount, row.currency)
        text = f"Abbinamento di {money} a {row.document.number} annullato: torna a credito."
        for pk in sorted(ids):
            _write_history(company, user, pk, text, allocation.payment_id)


def left_of(payment: Payment) -> Decimal:
    """What of a payment is matched to nothing."""
    active = payment.allocations.filter(undone_at__isnull=True)
    used = active.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return to_cents(payment.capital - used)


def _check(payment: Payment, rows: list[Any], parts: Mapping[int, Decimal]) -> None:
    left = Decimal(0) if payment.undone_at else left_of(payment)
    if left <= 0:
        raise CreditRefusedError("Di questo credito non resta niente da abbinare.")
    if not parts or any(part <= 0 for part in parts.values()):
        raise CreditRefusedError("Scrivi quanto abbinare, almeno a una rata.")
    if sum(parts.values(), Decimal(0)) > left:
        most = format_money(left, payment.currency)
        raise CreditRefusedError(f"Si possono abbinare al massimo {most}.")
    for row in rows:
        if (row.party_id, row.currency) != (payment.party_id, payment.currency):
            raise CreditRefusedError("Il credito e la rata sono di clienti o valute diverse.")
        if parts[row.pk] > derived_balance(row):
            most = format_money(max(derived_balance(row), Decimal(0)), row.currency)
            raise CreditRefusedError(
                f"Della rata {row.seq} di {row.document.number} restano {most}."
            )


def _write_history(
    company: Company, user: User | None, instalment: int, text: str, payment: int | None
) -> None:
    audit.record(
        company,
        user,
        "credit_matched",
        target=f"instalment:{instalment}",
        text=text,
        details={"payment": payment},
    )
