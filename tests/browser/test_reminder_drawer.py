"""A reminder by hand, in a real browser: written, previewed, sent, taken back, read."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from sollecito.flows.deliver import deliver
from sollecito.outbox.models import Content, Message
from sollecito.outbox.queries import Lane
from tests.browser.conftest import SECOND_IBAN, WIDTHS, Office, overflow, violations
from tests.reminders import COMPANY_IBAN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_drawer(page: Page, live_server: Any, customer: str = "Tigli") -> None:
    page.goto(f"{live_server.url}/scadenzario/?cerca={customer}")
    page.locator("[data-row] [data-key=s]").first.click()
    expect(page.get_by_role("heading", name="Sollecita pagamento")).to_be_visible()


def leave_at_once() -> None:
    """The ten seconds are over."""
    Message.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    deliver(Lane("file"), worker_id="test")


def parse(content: Content) -> EmailMessage:
    return email.message_from_bytes(bytes(content.raw or b""), policy=email.policy.default)


@pytest.mark.parametrize("width", WIDTHS)
def test_drawer_and_preview_are_readable_by_everyone(
    desk: Page, live_server: Any, width: int
) -> None:
    desk.set_viewport_size({"width": width, "height": 800})
    open_drawer(desk, live_server)
    assert violations(desk) == []
    assert overflow(desk) == 0
    desk.get_by_role("button", name="Anteprima").click()
    expect(desk.get_by_role("heading", name="Anteprima")).to_be_visible()
    assert violations(desk) == []
    assert overflow(desk) == 0


def test_it_opens_filled_in(desk: Page, live_server: Any, office: Office) -> None:
    (row,) = office.instalments("Condominio")
    open_drawer(desk, live_server)
    expect(desk.get_by_label("A", exact=True)).to_have_value(
        f"pagamenti{row.party_id}@cliente.example"
    )
    issued = row.document.date.strftime("%d/%m/%Y")
    expect(desk.get_by_label("Oggetto")).to_have_value(
        f"Pagamento non ancora ricevuto: fattura 4/A del {issued}"
    )
    expect(desk.get_by_label("Testo")).to_contain_text("488,00 €")
    expect(desk.get_by_label("Testo")).to_contain_text("IT18 Z999 9099 9900 0000 0000 101")


def test_what_was_seen_is_what_leaves_and_is_read(
    desk: Page, live_server: Any, office: Office
) -> None:
    open_drawer(desk, live_server, "Officine")
    expect(desk.get_by_label("Copia di cortesia")).to_be_checked()
    desk.get_by_label("Copia a me").check()
    text = desk.get_by_label("Testo")
    text.fill(text.input_value().replace("Cordiali saluti", "Un cordiale saluto da tutti noi"))
    desk.get_by_role("button", name="Anteprima").click()
    seen = desk.locator(".letter-text").inner_text()
    assert "Un cordiale saluto da tutti noi" in seen
    desk.get_by_role("button", name="Invia").click()
    expect(desk.locator(".toast-card")).to_contain_text("Sollecito in partenza")
    expect(desk.locator("[data-row]").first).to_contain_text("1")
    leave_at_once()
    content = Content.objects.get()
    body = parse(content).get_body(("plain",))
    assert body is not None
    assert body.get_content().split() == seen.split()
    assert {(row.role, row.status) for row in content.messages.all()} == {
        ("to", "accepted"),
        ("bcc", "accepted"),
    }
    desk.goto(f"{live_server.url}/posta/")
    desk.get_by_role("link", name="Pagamento non ancora ricevuto").first.click()
    expect(desk.locator("main")).to_contain_text("Un cordiale saluto da tutti noi")


def test_sending_can_be_taken_back(desk: Page, live_server: Any, office: Office) -> None:
    open_drawer(desk, live_server)
    desk.get_by_role("button", name="Invia").click()
    desk.locator(".toast-card").get_by_role("button", name="Annulla invio").click()
    expect(desk.locator(".toast-card")).to_contain_text("il messaggio non parte")
    leave_at_once()
    assert [row.status for row in Message.objects.all()] == ["cancelled"]
    expect(desk.locator("[data-row] .mails")).to_have_count(0)


def test_too_late_is_said(desk: Page, live_server: Any, office: Office) -> None:
    open_drawer(desk, live_server)
    desk.get_by_role("button", name="Invia").click()
    expect(desk.locator(".toast-card")).to_be_visible()
    leave_at_once()
    desk.locator(".toast-card").get_by_role("button", name="Annulla invio").click()
    expect(desk.locator(".toast-card")).to_contain_text("non si annulla più")
    assert [row.status for row in Message.objects.all()] == ["accepted"]


def test_leaving_saves_nothing(desk: Page, live_server: Any, office: Office) -> None:
    open_drawer(desk, live_server)
    desk.get_by_label("Oggetto").fill("Un altro oggetto")
    desk.get_by_role("link", name="Esci senza inviare").click()
    expect(desk.get_by_role("heading", name="Sollecita pagamento")).to_be_hidden()
    assert Content.objects.count() == 0


def test_another_account_goes_into_the_text_and_warns(
    desk: Page, live_server: Any, office: Office
) -> None:
    row = office.instalments("Condominio")[0]
    row.iban = COMPANY_IBAN
    row.save()
    open_drawer(desk, live_server)
    text = desk.get_by_label("Testo")
    text.fill("Una riga mia.\n" + text.input_value())
    desk.get_by_label("Conto su cui farsi pagare").select_option(SECOND_IBAN)
    expect(desk.locator(".note")).to_contain_text("un conto diverso da quello in fattura")
    expect(desk.get_by_label("Testo")).to_have_value(
        # the person's own line stays, the account changes
        re.compile(r"Una riga mia\.[\s\S]*IT60 X054 2811 1010 0000 0123 456")
    )


def test_two_accounts_may_be_named(desk: Page, live_server: Any, office: Office) -> None:
    open_drawer(desk, live_server)
    desk.get_by_text("Indica anche un secondo conto").click()
    desk.get_by_label("Secondo conto").select_option(SECOND_IBAN)
    expect(desk.get_by_label("Testo")).to_contain_text("In alternativa: ")
    desk.get_by_role("button", name="Anteprima").click()
    expect(desk.locator(".letter-text")).to_contain_text("IT18 Z999 9099 9900 0000 0000 101")
    expect(desk.locator(".letter-text")).to_contain_text("IT60 X054 2811 1010 0000 0123 456")


def test_an_error_stands_beside_its_field(desk: Page, live_server: Any, office: Office) -> None:
    open_drawer(desk, live_server)
    address = desk.get_by_label("A", exact=True)
    address.fill("a@b.example, c@d.example, e@f.example, g@h.example")
    desk.get_by_role("button", name="Invia").click()
    expect(desk.locator(".field-error")).to_contain_text("Al massimo 3 destinatari")
    expect(desk.get_by_label("A", exact=True)).to_have_attribute("aria-invalid", "true")
    assert Content.objects.count() == 0


def test_an_attachment_opens_before_sending(desk: Page, live_server: Any, office: Office) -> None:
    open_drawer(desk, live_server, "Officine")
    link = desk.get_by_role("link", name="Apri Copia di cortesia 1/A")
    answer = desk.request.get(live_server.url + str(link.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_several_customers_get_one_message_each(
    desk: Page, live_server: Any, office: Office
) -> None:
    desk.goto(live_server.url + "/scadenzario/?stato=overdue")
    desk.get_by_label("Scegli le rate di questa pagina").check()
    desk.get_by_role("button", name="Sollecita", exact=True).click()
    desk.get_by_role("button", name="Invia 3 messaggi a 3 clienti").click()
    expect(desk.locator(".toast-card")).to_contain_text("3 solleciti in partenza")
    assert Content.objects.count() == 3


def test_an_order_is_named_in_the_language_of_the_page(desk: Page, live_server: Any) -> None:
    desk.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url}]
    )
    desk.goto(live_server.url + "/scadenzario/?stato=overdue&ordina=-residuo")
    desk.get_by_label("Select the instalments on this page").check()
    expect(desk.locator("[data-bulk-sum]")).to_contain_text("EUR ")
    desk.locator("[data-bulk] .btn-primary").click()
    button = desk.locator("dialog button[value=invia]")
    expect(button).to_contain_text("Send 3 messages to 3 customers, EUR ")


def test_what_cannot_be_reminded_says_why(desk: Page, live_server: Any, office: Office) -> None:
    row = office.instalments("Condominio")[0]
    row.document.sdi_state = "rejected"
    row.document.save()
    desk.goto(f"{live_server.url}/scadenzario/?cerca=Tigli")
    expect(desk.locator("[data-key=s]")).to_have_count(0)
    desk.goto(f"{live_server.url}/solleciti/nuovo/?righe={row.pk}")
    expect(desk.locator("main")).to_contain_text("Scartata dal Sistema di Interscambio")
