"""The bank in a real browser: a statement in, three matched, one split, one reminder cancelled."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.send_reminder import send_reminders
from sollecito.ledger.models import BankMovement, BankRule, Instalment, Payment
from sollecito.ledger.queries import wrong_balances
from sollecito.outbox.models import Message
from sollecito.worker.tick import tick
from tests.bank_files import Line, camt
from tests.browser.conftest import WIDTHS, Office, overflow, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FERRO, TIGLI, COMUNE = "Officine Ferro & Figli S.n.c.", "Condominio Via dei Tigli 14", "Comune di"
STUDIO_IBAN = "DE89370400440532013000"


def statement(office: Office) -> bytes:
    """Three that are certain, one for two customers, one of nobody, one that goes out."""
    day = office.today.isoformat()
    return camt(
        Line("122.00", day, FERRO.replace("&", "&amp;"), "SALDO FATT 1/A", iban=""),
        Line("488.00", day, TIGLI, "SALDO FT 4/A", iban=""),
        Line("610.00", day, "COMUNE DI BORGOLIEVE", "MANDATO FATTURA 5/A", iban=""),
        Line("600.00", day, "Studio Pagamenti Riuniti", "SALDO VARI", iban=STUDIO_IBAN),
        Line("77.00", day, "", "VERSAMENTO", iban=""),
        Line("-12.00", day, "Banca", "Commissioni", iban=""),
    )


def bring(office: Office, data: bytes) -> None:
    import_files([NamedFile("e.xml", content=data)], company=office.company, sheets=import_sheet)


def movement(page: Page, words: str) -> Locator:
    return page.locator("[data-row]", has_text=words)


def balance(number: str) -> str:
    return f"{Instalment.objects.get(document__number=number).balance:.2f}"


def balances(*numbers: str) -> list[str]:
    assert wrong_balances() == []
    return [balance(number) for number in numbers]


def test_a_statement_comes_in(desk: Page, office: Office, live_server: Any, tmp_path: Path) -> None:
    late = Instalment.objects.get(document__number="1/A")
    send_reminders(office.company, [late.pk], token="uno", user=office.clerk)
    Message.objects.update(not_before=timezone.now() + timedelta(days=1))
    path = tmp_path / "estratto.xml"
    path.write_bytes(statement(office))
    desk.goto(f"{live_server.url}/importa/")
    desk.locator("input[name=file]").set_input_files(path)
    expect(desk.get_by_text("0 di 1 file letti")).to_be_visible()
    tick("prova")
    expect(desk.get_by_role("heading", name="File per file")).to_be_visible()
    assert balances("1/A", "4/A", "5/A") == ["0.00", "0.00", "0.00"]
    assert Message.objects.get().status == "cancelled"
    desk.get_by_role("navigation", name="Pagine").get_by_role("link", name="Banca").click()
    expect(desk.get_by_text("Gli incassi sono aggiornati al")).to_be_visible()
    expect(desk.locator("[data-row]")).to_have_count(2)
    split(desk)
    assert balances("2/A", "6/A") == ["0.00", "376.00"]
    rules = BankRule.objects.filter(iban=STUDIO_IBAN)
    assert rules.count() == 2
    expect(desk.get_by_role("heading", name="Chi paga da dove")).to_be_visible()
    desk.goto(f"{live_server.url}/comunicazioni/")
    expect(desk.get_by_text("Annullata", exact=True).first).to_be_visible()


def split(page: Page) -> None:
    """By keyboard: open, search one customer, then the other, share out, match."""
    page.keyboard.press("j")
    page.keyboard.press("j")
    row = movement(page, "Studio Pagamenti")
    expect(row.locator("[data-main]")).to_be_focused()
    page.keyboard.press("d")
    drawer = page.locator("#drawer")
    expect(drawer.get_by_role("heading", name="Abbina a mano")).to_be_visible()
    search(drawer, "2/A")
    field = drawer.get_by_label("Quanto va a 2/A")
    field.focus()
    page.keyboard.press("=")
    expect(field).to_have_value("244,00")
    expect(drawer.locator("[data-left]")).to_have_text("356,00 €")
    search(drawer, "borgolieve")
    other = drawer.get_by_label("Quanto va a 6/A")
    expect(field).to_have_value("244,00")
    other.focus()
    page.keyboard.press("=")
    expect(drawer.locator("[data-left]")).to_have_text("0,00 €")
    page.keyboard.press("Enter")
    expect(drawer).to_be_hidden()
    expect(page.get_by_text("Incasso registrato dal movimento.")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(1)


def test_what_is_missing_is_closed_where_it_is_shared_out(reviewed: Page, live_server: Any) -> None:
    pk = BankMovement.objects.get(amount=600).pk
    reviewed.goto(f"{live_server.url}/banca/{pk}/abbina/?cerca=1/A")
    row = reviewed.get_by_role("listitem").filter(has=reviewed.get_by_label("Quanto va a 1/A"))
    rest = row.get_by_label("Quello che manca")
    expect(rest).to_be_hidden()
    row.get_by_label("Quanto va a 1/A").fill("117,50")
    expect(row.locator("[data-missing]")).to_have_text("4,50 €")
    expect(rest).to_be_visible()
    row.get_by_label("Quanto va a 1/A").fill("122")
    expect(rest).to_be_hidden()
    row.get_by_label("Quanto va a 1/A").fill("117,50")
    rest.select_option(label="Spese bancarie trattenute")
    assert violations(reviewed) == []
    for width in WIDTHS:
        reviewed.set_viewport_size({"width": width, "height": 800})
        assert overflow(reviewed) == 0
    reviewed.get_by_role("button", name="Abbina").click()
    expect(reviewed.get_by_text("Incasso registrato dal movimento.")).to_be_visible()
    assert balances("1/A") == ["0.00"]
    assert Payment.objects.get(source="costs").amount == Decimal("4.50")
    reviewed.keyboard.press("z")
    expect(reviewed.get_by_text("Abbinamento annullato")).to_be_visible()
    assert balances("1/A") == ["122.00"]


def search(drawer: Locator, text: str) -> None:
    field = drawer.get_by_label("Cerca un cliente, un numero o un importo")
    field.fill(text)
    field.press("Enter")
    expect(drawer.get_by_text(text, exact=False).first).to_be_visible()


@pytest.fixture
def reviewed(desk: Page, office: Office, live_server: Any) -> Page:
    """Two with proposals, since the company looks at everything itself."""
    office.company.auto_match = "none"
    office.company.save()
    bring(office, statement(office))
    desk.goto(f"{live_server.url}/banca/")
    expect(desk.locator("[data-row]")).to_have_count(5)
    return desk


def test_proposals_are_confirmed_set_aside_and_undone_by_keyboard(reviewed: Page) -> None:
    reviewed.keyboard.press("j")
    expect(movement(reviewed, "VERSAMENTO").locator("[data-main]")).to_be_focused()
    reviewed.keyboard.press("n")
    expect(reviewed.locator("[data-row]")).to_have_count(4)
    reviewed.keyboard.press("z")
    expect(reviewed.locator("[data-row]")).to_have_count(5)
    movement(reviewed, "MANDATO FATTURA").locator("[data-main]").focus()
    reviewed.keyboard.press("r")
    box = movement(reviewed, "MANDATO FATTURA").get_by_label("ricorda chi paga").first
    expect(box).not_to_be_checked()
    reviewed.keyboard.press("1")
    expect(reviewed.locator("[data-row]")).to_have_count(4)
    expect(movement(reviewed, "4/A").locator("[data-main]")).to_be_focused()
    assert balance("5/A") == "0.00"
    assert not BankRule.objects.exists()
    reviewed.keyboard.press("1")
    expect(reviewed.locator("[data-row]")).to_have_count(3)
    assert balances("4/A", "5/A") == ["0.00", "0.00"]
    reviewed.keyboard.press("z")
    expect(reviewed.locator("[data-row]")).to_have_count(4)
    assert Payment.objects.filter(undone_at__isnull=True).count() == 1
    reviewed.keyboard.press("?")
    expect(reviewed.get_by_role("dialog", name="Tasti rapidi")).to_be_visible()
    assert violations(reviewed) == []


@pytest.mark.parametrize("width", [*WIDTHS, 320])
def test_its_pages_are_readable_by_everyone(reviewed: Page, live_server: Any, width: int) -> None:
    reviewed.set_viewport_size({"width": width, "height": 800})
    pk = BankMovement.objects.get(amount=600).pk
    for path in ("", "?stato=matched", "?cerca=nessuno", f"{pk}/abbina/?cerca=ferro"):
        reviewed.goto(f"{live_server.url}/banca/{path}")
        assert violations(reviewed) == [], path
        assert overflow(reviewed) == 0, path
    reviewed.goto(f"{live_server.url}/")
    assert violations(reviewed) == []
    assert overflow(reviewed) == 0


def test_without_scripts_a_movement_is_shared_out(
    reviewed: Page, office: Office, live_server: Any, browser: Any
) -> None:
    context = browser.new_context(
        java_script_enabled=False, locale="it-IT", storage_state=reviewed.context.storage_state()
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/banca/")
    movement(page, "MANDATO FATTURA").get_by_role("button", name="Conferma").first.click()
    expect(page.get_by_text("Incasso registrato dal movimento.")).to_be_visible()
    movement(page, "Studio Pagamenti").get_by_role("link", name="Cerca e dividi").click()
    page.get_by_label("Cerca un cliente, un numero o un importo").fill("ferro")
    page.get_by_role("button", name="Cerca").click()
    page.get_by_label("Quanto va a 2/A").fill("244")
    page.get_by_label("Quanto va a 1/A").fill("100")
    page.get_by_label("Quello che manca: 1/A").select_option(label="Ritenuta subita")
    page.get_by_role("button", name="Cerca").click()
    expect(page.get_by_text("256,00 €")).to_be_visible()
    page.get_by_label("Quello che avanza").select_option(label=FERRO)
    page.get_by_role("button", name="Abbina").click()
    expect(page.get_by_text("Incasso registrato dal movimento.")).to_be_visible()
    assert balances("1/A", "2/A") == ["0.00", "0.00"]
    assert Payment.objects.get(source="withheld").amount == Decimal("22.00")
    page.get_by_role("button", name="Annulla").click()
    expect(page.get_by_text("Abbinamento annullato")).to_be_visible()
    assert balances("1/A", "2/A") == ["122.00", "244.00"]
    context.close()
