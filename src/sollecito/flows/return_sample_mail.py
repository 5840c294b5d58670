"""Mail of the sample company that comes back: the notice is taken in as from a real mailbox."""

from __future__ import annotations

from datetime import date, timedelta

from sollecito.flows import clock
from sollecito.flows.set_up_sample import Stage
from sollecito.flows.take_in_mail import take_in_mail
from sollecito.outbox.models import Message
from sollecito.sample.company import Sample
from sollecito.sample.customers import customers
from sollecito.sample.returned_mail import DEAD_CUSTOMER, DEAD_FROM, returned_mail


def return_mail(stage: Stage, sample: Sample, day: date) -> int:
    """Give back what was written lately to the address that does not exist; returns how many."""
    since = sample.today + timedelta(days=DEAD_FROM)
    if day <= since:
        return 0
    address = customers()[DEAD_CUSTOMER].party.email
    rows = Message.objects.filter(
        company=stage.company,
        address=address,
        status="accepted",
        content__queued_at__date__gte=since,
    ).select_related("content")
    for row in rows:
        raw = returned_mail(
            message_id=row.content.message_id,
            sender=row.content.envelope_from,
            recipient=address,
            moment=clock.now(),
        )
        take_in_mail(stage.company, raw)
    return len(rows)
