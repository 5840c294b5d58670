"""Programmes for tests: policies saved through the flow, and days that are played."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sollecito.accounts.models import Company
from sollecito.domain import policies as values
from sollecito.dunning.models import CompanyTouch, Draft, NextLook, Policy, Reminder
from sollecito.flows import clock
from sollecito.flows.approve_reminders import Approval, approve_reminders
from sollecito.flows.run_programmes import RunOutcome, run_programmes
from sollecito.flows.save_policy import save_policy


def add_policy(
    company: Company, *offsets: int, name: str = "Prova", repeat: int | None = None, **more: Any
) -> Policy:
    """A default policy with a step at each offset, the last one repeated every ``repeat`` days."""
    more.setdefault("minimum_balance", Decimal(0))
    steps = tuple(
        values.Step(
            values.StepKind.PRE_DUE if offset < 0 else values.StepKind.REMINDER,
            offset,
            repeat_days=repeat if offset == max(offsets) else None,
        )
        for offset in offsets
    )
    value = values.Policy(name, more.pop("steps", steps), **more)
    return save_policy(company, value, user=None, is_default=True)


def plan_on(company: Company, day: date, **more: Any) -> RunOutcome:
    """A run, as if it were ``day``."""
    with clock.pretend(day):
        return run_programmes(company, **more)


def approve_on(company: Company, day: date, contents: Sequence[int] | None = None) -> Approval:
    """A person approves every open draft, as if it were ``day``."""
    found = contents if contents is not None else open_drafts(company)
    with clock.pretend(day):
        return approve_reminders(company, found, user=None)


def open_drafts(company: Company) -> list[int]:
    """Content ids of the drafts nobody decided on."""
    return list(Draft.objects.filter(company=company, is_open=True).values_list("pk", flat=True))


def issued_days(instalment: int) -> list[date | None]:
    """The days on which an instalment was reminded."""
    rows = Reminder.objects.filter(instalment=instalment, is_void=False, issued_date__isnull=False)
    return list(rows.order_by("issued_date").values_list("issued_date", flat=True))


def forget_events(company: Company) -> None:
    """Nothing waits to be looked at."""
    company.instalments.update(is_touched=False)
    CompanyTouch.objects.filter(company=company).delete()
    NextLook.objects.filter(company=company).update(day=None)
