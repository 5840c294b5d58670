"""What a person should know of the addresses a message goes to; none of it stops the message."""

from __future__ import annotations

from collections.abc import Iterator

from sollecito.flows.freeze_mail import all_recipients
from sollecito.flows.reminder_options import ReminderDraft
from sollecito.outbox.queries import dead_addresses

Warned = tuple[str, str, str]
"""Code, what happened, what to do."""


def warn_about_recipients(draft: ReminderDraft) -> Iterator[Warned]:
    """Addresses from which a bounce came back."""
    addresses = [box.address for box, _ in all_recipients(draft)]
    dead = dead_addresses(addresses)
    for address in addresses:
        if (draft.company.pk, address.lower()) in dead:
            yield (
                "dead_address",
                f"{address} è tornato indietro: la casella non esiste più.",
                "Scrivi solo se sai che è di nuovo buona, e togli il blocco dalla scheda.",
            )
