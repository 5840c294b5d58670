"""An event changed what the planner would answer: look again at the next run, which is soon."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from sollecito.accounts.models import Company
from sollecito.dunning.models import Reminder
from sollecito.ledger.models import LOOK_NOW, Instalment, Party


def touch_instalments(ids: Collection[int]) -> None:
    """Look at these instalments again. Call it in the transaction of the event."""
    _touch(Instalment.objects.filter(pk__in=ids))


def touch_customer(party: Party, *, is_address_new: bool = False) -> None:
    """Look at all that a customer owes again; a new address cures what was undeliverable."""
    mine = Instalment.objects.filter(party=party, balance__gt=0)
    _touch(mine)
    if is_address_new:
        Reminder.objects.filter(instalment__party=party, is_failed=True).update(is_failed=False)


def touch_segment(company: Company, segment: str) -> None:
    """Look at all that the customers of a category owe again."""
    _touch(Instalment.objects.filter(company=company, party__segment=segment, balance__gt=0))


def touch_company(company: Company) -> None:
    """Look at everything open again: a programme or the calendar changed."""
    _touch(Instalment.objects.filter(company=company, balance__gt=0))


def _touch(rows: QuerySet[Instalment]) -> None:
    rows.update(next_look_date=LOOK_NOW)
