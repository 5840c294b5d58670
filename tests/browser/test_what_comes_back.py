"""A reminder by PEC and both its receipts, a bounce on the card, an answer read: in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sollecito.flows.collect_receipts import collect_receipts
from sollecito.flows.deliver import deliver
from sollecito.flows.seal_password import seal_password
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.flows.take_in_mail import take_in_mail
from sollecito.ledger.models import ContactPoint
from sollecito.outbox.models import Content, Message, Sender
from sollecito.outbox.queries import ready_lanes
from tests.arrived import OURS, bounce, reply
from tests.authority import Authority
from tests.browser.conftest import WIDTHS, Office, overflow, violations
from tests.mail_servers import MailServers, running_dovecot
from tests.pec_provider import Provider, running_provider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOX, PASSWORD = "crediti@pec.azienda.example", "segreta"
CUSTOMER = "condominio@pec.cliente.example"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServers]:
    certificate = Authority(tmp_path_factory.mktemp("posta")).server_file()
    with running_dovecot(certificate=certificate) as started:
        yield started


@pytest.fixture
def provider(servers: MailServers, office: Office) -> Iterator[Provider]:
    """A PEC provider: SMTP of its own, receipts into a mailbox of a real Dovecot."""
    shutil.rmtree(servers.maildir(BOX), ignore_errors=True)
    servers.add_user(BOX, PASSWORD)
    with running_provider(lambda raw: servers.put(BOX, raw), BOX) as started:
        Sender.objects.create(
            company=office.company,
            channel="pec",
            is_default=True,
            host="127.0.0.1",
            port=started.port,
            security="plain",
            from_address=BOX,
            imap_host="127.0.0.1",
            imap_port=servers.imap_port,
            imap_security="plain",
            imap_user=BOX,
            imap_password_box=seal_password(PASSWORD),
        )
        yield started


def test_a_reminder_by_pec_and_both_its_receipts(
    desk: Page, live_server: Any, office: Office, provider: Provider
) -> None:
    (row,) = office.instalments("Condominio")
    ContactPoint.objects.create(company=office.company, party=row.party, kind="pec", value=CUSTOMER)
    desk.goto(f"{live_server.url}/clienti/{row.party_id}/")
    desk.get_by_role("link", name="Sollecita").click()
    desk.get_by_role("link", name="Scrivi per PEC").click()
    expect(desk.get_by_label("A", exact=True)).to_have_value(CUSTOMER)
    expect(desk.get_by_text("commercialista")).to_be_visible()
    expect(desk.get_by_label("Copia a me")).to_have_count(0)
    desk.get_by_role("button", name="Invia", exact=True).click()
    expect(desk.get_by_role("button", name="Annulla invio")).to_be_visible()
    Message.objects.update(not_before="2026-01-01T00:00Z")
    (lane,) = ready_lanes()
    deliver(lane, worker_id="prova")
    content = Content.objects.get(channel="pec")
    desk.goto(f"{live_server.url}/comunicazioni/{content.pk}/")
    expect(desk.locator(".recipient-row")).to_contain_text("Inviata")
    assert collect_receipts(everything=True) == 2
    desk.reload()
    expect(desk.locator(".recipient-row")).to_contain_text("Consegnata")
    arrived = desk.locator(".panel", has_text="Che cosa è arrivato")
    expect(arrived.get_by_text("Ricevuta di accettazione")).to_be_visible()
    expect(arrived.get_by_text("Ricevuta di avvenuta consegna")).to_be_visible()
    with desk.expect_download() as download:
        arrived.get_by_role("link", name="Cartella di prova").click()
    assert download.value.suggested_filename == f"prova-{content.pk}.zip"
    assert provider.taken


def wrote(office: Office, customer: str) -> Content:
    """A reminder that has left by mail."""
    rata = office.instalments(customer)[0]
    (content,) = send_reminders(office.company, [rata.pk], token=new_token()).contents
    Message.objects.filter(content=content).update(status="accepted")
    return content


def test_a_bounce_turns_up_on_the_card_and_is_cured_there(
    desk: Page, live_server: Any, office: Office
) -> None:
    content = wrote(office, "Condominio")
    party = content.reminders.get().instalment.party
    address = content.messages.get().address
    raw = bounce("postfix_utente_sconosciuto").replace(b"rossi@cliente.example", address.encode())
    take_in_mail(office.company, raw.replace(OURS.encode(), content.message_id.encode()))
    desk.goto(f"{live_server.url}/clienti/{party.pk}/")
    expect(desk.get_by_text("tornato indietro", exact=True)).to_be_visible()
    expect(desk.get_by_text("User unknown").first).to_be_visible()
    desk.get_by_role("button", name="Riprova").click()
    expect(desk.get_by_text("torna in uso").first).to_be_visible()
    expect(desk.get_by_text("tornato indietro", exact=True)).to_have_count(0)


def test_an_answer_is_read_on_the_card(desk: Page, live_server: Any, office: Office) -> None:
    content = wrote(office, "Condominio")
    party = content.reminders.get().instalment.party
    address = content.messages.get().address
    take_in_mail(office.company, reply("Pago lunedì.", answers=content.message_id, sender=address))
    desk.goto(f"{live_server.url}/clienti/{party.pk}/")
    note = desk.locator(".note", has_text="Il cliente ha risposto")
    expect(note).to_contain_text("Pago lunedì.")
    note.get_by_role("button", name="Segna come letta").click()
    expect(desk.get_by_text("Segnata come letta").first).to_be_visible()
    expect(note).to_have_count(0)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_came_back_is_readable_by_everyone(
    desk: Page, live_server: Any, office: Office, width: int
) -> None:
    desk.set_viewport_size({"width": width, "height": 800})
    content = wrote(office, "Condominio")
    party = content.reminders.get().instalment.party
    address = content.messages.get().address
    take_in_mail(office.company, reply(answers=content.message_id, sender=address))
    raw = bounce("postfix_utente_sconosciuto").replace(b"rossi@cliente.example", address.encode())
    take_in_mail(office.company, raw.replace(OURS.encode(), content.message_id.encode()))
    doubtful = wrote(office, "Comune")
    Message.objects.filter(content=doubtful).update(status="unknown")
    pages = (
        f"clienti/{party.pk}/",
        f"comunicazioni/{content.pk}/",
        "comunicazioni/incerti/",
        "risposte/",
        f"clienti/{party.pk}/storia/",
    )
    for page in pages:
        desk.goto(f"{live_server.url}/{page}")
        assert violations(desk) == []
        assert overflow(desk) == 0
