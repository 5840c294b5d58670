"""Promesse: recorded with their date and amount, and counted kept or broken by the payments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.accounts.queries import work_calendar
from sollecito.domain.money import format_date, format_money
from sollecito.domain.working_days import add_working_days
from sollecito.dunning.models import Hold, Promise
from sollecito.flows import audit, clock
from sollecito.flows.hold_reminders import Held, hold_reminders, release_hold
from sollecito.flows.planning.deciding import PlanProblem, name_broken
from sollecito.ledger.models import Instalment, Party
from sollecito.ledger.queries import derived_balance, with_derived_balance

GRACE_WORKING_DAYS = 3
WITH_TARGET = ("hold__instalment__company", "hold__document__company", "hold__party__company")


class PromiseRefusedError(Exception):
    """Nothing was recorded; the message says why."""


def promise_payment(
    target: Held, *, day: date, amount: Decimal | None, reason: str = "", user: User | None
) -> Promise:
    """Hold reminders until three working days after the day promised.

    ``amount`` is the whole balance where none is named. Raises PromiseRefusedError.
    """
    company = target.company
    today = clock.today(company.time_zone)
    if day < today:
        raise PromiseRefusedError("La data promessa è già passata: scrivine una da oggi in poi.")
    with transaction.atomic():
        until = add_working_days(day, GRACE_WORKING_DAYS, work_calendar(company))
        owed, party, currency = _owed(target)
        promised = amount or owed
        if not Decimal(0) < promised <= owed:
            most = format_money(owed, currency)
            raise PromiseRefusedError(f"Si può promettere da un centesimo a {most}.")
        money = format_money(promised, currency)
        words = f"{money} entro il {format_date(day)}. {reason}".strip()
        hold = hold_reminders(target, Hold.Kind.PROMISE, user=user, until=until, reason=words)
        return Promise.objects.create(
            company=company,
            party=party,
            hold=hold,
            date=day,
            amount=promised,
            currency=currency,
            owed=owed,
        )


def settle_promises(company: Company, problems: list[PlanProblem] | None = None) -> int:
    """Count promises kept or broken: at once when the money came, else when their time is over.

    Returns how many were settled. Twice changes nothing. One that breaks is added to
    ``problems`` and stops nothing; without that list it is raised.
    """
    today = clock.today(company.time_zone)
    settled = 0
    open_ones = Promise.objects.filter(company=company, status=Promise.Status.OPEN)
    for promise in open_ones.select_related(*WITH_TARGET, "party", "company"):
        try:
            with transaction.atomic():
                settled += _settle(promise, today)
        except Exception as error:
            if problems is None:
                raise
            problems.append(name_broken(_first_of(promise), error))
    return settled


def _first_of(promise: Promise) -> int:
    """The instalment by which a promise is named; the first of its customer, 0 without any."""
    if promise.hold.instalment_id:
        return promise.hold.instalment_id
    rows = Instalment.objects.filter(party=promise.party_id).order_by("pk")
    return rows.values_list("pk", flat=True).first() or 0


def _settle(promise: Promise, today: date) -> bool:
    hold = promise.hold
    owed, _party, _currency = _owed(target_of(hold))
    came = promise.owed - owed
    if hold.released_at is not None:
        status = Promise.Status.WITHDRAWN if came < promise.amount else Promise.Status.KEPT
    elif came >= promise.amount:
        status = Promise.Status.KEPT
    elif hold.until_date is not None and hold.until_date < today:
        status = Promise.Status.BROKEN
    else:
        return False
    promise.status, promise.settled_date = status, today
    promise.save(update_fields=["status", "settled_date"])
    if status != Promise.Status.WITHDRAWN:
        release_hold(hold, user=None)
    words = f"Promessa del {format_date(promise.date)}: {promise.get_status_display()}."
    audit.record(
        promise.company, None, f"promise_{status}", target=f"party:{promise.party_id}", text=words
    )
    return True


def target_of(hold: Hold) -> Held:
    """What a hold is set on."""
    found = hold.instalment or hold.document or hold.party
    if found is None:
        raise PromiseRefusedError("Il blocco non riguarda più nulla.")
    return found


def _owed(target: Held) -> tuple[Decimal, Party, str]:
    """What is left of the target, whose it is, in its first currency."""
    name = type(target).__name__.lower()
    rows = Instalment.objects.filter(amount__gt=0)
    rows = rows.filter(pk=target.pk) if name == "instalment" else rows.filter(**{name: target})
    found = list(with_derived_balance(rows).select_related("party").order_by("due_date", "pk"))
    if not found:
        raise PromiseRefusedError("Non c'è nulla da pagare qui.")
    currency = found[0].currency
    mine = [derived_balance(row) for row in found if row.currency == currency]
    return sum((max(balance, Decimal(0)) for balance in mine), Decimal(0)), found[0].party, currency
