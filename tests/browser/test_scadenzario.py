"""The scadenzario in a real browser: filters, groups, selection, keyboard, roles."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from sollecito.ledger.models import Payment
from tests.browser.conftest import WIDTHS, Office, overflow, sign_in, violations
from tests.ledger_rows import add_document, add_party

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIEWS = {
    "flat": "/scadenzario/",
    "grouped": "/scadenzario/?vista=clienti&aperto=tutti",
    "filtered": "/scadenzario/?stato=overdue&quando=scadute&importo_da=100",
    "empty": "/scadenzario/?cerca=nessuno",
    "home": "/",
}


def rows(page: Page) -> Any:
    return page.locator("[data-row]")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_view_is_readable_by_everyone(desk: Page, live_server: Any, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 800})
    for name, path in VIEWS.items():
        desk.goto(live_server.url + path)
        assert violations(desk) == [], name
        assert overflow(desk) == 0, name


def test_nothing_scrolls_sideways_on_the_smallest_phone(desk: Page, live_server: Any) -> None:
    desk.set_viewport_size({"width": 320, "height": 640})
    for name, path in VIEWS.items():
        desk.goto(live_server.url + path)
        assert overflow(desk) == 0, name


def test_dark_is_as_readable(desk: Page, live_server: Any) -> None:
    desk.emulate_media(color_scheme="dark")
    desk.goto(live_server.url + "/scadenzario/")
    assert violations(desk) == []


def test_filters_stay_in_the_address(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/scadenzario/")
    expect(rows(desk)).to_have_count(6)
    desk.get_by_label("Stato").select_option("overdue")
    desk.get_by_label("Cliente o documento").fill("Borgolieve")
    desk.get_by_role("button", name="Applica").click()
    expect(rows(desk)).to_have_count(2)
    expect(desk).to_have_url(re.compile("cerca=Borgolieve.*stato=overdue"))
    desk.reload()
    expect(rows(desk)).to_have_count(2)
    desk.get_by_role("link", name="Ripristina").first.click()
    expect(rows(desk)).to_have_count(6)


def test_a_part_of_the_bar_opens_its_rows(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/scadenzario/")
    desk.get_by_role("link", name="oltre 90 giorni").click()
    expect(rows(desk)).to_have_count(1)
    expect(rows(desk)).to_contain_text("120 giorni")


def test_columns_sort_and_say_so(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/scadenzario/")
    desk.get_by_role("link", name="Residuo").click()
    desk.get_by_role("link", name="Residuo").click()
    heading = desk.get_by_role("columnheader", name="Residuo")
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(rows(desk).first).to_contain_text("732,00")


def test_customers_open_and_close(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/scadenzario/?vista=clienti")
    expect(rows(desk)).to_have_count(0)
    desk.get_by_role("link", name="Comune di Borgolieve").click()
    expect(rows(desk)).to_have_count(2)
    desk.get_by_label("Scegli le rate di Comune di Borgolieve").check()
    expect(desk.locator("[data-bulk-count]")).to_have_text("2")
    desk.get_by_role("link", name="Apri tutti").click()
    expect(rows(desk)).to_have_count(6)


def test_a_selection_crosses_pages_and_is_collected_and_undone_in_one_step(
    desk: Page, live_server: Any, office: Office
) -> None:
    party = add_party(office.company, "Mille Rate S.r.l.")
    for number in range(60):
        add_document(party, "10.00", day=office.today, due=office.today, number=f"R{number}")
    desk.goto(live_server.url + "/scadenzario/?cerca=Mille+Rate")
    rows(desk).first.get_by_role("checkbox").check()
    desk.get_by_role("link", name="Successiva").click()
    rows(desk).first.get_by_role("checkbox").check()
    expect(desk.locator("[data-bulk-count]")).to_have_text("2")
    expect(desk.locator("[data-bulk-sum]")).to_have_text("20,00 €")
    desk.get_by_role("button", name="Segna come incassate").click()
    desk.get_by_role("button", name="Segna come incassate 2 rate di 1 clienti, 20,00 €").click()
    expect(desk.locator(".toast-card")).to_contain_text("2 rate segnate come incassate")
    expect(desk.locator("[data-bulk]")).to_be_hidden()
    assert Payment.objects.filter(undone_at__isnull=True).count() == 1
    desk.locator(".toast-card").get_by_role("button", name="Annulla").click()
    expect(desk.locator(".toast-card")).to_contain_text("2 rate di nuovo aperte")
    assert Payment.objects.filter(undone_at__isnull=True).count() == 0


def test_all_that_is_filtered_can_be_chosen(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/scadenzario/?stato=overdue")
    desk.get_by_role("link", name="Scegli tutte le 5 rate filtrate").click()
    expect(desk.locator("[data-bulk-count]")).to_have_text("5")
    expect(desk.locator("[data-bulk-parties]")).to_have_text("3")
    desk.get_by_role("button", name="Togli la scelta").click()
    expect(desk.locator("[data-bulk]")).to_be_hidden()


def test_by_keyboard_alone(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/scadenzario/")
    for key in ("j", "j", "x"):
        desk.keyboard.press(key)
    expect(rows(desk).nth(1).get_by_role("checkbox")).to_be_checked()
    desk.keyboard.press("s")
    expect(desk.get_by_role("heading", name="Sollecita pagamento")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("heading", name="Sollecita pagamento")).to_be_hidden()
    desk.keyboard.press("m")
    for _ in range(9):  # the menu's other acts come before it
        desk.keyboard.press("ArrowDown")
        if desk.evaluate("document.activeElement.innerText").strip() == "Registra incasso":
            break
    expect(desk.get_by_role("link", name="Registra incasso")).to_be_focused()


def test_a_payment_changes_the_row_at_once(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/scadenzario/?cerca=Tigli")
    desk.get_by_label("Azioni su").click()
    desk.get_by_role("link", name="Registra incasso").click()
    desk.get_by_label("Importo incassato").fill("88,00")
    desk.get_by_role("button", name="Registra incasso").click()
    expect(rows(desk)).to_contain_text("Parzialmente incassata")
    expect(rows(desk)).to_contain_text("400,00")
    desk.get_by_role("button", name="Annulla").click()
    expect(rows(desk)).to_contain_text("488,00")


def test_a_due_date_is_moved(desk: Page, live_server: Any, office: Office) -> None:
    desk.goto(live_server.url + "/scadenzario/?cerca=Tigli")
    desk.get_by_label("Azioni su").click()
    desk.get_by_role("link", name="Modifica scadenza").click()
    desk.get_by_role("dialog").get_by_label("Scadenza").fill("2031-01-15")
    desk.get_by_role("button", name="Salva").click()
    expect(rows(desk)).to_contain_text("15/01/2031")
    desk.locator("[data-row] [data-main]").click()
    expect(desk.locator(".timeline").last).to_contain_text("al 15/01/2031")


def test_who_only_reads_is_offered_nothing_else(
    screen: Page, live_server: Any, office: Office
) -> None:
    sign_in(screen, office.viewer, live_server)
    screen.goto(live_server.url + "/scadenzario/")
    expect(rows(screen)).to_have_count(6)
    expect(screen.get_by_role("link", name="Sollecita")).to_have_count(0)
    expect(screen.get_by_role("checkbox")).to_have_count(0)
    answer = screen.request.get(f"{live_server.url}/solleciti/nuovo/?righe=1")
    assert answer.status == 403


def test_pages_and_groups_fit_a_phone(
    desk: Page, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sollecito.web.views.scadenzario.PAGE_SIZE", 2)
    desk.set_viewport_size({"width": 360, "height": 800})
    desk.goto(live_server.url + "/scadenzario/?pagina=2")
    expect(desk.get_by_role("link", name="Successiva")).to_be_visible()
    assert overflow(desk) == 0
    desk.goto(live_server.url + "/scadenzario/?vista=clienti&aperto=tutti")
    group = desk.locator("tr.group").first
    box = group.get_by_role("checkbox").bounding_box()
    name = group.get_by_role("link").bounding_box()
    assert box
    assert name
    assert box["x"] + box["width"] <= name["x"]


def test_the_bar_takes_more_pages(desk: Page, live_server: Any) -> None:
    for width in (1600, 1280, 1100, 1000):
        desk.set_viewport_size({"width": width, "height": 800})
        desk.goto(live_server.url + "/scadenzario/")
        desk.evaluate(
            """() => {
                const list = document.querySelector(".nav-main");
                for (const word of ["Solleciti di oggi", "Solleciti automatici"]) {
                    const item = list.lastElementChild.cloneNode(true);
                    item.querySelector("a").lastChild.textContent = word;
                    list.append(item);
                }
            }"""
        )
        assert overflow(desk) == 0, width
        top = desk.locator(".top .wrap")
        assert top.evaluate("e => e.scrollWidth - e.clientWidth") <= 0, width


def test_english_is_complete_and_fits(desk: Page, live_server: Any) -> None:
    desk.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url}]
    )
    for width in (1280, 320):
        desk.set_viewport_size({"width": width, "height": 800})
        desk.goto(live_server.url + "/scadenzario/")
        expect(desk.get_by_role("heading", name="Ledger")).to_be_visible()
        assert overflow(desk) == 0, width
