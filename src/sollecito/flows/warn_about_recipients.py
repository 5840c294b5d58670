"""What a person should know of the addresses a message goes to; none of it stops the message."""

from __future__ import annotations

from collections.abc import Iterator

from sollecito.flows.freeze_mail import all_recipients
from sollecito.flows.gather_occasion import FORMAL
from sollecito.flows.reminder_options import ReminderDraft
from sollecito.ledger.models import ContactPoint
from sollecito.outbox.queries import dead_addresses

Warned = tuple[str, str, str]
"""Code, what happened, what to do."""


def warn_about_recipients(draft: ReminderDraft) -> Iterator[Warned]:
    """Addresses from which a bounce came back, and what is peculiar to PEC."""
    addresses = [box.address for box, _ in all_recipients(draft)]
    dead = dead_addresses(addresses)
    for address in addresses:
        if (draft.company.pk, address.lower()) in dead:
            yield (
                "dead_address",
                f"{address} è tornato indietro: la casella non esiste più.",
                "Scrivi solo se sai che è di nuovo buona, e togli il blocco dalla scheda.",
            )
    if draft.is_pec:
        yield from _about_pec(draft, addresses)


def _about_pec(draft: ReminderDraft, addresses: list[str]) -> Iterator[Warned]:
    """A mailbox that is no PEC never gives a delivery; who reads a PEC is seldom who pays."""
    known = ContactPoint.objects.filter(company=draft.company, kind=ContactPoint.Kind.PEC)
    for address in addresses:
        if not known.filter(value__iexact=address).exists():
            yield (
                "not_known_as_pec",
                f"{address} non risulta una casella PEC di un cliente.",
                "Se non è PEC il messaggio parte, ma la consegna non sarà mai provata.",
            )
    if draft.model not in FORMAL:
        yield (
            "pec_reader",
            "La PEC di una piccola impresa la legge di solito il commercialista.",
            "Un sollecito cortese arriva meglio per e-mail: la PEC serve per gli atti formali.",
        )
