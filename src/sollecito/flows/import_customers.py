"""Customers of a sheet: contacts, person, language, category and agent of who is known, or new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.flows import audit
from sollecito.flows.choose_contact import choose_contact
from sollecito.flows.importing.contacts import (
    find_namesakes,
    find_or_add_agents,
    known_customer,
    make_contacts,
    namesake_problem,
)
from sollecito.flows.importing.customer_book import CustomerBook
from sollecito.flows.importing.known_customers import Customer
from sollecito.flows.save_contact import save_contact
from sollecito.flows.touch_instalments import touch_customers
from sollecito.formats.sheets import SheetCustomer
from sollecito.ledger.contact_queries import contacts_named
from sollecito.ledger.models import ContactPoint, Party

CHUNK = 500


@dataclass(frozen=True, slots=True)
class CustomersReport:
    """Esito: how many customers were filled in, how many are new."""

    updated: int
    added: int
    problems: tuple[Problem, ...]


def import_customers(
    company: Company, customers: Sequence[SheetCustomer], *, user: User | None
) -> CustomersReport:
    """Fill in the customers of a sheet, found by P. IVA or codice fiscale, else by their code.

    Unknown ones are added, so that a list may come before the invoices. Addresses are added to
    those on the card; person, language, category, agent and who answers for the payments are
    written over. A name alone never fills in a customer who has a code: the mail might reach a
    stranger.
    """
    updated = added = 0
    problems: list[Problem] = []
    for start in range(0, len(customers), CHUNK):
        with transaction.atomic():
            found, told = _recognise(company, customers[start : start + CHUNK])
            problems += told
            added += len({id(customer.last()) for _, customer, is_new in found if is_new})
            updated += sum(not is_new for *_, is_new in found)
            for each, customer, _ in found:
                _save(each, customer.last().party, user)
            parties = {customer.last().party.pk for _, customer, _ in found}
            touch_customers(parties, is_address_new=True)
    text = f"Clienti da foglio: {updated} aggiornati, {added} nuovi."
    audit.record(company, user, "customers_imported", target=f"company:{company.pk}", text=text)
    return CustomersReport(updated, added, tuple(problems))


_Found = list[tuple[SheetCustomer, Customer, bool]]


def _recognise(company: Company, rows: Sequence[SheetCustomer]) -> tuple[_Found, list[Problem]]:
    """The customer of each row, saved, and whether it is new; what a name alone leaves open."""
    named = [known_customer(company, row.customer_code, row.party.name) for row in rows]
    buyers = [(company.pk, row.party) for row in rows]
    book = CustomerBook(buyers, {party.pk for party in named if party})
    found: _Found = []
    problems: list[Problem] = []
    for row, party in zip(rows, named, strict=True):
        same = [] if party else find_namesakes(company, row.party)
        if same:
            problems.append(namesake_problem(row.party, same[0], row.line))
            continue
        known = book.of_party(party.pk) if party else None
        customer = book.admit(company.pk, row.party, fallback=f"!{row.line}", known=known)
        found.append((row, customer, customer.party.pk is None))
    book.save()
    return found, problems


def _save(each: SheetCustomer, party: Party, user: User | None) -> None:
    agents = find_or_add_agents(party.company, [(each.agent, each.agent_email)])
    news = {
        "contact_name": each.contact,
        "language": each.language,
        "segment": each.segment,
        "code": each.customer_code,
        "agent_id": agents.get(each.agent),
    }
    changed = {name: value for name, value in news.items() if value}
    for name, value in changed.items():
        setattr(party, name, value)
    if changed:
        party.save(update_fields=list(changed))
    points = make_contacts(
        party, each.party, each.emails, purpose=each.purpose, person=each.contact
    )
    ContactPoint.objects.bulk_create(points, ignore_conflicts=True)
    if each.payment_contact:
        _leave_to(each.payment_contact, party, user)


def _leave_to(name: str, party: Party, user: User | None) -> None:
    """Say who answers for a customer; a name that nobody has makes a contact."""
    known = contacts_named(party.company, name).first()
    contact = known or save_contact(party.company, name=name, user=user)
    choose_contact(party, contact, user=user)
