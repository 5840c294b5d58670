"""Apri in WhatsApp: the text of an SMS that a person sends from a phone, and says so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.transitions import Receipt
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.reminder_options import WHATSAPP, ReminderOptions
from sollecito.flows.resolve_unknown import learn_receipt
from sollecito.flows.send_reminder import SendOutcome, send_reminders
from sollecito.outbox.models import Message

ADDRESS = "https://wa.me/"
SENT = "Inviato da una persona con WhatsApp."


@dataclass(frozen=True, slots=True)
class ForWhatsApp:
    """What to send: the customer, the number, the text, and the link that opens it.

    ``problem`` says why it may not be sent; the rest is empty then.
    """

    customer: str = ""
    number: str = ""
    text: str = ""
    link: str = ""
    problem: str = ""


def prepare_whatsapp(
    company: Company, instalments: Collection[int], *, user: User | None
) -> ForWhatsApp:
    """The text for the customer of these instalments; nothing is stored."""
    options = ReminderOptions(channel=WHATSAPP)
    composed = compose_reminders(company, instalments, user=user, options=options)
    if len(composed.drafts) != 1:
        words = " ".join(dict.fromkeys(each.message for each in composed.refused))
        return ForWhatsApp(problem=words or "Scegli le rate di un cliente solo.")
    draft = composed.drafts[0]
    if draft.problems:
        problem = draft.problems[0][1]
        return ForWhatsApp(problem=f"{problem.message} {problem.hint}".strip())
    number = draft.to[0].address
    link = f"{ADDRESS}{number.lstrip('+')}?text={quote(draft.text)}"
    return ForWhatsApp(draft.party.name, number, draft.text, link)


@transaction.atomic
def note_whatsapp(
    company: Company, instalments: Collection[int], *, token: str, text: str, user: User | None
) -> SendOutcome:
    """The person sent it: a reminder by hand, accepted. The same token counts once."""
    options = ReminderOptions(channel=WHATSAPP, text=text)
    done = send_reminders(company, instalments, token=token, user=user, options=options)
    if not done.already_sent:
        for row in Message.objects.filter(content__in=done.contents):
            learn_receipt(row, Receipt.ACCEPTED, text=SENT)
    return done
