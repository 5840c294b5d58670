"""The first day: set up, import, answer, remind, and read the mail, in a real browser."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from sollecito.flows import clock
from sollecito.ledger.models import ContactPoint, ImportBatch, Instalment
from sollecito.outbox.models import Message
from sollecito.worker.tick import tick
from tests.browser.conftest import WIDTHS, Office, invoices, overflow, sign_in, violations
from tests.web_rows import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DROP = """([name, text]) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name));
    const zone = document.querySelector("[data-drop]");
    zone.dispatchEvent(new DragEvent("dragover", {dataTransfer: transfer, cancelable: true}));
    zone.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, cancelable: true}));
}"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Six invoices and one that cannot be read, as a person has them in a folder."""
    folder = tmp_path / "fatture"
    folder.mkdir()
    for file in invoices(clock.today()):
        (folder / file.name).write_bytes(file.content)
    (folder / "rotta.xml").write_bytes(b"<Fattura")
    return sorted(folder.iterdir())


def set_up(page: Page) -> None:
    expect(page.get_by_role("heading", name="Benvenuto")).to_be_visible()
    page.get_by_label("Nome e cognome").fill("Paola Ventura")
    page.get_by_label("E-mail con cui entri").fill("paola@azienda.example")
    page.get_by_label("Password").fill("quattro parole di prova")
    page.get_by_label("Ragione sociale").fill("Azienda di prova S.r.l.")
    page.get_by_label("Partita IVA").fill("12345670158")
    page.get_by_label("IBAN").fill("IT18 Z999 9099 9900 0000 0000 101")
    page.get_by_role("button", name="Comincia").click()
    expect(page.get_by_text("la cifra di controllo non torna")).to_be_visible()
    page.get_by_label("Partita IVA").fill("12345670157")
    page.get_by_label("Password").fill("quattro parole di prova")
    page.get_by_role("button", name="Comincia").click()
    expect(page.get_by_role("heading", name="Importa", exact=True)).to_be_visible()


def upload(page: Page, files: list[Path]) -> None:
    page.locator("input[name=file]").set_input_files(files)
    expect(page.get_by_text("0 di 7 file letti")).to_be_visible()
    expect(page.get_by_text("Puoi chiudere la pagina")).to_be_visible()
    tick("prova")
    expect(page.get_by_role("heading", name="File per file")).to_be_visible()
    expect(page.get_by_text("Non leggibile", exact=True)).to_be_visible()
    page.get_by_role("link", name=re.compile("^Importato")).click()
    expect(page.get_by_text("rotta.xml")).to_have_count(0)


def answer_takings(page: Page) -> None:
    page.get_by_role("link", name="Rispondi").click()
    before = clock.today() - timedelta(days=100)
    page.get_by_label("Scadute prima del").fill(before.isoformat())
    page.get_by_role("button", name="Mostra quali").click()
    expect(page.get_by_role("heading", name="1 rata da segnare")).to_be_visible()
    assert Instalment.objects.filter(balance=0).count() == 0
    page.get_by_role("button", name="Segna come incassate").click()
    expect(page.get_by_text("1 rata segnata come incassata")).to_be_visible()
    assert Instalment.objects.filter(balance=0).count() == 1


def write_contacts(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/clienti/senza-recapito/")
    page.get_by_label("E-mail di Comune di Borgolieve").fill("ragioneria@comune.example")
    page.get_by_label("E-mail di Comune di Borgolieve").press("Enter")
    below = page.locator("[data-sheet-row]").nth(1).locator("input[type=email]")
    expect(below).to_be_focused()
    expect(page.get_by_text("salvato", exact=True)).to_be_visible()
    below.fill("non è un indirizzo")
    below.press("Tab")
    below.press("Enter")
    page.locator("[data-sheet-row]").nth(2).locator("input[type=email]").focus()
    expect(page.get_by_text("non è un indirizzo e-mail")).to_be_visible()
    assert ContactPoint.objects.get(kind="email").value == "ragioneria@comune.example"


def remind(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/scadenzario/?cerca=Borgolieve&quando=scadute")
    page.locator("[data-row] [data-key=s]").first.click()
    expect(page.get_by_role("heading", name="Sollecita pagamento")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Invia")).click()
    expect(page.get_by_text("Sollecito in partenza")).to_be_visible()
    Message.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert tick("prova") == 1


def read(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/posta/")
    page.locator(".tasks a").first.click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("non ci risulta il pagamento")).to_be_visible()
    page.get_by_text("Solo testo").click()
    words = page.locator("[data-mail-text]")
    expect(words).to_contain_text("IT18 Z999 9099 9900 0000 0000 101")
    page.get_by_role("link", name="La comunicazione").click()
    expect(page.get_by_text("byte intatti")).to_be_visible()
    expect(page.get_by_text("Inviata", exact=True)).to_be_visible()
    expect(page.get_by_text("ragioneria@comune.example").first).to_be_visible()


def test_from_the_first_run_to_the_mail_that_is_read(
    screen: Page, live_server: Any, files: list[Path], settings: Settings, tmp_path: Path
) -> None:
    settings.MAILBOX = tmp_path / "mailbox"
    set_up(screen)
    upload(screen, files)
    answer_takings(screen)
    write_contacts(screen, live_server)
    remind(screen, live_server)
    read(screen, live_server)


def test_files_are_dropped_on_the_page(desk: Page, live_server: Any, office: Office) -> None:
    desk.goto(f"{live_server.url}/importa/")
    file = next(iter(invoices(office.today)))
    desk.evaluate(DROP, [file.name, base64.b64encode(file.content).decode()])
    expect(desk.get_by_text("0 di 1 file letti")).to_be_visible()
    tick("prova")
    expect(desk.get_by_text("Già presente", exact=True)).to_be_visible()
    assert ImportBatch.objects.latest("pk").counts["duplicates"] == 1


def test_a_placeholder_goes_where_one_writes(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}/impostazioni/modelli/sollecito_1/")
    text = desk.get_by_label("Testo", exact=True)
    text.fill("Salve,\n")
    desk.get_by_role("button", name="partite", exact=True).click()
    expect(text).to_have_value("Salve,\n{{ partite }}")
    preview = desk.locator("#preview")
    expect(preview).to_contain_text("Totale da pagare: 3.160,00 €")
    expect(preview).not_to_contain_text("Buongiorno")


def test_an_account_is_added_in_the_drawer(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}/impostazioni/conti/")
    desk.get_by_role("link", name="Nuovo conto").click()
    desk.get_by_label("IBAN").fill("IT18Z9999099990000000000102")
    desk.get_by_role("button", name="Salva", exact=True).click()
    expect(desk.get_by_text("le cifre di controllo non tornano")).to_be_visible()
    desk.get_by_label("IBAN").fill("IT08B9999099990000000000202")
    desk.get_by_label("La tua password").fill("prova-prova")
    desk.get_by_role("button", name="Salva", exact=True).click()
    expect(
        desk.locator("#accounts").get_by_text("IT08 B999 9099 9900 0000 0000 202")
    ).to_be_visible()
    expect(desk.locator("#drawer")).not_to_be_visible()


def test_a_customer_is_changed_in_the_drawer(desk: Page, live_server: Any, office: Office) -> None:
    (row,) = office.instalments("Condominio")
    desk.goto(f"{live_server.url}/clienti/{row.party_id}/")
    desk.get_by_role("link", name="Modifica").click()
    desk.get_by_role("group", name="Recapito 2").get_by_label("Recapito").fill(
        "due@cliente.example"
    )
    desk.get_by_role("button", name="Salva", exact=True).click()
    expect(desk.locator("#customer").get_by_text("due@cliente.example")).to_be_visible()


@pytest.fixture
def world(transactional_db: None, settings: Settings, tmp_path: Path) -> World:
    settings.MAILBOX = tmp_path / "mailbox"
    return make_world()


PAGES = (
    *("/importa/", "/importa/{batch}/", "/incassi-fatti/", "/clienti/", "/clienti/{party}/"),
    *("/clienti/senza-recapito/", "/comunicazioni/", "/comunicazioni/{content}/", "/posta/"),
    *("/posta/{mail}/", "/impostazioni/", "/impostazioni/conti/", "/impostazioni/mittenti/"),
    *("/impostazioni/modelli/", "/impostazioni/modelli/nuovo/", "/impostazioni/agenti/"),
    *("/impostazioni/modelli/sollecito_1/", "/impostazioni/modelli/sms_privato/"),
    *("/impostazioni/modelli/messa_in_mora_impresa/", "/impostazioni/orari/"),
    *("/impostazioni/utenti/", "/impostazioni/invii/", "/profilo/", "/benvenuto/"),
    *("/importa/colonne/{file}/", "/rate/{instalment}/comunicazioni/"),
    *("/clienti/{party}/modifica/", "/impostazioni/conti/nuovo/", "/impostazioni/utenti/nuovo/"),
    *("/impostazioni/agenti/nuovo/", "/documenti/nuovo/", "/solleciti/nuovo/?righe={instalment}"),
)


@pytest.mark.parametrize("width", [*WIDTHS, 320])
def test_every_page_is_readable_by_everyone(
    screen: Page, live_server: Any, world: World, width: int
) -> None:
    sign_in(screen, world.owner, live_server)
    screen.set_viewport_size({"width": width, "height": 800})
    wrong: dict[str, Any] = {}
    for path in PAGES:
        address = path.format(
            batch=world.batch.pk,
            party=world.party.pk,
            content=world.content.pk,
            mail=world.mail_id,
            file=world.item.file_id,
            instalment=world.instalment.pk,
        )
        answer = screen.goto(live_server.url + address)
        if answer is None or answer.status != 200:
            wrong[path] = answer and answer.status
        elif found := violations(screen) or overflow(screen):
            wrong[path] = found
    assert wrong == {}
