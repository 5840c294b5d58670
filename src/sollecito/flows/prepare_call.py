"""Before a call: whom to ring, what to say, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sollecito.accounts.models import User
from sollecito.dunning.models import PhoneCall
from sollecito.dunning.template_queries import template_book
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.describe_parties import language_of
from sollecito.flows.fill_call import write_script
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.ledger.contact_queries import phone_points
from sollecito.ledger.models import ContactPoint, Instalment, Party

MOST_ITEMS = 20
EARLIER_SHOWN = 3


@dataclass(frozen=True, slots=True)
class PreparedCall:
    """Traccia, numbers, open items; ``script`` is empty where nothing may be asked for."""

    script: str
    phones: Sequence[ContactPoint]
    rows: Sequence[Instalment]
    earlier: Sequence[PhoneCall]


def prepare_call(party: Party, rows: Sequence[Instalment], *, user: User | None) -> PreparedCall:
    """What a person has in front of him; without ``rows``, all that is overdue and open."""
    open_rows = Instalment.objects.filter(company=party.company, party=party, balance__gt=0)
    found = list(rows) or list(
        open_rows.select_related("document").order_by("due_date", "pk")[:MOST_ITEMS]
    )
    made = PhoneCall.objects.filter(company=party.company, party=party, made_at__isnull=False)
    return PreparedCall(
        script=_script(party, found, user),
        phones=phone_points([party.pk]).get(party.pk, []),
        rows=found,
        earlier=list(made.select_related("user").order_by("-made_at")[:EARLIER_SHOWN]),
    )


def _script(party: Party, rows: Sequence[Instalment], user: User | None) -> str:
    ids = [row.pk for row in rows]
    if not ids:
        return ""
    options = ReminderOptions(model="promemoria", attachments=())
    composed = compose_reminders(party.company, ids, user=user, options=options)
    if not composed.drafts:
        return ""
    book = template_book(party.company)
    return write_script(book, composed.drafts[0].wording, language_of(party))
