"""Reminders suspended and resumed, a plan agreed and broken, in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sollecito.dunning.models import Hold, PlanInstalment, RepaymentPlan
from sollecito.flows.follow_plans import follow_plans
from tests.browser.conftest import WIDTHS, Office, overflow, violations
from tests.programmes import add_policy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_menu(page: Page, live_server: Any, customer: str, item: str) -> None:
    page.goto(f"{live_server.url}/scadenzario/?cerca={customer}")
    row = page.locator("[data-row]").first
    row.locator("summary").first.click()
    row.get_by_role("link", name=item).first.click()


@pytest.mark.parametrize("width", WIDTHS)
def test_suspending_why_and_plan_are_readable_by_everyone(
    desk: Page, live_server: Any, office: Office, width: int
) -> None:
    desk.set_viewport_size({"width": width, "height": 800})
    (row,) = office.instalments("Condominio")
    pages = (f"rate/{row.pk}/sospendi/", f"rate/{row.pk}/perche/", f"piani/nuovo/?righe={row.pk}")
    for page in (*pages, f"clienti/{row.party_id}/"):
        desk.goto(f"{live_server.url}/{page}")
        assert violations(desk) == []
        assert overflow(desk) == 0


def test_a_promise_holds_and_is_lifted_again(desk: Page, live_server: Any, office: Office) -> None:
    add_policy(office.company, 15, name="Dal quindicesimo", repeat=5)
    open_menu(desk, live_server, "Tigli", "Sospendi i solleciti…")
    desk.get_by_role("radio", name="Ha promesso di pagare").check()
    desk.get_by_label("Ultimo giorno sospeso").fill((office.today + timedelta(days=7)).isoformat())
    desk.get_by_role("button", name="Sospendi", exact=True).click()
    expect(desk.get_by_text("Promessa registrata")).to_be_visible()
    expect(desk.locator("[data-row]").first).to_contain_text("Promessa di pagamento")
    open_menu(desk, live_server, "Tigli", "Perché?")
    expect(desk.get_by_text("Il cliente ha promesso il pagamento")).to_be_visible()
    desk.get_by_role("button", name="Riprendi").click()
    expect(desk.get_by_text("Solleciti ripresi.")).to_be_visible()
    open_menu(desk, live_server, "Tigli", "Perché?")
    expect(desk.get_by_text("Da sollecitare oggi")).to_be_visible()
    assert not Hold.objects.filter(released_at__isnull=True).exists()


def test_a_form_with_a_fault_says_it_beside_the_field(desk: Page, live_server: Any) -> None:
    open_menu(desk, live_server, "Tigli", "Sospendi i solleciti…")
    desk.get_by_role("radio", name="Contestata").check()
    desk.get_by_role("button", name="Sospendi", exact=True).click()
    expect(desk.get_by_text("Scrivi che cosa contesta.")).to_be_visible()
    assert violations(desk) == []


def test_a_plan_is_agreed_and_breaks(desk: Page, live_server: Any, office: Office) -> None:
    open_menu(desk, live_server, "Tigli", "Piano di rientro…")
    desk.get_by_label("Quante rate").fill("2")
    desk.get_by_role("button", name="Calcola le rate").click()
    expect(desk.get_by_label("Importo della rata 2")).to_have_value("244,00")
    expect(desk.get_by_label("Importo della rata 3")).to_have_count(0)
    desk.get_by_role("button", name="Proponi il piano").click()
    desk.get_by_label("Da chi").fill("Amministratore Pontelieve")
    desk.get_by_role("button", name="Registra l’accettazione").click()
    expect(desk.get_by_text("Accettato", exact=True).first).to_be_visible()
    assert violations(desk) == []
    past = office.today - timedelta(days=30)
    PlanInstalment.objects.filter(seq=1).update(due_date=past)
    assert follow_plans(office.company) == 1
    desk.goto(f"{live_server.url}/piani/{RepaymentPlan.objects.get().pk}/")
    expect(desk.get_by_text("Decaduto")).to_be_visible()
    desk.goto(f"{live_server.url}/clienti/{office.instalments('Condominio')[0].party_id}/")
    expect(desk.get_by_text("Piano di rientro decaduto")).to_be_visible()
