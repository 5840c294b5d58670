"""Solleciti di oggi in a real browser: cleared by keyboard, sent together, taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sollecito.dunning.models import Draft, Hold, SendOrder, SkippedStep
from sollecito.ledger.models import ContactPoint, Instalment
from sollecito.outbox.models import Message
from tests.browser.conftest import WIDTHS, Office, overflow, sign_in, violations
from tests.work_rows import GENTLE, add_debtors, add_programme, plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VIEWS = (
    "",
    "?vista=da_completare",
    "?vista=in_attesa",
    "?cerca=nessuno",
    "?passo=sollecito&importo_da=x",
)


@pytest.fixture
def morning(desk: Page, office: Office, live_server: Any) -> Page:
    """The clerk's list: the office's own customers and three more, one without an address."""
    parties = add_debtors(office.company, 3)
    ContactPoint.objects.filter(party=parties[0]).delete()
    add_programme(office.company, replace(GENTLE, working_days_only=False))
    plan(office.company)
    desk.goto(f"{live_server.url}/oggi/")
    return desk


def rows(page: Page) -> Any:
    return page.locator("[data-work] [data-row]")


def statuses() -> set[str]:
    drafts = Message.objects.filter(content__draft__isnull=False)
    return set(drafts.values_list("status", flat=True))


@pytest.mark.parametrize("width", [*WIDTHS, 320])
def test_the_list_is_readable_by_everyone(morning: Page, live_server: Any, width: int) -> None:
    morning.set_viewport_size({"width": width, "height": 800})
    for view in VIEWS:
        morning.goto(f"{live_server.url}/oggi/{view}")
        assert violations(morning) == [], view
        assert overflow(morning) == 0, view


@pytest.mark.parametrize("width", WIDTHS)
def test_its_drawers_are_readable_by_everyone(morning: Page, live_server: Any, width: int) -> None:
    morning.set_viewport_size({"width": width, "height": 800})
    draft = Draft.objects.filter(obstacle="").earliest("pk")
    for path in ("", "modifica/", "sospendi/"):
        morning.goto(f"{live_server.url}/oggi/{draft.pk}/{path}")
        assert violations(morning) == [], path
        assert overflow(morning) == 0, path
    morning.goto(f"{live_server.url}/impostazioni/incarichi/")
    assert violations(morning) == []
    assert overflow(morning) == 0


def test_the_morning_is_cleared_by_keyboard(morning: Page) -> None:
    """Two keys an item: one that acts, and Enter where there is something to confirm."""
    count = rows(morning).count()
    assert count >= 4
    first, second = (rows(morning).nth(n).get_attribute("data-row") for n in (0, 1))
    morning.keyboard.press("j")
    expect(rows(morning).nth(0).locator("[data-main]")).to_be_focused()
    morning.keyboard.press("i")
    expect(morning.get_by_text("In partenza:").first).to_be_visible()
    expect(rows(morning)).to_have_count(count - 1)
    expect(rows(morning).nth(0)).to_have_attribute("data-row", str(second))
    expect(rows(morning).nth(0).locator("[data-main]")).to_be_focused()
    morning.keyboard.press("s")
    expect(rows(morning)).to_have_count(count - 2)
    morning.keyboard.press("p")
    expect(morning.locator("#drawer")).to_be_visible()
    morning.keyboard.press("Enter")
    expect(morning.locator("#drawer")).to_be_hidden()
    expect(rows(morning)).to_have_count(count - 3)
    while rows(morning).count():
        left = rows(morning).count()
        expect(rows(morning).nth(0).locator("[data-main]")).to_be_focused()
        morning.keyboard.press("Enter")
        expect(morning.locator("#drawer .letter-text")).to_be_visible()
        morning.keyboard.press("Enter")
        expect(rows(morning)).to_have_count(left - 1)
    expect(morning.get_by_role("heading", name="Per oggi è tutto")).to_be_focused()
    assert Message.objects.get(content=first).status == "queued"
    assert SkippedStep.objects.count() == 1


@pytest.fixture
def fifty(desk: Page, office: Office, live_server: Any) -> Page:
    """A morning of fifty customers with a reminder each, on the list of the clerk."""
    Instalment.objects.filter(company=office.company).delete()
    add_debtors(office.company, 50)
    add_programme(office.company, replace(GENTLE, working_days_only=False))
    assert len(plan(office.company)) == 50
    desk.goto(f"{live_server.url}/oggi/")
    return desk


class Hands:
    """Keys that a person presses, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        self.pressed += 1
        self.page.keyboard.press(key)


ACTS = {
    # what a person does: the keys, and what is said of it
    "send": (("i",), "In partenza: {}"),
    "look": (("Enter", "Enter"), "In partenza: {}"),
    "skip": (("s",), "Passo saltato: {}"),
    "snooze": (("p", "Enter"), "{}: sospeso fino al"),
    "hold": (("b", "Enter"), "{}: sospeso"),
}


def act_on(hands: Hands, name: str) -> None:
    """One item: its keys, what is said aloud, and the next item under the fingers."""
    page = hands.page
    first = rows(page).nth(0)
    left, customer = rows(page).count(), first.locator("[data-main]").inner_text()
    following = rows(page).nth(1).get_attribute("data-row") if left > 1 else None
    keys, said = ACTS[name]
    hands.press(keys[0])
    if len(keys) > 1:
        button = page.locator("#drawer .drawer-foot button[type=submit]").first
        reason = page.locator("#drawer input[name=tipo]:checked")
        expect(button if keys[0] != "b" else reason).to_be_focused()
        hands.press(keys[1])
    told = page.locator("#toasts[aria-live=polite]").get_by_text(said.format(customer)).first
    expect(told).to_be_visible()
    expect(rows(page)).to_have_count(left - 1)
    if following:
        expect(page.locator(f"[data-row='{following}'] [data-main]")).to_be_focused()


def test_fifty_items_are_cleared_at_two_keys_each(fifty: Page, office: Office) -> None:
    hands = Hands(fifty)
    hands.press("j")
    expect(rows(fifty).nth(0).locator("[data-main]")).to_be_focused()
    done: dict[str, list[int]] = {name: [] for name in ACTS}
    acts = ["send", "skip", "snooze", "send", "hold", "look", "send"]
    for number in range(50):
        name = acts[number % len(acts)]
        done[name].append(int(rows(fifty).nth(0).get_attribute("data-row") or 0))
        act_on(hands, name)
    expect(fifty.get_by_role("heading", name="Per oggi è tutto")).to_be_focused()
    assert hands.pressed <= 100
    assert violations(fifty) == []
    assert not Draft.objects.filter(is_open=True).exists()
    sent = [*done["send"], *done["look"]]
    assert set(Message.objects.filter(content__in=sent).values_list("status", flat=True)) == {
        "queued"
    }
    assert Draft.objects.filter(pk__in=sent, content__approved_by=office.clerk).count() == len(sent)
    assert parties(SkippedStep.objects.filter(user=office.clerk)) == owners(done["skip"])
    holds = Hold.objects.filter(user=office.clerk, released_at__isnull=True)
    assert parties(holds.filter(kind="snooze")) == owners(done["snooze"])
    assert parties(holds.filter(kind="arrangement")) == owners(done["hold"])
    assert all(hold.until_date for hold in holds.filter(kind="snooze"))


def parties(about: Any) -> set[int]:
    return set(about.values_list("instalment__party_id", flat=True))


def owners(contents: list[int]) -> set[int]:
    return set(Draft.objects.filter(pk__in=contents).values_list("party_id", flat=True))


def test_keys_typed_at_once_do_not_hit_the_wrong_item(fifty: Page) -> None:
    """Whoever types ahead of the server sends one after the other, each once."""
    ids = [rows(fifty).nth(n).get_attribute("data-row") for n in range(6)]
    fifty.keyboard.press("j")
    for _ in range(5):
        fifty.keyboard.press("i")
    expect(rows(fifty)).to_have_count(45)
    expect(fifty.locator(f"[data-row='{ids[5]}'] [data-main]")).to_be_focused()
    queued = Message.objects.filter(content__draft__isnull=False, status="queued")
    assert {str(pk) for pk in queued.values_list("content_id", flat=True)} == set(ids[:5])


def test_the_keys_are_told(morning: Page) -> None:
    morning.keyboard.press("?")
    expect(morning.get_by_role("dialog", name="Tasti rapidi")).to_be_visible()
    assert violations(morning) == []


def test_one_is_taken_back(morning: Page) -> None:
    count = rows(morning).count()
    rows(morning).nth(0).get_by_role("button", name="Invia").click()
    expect(rows(morning)).to_have_count(count - 1)
    toast = morning.locator("#toasts")
    toast.get_by_role("button", name="Annulla").click()
    expect(rows(morning)).to_have_count(count)
    assert statuses() == {"draft"}


def test_all_in_sight_are_sent_and_taken_back(morning: Page) -> None:
    count = rows(morning).count()
    morning.get_by_role("button", name="Invia tutti i visibili").click()
    button = morning.locator("#drawer").get_by_role("button", name=f"Invia {count} messaggi a")
    expect(button).to_be_focused()
    assert violations(morning) == []
    button.click()
    expect(morning.get_by_text(f"{count} di {count} solleciti")).to_be_visible()
    expect(rows(morning)).to_have_count(0)
    assert violations(morning) == []
    assert SendOrder.objects.get().refused == []
    morning.get_by_role("button", name="Annulla tutto").click()
    expect(rows(morning)).to_have_count(count)
    assert statuses() == {"draft"}


def test_the_chosen_are_sent(morning: Page) -> None:
    count = rows(morning).count()
    for n in (0, 1):
        rows(morning).nth(n).get_by_role("checkbox").check()
    bar = morning.get_by_role("form", name="Solleciti scelti")
    expect(bar).to_contain_text("2 scelti")
    bar.get_by_role("button", name="Invia i selezionati").click()
    morning.locator("#drawer").get_by_role("button", name="Invia 2 messaggi a 2 clienti").click()
    expect(rows(morning)).to_have_count(count - 2)
    expect(bar).to_be_hidden()
    assert len(SendOrder.objects.get().done) == 2


def test_a_missing_address_is_written_where_it_lacks(morning: Page, live_server: Any) -> None:
    morning.get_by_role("link", name="Da completare").click()
    row = rows(morning).filter(has_text="Cliente 001")
    row.get_by_label("E-mail di Cliente 001 S.r.l.").fill("nuovo@cliente.example")
    row.get_by_role("button", name="Salva").click()
    expect(row).to_have_count(0)
    morning.goto(f"{live_server.url}/oggi/?cerca=Cliente+001")
    expect(rows(morning).nth(0)).to_contain_text("nuovo@cliente.example")


def test_the_text_is_changed_and_leaves_as_written(morning: Page) -> None:
    pk = rows(morning).nth(0).get_attribute("data-row")
    morning.keyboard.press("j")
    morning.keyboard.press("e")
    drawer = morning.locator("#drawer")
    drawer.get_by_label("Testo").fill("Buongiorno, ci sentiamo domani.")
    drawer.get_by_role("button", name="Anteprima").click()
    expect(drawer.locator(".letter-text")).to_have_text("Buongiorno, ci sentiamo domani.")
    drawer.get_by_role("button", name="Invia").click()
    expect(morning.locator(f"[data-row='{pk}']")).to_have_count(0)
    draft = Draft.objects.select_related("content").get(pk=pk)
    assert draft.content.text == "Buongiorno, ci sentiamo domani."


def test_who_only_reads_has_no_buttons(
    screen: Page, office: Office, morning: Page, live_server: Any
) -> None:
    sign_in(screen, office.viewer, live_server)
    screen.goto(f"{live_server.url}/oggi/")
    expect(rows(screen).nth(0)).to_be_visible()
    expect(screen.get_by_role("button", name="Invia")).to_have_count(0)
    rows(screen).nth(0).locator("[data-main]").click()
    expect(screen.locator("#drawer .letter-text")).to_be_visible()
    expect(screen.locator("#drawer").get_by_role("button", name="Invia")).to_have_count(0)
    assert violations(screen) == []
