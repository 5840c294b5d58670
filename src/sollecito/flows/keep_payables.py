"""Quanto dobbiamo noi a un cliente: written by a person, or read in a file where we buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.documents import Problem
from sollecito.domain.money import format_money
from sollecito.flows import audit, clock
from sollecito.flows.field_problems import require_none
from sollecito.flows.touch_instalments import touch_customer
from sollecito.ledger.models import Party, Payable


@dataclass(frozen=True, slots=True)
class Debt:
    """Nostro debito: their document, its date, what it comes to."""

    amount: Decimal
    day: date
    number: str = ""
    due_date: date | None = None
    currency: str = "EUR"
    note: str = ""


def add_payable(party: Party, debt: Debt, *, user: User | None, **more: Any) -> Payable:
    """Keep what the company owes a customer; its automatic reminders look again.

    ``more``: ``source``, ``batch``. Raises FieldsRefusedError (``amount``, ``day``,
    ``due_date``): nothing owed, a day to come, due before it was issued.
    """
    today = clock.today(party.company.time_zone)
    hint = "Controlla le date."
    require_none(
        {
            "amount": Problem("amount", "Serve un importo maggiore di zero.", "Per esempio 100,00.")
            if debt.amount <= 0
            else None,
            "day": Problem("future", "È una data futura.", "Scrivi la data del documento.")
            if debt.day > today
            else None,
            "due_date": Problem("order", "Scade prima della sua data.", hint)
            if debt.due_date and debt.due_date < debt.day
            else None,
        }
    )
    with transaction.atomic():
        row = Payable.objects.create(
            company=party.company,
            party=party,
            number=debt.number.strip()[:60],
            date=debt.day,
            due_date=debt.due_date,
            amount=debt.amount,
            currency=debt.currency,
            note=debt.note.strip()[:300],
            user=user,
            created_at=clock.now(),
            **more,
        )
        touch_customer(party)
        _write_history(row, user, "payable_added", "Nostro debito")
    return row


def settle_payable(row: Payable, *, user: User | None) -> None:
    """Paid otherwise, or no debt after all: it counts no more. Twice changes nothing."""
    _mark(row, user, is_settled=True)


def reopen_payable(row: Payable, *, user: User | None) -> None:
    """Take that back. Twice changes nothing."""
    _mark(row, user, is_settled=False)


def _mark(row: Payable, user: User | None, *, is_settled: bool) -> None:
    with transaction.atomic():
        rows = Payable.objects.filter(pk=row.pk, settled_at__isnull=is_settled)
        if not rows.update(settled_at=clock.now() if is_settled else None):
            return
        touch_customer(row.party)
        words = "Nostro debito pagato o tolto" if is_settled else "Nostro debito di nuovo aperto"
        _write_history(row, user, "payable_settled" if is_settled else "payable_reopened", words)


def _write_history(row: Payable, user: User | None, action: str, words: str) -> None:
    name = f" ({row.number})" if row.number else ""
    text = f"{words}{name}: {format_money(row.amount, row.currency)}."
    audit.record(row.company, user, action, target=f"party:{row.party_id}", text=text)
