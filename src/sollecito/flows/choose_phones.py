"""Whom a person rings: the numbers on the customer's card, those for payments first."""

from __future__ import annotations

from collections.abc import Collection

from sollecito.domain.documents import Problem
from sollecito.flows.choose_recipients import Recipients
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.formats.mime import Mailbox
from sollecito.ledger.contact_queries import phone_points
from sollecito.ledger.models import Party


def phones_of(party_ids: Collection[int]) -> dict[int, Mailbox]:
    """The first number of each customer that has one, as it is written; landlines too."""
    points = phone_points(party_ids)
    return {pk: Mailbox(found[0].value, found[0].person) for pk, found in points.items() if found}


def choose_phones(party: Party, options: ReminderOptions) -> Recipients:
    """The customer's number; a call has no copies."""
    problems = []
    if options.cc or options.bcc:
        problems.append(("cc", Problem("no_copies", "Una telefonata non ha copie.", "Togli Cc.")))
    box = phones_of([party.pk]).get(party.pk)
    if box is None:
        message = f"{party.name} non ha un telefono."
        hint = "Scrivilo sulla scheda del cliente."
        problems.append(("to", Problem("no_recipient", message, hint)))
        return Recipients(problems=tuple(problems))
    return Recipients(to=(box,), problems=tuple(problems))
