"""An event changed what the planner would answer: look again at the next run, which is soon."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import F, QuerySet

from sollecito.accounts.models import Company
from sollecito.dunning.models import CompanyTouch, Reminder
from sollecito.ledger.models import Document, Instalment, Party


def touch_instalments(ids: Collection[int]) -> None:
    """Look at these instalments again. Call it in the transaction of the event."""
    _touch(Instalment.objects.filter(pk__in=ids))


def touch_customer(party: Party, *, is_address_new: bool = False) -> None:
    """Look at all that a customer owes again; a new address cures what was undeliverable."""
    touch_customers([party.pk], is_address_new=is_address_new)


def touch_customers(party_ids: Iterable[int], *, is_address_new: bool = False) -> None:
    """As ``touch_customer``, for many."""
    ids = set(party_ids)
    _touch(Instalment.objects.filter(party__in=ids, balance__gt=0))
    if is_address_new:
        Reminder.objects.filter(instalment__party__in=ids, is_failed=True).update(is_failed=False)


def touch_documents(documents: Iterable[Document]) -> None:
    """Look at documents again: what the SdI says of them, or whether they are asked for at all."""
    ids = {row.pk for row in documents}
    _touch(Instalment.objects.filter(document__in=ids, balance__gt=0))


def touch_segment(company: Company, segment: str) -> None:
    """Look at all that the customers of a category owe again."""
    _touch(Instalment.objects.filter(company=company, party__segment=segment, balance__gt=0))


def touch_incomplete(company: Company) -> None:
    """Look again at what waits for something: a text, an address, an account was filled in."""
    waiting = Reminder.objects.filter(
        company=company, is_void=False, content__draft__is_open=True
    ).exclude(content__draft__obstacle="")
    _touch(Instalment.objects.filter(pk__in=waiting.values("instalment")))


def touch_company(company: Company) -> None:
    """Look at everything open again: a programme or the calendar changed.

    A count of the company, not a mark on each of its rows: a person waits for this.
    """
    CompanyTouch.objects.get_or_create(company=company)
    CompanyTouch.objects.filter(company=company).update(count=F("count") + 1)


def _touch(rows: QuerySet[Instalment]) -> None:
    # Also where the mark is set: a run that is clearing it meanwhile has not seen this event.
    rows.update(is_touched=True)
