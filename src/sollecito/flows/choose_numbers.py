"""To which mobile an SMS goes: the customer's, or the numbers a person wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sollecito.domain.documents import CustomerKind, Problem
from sollecito.domain.phones import NotMobile, parse_mobile
from sollecito.flows.choose_recipients import MOST_RECIPIENTS, Recipients
from sollecito.flows.reminder_options import WHATSAPP, ReminderOptions
from sollecito.formats.mime import Mailbox
from sollecito.ledger.contact_queries import phone_points
from sollecito.ledger.models import Party

CARD = "Scrivi un cellulare qui, oppure sulla scheda del cliente."


def mobiles_of(parties: Collection[Party]) -> dict[int, Mailbox]:
    """The mobile of each customer that has one, those for payments first. Landlines are no mobiles.

    Public bodies get no SMS.
    """
    points = phone_points([party.pk for party in parties])
    found: dict[int, Mailbox] = {}
    for party in parties:
        if party.kind == CustomerKind.PUBLIC_BODY:
            continue
        for point in points.get(party.pk, ()):
            number = parse_mobile(point.value, party.country or "IT")
            if isinstance(number, str):
                found[party.pk] = Mailbox(number, point.person)
                break
    return found


def choose_numbers(party: Party, options: ReminderOptions) -> Recipients:
    """The customer's mobile where the person wrote none; every number in E.164, once."""
    problems: list[tuple[str, Problem]] = []
    if party.kind == CustomerKind.PUBLIC_BODY:
        message = f"{party.name} è un ente pubblico: gli SMS non fanno per lui."
        problems.append(("to", Problem("no_sms_public", message, "Usa l'e-mail o la PEC.")))
    if options.channel == WHATSAPP and party.kind == CustomerKind.PRIVATE:
        message = f"{party.name} è un privato: a loro non si scrive con WhatsApp."
        problems.append(("to", Problem("whatsapp_private", message, "Usa l'e-mail, o chiama.")))
    if options.cc or options.bcc:
        message = "Un SMS non ha copie."
        problems.append(("cc", Problem("no_copies", message, "Togli Cc e Ccn.")))
    if options.to is None:
        own = mobiles_of([party]).get(party.pk)
        boxes: tuple[Mailbox, ...] = (own,) if own else ()
    else:
        boxes = _read(party, options.to, problems)
    if not boxes and not problems:
        problems.append(("to", _no_mobile(party)))
    if len(boxes) > MOST_RECIPIENTS:
        message = f"I numeri sono più di {MOST_RECIPIENTS}."
        problems.append(("to", Problem("too_many_recipients", message, "Tienine meno.")))
    return Recipients(to=boxes, problems=tuple(problems))


def _read(
    party: Party, numbers: Iterable[str], problems: list[tuple[str, Problem]]
) -> tuple[Mailbox, ...]:
    found: dict[str, Mailbox] = {}
    for written in filter(str.strip, numbers):
        number = parse_mobile(written, party.country or "IT")
        if isinstance(number, NotMobile):
            problems.append(("to", Problem(number.code, number.message, CARD)))
        else:
            found.setdefault(number, Mailbox(number))
    return tuple(found.values())


def _no_mobile(party: Party) -> Problem:
    """Why there is none: no phone at all, or what is wrong with the one there is."""
    for point in phone_points([party.pk]).get(party.pk, ()):
        number = parse_mobile(point.value, party.country or "IT")
        if isinstance(number, NotMobile):
            return Problem(number.code, number.message, CARD)
    return Problem("no_recipient", f"{party.name} non ha un cellulare.", CARD)
