"""Solleciti automatici in a real browser: a rule from a preset, moved by keyboard, activated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sollecito.domain.presets import GENTLE
from sollecito.dunning.models import Policy
from sollecito.flows.save_policy import save_policy
from tests.browser.conftest import Office, overflow, sign_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROWEST = 320


@pytest.fixture
def owner(screen: Page, office: Office, live_server: Any) -> Iterator[Page]:
    """The owner's browser; the last piece of a page is there before the database goes."""
    sign_in(screen, office.owner, live_server)
    yield screen
    screen.wait_for_load_state("networkidle")


def test_a_rule_is_made_and_activated_by_keyboard(
    owner: Page, live_server: Any, office: Office
) -> None:
    owner.goto(f"{live_server.url}/automatici/")
    owner.get_by_role("link", name="Parti da Dal 15° giorno, ogni 5").focus()
    owner.keyboard.press("Enter")
    step = owner.get_by_role("slider", name="Passo 1: Sollecito")
    step.focus()
    expect(step).to_have_attribute("aria-valuetext", "15 giorni dopo la scadenza")
    owner.keyboard.press("ArrowLeft")
    owner.keyboard.press("PageDown")
    expect(step).to_be_focused()
    expect(step).to_have_attribute("aria-valuenow", "7")
    expect(owner.get_by_label("Giorni dalla scadenza").first).to_have_value("7")
    expect(owner.locator("#trial .month").first).to_be_visible()
    expect(owner.locator("#trial")).to_contain_text("Nei prossimi 30 ne manda")
    owner.get_by_role("button", name="Salva e attiva…").focus()
    owner.keyboard.press("Enter")
    expect(owner.get_by_role("heading", name="Che cosa succede")).to_be_visible()
    owner.get_by_role("button", name="Attiva per").focus()
    owner.keyboard.press("Enter")
    expect(owner.locator("main")).to_contain_text("niente parte prima che tu approvi")
    row = Policy.objects.get()
    assert (row.is_active, row.is_default, row.reviewed_at) == (True, True, None)
    assert [each.offset_days for each in row.steps.all()] == [7]


def test_steps_are_added_and_taken_out_on_the_line(
    owner: Page, live_server: Any, office: Office
) -> None:
    owner.goto(f"{live_server.url}/automatici/nuova/?modello=mensile")
    sliders = owner.get_by_role("slider")
    expect(sliders).to_have_count(3)
    owner.locator("#track").click(position={"x": 20, "y": 100})
    expect(sliders).to_have_count(4)
    owner.get_by_role("button", name="Aggiungi un passo").click()
    expect(sliders).to_have_count(5)
    sliders.last.focus()
    owner.keyboard.press("Delete")
    expect(sliders).to_have_count(4)
    sliders.last.scroll_into_view_if_needed()
    box = sliders.last.bounding_box()
    assert box
    before = int(sliders.last.get_attribute("aria-valuenow") or 0)
    owner.mouse.move(box["x"] + 10, box["y"] + 10)
    owner.mouse.down()
    owner.mouse.move(box["x"] + 120, box["y"] + 10, steps=5)
    owner.mouse.up()
    expect(sliders.last).not_to_have_attribute("aria-valuenow", "30")
    assert int(sliders.last.get_attribute("aria-valuenow") or 0) > before
    owner.get_by_role("button", name="Salva senza attivare").click()
    expect(owner.locator("main")).to_contain_text("Non è ancora attiva")
    assert Policy.objects.get().steps.count() == 4


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_are_readable_by_everyone(
    owner: Page, live_server: Any, office: Office, width: int
) -> None:
    row = save_policy(office.company, GENTLE, user=None, is_default=True)
    owner.set_viewport_size({"width": width, "height": 900})
    for path in ("", f"{row.pk}/", f"{row.pk}/attiva/", f"{row.pk}/ferma/", "chi/"):
        owner.goto(f"{live_server.url}/automatici/{path}", wait_until="networkidle")
        if path == f"{row.pk}/":
            expect(owner.locator("#trial .month").first).to_be_visible()
        assert violations(owner) == [], path
        assert overflow(owner) == 0, path
    owner.set_viewport_size({"width": NARROWEST, "height": 900})
    for path in (f"automatici/{row.pk}/", f"automatici/{row.pk}/attiva/", "impostazioni/orari/"):
        owner.goto(f"{live_server.url}/{path}", wait_until="networkidle")
        assert overflow(owner) == 0, path
