"""A payment contact, made or changed: its name, and how it is reached."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.flows import audit
from sollecito.flows.edit_customer import Contact, check_contacts, tidy_value
from sollecito.flows.field_problems import check_present, require_none
from sollecito.flows.touch_instalments import touch_customers
from sollecito.ledger.contact_queries import contacts_named, served_by
from sollecito.ledger.models import ContactPoint, PaymentContact


def save_contact(
    company: Company,
    contact: PaymentContact | None = None,
    *,
    name: str,
    person: str = "",
    note: str = "",
    addresses: Iterable[Contact] = (),
    user: User | None,
) -> PaymentContact:
    """Make or change a payment contact; what it was reached by becomes ``addresses``.

    Raises FieldsRefusedError on ``name`` or ``contact_<n>``.
    """
    name = " ".join(name.split())
    wanted = [each for each in addresses if each.value.strip()]
    taken = contacts_named(company, name).exclude(pk=contact.pk if contact else 0).first()
    missing = check_present(name, "il nome del contatto")
    problems = {"name": missing or (_taken(taken) if taken else None)}
    require_none(problems | check_contacts(wanted))
    with transaction.atomic():
        row = contact or PaymentContact(company=company)
        row.name, row.person, row.note = name[:140], person.strip()[:100], note.strip()
        row.save()
        is_new = _replace_addresses(row, wanted)
        touch_customers(served_by(row), is_address_new=is_new)
        text = f"Contatto dei pagamenti «{row.name}» {'modificato' if contact else 'creato'}."
        audit.record(company, user, "contact_saved", target=f"payment_contact:{row.pk}", text=text)
    return row


def add_address(contact: PaymentContact, address: Contact, *, user: User | None) -> ContactPoint:
    """One more address, as the work list asks for; the same twice is one.

    Raises FieldsRefusedError on ``contact_0``.
    """
    require_none(check_contacts([address]))
    with transaction.atomic():
        point, is_new = _add(contact, address)
        if is_new:
            touch_customers(served_by(contact), is_address_new=True)
            text = f"Nuovo recapito: {point.value}."
            target = f"payment_contact:{contact.pk}"
            audit.record(contact.company, user, "contact_added", target=target, text=text)
    return point


def _replace_addresses(row: PaymentContact, wanted: list[Contact]) -> bool:
    """Make the addresses these; whether one is there that was not, or the other way."""
    kept = {(each.kind, tidy_value(each)) for each in wanted}
    points = list(row.contact_points.all())
    for point in points:
        if (point.kind, point.value) not in kept:
            point.delete()
    for each in wanted:
        _add(row, each)
    ContactPoint.objects.filter(contact=row).update(person=row.person)
    return kept != {(point.kind, point.value) for point in points}


def _add(row: PaymentContact, each: Contact) -> tuple[ContactPoint, bool]:
    return ContactPoint.objects.get_or_create(
        company_id=row.company_id,
        contact=row,
        kind=each.kind,
        value=tidy_value(each),
        defaults={"person": row.person},
    )


def _taken(other: PaymentContact) -> Problem:
    return Problem("taken", f"«{other.name}» c'è già.", "Scegli quello, oppure un altro nome.")
