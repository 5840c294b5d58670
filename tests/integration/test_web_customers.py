"""Clienti: the list and the card, as pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.ledger.models import Agent, ContactPoint, Party
from tests.builders import Row, invoice_bytes
from tests.web_rows import World, enter, make_world, on_the_day, upload  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    made = make_world()
    upload(
        made.company,
        (
            "IT12345670157_00009.xml",
            invoice_bytes(
                number="9",
                buyer_vat="",
                buyer_tax_code="RSSMRA80A01H501U",
                buyer_name="Mario Rossi",
                rows=(Row("50.00", due="2026-05-31"),),
                total="50.00",
            ),
        ),
    )
    return made


@pytest.fixture
def client(world: World) -> Client:
    return enter(world.owner)


def said(answer: Any) -> str:
    return str(answer.content.decode())


def names(client: Client, query: str = "") -> list[str]:
    return [party.name for party in client.get(reverse("web:customers") + query).context["page"]]


def test_the_list_is_narrowed_sorted_and_sums_up(client: Client, world: World) -> None:
    first, second = "Cliente di Prima", "Mario Rossi"
    assert names(client) == [first, second]
    assert names(client, "?ordina=residuo") == [second, first]
    assert names(client, "?cerca=rossi") == [second]
    assert names(client, "?cerca=cliente@prima") == [first]
    assert names(client, "?quali=scaduti") == [first]
    assert names(client, "?quali=senza_recapito") == [second]
    assert names(client, "?tipo=privato") == [second]
    rows = client.get(reverse("web:customers")).context["page"]
    assert [(row.owed, row.overdue) for row in rows] == [(122, 122), (50, 0)]


def test_the_card_tells_what_is_owed_and_what_was_said(client: Client, world: World) -> None:
    page = said(client.get(reverse("web:customer", args=[world.party.pk])))
    for word in ("122,00 €", "17 giorni", "cliente@prima.example", world.content.subject):
        assert word in page


def test_the_card_is_changed_with_its_contacts(client: Client, world: World) -> None:
    path = reverse("web:customer_edit", args=[world.party.pk])
    form = client.get(path).context["form"]
    data = {name: form.initial.get(name) or "" for name in form.fields} | {
        "auto_copy": "on",
        "agent": str(Agent.objects.get().pk),
        "recapiti-TOTAL_FORMS": "3",
        "recapiti-INITIAL_FORMS": "1",
        "recapiti-0-kind": "email",
        "recapiti-0-value": "",
        "recapiti-0-purpose": "payments",
        "recapiti-1-kind": "email",
        "recapiti-1-value": "non è",
        "recapiti-1-purpose": "payments",
        "recapiti-2-kind": "phone",
        "recapiti-2-value": "0573 999",
        "recapiti-2-purpose": "general",
    }
    page = said(client.post(path, data))
    assert "id_recapiti-1-value_error" in page
    assert "non è un indirizzo e-mail" in page
    data["recapiti-1-value"] = "Conti@Cliente.example"
    assert client.post(path, data).status_code == 302
    world.party.refresh_from_db()
    assert world.party.agent == Agent.objects.get()
    kept = ContactPoint.objects.filter(party=world.party).order_by("kind")
    assert [each.value for each in kept] == ["conti@cliente.example", "0573 999"]


def test_a_proposed_kind_is_confirmed(client: Client, world: World) -> None:
    Party.objects.filter(pk=world.party.pk).update(is_kind_confirmed=False)
    card = reverse("web:customer", args=[world.party.pk])
    assert "(proposto)" in said(client.get(card))
    assert names(client, "?quali=da_confermare") == ["Cliente di Prima"]
    client.post(reverse("web:customer_confirm_kind", args=[world.party.pk]))
    assert "(proposto)" not in said(client.get(card))


def test_a_proforma_and_its_invoice_are_asked_about_on_the_card(
    client: Client, world: World
) -> None:
    proforma = world.document
    invoice = world.party.documents.exclude(pk=proforma.pk).get()
    invoice.replaces = proforma
    invoice.date = date(2026, 4, 1)
    invoice.save()
    card = reverse("web:customer", args=[world.party.pk])
    assert "sembra sostituire la proforma" in said(client.get(card))
    client.post(reverse("web:document_replacement", args=[invoice.pk]), {"verdetto": "sostituisce"})
    assert "sembra sostituire" not in said(client.get(card))


def test_the_terms_of_interest_are_written_on_the_card(client: Client, world: World) -> None:
    path = reverse("web:customer_edit", args=[world.party.pk])
    form = client.get(path).context["form"]
    data = {name: form.initial.get(name) or "" for name in form.fields}
    data |= {"recapiti-TOTAL_FORMS": "0", "recapiti-INITIAL_FORMS": "0"}
    page = said(client.post(path, data | {"interest_regime": "agreed"}))
    assert "Manca il tasso del contratto." in page
    terms = {"interest_regime": "agreed", "interest_percent": "6,5", "contract_date": "2020-01-31"}
    assert client.post(path, data | terms).status_code == 302
    party = Party.objects.get(pk=world.party.pk)
    assert (party.interest_regime, party.interest_percent) == ("agreed", Decimal("6.5"))
