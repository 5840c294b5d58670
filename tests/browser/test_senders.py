"""A PEC mailbox added by the wizard, an SMS gateway with its price, an SMS and its report."""

from __future__ import annotations

import base64
import hashlib
import hmac
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from sollecito.flows.deliver import deliver
from sollecito.outbox.models import Message, Sender
from sollecito.outbox.queries import ready_lanes
from tests.authority import Authority
from tests.browser.conftest import WIDTHS, Office, overflow, violations
from tests.gateway_server import ACCOUNT, TOKEN, GatewayServer
from tests.mail_servers import MailServers, running_dovecot
from tests.pec_provider import Provider, running_provider
from tests.reminders import add_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOX, PASSWORD = "crediti@pec.azienda.example", "segreta"
OWN_PASSWORD = "prova-prova"
PLAIN = "Nessuna (solo su questo computer)"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServers]:
    certificate = Authority(tmp_path_factory.mktemp("posta")).server_file()
    with running_dovecot(certificate=certificate) as started:
        yield started


@pytest.fixture
def provider(servers: MailServers) -> Iterator[Provider]:
    """A PEC provider: SMTP of its own, receipts into a mailbox of a real Dovecot."""
    shutil.rmtree(servers.maildir(BOX), ignore_errors=True)
    servers.add_user(BOX, PASSWORD)
    with running_provider(lambda raw: servers.put(BOX, raw), BOX) as started:
        yield started


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    server = GatewayServer()
    yield server
    server.close()


def add_gateway(desk: Page, url: str, gateway: GatewayServer) -> None:
    """As a person does, from the list of senders."""
    desk.goto(f"{url}/impostazioni/mittenti/")
    desk.locator("section", has_text="Serve un gateway SMS").get_by_role(
        "link", name="Aggiungi"
    ).click()
    desk.get_by_label("Gateway").select_option(label="Twilio")
    desk.get_by_label("Alias registrato").fill("Ventofresco")
    desk.get_by_label("Utente", exact=True).fill(ACCOUNT)
    desk.get_by_label("Password o token").fill(TOKEN)
    desk.get_by_label("Indirizzo", exact=True).fill(gateway.url)
    desk.get_by_label("Prezzo di una parte").fill("0,0651")
    desk.get_by_label("La tua password").fill(OWN_PASSWORD)
    desk.get_by_role("button", name="Salva").click()
    expect(desk.get_by_text("Mittente salvato")).to_be_visible()


def test_a_pec_mailbox_is_added_by_the_wizard_and_tried(
    desk: Page, live_server: Any, office: Office, servers: MailServers, provider: Provider
) -> None:
    desk.goto(f"{live_server.url}/impostazioni/mittenti/")
    desk.get_by_role("link", name="Nuovo mittente").click()
    desk.locator("#pec").get_by_role("link", name="Un altro gestore").click()
    desk.get_by_label("Indirizzo mittente").fill(BOX)
    desk.get_by_label("Utente", exact=True).fill("")
    desk.get_by_label("Server SMTP").fill("127.0.0.1")
    desk.get_by_label("Porta", exact=True).fill(str(provider.port))
    desk.get_by_label("Sicurezza", exact=True).select_option(label=PLAIN)
    desk.get_by_label("Server IMAP").fill("127.0.0.1")
    desk.get_by_label("Porta IMAP").fill(str(servers.imap_port))
    desk.get_by_label("Sicurezza IMAP").select_option(label=PLAIN)
    desk.get_by_label("Utente IMAP").fill(BOX)
    desk.get_by_label("Password IMAP").fill(PASSWORD)
    desk.get_by_role("button", name="Salva").click()
    expect(desk.get_by_text("Manca la tua password.")).to_be_visible()
    desk.get_by_label("La tua password").fill(OWN_PASSWORD)
    desk.get_by_label("Password IMAP").fill(PASSWORD)
    desk.get_by_role("button", name="Salva").click()
    expect(desk.get_by_text("Non ancora provato.")).to_be_visible()
    desk.get_by_role("button", name="Prova adesso").click()
    outcome = desk.locator("#outcome")
    expect(outcome.get_by_text("Prova riuscita.")).to_be_visible(timeout=60_000)
    expect(outcome.get_by_text("La prova è arrivata nella casella INBOX.")).to_be_visible()
    assert len(provider.taken) == 1
    desk.get_by_role("link", name="Mittenti").first.click()
    expect(desk.get_by_text("Funziona", exact=True)).to_be_visible()


def test_an_sms_beside_the_mail_and_its_report(
    desk: Page, live_server: Any, office: Office, gateway: GatewayServer, settings: Settings
) -> None:
    settings.PUBLIC_URL = live_server.url
    (row,) = office.instalments("Condominio")
    add_phone(row.party)
    add_gateway(desk, live_server.url, gateway)
    desk.goto(f"{live_server.url}/clienti/{row.party_id}/")
    desk.get_by_role("link", name="Sollecita").click()
    desk.get_by_text("Manda anche un SMS, insieme all’e-mail").click()
    expect(desk.locator("#sms_size")).to_contain_text("circa 0,07 €")
    desk.get_by_role("button", name="Anteprima").click()
    expect(desk.get_by_text("Circa 0,07 €.")).to_be_visible()
    desk.get_by_role("button", name="Invia", exact=True).click()
    expect(desk.get_by_role("button", name="Annulla invio")).to_be_visible()
    Message.objects.update(not_before="2026-01-01T00:00Z")
    for lane in ready_lanes():
        deliver(lane, worker_id="prova")
    message = Message.objects.get(content__channel="sms")
    page = f"{live_server.url}/comunicazioni/{message.content_id}/"
    desk.goto(page)
    expect(desk.locator(".recipient-row")).to_contain_text("Inviata")
    (taken,) = gateway.taken
    assert report(taken.report_url, {"MessageSid": taken.id, "MessageStatus": "delivered"}) == 204
    desk.goto(page)
    expect(desk.locator(".recipient-row")).to_contain_text("Consegnata")
    expect(desk.get_by_text("Il gateway dice: delivered")).to_be_visible()


def report(url: str, fields: dict[str, str]) -> int:
    """As Twilio tells it: form fields, signed with the account's token."""
    written = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    made = hmac.new(TOKEN.encode(), written.encode(), hashlib.sha1).digest()
    signature = {"X-Twilio-Signature": base64.b64encode(made).decode()}
    request = Request(url, urlencode(fields).encode(), signature)  # noqa: S310  this machine
    with urlopen(request) as answer:  # noqa: S310  the same
        return int(answer.status)


def test_the_address_for_reports_is_copied(
    desk: Page, live_server: Any, gateway: GatewayServer, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://solleciti.azienda.example"
    add_gateway(desk, live_server.url, gateway)
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.get_by_role("button", name="Copia", exact=True).click()
    expect(desk.get_by_role("button", name="Copiato")).to_be_visible()
    sender = Sender.objects.get(channel="sms")
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied == f"https://solleciti.azienda.example/consegne/sms/{sender.pk}/"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_senders_are_readable_by_everyone(
    desk: Page, live_server: Any, office: Office, gateway: GatewayServer, width: int
) -> None:
    add_gateway(desk, live_server.url, gateway)
    gate = Sender.objects.get(channel="sms")
    mail = Sender.objects.create(
        company=office.company,
        from_address="amministrazione.e.fatturazione@azienda-di-prova.example",
        host="smtp.azienda-di-prova.example",
        bounce_address="ritorni+{id}@azienda-di-prova.example",
        bounce_user="ritorni@azienda-di-prova.example",
        imap_host="imap.azienda-di-prova.example",
    )
    desk.set_viewport_size({"width": width, "height": 800})
    for page in (
        "",
        "nuovo/",
        f"{gate.pk}/",
        f"{gate.pk}/modifica/",
        f"{mail.pk}/",
        f"{mail.pk}/modifica/",
    ):
        desk.goto(f"{live_server.url}/impostazioni/mittenti/{page}")
        assert violations(desk) == []
        assert overflow(desk) == 0
