"""What comes back to the installation's own sender: whose message it was is found by its name."""

from __future__ import annotations

from sollecito.accounts.models import Company
from sollecito.flows.arriving.keeping import Place
from sollecito.flows.choose_sender import default_address
from sollecito.flows.set_aside_mail import guard_reading
from sollecito.flows.take_in_mail import take_in_mail
from sollecito.formats.arrived_mail import read_arrived
from sollecito.outbox.models import Content, ReceivedMail


def take_in_return(raw: bytes, place: Place) -> ReceivedMail | None:
    """Take a mail in for the company whose message it names; others are left where they lie.

    Only messages that left through the installation's sender are asked for: nobody learns
    anything of another company.
    """
    with guard_reading(place):
        names = read_arrived(raw, is_pec_mailbox=False).names
        domain = default_address().rpartition("@")[2]
        wanted = [*names.message_ids, *names.answered]
        wanted += [f"<{token}@{domain}>" for token in names.tokens]
        rows = Content.objects.filter(
            sender__isnull=True, queued_at__isnull=False, message_id__in=wanted
        )
        for company in Company.objects.filter(pk__in=rows.values("company")).order_by("pk"):
            return take_in_mail(company, raw, is_pec_mailbox=False, place=place)
    return None
