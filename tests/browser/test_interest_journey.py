"""Interest into a formal notice, in a real browser: looked at, claimed, previewed, sent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sollecito.accounts.models import Company
from sollecito.domain.interest import Regime
from sollecito.domain.money import format_money
from sollecito.dunning.models import InterestRate
from sollecito.dunning.positions import position_on
from sollecito.dunning.rates import published_rates
from sollecito.flows import clock
from sollecito.flows.add_rate import NewRate, add_rate
from sollecito.flows.gather_interest import charge_interest, counting_of, sum_charged
from sollecito.ledger.models import Party
from sollecito.outbox.models import Content
from tests.browser.conftest import WIDTHS, Office, overflow, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SEAT = {"street": "Via Verdi 2", "postcode": "20100", "city": "Milano", "province": "MI"}


@pytest.fixture
def creditor(office: Office) -> Company:
    """Who signs and from where; rates that are known on whatever day this runs."""
    own = {"representative": "Paola Ventura", "pec": "azienda@pec.example", **SEAT}
    Company.objects.filter(pk=office.company.pk).update(**own)
    Party.objects.filter(company=office.company).update(**SEAT)
    last = published_rates(Regime.LATE_PAYMENT, None)[-1].last
    days = (last + timedelta(days=1), date(2099, 12, 31))
    kind = InterestRate.Kind.REFERENCE
    add_rate(office.company, NewRate(kind, *days, Decimal(2), "prova"), user=office.owner)
    return Company.objects.get(pk=office.company.pk)


def claimed(company: Company) -> str:
    party = Party.objects.select_related("company").get(
        company=company, name__startswith="Officine"
    )
    today = clock.today(company.time_zone)
    position = position_on(party, "EUR", today)
    claim = sum_charged(charge_interest(position.rows, position.owed, counting_of(party, today)))
    return format_money(claim.interest)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_the_page_counts_is_what_the_notice_claims(
    desk: Page, live_server: Any, creditor: Company, width: int
) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    interest = claimed(creditor)
    party = Party.objects.get(company=creditor, name__startswith="Officine")
    desk.goto(f"{live_server.url}/clienti/{party.pk}/interessi/")
    expect(desk.get_by_role("heading", name="Interessi di mora")).to_be_visible()
    expect(desk.get_by_text(interest, exact=True).first).to_be_visible()
    expect(desk.get_by_role("button", name="Stampa")).to_be_visible()
    assert violations(desk) == []
    assert overflow(desk) == 0
    rows = ",".join(str(row.pk) for row in position_on(party, "EUR", clock.today()).rows[:2])
    desk.goto(f"{live_server.url}/solleciti/nuovo/?righe={rows}&modello=messa_in_mora_impresa")
    text = desk.get_by_label("Testo")
    expect(text).to_contain_text(f"Interessi di mora al {clock.today():%d/%m/%Y}: {interest}")
    expect(text).to_contain_text("Indennizzo forfettario (art. 6 D.Lgs. 231/2002): 80,00 €")
    desk.get_by_role("button", name="Anteprima").click()
    letter = desk.locator(".letter-text")
    expect(letter).to_contain_text(interest)
    expect(letter).to_contain_text("10,")
    assert not Content.objects.exists()
    desk.get_by_role("dialog").get_by_role("button", name="Invia", exact=True).click()
    expect(desk.locator(".toast-card")).to_contain_text("in partenza")
    content = Content.objects.get()
    assert interest in content.text
    assert content.kind == "messa_in_mora_impresa"


def test_the_scheda_leaves_with_the_message(
    desk: Page, live_server: Any, creditor: Company
) -> None:
    party = Party.objects.get(company=creditor, name__startswith="Officine")
    desk.goto(f"{live_server.url}/clienti/{party.pk}/conto/")
    expect(desk.get_by_role("link", name="PDF")).to_be_visible()
    assert violations(desk) == []
    desk.get_by_role("link", name="Invia").click()
    box = desk.get_by_label(f"Scheda contabile al {clock.today():%d/%m/%Y}")
    expect(box).to_be_checked()
    expect(desk.get_by_label("Modello")).to_have_value("estratto_conto")


def test_both_sides_are_compensated_and_undone(
    desk: Page, live_server: Any, creditor: Company
) -> None:
    party = Party.objects.get(company=creditor, name__startswith="Officine")
    desk.goto(f"{live_server.url}/clienti/{party.pk}/")
    desk.get_by_role("link", name="Scrivi un debito").click()
    desk.get_by_label("Importo che dobbiamo").fill("50,00")
    desk.get_by_label("Numero della loro fattura").fill("A/88")
    desk.get_by_role("button", name="Scrivi il debito").click()
    expect(desk.get_by_text("Loro fattura A/88")).to_be_visible()
    desk.get_by_role("link", name="Compensa").click()
    expect(desk.get_by_label("Quanto compensare")).to_have_value("50,00")
    assert violations(desk) == []
    desk.get_by_role("button", name="Compensa").click()
    expect(desk.get_by_text("Loro fattura A/88")).to_have_count(0)
    desk.get_by_role("button", name="Annulla").first.click()
    expect(desk.get_by_text("Loro fattura A/88")).to_be_visible()
