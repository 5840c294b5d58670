"""Sign in and out, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sollecito.accounts.models import User
from tests.browser.conftest import WIDTHS, overflow, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def somebody(db: None) -> None:
    """Without any user the first-run page is shown instead."""
    User.objects.create_user("titolare@azienda.example", "quattro parole di prova", name="Ada")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_sign_in_page_is_readable_by_everyone(screen: Page, width: int) -> None:
    screen.set_viewport_size({"width": width, "height": 800})
    expect(screen.get_by_role("heading", name="Entra")).to_be_visible()
    assert violations(screen) == []
    assert overflow(screen) == 0


def test_a_wrong_password_says_what_to_do(screen: Page) -> None:
    screen.get_by_label("E-mail").fill("nessuno@azienda.example")
    screen.get_by_label("Password").fill("sbagliata")
    screen.get_by_role("button", name="Entra").click()
    expect(screen.get_by_role("alert")).to_contain_text("il titolare può dartene un’altra")
