from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from sollecito.domain.account_card import make_account_card
from sollecito.domain.settling import ClosingKind
from sollecito.dunning.account_entries import account_entries
from sollecito.dunning.fact_queries import customers_credit
from sollecito.flows.check_closing import ClosingOrder
from sollecito.flows.close_debts import close_debts
from sollecito.flows.match_credit import match_credit
from sollecito.flows.record_payments import record_payment
from sollecito.flows.undo_payments import undo_payment
from sollecito.ledger.models import Instalment, Party
from tests.ledger_rows import add_document, add_party
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]
DAY = date(2026, 3, 1)


@pytest.fixture
def world() -> World:
    return make_world()


def make_dealings(world: World) -> Party:
    """Two invoices, a note, a pro-forma, money beyond them, a payment undone, an allowance."""
    party = add_party(world.company, "Verdi S.r.l.")
    one, two = add_document(party, "100", "100", number="7/A")
    (other,) = add_document(party, "60")
    (note,) = add_document(party, "-30", kind="nota_di_credito")
    add_document(party, "500", kind="proforma")
    add_document(party, "999", kind="fattura_elettronica", sdi_state="rejected")
    record_payment(party.company, {one.pk: Decimal(97)}, amount=Decimal(97), day=DAY)
    order = ClosingOrder(ClosingKind.ALLOWANCE, DAY, whole=[one.pk])
    close_debts(party.company, order)
    undo_payment(
        record_payment(party.company, {two.pk: Decimal(9)}, amount=Decimal(9), day=DAY), user=None
    )
    match_credit(note, two)
    record_payment(party.company, {other.pk: Decimal(60)}, amount=Decimal(75), day=DAY)
    return party


def test_the_balance_is_what_is_open_less_the_credit(world: World) -> None:
    party = make_dealings(world)
    card = make_account_card(account_entries(party, "EUR"), None, date(2026, 12, 31))
    rows = Instalment.objects.filter(party=party).exclude(kind="proforma")
    balances = rows.exclude(document__sdi_state="rejected").values_list("balance", flat=True)
    owed = sum((balance for balance in balances if balance > 0), Decimal(0))
    assert card.closing == owed - customers_credit([party.pk])[party.pk, "EUR"] == 55
    causes = [row.entry.cause.value for row in card.rows]
    assert sorted(causes) == ["ABBUONO", "FT", "FT", "INC", "INC", "NC"]


def test_the_page_shows_it_at_any_date_and_asks_for_a_confirmation(world: World) -> None:
    party = make_dealings(world)
    client = enter(world.viewer)
    address = reverse("web:customer_account", args=[party.pk])
    page = client.get(address, {"al": "2026-02-28"}).content.decode().replace("\xa0", " ")
    assert "FT 7/A" in page
    assert "ABBUONO" not in page
    assert "Salvo errori e omissioni." in page
    assert "confermare il saldo" not in page
    asked = {"dal": "2026-03-01", "al": "2026-12-31", "conferma": "on"}
    page = client.get(address, asked).content.decode().replace("\xa0", " ")
    assert "Saldo iniziale" in page
    assert "230,00 €" in page
    assert "confermare il saldo" in page
