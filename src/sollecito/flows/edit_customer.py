"""The customer's card: what people know and files do not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.documents import CustomerKind, Problem
from sollecito.flows import audit
from sollecito.flows.field_problems import check_email, check_rate, require_none
from sollecito.flows.touch_instalments import touch_customer
from sollecito.ledger.models import Agent, ContactPoint, Party

FIELDS = (
    *("name", "kind", "street", "postcode", "city", "province", "country", "language"),
    *("segment", "contact_name", "auto_copy", "note", "payment_day", "grace_days"),
    *("interest_regime", "interest_percent", "contract_date"),
)
"""Fields of a customer that a person may change; codes are its identity and come with files."""
DAYS = {
    "payment_day": (31, "Non è un giorno del mese.", "Scrivi da 1 a 31, oppure 0 se non ce l'ha."),
    "grace_days": (365, "I giorni di tolleranza vanno da 0 a 365.", "Di solito pochi."),
}
PHONE_SIGNS = frozenset("0123456789 +/.-()")


@dataclass(frozen=True, slots=True)
class Contact:
    """Recapito as written on the card."""

    kind: str
    value: str
    purpose: str = ContactPoint.Purpose.PAYMENTS
    person: str = ""


def edit_customer(
    party: Party,
    *,
    user: User | None,
    changes: Mapping[str, Any] | None = None,
    agent: Agent | None = None,
    contacts: Iterable[Contact] | None = None,
) -> Party:
    """Change the card; ``None`` leaves contacts as they are, and no ``changes`` the fields.

    ``changes`` may hold ``agent`` as well to set or clear it. A kind written by a person counts
    as confirmed. Raises FieldsRefusedError with fields of ``FIELDS`` or ``contact_<n>``.
    """
    wanted = dict(changes or {})
    new_contacts = (
        [each for each in contacts if each.value.strip()] if contacts is not None else None
    )
    require_none({**_check_fields(wanted), **check_contacts(new_contacts or [])})
    with transaction.atomic():
        before = {name: getattr(party, name) for name in FIELDS if name in wanted}
        for name in before:
            setattr(party, name, wanted[name])
        if "kind" in wanted:
            party.is_kind_confirmed = True
        if agent is not None or "agent" in wanted:
            party.agent = agent or wanted.get("agent")
        party.save()
        is_address_new = new_contacts is not None and _replace_contacts(party, new_contacts)
        changed = {n: [str(v), str(wanted[n])] for n, v in before.items() if v != wanted[n]}
        text = "Scheda del cliente modificata."
        if is_address_new or changed:  # also what a letter lacked
            touch_customer(party, is_address_new=is_address_new)
        target = f"party:{party.pk}"
        audit.record(
            party.company, user, "customer_edited", target=target, text=text, details=changed
        )
    return party


def add_contact(party: Party, contact: Contact, *, user: User | None) -> ContactPoint:
    """Add one contact, as "Clienti senza recapito" does; the same twice is one.

    Raises FieldsRefusedError on ``contact_0``.
    """
    require_none(check_contacts([contact]))
    with transaction.atomic():
        point, is_new = ContactPoint.objects.get_or_create(
            company=party.company,
            party=party,
            kind=contact.kind,
            value=tidy_value(contact),
            defaults={"purpose": contact.purpose, "person": contact.person[:100]},
        )
        if is_new:
            touch_customer(party, is_address_new=True)
            text = f"Nuovo recapito: {point.value}."
            target = f"party:{party.pk}"
            audit.record(party.company, user, "contact_added", target=target, text=text)
    return point


def _replace_contacts(party: Party, contacts: list[Contact]) -> bool:
    """Make the contacts these; whether an address is there that was not, or the other way."""
    kept = {(each.kind, tidy_value(each)) for each in contacts}
    points = list(party.contact_points.all())
    for point in points:
        if (point.kind, point.value) not in kept:
            point.delete()
    for each in contacts:
        ContactPoint.objects.update_or_create(
            company=party.company,
            party=party,
            kind=each.kind,
            value=tidy_value(each),
            defaults={"purpose": each.purpose, "person": each.person[:100]},
        )
    return kept != {(point.kind, point.value) for point in points}


def tidy_value(contact: Contact) -> str:
    """The address or number as it is kept."""
    value = " ".join(contact.value.split())
    return value if contact.kind == ContactPoint.Kind.PHONE else value.lower()


def _check_fields(wanted: Mapping[str, Any]) -> dict[str, Problem | None]:
    found: dict[str, Problem | None] = {}
    if "name" in wanted and not str(wanted["name"]).strip():
        found["name"] = Problem("missing", "Manca la denominazione.", "Scrivi il nome.")
    if "kind" in wanted and wanted["kind"] not in set(CustomerKind):
        found["kind"] = Problem("unknown", "Tipo di cliente non previsto.", "Scegline uno.")
    if "interest_regime" in wanted:
        found["interest_percent"] = check_rate(wanted)
    for name, (most, message, hint) in DAYS.items():
        if not 0 <= int(wanted.get(name) or 0) <= most:
            found[name] = Problem(name, message, hint)
    return found


def check_contacts(contacts: Iterable[Contact]) -> dict[str, Problem | None]:
    """What is wrong with each, by ``contact_<n>``."""
    return {f"contact_{n}": _check_contact(each) for n, each in enumerate(contacts)}


def _check_contact(contact: Contact) -> Problem | None:
    if contact.kind in {ContactPoint.Kind.EMAIL, ContactPoint.Kind.PEC}:
        return check_email(contact.value, needed=True)
    if contact.value.strip() and set(contact.value) <= PHONE_SIGNS:
        return None
    return Problem("phone_form", f"«{contact.value}» non è un numero.", "Scrivi solo il numero.")
