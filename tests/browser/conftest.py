"""A real Chromium over the real pages: in Italian, with a console that stays empty."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as site
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect
from pytest_django.fixtures import Settings

from sollecito.accounts.models import Company, Membership, User
from sollecito.flows import clock
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.ledger.models import BankAccount, ContactPoint, Instalment, Party
from tests.builders import Row, invoice_bytes
from tests.reminders import add_account, make_company

# Playwright's loop runs in the thread of the tests, and Django's guard takes it for a server's.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# A busy machine is slow, not wrong: what comes at all is waited for.
expect.set_options(timeout=30_000)

WIDTHS = (1280, 360)
SECOND_IBAN = "IT60X0542811101000000123456"
CUSTOMERS = (
    # name, P. IVA, days since the due date of each of its invoices, how many instalments
    ("Officine Ferro & Figli S.n.c.", "07643520567", (120, 20, -12)),
    ("Condominio Via dei Tigli 14", "01234567897", (45,)),
    ("Comune di Borgolieve", "00488410010", (75, 8)),
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session", autouse=True)
def turn() -> Iterator[RLock]:
    """One request at a time: the test server's threads share the one connection in memory."""
    turn, answer = RLock(), WSGIHandler.__call__

    def wait_and_answer(self: Any, environ: Any, start: Any) -> Any:
        with turn:
            return answer(self, environ, start)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIHandler, "__call__", wait_and_answer)
        yield turn


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "serve Chromium: installa il pacchetto chromium"
    return {"executable_path": chromium, "args": QUIET}


@pytest.fixture
def browser_context_args() -> dict[str, Any]:
    return {"locale": "it-IT", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def quiet_server(context: BrowserContext, live_server: Any, turn: RLock) -> Iterator[None]:
    """Before the rows of a test are deleted, nobody asks the server for anything any more."""
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    context.on("request", note)
    yield
    for request in asked:
        request.response()  # None for one that the browser gave up
    for page in context.pages:
        page.goto("about:blank")
    with turn:
        pass


@pytest.fixture
def screen(page: Page, quiet_server: None, live_server: Any) -> Iterator[Page]:
    """A page at the server's address whose console stays empty."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{live_server.url}/entra/")
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


@dataclass(frozen=True)
class Office:
    """A firm with three customers and six invoices, and who works there."""

    company: Company
    owner: User
    clerk: User
    viewer: User
    today: date

    def instalments(self, customer: str) -> list[Instalment]:
        rows = Instalment.objects.filter(company=self.company, party__name__startswith=customer)
        return list(rows.order_by("due_date"))


@pytest.fixture
def office(transactional_db: None, settings: Settings, tmp_path: Path) -> Office:
    settings.MAILBOX = tmp_path / "mailbox"
    company = make_company(
        email="amministrazione@azienda.example",
        phone="0573 999 0101",
        contact_name="Giulia Neri",
        takings_answered_at=clock.now(),
    )
    add_account(company)
    BankAccount.objects.create(company=company, iban=SECOND_IBAN, holder=company.name)
    today = clock.today()
    import_files(invoices(today), company=company)
    for party in Party.objects.filter(company=company):
        address = f"pagamenti{party.pk}@cliente.example"
        ContactPoint.objects.create(company=company, party=party, kind="email", value=address)
    Party.objects.filter(name__startswith="Officine").update(auto_copy=True)
    owner, clerk, viewer = (add_user(company, name, role) for name, role in ROLES)
    return Office(company, owner, clerk, viewer, today)


ROLES = (
    ("Paola Ventura", Membership.Role.OWNER),
    ("Giulia Neri", Membership.Role.OFFICE),
    ("Enrico Sala", Membership.Role.VIEWER),
)


def add_user(company: Company, name: str, role: Membership.Role) -> User:
    first = name.split(" ", maxsplit=1)[0].lower()
    user = User.objects.create_user(f"{first}@azienda.example", "prova-prova", name=name)
    Membership.objects.create(company=company, user=user, role=role)
    return user


def invoices(today: date) -> Iterator[NamedFile]:
    number = 0
    for name, vat_number, delays in CUSTOMERS:
        for late in delays:
            number += 1
            due = today - timedelta(days=late)
            amount = f"{122 * number}.00"
            content = invoice_bytes(
                number=f"{number}/A",
                day=(due - timedelta(days=30)).isoformat(),
                total=amount,
                rows=(Row(amount, due.isoformat()),),
                buyer_name=name,
                buyer_vat=vat_number,
            )
            yield NamedFile(f"IT12345670157_{number:05}.xml", content=content)


def sign_in(page: Page, user: User, live_server: Any) -> None:
    """As ``user``, without the sign-in page, which has tests of its own."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[site.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": site.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


@pytest.fixture
def desk(screen: Page, office: Office, live_server: Any) -> Page:
    """The clerk's browser."""
    sign_in(screen, office.clerk, live_server)
    return screen
