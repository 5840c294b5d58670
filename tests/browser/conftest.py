"""A real Chromium over the real pages: Italian, strict about the console, at the width asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

# Playwright's loop runs in the thread of the tests, and Django's guard takes it for a server's.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WIDTHS = (1280, 360)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "serve Chromium: installa il pacchetto chromium"
    return {"executable_path": chromium, "args": QUIET}


@pytest.fixture
def browser_context_args() -> dict[str, Any]:
    return {"locale": "it-IT", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def screen(page: Page, live_server: Any) -> Iterator[Page]:
    """A page at the server's address whose console stays empty."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(live_server.url)
    yield page
    assert said == []


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, one line each."""
    found = Axe().run(page).response["violations"]
    return [f"{row['id']}: {node['target']}" for row in found for node in row["nodes"]]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )
