"""Calls to be made: those that follow from another, and those that a rule asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sollecito.accounts.models import Company
from sollecito.dunning.models import PhoneCall, Reminder
from sollecito.ledger.models import Party
from sollecito.outbox.models import Message
from sollecito.outbox.queries import approved_calls


@dataclass(frozen=True, slots=True)
class CallToMake:
    """A call of the list; ``rows`` are the keys of what it is about, for the address.

    ``pk`` is of the call, ``message`` of an approved reminder by phone: one of them is 0.
    """

    party: Party
    due_date: date | None
    rows: str
    pk: int = 0
    message: int = 0
    follows: PhoneCall | None = None

    @property
    def party_id(self) -> int:
        """The customer's key."""
        return int(self.party.pk)


def calls_to_make(company: Company, until: date | None = None) -> list[CallToMake]:
    """Open calls, the oldest first; those due by ``until`` where one is given."""
    found = [*_planned(company), *_asked_by_rules(company)]
    if until:
        found = [each for each in found if each.due_date is None or each.due_date <= until]
    return sorted(found, key=lambda each: (each.due_date or date.min, each.pk, each.message))


def message_of_call(company: Company, party: Party, key: int) -> Message | None:
    """The approved reminder by phone of that key, of this customer."""
    rows = approved_calls(company).filter(pk=key, content__reminders__instalment__party=party)
    return rows.first()


def _planned(company: Company) -> list[CallToMake]:
    rows = PhoneCall.objects.filter(company=company, made_at__isnull=True)
    return [
        CallToMake(
            each.party,
            each.due_date,
            ",".join(str(row.pk) for row in each.covers.all()),
            pk=each.pk,
            follows=each.follows,
        )
        for each in rows.select_related("party", "follows").prefetch_related("covers")
    ]


def _asked_by_rules(company: Company) -> list[CallToMake]:
    zone = ZoneInfo(company.time_zone)
    found = []
    for row in approved_calls(company):
        about = Reminder.objects.filter(content=row.content_id).select_related("instalment__party")
        rows = [each.instalment for each in about.order_by("instalment__due_date", "instalment")]
        if rows:
            day = row.not_before.astimezone(zone).date()
            keys = ",".join(str(each.pk) for each in rows)
            found.append(CallToMake(rows[0].party, day, keys, message=row.pk))
    return found
