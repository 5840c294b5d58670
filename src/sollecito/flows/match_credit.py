"""Match a credit note by hand: what it credits comes off an instalment of the same customer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.money import format_money
from sollecito.flows import audit, clock
from sollecito.flows.allocate_money import lock_instalments
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.touch_instalments import touch_customer
from sollecito.flows.withdraw_messages import withdraw_for_instalments
from sollecito.ledger.models import Allocation, Instalment
from sollecito.ledger.queries import derived_balance


class CreditRefusedError(Exception):
    """Nothing was matched; the message says why and what to do."""


def match_credit(
    credit: Instalment,
    instalment: Instalment,
    *,
    amount: Decimal | None = None,
    user: User | None = None,
) -> Allocation:
    """Take ``amount`` of a credit note's instalment off another instalment.

    Without ``amount`` as much as both have left. Raises CreditRefusedError: not a credit note,
    another customer or currency, nothing left, more than is left of either; and
    ``allocate_money.UnknownInstalmentError`` for one of another company.
    """
    company = credit.company
    with transaction.atomic():
        locked = {row.pk: row for row in lock_instalments(company, {credit.pk, instalment.pk})}
        note, row = locked[credit.pk], locked[instalment.pk]
        left, wanted = -derived_balance(note), derived_balance(row)
        part = min(left, wanted) if amount is None else amount
        _check(note, row)
        _check_amount(part, left=left, wanted=wanted, currency=row.currency)
        allocation = Allocation.objects.create(
            company=company,
            instalment=row,
            credit=note,
            amount=part,
            date=clock.today(company.time_zone),
            created_at=clock.now(),
            is_by_hand=True,
        )
        refresh_balances(locked)
        withdraw_for_instalments(company, locked)
        touch_customer(row.party)
        _write_history(company, note, row, user, format_money(part, row.currency))
    return allocation


def match_credits(
    credit: Instalment, parts: Mapping[int, Decimal], *, user: User | None = None
) -> None:
    """Take parts (instalment id → amount) of a credit note off several instalments, all or none.

    Raises as ``match_credit``.
    """
    if not parts:
        raise CreditRefusedError("Scrivi quanto abbinare, almeno a una rata.")
    with transaction.atomic():
        rows = lock_instalments(credit.company, {credit.pk, *parts})
        for row in rows:
            if row.pk in parts:
                match_credit(credit, row, amount=parts[row.pk], user=user)


def _check(note: Instalment, row: Instalment) -> None:
    if note.amount >= 0 or row.amount <= 0:
        raise CreditRefusedError("Si abbina una nota di credito a una rata da incassare.")
    if (note.party_id, note.currency) != (row.party_id, row.currency):
        raise CreditRefusedError("Nota di credito e rata sono di clienti o valute diverse.")


def _check_amount(part: Decimal, *, left: Decimal, wanted: Decimal, currency: str) -> None:
    if left <= 0:
        raise CreditRefusedError("Della nota di credito non resta niente da abbinare.")
    if wanted <= 0:
        raise CreditRefusedError("Rata già saldata: scegline un'altra.")
    if not 0 < part <= min(left, wanted):
        most = format_money(min(left, wanted), currency)
        raise CreditRefusedError(f"Si possono abbinare al massimo {most}.")


def _write_history(
    company: Company, note: Instalment, row: Instalment, user: User | None, money: str
) -> None:
    text = f"Nota di credito {note.document.number} abbinata a {row.document.number}: {money}."
    for target in (f"instalment:{note.pk}", f"instalment:{row.pk}"):
        audit.record(company, user, "credit_matched", target=target, text=text)
