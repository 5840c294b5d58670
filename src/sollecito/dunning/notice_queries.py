"""Formal notices that arrived, and insolvencies: from when interest runs, and until when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Min

from sollecito.accounts.bulk import among
from sollecito.accounts.models import Company
from sollecito.domain.transitions import Receipt
from sollecito.dunning.models import Procedure, Reminder
from sollecito.outbox.models import DeliveryEvent

FORMAL = "messa_in_mora"
WITH_PROOF = ("pec", "letter")
"""Channels whose delivery is proven: the PEC receipt, the signed return receipt."""


def notices_delivered(company: Company, instalment_ids: Collection[int]) -> dict[int, date]:
    """The day the first formal notice about each instalment arrived, proven; the rest left out."""
    zone = ZoneInfo(company.time_zone)
    reminders = Reminder.objects.filter(
        instalment__in=among(instalment_ids),
        issued_date__isnull=False,
        is_void=False,
        kind__startswith=FORMAL,
        content__channel__in=WITH_PROOF,
    )
    pairs = list(reminders.values_list("instalment_id", "content_id"))
    events = DeliveryEvent.objects.filter(
        message__content__in={content for _pk, content in pairs},
        message__role="to",
        kind=Receipt.DELIVERED,
    )
    arrived = dict(events.order_by().values_list("message__content").annotate(first=Min("at")))
    found: dict[int, date] = {}
    for pk, content in pairs:
        if moment := arrived.get(content):
            day = moment.astimezone(zone).date()
            found[pk] = min(day, found.get(pk, day))
    return found


def insolvent_since(party_id: int) -> date | None:
    """The day the customer's insolvency procedure opened: interest stops there.

    Art. 154 D.Lgs. 14/2019 (art. 55 l.f. before it). Only of a hold still in force.
    """
    rows = Procedure.objects.filter(hold__party=party_id, hold__released_at__isnull=True)
    first: date | None = rows.aggregate(first=Min("opened_date"))["first"]
    return first
