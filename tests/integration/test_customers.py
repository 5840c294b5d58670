from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sollecito.accounts.models import AuditEntry, Company
from sollecito.flows.edit_customer import Contact, add_contact, edit_customer
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.ledger.models import Agent, ContactPoint
from sollecito.ledger.queries import customers_without_contact
from tests.ledger_rows import add_document, add_party


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Noi S.r.l.", vat_number="99900010473")


def test_the_card_is_changed_with_history(company: Company) -> None:
    party = add_party(company, "Condominio Aurora")
    agent = Agent.objects.create(company=company, name="Corsi")
    changes = {"kind": "condominio", "auto_copy": True, "agent": agent}
    edit_customer(party, user=None, changes=changes)
    party.refresh_from_db()
    assert (party.kind, party.is_kind_confirmed, party.auto_copy) == ("condominio", True, True)
    assert party.agent == agent
    edit_customer(party, user=None, changes={"agent": None})
    party.refresh_from_db()
    assert party.agent is None
    entry = AuditEntry.objects.filter(target=f"party:{party.pk}").order_by("id").first()
    assert entry is not None
    assert entry.details["kind"] == ["impresa", "condominio"]


def test_contacts_are_replaced_and_kept_once(company: Company) -> None:
    party = add_party(company)
    contacts = [
        Contact("email", " Amm@Rossi.example ", person="Anna"),
        Contact("phone", "0573  1"),
        Contact("email", ""),
    ]
    edit_customer(party, user=None, contacts=contacts)
    first = set(party.contact_points.values_list("pk", flat=True))
    edit_customer(party, user=None, contacts=contacts[:2])
    points = party.contact_points.order_by("kind").values_list("kind", "value", "person")
    assert list(points) == [("email", "amm@rossi.example", "Anna"), ("phone", "0573 1", "")]
    assert set(party.contact_points.values_list("pk", flat=True)) == first
    edit_customer(party, user=None, contacts=[])
    assert not party.contact_points.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "rossi"), ("email", "a@b@c.it"), ("pec", "x y@z.it"), ("phone", "chiamare Anna")],
)
def test_what_is_no_address_is_refused_and_nothing_changes(
    company: Company, kind: str, value: str
) -> None:
    party = add_party(company)
    add_contact(party, Contact("email", "a@rossi.example"), user=None)
    with pytest.raises(FieldsRefusedError) as refused:
        edit_customer(
            party,
            user=None,
            changes={"note": "x"},
            contacts=[Contact("email", "b@rossi.example"), Contact(kind, value)],
        )
    assert list(refused.value.problems) == ["contact_1"]
    assert [point.value for point in ContactPoint.objects.all()] == ["a@rossi.example"]
    party.refresh_from_db()
    assert party.note == ""


def test_a_name_and_a_known_kind_are_needed(company: Company) -> None:
    with pytest.raises(FieldsRefusedError) as refused:
        edit_customer(add_party(company), user=None, changes={"name": " ", "kind": "amico"})
    assert set(refused.value.problems) == {"name", "kind"}


def test_customers_without_contact_are_those_who_owe_and_have_no_mail(company: Company) -> None:
    owes, has_mail, has_phone, paid = (add_party(company, name) for name in "ABCD")
    for party in (owes, has_mail, has_phone):
        add_document(party, "100", due=date(2026, 3, 1))
    (row,) = add_document(paid, "100")
    type(row).objects.filter(pk=row.pk).update(balance=Decimal(0))
    add_contact(has_mail, Contact("email", "b@b.example"), user=None)
    add_contact(has_phone, Contact("phone", "0573 1"), user=None)
    found = customers_without_contact(company)
    assert set(found.values_list("pk", flat=True)) == {owes.pk, has_phone.pk}
    add_contact(has_phone, Contact("email", "c@c.example"), user=None)
    add_contact(has_phone, Contact("email", "C@c.example"), user=None)
    assert set(customers_without_contact(company).values_list("pk", flat=True)) == {owes.pk}
    assert has_phone.contact_points.filter(kind="email").count() == 1
