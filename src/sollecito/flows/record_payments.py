"""Registra incasso: money in, matched to instalments, effective at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.money import format_date, format_money
from sollecito.flows import audit, clock
from sollecito.flows.allocate_money import (
    UnknownInstalmentError,
    allocate,
    lock_instalments,
    take_effect,
)
from sollecito.flows.grant_discounts import grant_discounts
from sollecito.flows.touch_instalments import touch_customer
from sollecito.ledger.models import Instalment, Party, Payment
from sollecito.ledger.queries import derived_balance


class PaymentRefusedError(Exception):
    """Nothing was recorded; the message says why and what to do."""


def record_payment(
    company: Company,
    parts: Mapping[int, Decimal],
    *,
    amount: Decimal,
    day: date,
    party: Party | None = None,
    user: User | None = None,
    **more: Any,
) -> Payment:
    """Record one payment of a customer and match it to instalments.

    Args:
        company: whose ledger.
        parts: instalment id → what of the payment is matched to it, more than 0. May be empty:
            the money then stays as the customer's credit, and ``party`` says whose.
        amount: what came in; what ``parts`` leave stays as credit. Where it came in time for an
            early-payment discount and nothing else is missing, the discount closes the rest.
        day: of the payment.
        party: the customer, needed only without ``parts``.
        user: who records.
        more: ``method``, ``note``, ``source``, ``group``, ``batch``, ``interest`` of
            ``ledger.Payment``.

    Raises:
        PaymentRefusedError: more than is left of an instalment, several customers or
            currencies, nothing to record.
    """
    with transaction.atomic():
        rows = _lock(company, parts)
        _check(rows, parts, amount)
        owner = rows[0].party if rows else party
        if owner is None:
            raise PaymentRefusedError("Scegli il cliente che ha pagato.")
        payment = Payment.objects.create(
            company=company,
            party=owner,
            date=day,
            amount=amount,
            currency=rows[0].currency if rows else str(more.pop("currency", "EUR")),
            user=user,
            recorded_at=clock.now(),
            **{"source": Payment.Source.HAND, **more},
        )
        allocate(payment, parts)
        take_effect(company, list(parts), day)
        grant_discounts(payment, rows)
        touch_customer(owner)  # its credit and what it owes overdue are other now
        _write_history(payment, rows, user)
    return payment


def pay_instalment(
    instalment: Instalment, *, amount: Decimal, day: date, user: User | None = None, **more: Any
) -> Payment:
    """Record what came in for one instalment; what exceeds it stays as the customer's credit.

    Raises PaymentRefusedError where nothing is left of it, or the amount is not positive.
    """
    with transaction.atomic():
        row = _lock(instalment.company, {instalment.pk: amount})[0]
        part = min(amount, max(derived_balance(row), Decimal(0)))
        parts = {row.pk: part if part > 0 else amount}
        return record_payment(row.company, parts, amount=amount, day=day, user=user, **more)


def _lock(company: Company, parts: Mapping[int, Decimal]) -> list[Any]:
    try:
        return lock_instalments(company, parts)
    except UnknownInstalmentError as error:
        raise PaymentRefusedError(str(error)) from error


def _check(rows: list[Any], parts: Mapping[int, Decimal], amount: Decimal) -> None:
    if amount <= 0 or any(part <= 0 for part in parts.values()):
        raise PaymentRefusedError("L'importo deve essere maggiore di zero.")
    if len({(row.party_id, row.currency) for row in rows}) > 1:
        raise PaymentRefusedError("Un incasso è di un solo cliente e di una sola valuta.")
    if sum(parts.values(), Decimal(0)) > amount:
        raise PaymentRefusedError("La somma abbinata supera l'incasso: correggi gli importi.")
    for row in rows:
        left = derived_balance(row)
        if left <= 0:
            raise PaymentRefusedError(f"Rata già saldata: {row.document.number}, rata {row.seq}.")
        if parts[row.pk] > left:
            raise PaymentRefusedError(
                f"Della rata {row.seq} di {row.document.number} restano "
                f"{format_money(left, row.currency)}: abbina al massimo quelli."
            )


def _write_history(payment: Payment, rows: list[Any], user: User | None) -> None:
    money = format_money(payment.amount, payment.currency)
    text = f"Incasso di {money} del {format_date(payment.date)}."
    if payment.interest:
        taken = format_money(payment.interest, payment.currency)
        text += f" A spese e interessi (art. 1194 c.c.): {taken}."
    targets = [f"instalment:{row.pk}" for row in rows] or [f"party:{payment.party_id}"]
    for target in targets:
        details = {"payment": payment.pk}
        audit.record(
            payment.company, user, "payment_recorded", target=target, text=text, details=details
        )
