"""Who finds the recipients of a reminder, channel by channel."""

from __future__ import annotations

from sollecito.flows.choose_numbers import choose_numbers
from sollecito.flows.choose_phones import choose_phones
from sollecito.flows.choose_postal import choose_postal
from sollecito.flows.choose_recipients import Recipients, choose_recipients
from sollecito.flows.reminder_options import CALL, LETTER, PEC, SMS, WHATSAPP, ReminderOptions
from sollecito.ledger.models import Party

CHOOSERS = {
    SMS: choose_numbers,
    WHATSAPP: choose_numbers,
    PEC: choose_recipients,
    LETTER: choose_postal,
    CALL: choose_phones,
}
"""Of the channels that are asked for by name; the others are mail."""


def find_recipients(channel: str, party: Party, options: ReminderOptions) -> Recipients:
    """The customer's addresses or numbers on a channel, or those a person wrote."""
    return CHOOSERS.get(channel, choose_recipients)(party, options)
