"""To which postal address a letter goes: the one on the customer's card."""

from __future__ import annotations

from sollecito.domain.documents import Problem
from sollecito.flows.choose_recipients import Recipients
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.formats.mime import Mailbox
from sollecito.ledger.models import Party

ADDRESS = ("street", "postcode", "city", "province", "country")
LONGEST_LINE = 254


def postal_lines(party: Party) -> tuple[str, ...]:
    """The address under the name, as it stands in the window; empty where a part of it is missing.

    Abroad the postcode may be missing, and the country is the last line.
    """
    is_abroad = party.country not in {"", "IT"}
    if not (party.street and party.city and (party.postcode or is_abroad)):
        return ()
    province = f" ({party.province})" if party.province else ""
    town = f"{party.postcode} {party.city}{province}".strip()
    return (party.street, town, *((party.country,) if is_abroad else ()))


def postal_line(party: Party) -> str:
    """The same on one line, as a list shows it; empty where it is incomplete."""
    return ", ".join(postal_lines(party))[:LONGEST_LINE]


def choose_postal(party: Party, options: ReminderOptions) -> Recipients:
    """The customer's postal address; a letter has no copies."""
    problems = []
    if options.cc or options.bcc:
        message = "Una lettera non ha copie."
        problems.append(("cc", Problem("no_copies", message, "Togli Cc e Ccn.")))
    line = postal_line(party)
    if not line:
        message = f"L'indirizzo di {party.name} non è completo."
        hint = "Scrivi via, CAP e città sulla scheda del cliente."
        problems.append(("to", Problem("no_recipient", message, hint)))
        return Recipients(problems=tuple(problems))
    return Recipients(to=(Mailbox(line, party.name),), problems=tuple(problems))
