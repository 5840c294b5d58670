"""Chi paga per più clienti, as pages: chosen, made, shown, taken away."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.flows.choose_contact import choose_contact
from sollecito.flows.edit_customer import Contact
from sollecito.flows.save_contact import save_contact
from sollecito.flows.send_reminder import send_reminders
from sollecito.ledger.models import ContactPoint, Instalment, Party, PaymentContact
from tests.builders import Row, invoice_bytes
from tests.web_rows import World, enter, make_world, on_the_day, upload  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]
HTMX = {"hx-request": "true"}


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    made = make_world()
    second = invoice_bytes(
        number="9",
        buyer_vat="",
        buyer_tax_code="90999010474",
        buyer_name="Condominio Via dei Tigli",
        rows=(Row("50.00", due="2026-03-31"),),
        total="50.00",
    )
    upload(made.company, ("IT12345670157_00009.xml", second))
    return made


@pytest.fixture
def client(world: World) -> Client:
    return enter(world.owner)


@pytest.fixture
def other(world: World) -> Party:
    return Party.objects.get(company=world.company, name="Condominio Via dei Tigli")


@pytest.fixture
def studio(world: World) -> PaymentContact:
    addresses = [Contact("email", "contabilita@studio.example")]
    return save_contact(world.company, name="Studio Ponte", addresses=addresses, user=world.owner)


def said(answer: Any) -> str:
    return str(answer.content.decode())


def card(client: Client, party: Party) -> str:
    return said(client.get(reverse("web:customer", args=[party.pk])))


def test_a_customer_is_given_to_who_answers_for_it(
    client: Client, world: World, other: Party, studio: PaymentContact
) -> None:
    path = reverse("web:customer_contact", args=[world.party.pk])
    assert "Studio Ponte" in said(client.get(path))
    assert client.post(path, {"contact": studio.pk}).status_code == 302
    choose_contact(other, studio, user=None)
    page = card(client, world.party)
    for words in ("Chi risponde dei pagamenti", "Studio Ponte", "contabilita@studio.example"):
        assert words in page
    assert other.name in page
    assert client.post(path, {"contact": ""}).status_code == 302
    assert Party.objects.get(pk=world.party.pk).payment_contact is None


def test_a_new_one_begins_with_the_customers_addresses(client: Client, world: World) -> None:
    chooser = reverse("web:customer_contact", args=[world.party.pk])
    there = client.post(chooser, {"contact": "nuovo"})["Location"]
    assert f"cliente={world.party.pk}" in there
    form = said(client.get(there))
    assert "cliente@prima.example" in form
    written = {"name": "Studio Nuovo", "email": "studio@nuovo.example", "phone": "0573 999 0206"}
    answer = client.post(there, written | {"customers": [world.party.pk]})
    made = PaymentContact.objects.get(name="Studio Nuovo")
    assert answer["Location"] == reverse("web:payment_contact", args=[made.pk])
    assert set(made.contact_points.values_list("kind", "value")) == {
        ("email", "studio@nuovo.example"),
        ("phone", "0573 999 0206"),
    }
    assert made.customers.get() == world.party


def test_customers_with_one_address_are_proposed_and_joined_on_order(
    client: Client, world: World, other: Party
) -> None:
    point = ContactPoint.objects.get(party=world.party, kind="email")
    ContactPoint.objects.create(company=world.company, party=other, kind="email", value=point.value)
    assert point.value in said(client.get(reverse("web:payment_contacts")))
    there = f"{reverse('web:payment_contact_new')}?indirizzo={point.value}"
    form = said(client.get(there))
    assert world.party.name in form
    assert other.name in form
    both = [world.party.pk, other.pk]
    client.post(there, {"name": "Ufficio", "email": point.value, "customers": both})
    assert PaymentContact.objects.get(name="Ufficio").customers.count() == 2
    assert "Riuniscili" not in said(client.get(reverse("web:payment_contacts")))


def test_its_page_adds_takes_away_and_ends(
    client: Client, world: World, other: Party, studio: PaymentContact
) -> None:
    serve = reverse("web:payment_contact_serve", args=[studio.pk])
    client.post(serve, {"cliente": other.name})
    assert Party.objects.get(pk=other.pk).payment_contact == studio
    page = said(client.get(reverse("web:payment_contact", args=[studio.pk])))
    assert other.name in page
    assert "50,00 €" in page
    assert "Nessun cliente corrisponde" in said(
        client.post(serve, {"cliente": "Nessuno di noi"}, headers=HTMX)
    )
    client.post(reverse("web:payment_contact_delete", args=[studio.pk]))
    assert not PaymentContact.objects.exists()
    assert Party.objects.get(pk=other.pk).payment_contact is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"name": ""}, "Manca il nome del contatto."),
        ({"name": "STUDIO PONTE"}, "«Studio Ponte» c&#x27;è già."),
        ({"name": "Altro", "phone": "12 34", "email": "non va"}, "non è un indirizzo e-mail"),
        ({"name": "Altro", "email": "a@b.example", "pec": "pec"}, "non è un indirizzo e-mail"),
        ({"name": "Altro", "phone": "boh"}, "non è un numero"),
    ],
)
def test_bad_words_stand_beside_their_field(
    client: Client, studio: PaymentContact, written: dict[str, str], words: str
) -> None:
    answer = client.post(reverse("web:payment_contact_new"), written)
    assert words in said(answer)
    assert PaymentContact.objects.count() == 1


def test_it_is_changed(client: Client, studio: PaymentContact) -> None:
    path = reverse("web:payment_contact_edit", args=[studio.pk])
    assert "contabilita@studio.example" in said(client.get(path))
    both = {"email": "uno@studio.example", "email_2": "due@studio.example"}
    client.post(path, both | {"name": "Studio Ponte", "person": "rag. Ponte"})
    studio.refresh_from_db()
    assert studio.person == "rag. Ponte"
    points = studio.contact_points.order_by("pk").values_list("value", "person")
    assert list(points) == [
        ("uno@studio.example", "rag. Ponte"),
        ("due@studio.example", "rag. Ponte"),
    ]


def test_who_only_reads_sees_and_changes_nothing(world: World, studio: PaymentContact) -> None:
    client = enter(world.viewer)
    page = said(client.get(reverse("web:payment_contact", args=[studio.pk])))
    assert "Studio Ponte" in page
    assert "Togli" not in page
    path = reverse("web:payment_contact_delete", args=[studio.pk])
    assert client.post(path).status_code == 403
    assert PaymentContact.objects.filter(pk=studio.pk).exists()


def test_a_customer_is_found_by_who_answers_for_it(
    client: Client, world: World, other: Party, studio: PaymentContact
) -> None:
    choose_contact(other, studio, user=None)
    listed = reverse("web:customers")
    for words in ("studio ponte", "contabilita@studio"):
        page = client.get(f"{listed}?cerca={words}").context["page"]
        assert [party.name for party in page] == [other.name]
    missing = client.get(f"{listed}?quali=senza_recapito").context["page"]
    assert other.name not in [party.name for party in missing]


def test_a_message_about_several_stands_once_in_the_list(
    client: Client, world: World, other: Party, studio: PaymentContact
) -> None:
    for party in (world.party, other):
        choose_contact(party, studio, user=None)
    asked = Instalment.objects.filter(party__in=[world.party, other])
    sent = send_reminders(world.company, asked.values_list("pk", flat=True), token="joint")
    (content,) = sent.contents
    for words in ("", "?cerca=studio", f"?cliente={other.pk}", f"?cliente={world.party.pk}"):
        page = client.get(reverse("web:messages") + words).context["page"]
        assert [row.pk for row in page].count(content.pk) == 1
    listed = said(client.get(reverse("web:messages") + "?cerca=studio"))
    assert world.party.name in listed
    assert other.name in listed
