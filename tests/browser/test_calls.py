"""Telefonata and Nota in two keys, from every list that shows customers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sollecito.accounts.models import AuditEntry
from sollecito.dunning.models import PhoneCall
from sollecito.flows import clock
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.ledger.models import BankMovement, BankStatement
from tests.browser.conftest import WIDTHS, Office, overflow, violations
from tests.work_rows import GENTLE, add_debtors, add_programme, plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISTS = {
    "customers": "/clienti/",
    "scadenzario": "/scadenzario/?quando=tutte",
    "messages": "/comunicazioni/",
    "today": "/oggi/",
    "bank": "/banca/",
}


@pytest.fixture
def filled(desk: Page, office: Office) -> Page:
    """Something in every list."""
    company = office.company
    (row,) = office.instalments("Condominio")
    send_reminders(company, [row.pk], token=new_token(), user=office.clerk)
    add_debtors(company, 1)
    add_programme(company, replace(GENTLE, working_days_only=False))
    plan(company)
    statement = BankStatement.objects.create(
        company=company,
        name="estratto.csv",
        format="csv",
        until=office.today,
        imported_at=clock.now(),
    )
    BankMovement.objects.create(
        company=company,
        statement=statement,
        booking_date=office.today,
        amount=row.balance,
        counterparty=row.party.name,
        text=f"Saldo fattura {row.document.number}",
    )
    return desk


@pytest.mark.parametrize("name", LISTS)
def test_a_note_in_two_keys_from_every_list(filled: Page, live_server: Any, name: str) -> None:
    filled.goto(f"{live_server.url}{LISTS[name]}")
    expect(filled.locator("[data-row]").first).to_be_visible()
    filled.keyboard.press("j")
    filled.keyboard.press("a" if name == "bank" else "n")  # there n is "no takings"
    drawer = filled.locator("#drawer-body")
    expect(drawer.get_by_role("heading", name="Nota")).to_be_visible()
    drawer.get_by_role("textbox").fill("Ha cambiato banca.")
    drawer.get_by_role("button", name="Scrivi la nota").click()
    expect(filled.locator(".toast-card")).to_contain_text("Nota scritta.")
    assert AuditEntry.objects.filter(action="note_written", text__contains="banca").exists()


@pytest.mark.parametrize("name", LISTS)
def test_a_call_in_two_keys_from_every_list(filled: Page, live_server: Any, name: str) -> None:
    filled.goto(f"{live_server.url}{LISTS[name]}")
    expect(filled.locator("[data-row]").first).to_be_visible()
    filled.keyboard.press("j")
    filled.keyboard.press("t")
    drawer = filled.locator("#drawer-body")
    expect(drawer.get_by_role("heading", name="Telefonata")).to_be_visible()
    expect(drawer).to_contain_text("Parlo con chi segue i pagamenti?")
    drawer.get_by_role("button", name="Segna la telefonata").click()
    expect(filled.locator(".toast-card")).to_contain_text("si richiama")
    assert PhoneCall.objects.filter(outcome="no_answer").exists()


def test_the_card_has_its_own_keys(desk: Page, live_server: Any, office: Office) -> None:
    (row,) = office.instalments("Condominio")
    desk.goto(f"{live_server.url}/clienti/{row.party_id}/")
    desk.keyboard.press("t")
    drawer = desk.locator("#drawer-body")
    expect(drawer.get_by_role("heading", name="Telefonata")).to_be_visible()
    drawer.get_by_label("Non ha ricevuto il documento").check()
    drawer.get_by_role("button", name="Segna la telefonata").click()
    expect(desk.get_by_role("heading", name="Invia il documento")).to_be_visible()
    expect(desk.get_by_label("Oggetto")).to_have_value(re.compile("Copia di cortesia: fattura 4/A"))
    desk.goto(f"{live_server.url}/clienti/{row.party_id}/")
    desk.keyboard.press("j")
    desk.keyboard.press("n")
    expect(drawer.get_by_role("heading", name="Nota")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["customers", "messages", "bank"])
def test_the_lists_are_readable_by_everyone(
    filled: Page, live_server: Any, width: int, name: str
) -> None:
    filled.set_viewport_size({"width": width, "height": 800})
    filled.goto(f"{live_server.url}{LISTS[name]}")
    assert violations(filled) == []
    assert overflow(filled) == 0
