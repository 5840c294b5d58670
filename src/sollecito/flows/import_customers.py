"""Customers of a sheet: contacts, person, language, category and agent of who is known, or new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.parties import identity_key, propose_customer_kind
from sollecito.flows import audit, clock
from sollecito.flows.importing.contacts import (
    find_namesakes,
    find_or_add_agents,
    known_customer,
    make_contacts,
    namesake_problem,
)
from sollecito.formats.sheets import SheetCustomer
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
    those on the card; person, language, category and agent are written over. A name alone never
    fills in a customer who has a code: the mail might reach a stranger.
    """
    updated = added = 0
    problems: list[Problem] = []
    for start in range(0, len(customers), CHUNK):
        with transaction.atomic():
            for each in customers[start : start + CHUNK]:
                party = known_customer(company, each.customer_code, each.party.name)
                same = [] if party else find_namesakes(company, each.party)
                if same:
                    problems.append(namesake_problem(each.party, same[0], each.line))
                    continue
                is_new = _save(company, each, party)
                added += is_new
                updated += not is_new
    text = f"Clienti da foglio: {updated} aggiornati, {added} nuovi."
    audit.record(company, user, "customers_imported", target=f"company:{company.pk}", text=text)
    return CustomersReport(updated, added, tuple(problems))


def _save(company: Company, each: SheetCustomer, party: Party | None) -> bool:
    """Write one row; whether its customer is new."""
    is_new = False
    if party is None:
        party, is_new = _find_or_add(company, each)
    _fill(party, each)
    points = make_contacts(
        party, each.party, each.emails, purpose=each.purpose, person=each.contact
    )
    ContactPoint.objects.bulk_create(points, ignore_conflicts=True)
    return is_new


def _find_or_add(company: Company, each: SheetCustomer) -> tuple[Party, bool]:
    data = each.party
    kind, is_sure = propose_customer_kind(data)
    address = data.address
    return Party.objects.get_or_create(
        company=company,
        identity=identity_key(data),
        defaults={
            "name": data.name or f"Cliente {data.vat_number or data.tax_code}",
            "kind": kind.value,
            "is_kind_confirmed": is_sure,
            "vat_country": data.vat_country,
            "vat_number": data.vat_number,
            "tax_code": data.tax_code,
            "street": address.street,
            "postcode": address.postcode,
            "city": address.city,
            "province": address.province,
            "country": address.country,
            "created_at": clock.now(),
        },
    )


def _fill(party: Party, each: SheetCustomer) -> None:
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
