"""Registra incasso, Abbuona o stralcia, Abbina credito: the pages, as a person uses them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.accounts.models import Company
from sollecito.dunning.models import Closing
from sollecito.flows.record_payments import record_payment
from sollecito.ledger.models import Instalment, Party, Payment
from tests.ledger_rows import add_document, add_party
from tests.web_rows import TODAY, World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]
PAY = {"giorno": TODAY.isoformat(), "mezzo": "bonifico"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def party(world: World) -> Party:
    return add_party(world.company, "Verdi S.r.l.")


@pytest.fixture
def client(world: World) -> Client:
    return enter(world.office)


def rows_of(*rows: Instalment) -> str:
    return ",".join(str(row.pk) for row in rows)


def balances(rows: list[Instalment]) -> list[Decimal]:
    return [Instalment.objects.get(pk=row.pk).balance for row in rows]


def post(client: Client, name: str, **fields: Any) -> str:
    return client.post(reverse(f"web:{name}"), fields, follow=True).content.decode()


def test_one_payment_for_several_rate(client: Client, party: Party) -> None:
    rows = add_document(party, "100", "100")
    page = client.get(reverse("web:payment_new"), {"righe": rows_of(*rows)}).content.decode()
    assert 'value="200,00"' in page
    post(client, "payment_new", righe=rows_of(*rows), importo="130,00", **PAY)
    assert balances(rows) == [0, 70]
    quota = {f"quota_{rows[1].pk}": "20"}
    (more,) = add_document(party, "60")
    chosen = rows_of(rows[1], more)
    post(client, "payment_new", righe=chosen, importo="20", **PAY, **quota)
    assert balances([*rows, more]) == [0, 50, 60]


def test_strangers_do_not_pay_together(client: Client, world: World, party: Party) -> None:
    (one,) = add_document(party, "100")
    (two,) = add_document(add_party(world.company, "Neri"), "100")
    answer = client.get(reverse("web:payment_new"), {"righe": rows_of(one, two)}, follow=True)
    assert "Un incasso è di un solo cliente" in answer.content.decode()


def test_an_advance_is_credit_and_is_matched_from_the_card(client: Client, party: Party) -> None:
    rows = add_document(party, "40", "40")
    ordered = {"cliente": party.pk, "importo": "50", "a_credito": "on", **PAY}
    page = post(client, "payment_new", **ordered)
    assert "50,00 € restano a credito" in page.replace("\xa0", " ")
    assert balances(rows) == [40, 40]
    payment = Payment.objects.get(party=party)
    match = reverse("web:credit_match", args=[party.pk, f"p{payment.pk}"])
    card = client.get(reverse("web:customer", args=[party.pk])).content.decode()
    assert match in card
    assert "Quanto abbinare" in client.get(match).content.decode()
    assert "al massimo" in client.post(match, {"importo": "60"}).content.decode()
    client.post(match, {"importo": "50"})
    assert balances(rows) == [0, 30]
    assert client.get(match).status_code == 404


def test_cash_over_the_limit_is_asked_about_and_recorded(client: Client, party: Party) -> None:
    (row,) = add_document(party, "6000")
    cash = {"righe": row.pk, "importo": "6000", **PAY, "mezzo": "contanti"}
    page = post(client, "payment_new", **cash)
    assert "limite di legge" in page
    assert "Registra comunque" in page
    assert balances([row]) == [6000]
    post(client, "payment_new", **cash, conferma="on")
    assert balances([row]) == [0]


def test_what_is_missing_is_withheld_or_too_much_to_allow(client: Client, party: Party) -> None:
    one, two = add_document(party, "122", "122")
    post(client, "payment_new", righe=one.pk, importo="112", resto="withheld", **PAY)
    page = post(client, "payment_new", righe=two.pk, importo="112", resto="allowance", **PAY)
    assert "L’abbuono arriva a" in page
    assert balances([one, two]) == [0, 122]
    document = client.get(reverse("web:document", args=[one.document_id])).content.decode()
    assert "Ritenuta subita" in document


def test_a_loss_wants_a_reason_and_is_taken_back(client: Client, party: Party) -> None:
    (row,) = add_document(party, "900")
    order = {"righe": row.pk, "tipo": "loss", "importo": "900", "giorno": TODAY.isoformat()}
    assert "Manca il motivo" in post(client, "payment_close", **order, approved_by="Paola")
    post(client, "payment_close", **order, reason="Irreperibile", approved_by="Paola Ventura")
    assert balances([row]) == [0]
    page = client.get(reverse("web:document", args=[row.document_id])).content.decode()
    assert "approvato da Paola Ventura" in page
    client.post(reverse("web:payment_undo", args=[Closing.objects.get().payment_id]))
    assert balances([row]) == [900]


def test_small_residuals_are_offered_and_closed_together(client: Client, party: Party) -> None:
    rows = add_document(party, "100", "100")
    for row in rows:
        post(client, "payment_new", righe=row.pk, importo="98", **PAY)
    assert "2 piccoli residui da abbuonare" in client.get(reverse("web:home")).content.decode()
    page = client.get(reverse("web:payment_close"), {"residui": 1})
    assert page.context["chosen"] == rows_of(*rows)
    order = {"righe": rows_of(*rows), "tipo": "allowance", "giorno": TODAY.isoformat()}
    post(client, "payment_close", **order)
    assert balances(rows) == [0, 0]


def test_a_viewer_closes_nothing(world: World, party: Party) -> None:
    (row,) = add_document(party, "3")
    order = {"righe": row.pk, "tipo": "allowance", "giorno": TODAY.isoformat()}
    answer = enter(world.viewer).post(reverse("web:payment_close"), order)
    assert answer.status_code == 403
    assert balances([row]) == [3]


def test_of_another_company_nothing_is_matched_or_undone(client: Client) -> None:
    party = add_party(Company.objects.create(name="Altri", vat_number="99900020472"))
    rows = add_document(party, "100", "100")
    payment = record_payment(
        party.company, {rows[0].pk: Decimal(40)}, amount=Decimal(50), day=TODAY
    )
    allocation = payment.allocations.get()
    match = reverse("web:credit_match", args=[party.pk, f"p{payment.pk}"])
    assert client.post(match, {"importo": "10"}).status_code == 404
    undo = reverse("web:allocation_undo", args=[allocation.pk])
    assert client.post(undo).status_code == 404
    post(client, "payment_close", righe=rows_of(*rows), tipo="allowance", giorno=TODAY.isoformat())
    assert client.get(reverse("web:payment_new"), {"cliente": party.pk}).status_code == 404
    assert balances(rows) == [60, 100]
