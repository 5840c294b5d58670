"""To whom a reminder goes: the customer's contacts, or the addresses a person wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sollecito.domain.documents import Problem
from sollecito.flows.reminder_options import PEC, ReminderOptions
from sollecito.formats.mime import BadAddressError, Mailbox, check_address
from sollecito.ledger.contact_queries import email_points, own_points, pec_points
from sollecito.ledger.models import ContactPoint, Party
from sollecito.outbox.queries import dead_addresses

MOST_RECIPIENTS = 3


@dataclass(frozen=True, slots=True)
class Recipients:
    """Destinatari, each address once; problems by field."""

    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    problems: tuple[tuple[str, Problem], ...] = ()


def contact_of(party: Party) -> str:
    """The person greeted: of the first payment contact, else of the card."""
    points = _points(party)
    own = "" if points and points[0].contact_id else party.contact_name
    return next((point.person for point in points if point.person), own)


def choose_recipients(party: Party, options: ReminderOptions) -> Recipients:
    """Prefill To where the person chose none, check every address, drop repeated ones."""
    is_pec = options.channel == PEC
    points = _points(party, is_pec=is_pec)
    names = {point.value.lower(): point.person for point in points}
    wanted = options.to
    if wanted is None:
        wanted = tuple(point.value for point in points[:MOST_RECIPIENTS])
    seen: set[str] = set()
    problems: list[tuple[str, Problem]] = []
    fields = {"to": wanted, "cc": options.cc, "bcc": options.bcc}
    boxes = {
        name: _mailboxes(name, addresses, names, seen, problems)
        for name, addresses in fields.items()
    }
    if not boxes["to"] and not problems:
        has_dead = options.to is None and bool(_all_points(party, is_pec=is_pec))
        lacking = (
            _only_dead(party, is_pec=is_pec) if has_dead else _no_recipient(party, is_pec=is_pec)
        )
        problems.append(("to", lacking))
    if is_pec and boxes["bcc"]:
        problems.append(("bcc", _no_blind_copies()))
    if len(boxes["to"]) > MOST_RECIPIENTS:
        problems.append(("to", _too_many()))
    return Recipients(boxes["to"], boxes["cc"], boxes["bcc"], tuple(problems))


def _all_points(party: Party, *, is_pec: bool) -> list[ContactPoint]:
    if party.payment_contact_id is None:  # spares a question for each of thousands
        return own_points(party, is_pec=is_pec)
    return (pec_points if is_pec else email_points)([party.pk]).get(party.pk, [])


def _points(party: Party, *, is_pec: bool = False) -> Sequence[ContactPoint]:
    """The card's addresses, without those that came back as dead."""
    points = _all_points(party, is_pec=is_pec)
    dead = dead_addresses(point.value for point in points)
    return [each for each in points if (party.company_id, each.value.lower()) not in dead]


def _mailboxes(
    field: str,
    addresses: Iterable[str],
    names: dict[str, str],
    seen: set[str],
    problems: list[tuple[str, Problem]],
) -> tuple[Mailbox, ...]:
    boxes = []
    for written in addresses:
        if not written.strip():
            continue
        try:
            address = check_address(written)
        except BadAddressError as error:
            hint = "Si scrive nome@dominio.it."
            problems.append((field, Problem("bad_address", str(error), hint)))
            continue
        if address.lower() not in seen:
            seen.add(address.lower())
            boxes.append(Mailbox(address, names.get(address.lower(), "")))
    return tuple(boxes)


def _no_recipient(party: Party, *, is_pec: bool) -> Problem:
    missing = "una PEC" if is_pec else "un indirizzo e-mail"
    return Problem(
        "no_recipient",
        f"{party.name} non ha {missing}.",
        "Scrivilo qui, oppure sulla scheda del cliente.",
    )


def _only_dead(party: Party, *, is_pec: bool) -> Problem:
    return Problem(
        "no_recipient",
        f"La PEC di {party.name} è tornata indietro: non esiste più."
        if is_pec
        else f"L'indirizzo e-mail di {party.name} è tornato indietro: non esiste più.",
        "Correggilo sulla scheda del cliente, oppure lì premi «Riprova».",
    )


def _no_blind_copies() -> Problem:
    return Problem(
        "no_blind_copies",
        "Una PEC non può avere destinatari in copia nascosta.",
        "Mettili in copia, oppure toglili.",
    )


def _too_many() -> Problem:
    return Problem(
        "too_many_recipients",
        f"I destinatari sono più di {MOST_RECIPIENTS}.",
        "Mettine alcuni in copia.",
    )
