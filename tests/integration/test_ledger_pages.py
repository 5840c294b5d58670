"""The pages of the ledger without a browser: filters, forms and their errors, files, no script."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from sollecito.domain.aging import Bucket
from sollecito.ledger.models import Document, Instalment, Payment
from sollecito.outbox.models import Content
from sollecito.web.forms.controls import parse_amount
from sollecito.web.forms.scadenzario import ScadenzarioForm
from tests.web_rows import TODAY, World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]

NEW = {
    "tipo": "proforma",
    "numero": "7",
    "giorno": "2026-04-01",
    "cliente": "Cliente nuovo S.r.l.",
    "totale": "1.000,00",
    "valuta": "EUR",
}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1234,5", "1234.50"),
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234", "1234.00"),
        ("1.234.567", "1234567.00"),
        ("12", "12.00"),
        ("-0,01", "-0.01"),
        ("0.50", "0.50"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["dodici", "1,2,3", "1,234", "NaN", "1e400", "Infinity", "--1"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        parse_amount(text)


def test_the_address_becomes_a_filter() -> None:
    form = ScadenzarioForm(
        {
            "cerca": "rossi",
            "tipo": "proforma",
            "stato": "overdue",
            "quando": "scadute",
            "dal": "2026-01-01",
            "al": "31/03/2026",
            "importo_da": "1.000,00",
            "fascia": "1_30",
            "sospesa": "dispute",
            "ordina": "-residuo",
        }
    )
    wanted = form.ledger_filter()
    assert (wanted.text, wanted.kinds, wanted.status) == ("rossi", ("proforma",), "overdue")
    assert (wanted.due, wanted.hold, wanted.bucket) == ("overdue", "dispute", Bucket.DAYS_1_30)
    assert (wanted.due_from, wanted.due_to) == (date(2026, 1, 1), date(2026, 3, 31))
    assert wanted.amount_from == Decimal("1000.00")
    assert form.sort_key() == "-balance"


def test_a_day_of_the_address_is_shown_in_its_field() -> None:
    shown = str(ScadenzarioForm({"dal": "31/12/2026", "al": "2026-12-31"})["dal"])
    assert 'value="2026-12-31"' in shown
    assert "value" not in str(ScadenzarioForm({"dal": "ieri"})["dal"])


def test_what_is_wrong_in_the_address_is_left_out() -> None:
    form = ScadenzarioForm({"dal": "domani", "fascia": "tutte", "stato": "boh", "cerca": "rossi"})
    wanted = form.ledger_filter()
    assert (wanted.text, wanted.due_from, wanted.bucket) == ("rossi", None, None)
    assert "gg/mm/aaaa" in str(form["dal"].errors)


def test_without_a_state_only_what_is_open_is_listed(world: World) -> None:
    client = enter(world.office)
    open_rows = client.get(reverse("web:scadenzario")).context["rows"]
    every_row = client.get(reverse("web:scadenzario"), {"stato": "tutti"}).context["rows"]
    assert [row.id for row in open_rows] == [world.instalment.pk]
    assert len(every_row) == 2


def test_no_page_allows_a_script_or_a_style_of_its_own(world: World) -> None:
    client = enter(world.office)
    for name in ("home", "scadenzario", "document_new"):
        answer = client.get(reverse(f"web:{name}"))
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert b" style=" not in answer.content
        assert b"<style" not in answer.content


def test_a_document_by_hand_with_a_new_customer(world: World) -> None:
    client = enter(world.office)
    lines = {
        "scadenza_1": "2026-05-31",
        "importo_1": "400,00",
        "scadenza_2": "2026-06-30",
        "importo_2": "600,00",
    }
    answer = client.post(reverse("web:document_new"), NEW | lines | {"codice_fiscale": ""})
    made = Document.objects.get(number="7")
    assert answer["Location"] == reverse("web:document", args=[made.pk])
    assert made.party.name == "Cliente nuovo S.r.l."
    found = made.instalments.order_by("seq").values_list("due_date", "amount")
    assert list(found) == [
        (date(2026, 5, 31), Decimal("400.00")),
        (date(2026, 6, 30), Decimal("600.00")),
    ]


def test_a_known_customer_is_taken_by_name(world: World) -> None:
    client = enter(world.office)
    client.post(reverse("web:document_new"), NEW | {"cliente": world.party.name.upper()})
    assert Document.objects.get(number="7").party == world.party


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"totale": "tanto"}, "totale", "1.234,56"),
        ({"scadenza_1": "2026-05-31", "importo_1": "1,00"}, "importo_1", "Le rate fanno 1,00"),
        ({"totale": "0"}, "totale", "maggiore di zero"),
        ({"giorno": "ieri"}, "giorno", "gg/mm/aaaa"),
        ({"giorno": "0001-01-01"}, "giorno", "controlla l’anno"),
        ({"totale": "99999999999999"}, "totale", "fuori misura"),
        ({"importo_2": "40"}, "scadenza_2", "Manca la scadenza"),
        ({"partita_iva": "123"}, "partita_iva", "ha undici cifre"),
        ({"codice_fiscale": "ABC"}, "codice_fiscale", "qui sono 3"),
    ],
)
def test_an_error_stands_beside_its_field(
    world: World, changes: dict[str, str], field: str, words: str
) -> None:
    answer = enter(world.office).post(reverse("web:document_new"), NEW | changes)
    assert words in " ".join(answer.context["form"].errors[field])
    assert not Document.objects.filter(number="7").exists()


def test_the_same_number_twice_is_refused_with_the_cure(world: World) -> None:
    client = enter(world.office)
    client.post(reverse("web:document_new"), NEW)
    answer = client.post(reverse("web:document_new"), NEW)
    assert "Cambia il numero" in " ".join(answer.context["form"].errors["numero"])


def test_copy_and_original_can_be_had(world: World) -> None:
    client = enter(world.viewer)
    pdf = client.get(reverse("web:document_pdf", args=[world.document.pk]))
    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Content-Disposition"].startswith("inline")
    original = client.get(reverse("web:document_file", args=[world.document.pk]))
    assert original.content.startswith(b"<?xml")
    assert original["Content-Disposition"].startswith("attachment")


def test_what_exceeds_a_rata_stays_as_credit(world: World) -> None:
    form = {
        "righe": str(world.instalment.pk),
        "importo": "150,00",
        "giorno": TODAY.isoformat(),
        "mezzo": "bonifico",
    }
    answer = enter(world.office).post(reverse("web:payment_new"), form, follow=True)
    said = " ".join(str(message) for message in answer.context["messages"])
    assert "28,00 € restano a credito" in said
    assert Payment.objects.filter(amount=Decimal("150.00")).exists()


def test_money_does_not_come_in_tomorrow(world: World) -> None:
    client = enter(world.office)
    row = Instalment.objects.filter(company=world.company, balance__gt=0).latest("pk")
    tomorrow = {"righe": row.pk, "importo": "1,00", "giorno": "2026-04-18", "mezzo": "bonifico"}
    for name in ("payment_new", "payment_mark"):
        page = client.post(reverse(f"web:{name}"), tomorrow).content.decode()
        assert "È una data futura" in page, name
    row.refresh_from_db()
    assert row.balance == row.amount


def test_a_page_without_script_sends_and_takes_back(world: World) -> None:
    client = enter(world.office)
    page = client.get(reverse("web:reminder_new"), {"righe": world.instalment.pk})
    fields = fields_of(page.context["form"]) | {"righe": world.instalment.pk}
    preview = client.post(reverse("web:reminder_new"), fields | {"passo": "anteprima"})
    kept: dict[str, list[str]] = {}
    for name, value in preview.context["kept"]:
        kept.setdefault(name, []).append(value)
    sent = client.post(reverse("web:reminder_new"), kept | {"passo": "invia"}, follow=True)
    content = Content.objects.latest("pk")
    assert kept["visto"][0].endswith(content.sha256)
    client.post(sent.context["undo_url"])
    assert {row.status for row in content.messages.all()} == {"cancelled"}


def test_a_changed_ledger_stops_what_was_seen(world: World) -> None:
    client = enter(world.office)
    page = client.get(reverse("web:reminder_new"), {"righe": world.instalment.pk})
    fields = fields_of(page.context["form"]) | {"righe": world.instalment.pk}
    preview = client.post(reverse("web:reminder_new"), fields | {"passo": "anteprima"})
    Instalment.objects.filter(pk=world.instalment.pk).update(
        due_date=world.instalment.due_date - timedelta(days=30)
    )
    before = Content.objects.count()
    client.post(reverse("web:reminder_new"), dict(preview.context["kept"]) | {"passo": "invia"})
    assert Content.objects.count() == before


def fields_of(form: Any) -> dict[str, Any]:
    """What a browser would send of an untouched form."""
    return {name: form[name].value() for name in form.fields if form[name].value()}


@pytest.mark.parametrize(
    "address",
    [
        "/scadenzario/?cliente=%s",
        "/scadenzario/righe/?cliente=%s",
        "/scadenzario/?vista=clienti&aperto=%s",
        "/comunicazioni/?cliente=%s",
        "/clienti/?agente=%s",
        "/solleciti/nuovo/?righe=%s",
        "/incassi/nuovo/?righe=%s",
        "/incassi/segna/?righe=%s",
    ],
)
def test_a_key_that_no_column_holds_is_nobodys(world: World, address: str) -> None:
    client = enter(world.office)
    assert client.get(address % ("9" * 30)).status_code in {200, 302}
