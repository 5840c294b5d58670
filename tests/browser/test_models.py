"""Models of communication in a real browser: a change is seen in the preview and in the mail."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from sollecito.dunning.models import TemplateVersion
from sollecito.flows.deliver import deliver
from sollecito.outbox.models import Content, Message
from sollecito.outbox.queries import Lane
from tests.browser.conftest import WIDTHS, Office, overflow, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OURS = "Grazie di averci scelto anche quest'anno."


def leave_at_once() -> None:
    Message.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    deliver(Lane("file"), worker_id="test")


def body_of(content: Content) -> str:
    message = email.message_from_bytes(bytes(content.raw or b""), policy=email.policy.default)
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "place", ["", "sollecito_1/", "sms_sollecito_1/", "messa_in_mora_impresa/"]
)
def test_the_pages_are_readable_by_everyone(
    desk: Page, live_server: Any, width: int, place: str
) -> None:
    desk.set_viewport_size({"width": width, "height": 800})
    desk.goto(f"{live_server.url}/impostazioni/modelli/{place}")
    assert violations(desk) == []
    assert overflow(desk) == 0


def test_a_change_is_seen_in_the_preview_and_in_the_mail(
    desk: Page, live_server: Any, office: Office
) -> None:
    desk.goto(f"{live_server.url}/impostazioni/modelli/")
    desk.get_by_role("link", name="Primo sollecito", exact=True).click()
    desk.get_by_label("Su un cliente vero").fill("Tigli")
    expect(desk.get_by_text("Sui dati veri di Condominio Via dei Tigli 14.")).to_be_visible()
    text = desk.get_by_label("Testo", exact=True)
    text.fill(text.input_value().replace("Cordiali saluti", f"{OURS}\n\nCordiali saluti"))
    mail = desk.frame_locator(".mail-box iframe")
    expect(mail.get_by_text(OURS)).to_be_visible()
    expect(mail.get_by_text("488,00 €").first).to_be_visible()
    desk.get_by_text("Telefono", exact=True).click()
    box = desk.locator(".mail-box").bounding_box()
    assert box
    assert box["width"] <= 380
    desk.get_by_text("Solo testo", exact=True).click()
    expect(desk.locator(".plain-box")).to_contain_text(OURS)
    desk.get_by_role("button", name="Salva", exact=True).click()
    expect(desk.get_by_text("Salvato: versione 1. Vale dai prossimi messaggi.")).to_be_visible()
    desk.goto(f"{live_server.url}/scadenzario/?cerca=Tigli")
    desk.locator("[data-row] [data-key=s]").first.click()
    expect(desk.get_by_label("Testo")).to_contain_text(OURS)
    desk.get_by_role("button", name="Invia").click()
    expect(desk.locator(".toast-card")).to_contain_text("Sollecito in partenza")
    leave_at_once()
    content = Content.objects.get()
    assert OURS in body_of(content)
    assert content.template_version == "sollecito_1/it/1"


def test_what_is_wrong_is_shown_while_one_writes_and_leads_to_its_place(
    desk: Page, live_server: Any
) -> None:
    desk.goto(f"{live_server.url}/impostazioni/modelli/sollecito_2/")
    text = desk.get_by_label("Testo", exact=True)
    text.fill("Buongiorno,\nresta {{ importto }} da pagare")
    problem = desk.locator("#preview .problems")
    expect(problem).to_contain_text("Riga 2, carattere 7")
    expect(problem).to_contain_text("Forse: importo")
    problem.get_by_role("button").click()
    expect(text).to_be_focused()
    chosen = desk.evaluate(
        "(() => { const t = document.activeElement;"
        " return t.value.slice(t.selectionStart, t.selectionEnd); })()"
    )
    assert chosen == "{{ importto }}"
    desk.get_by_role("button", name="Salva", exact=True).click()
    expect(desk.get_by_text("non è un segnaposto").first).to_be_visible()
    expect(text).to_have_value("Buongiorno,\nresta {{ importto }} da pagare")
    assert not TemplateVersion.objects.exists()


def test_the_palette_works_by_keyboard(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}/impostazioni/modelli/sollecito_1/")
    subject = desk.get_by_label("Oggetto", exact=True)
    subject.fill("Nota: ")
    desk.get_by_role("button", name="importo", exact=True).focus()
    desk.keyboard.press("Enter")
    expect(subject).to_have_value("Nota: {{ importo }}")
    expect(subject).to_be_focused()
    expect(desk.locator("#preview .letter-head")).to_contain_text("Nota: 3.160,00 €")


def test_without_scripts_a_text_is_previewed_and_saved(
    desk: Page, live_server: Any, browser: Any
) -> None:
    context = browser.new_context(
        java_script_enabled=False, locale="it-IT", storage_state=desk.context.storage_state()
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/impostazioni/modelli/sollecito_1/")
    page.get_by_label("Testo", exact=True).fill(f"{OURS}\n{{{{ partite }}}}\n{{{{ firma }}}}")
    page.get_by_label("Su un cliente vero").fill("Tigli")
    page.get_by_role("button", name="Anteprima").click()
    expect(page.frame_locator(".mail-box iframe").get_by_text(OURS)).to_be_visible()
    page.get_by_role("button", name="Salva", exact=True).click()
    expect(page.get_by_text("Salvato: versione 1.")).to_be_visible()
    context.close()
