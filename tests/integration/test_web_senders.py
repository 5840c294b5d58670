"""The pages of the senders; secrets that no page, dump, log or history shows; who is told."""

from __future__ import annotations

import html
import io
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from sollecito.accounts.models import AuditEntry
from sollecito.flows.deliver import deliver
from sollecito.flows.open_gateway import report_url
from sollecito.flows.seal_password import open_password, open_secrets
from sollecito.outbox.models import Content, Message, Sender
from sollecito.outbox.queries import Lane
from tests.crash.fault_server import FaultServer
from tests.dns_server import running_dns
from tests.web_rows import IBAN, PASSWORD, World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]
PLANTED = "Segretissima-7391"


def said(answer: Any) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    return enter(world.owner)


def mail_form(port: int, **more: str) -> dict[str, str]:
    return {
        "purpose": "billing",
        "label": "Fatture",
        "from_address": "fatture@prima.example",
        "host": "127.0.0.1",
        "port": str(port),
        "security": "plain",
        "user": "",
        "password": "",
        "imap_port": "993",
        "imap_security": "tls",
        "imap_folder": "INBOX",
        "max_connections": "2",
        "own_password": PASSWORD,
    } | more


def gateway_form(**more: str) -> dict[str, str]:
    empty = {
        f"{name}-{part}_FORMS": "0" if part == "INITIAL" else "3"
        for name in ("fields", "headers", "states")
        for part in ("TOTAL", "INITIAL")
    }
    return {
        "purpose": "office",
        "gateway": "generic",
        "gateway_url": "https://sms.example.test/send",
        "alias": "Ventofresco",
        "secret": PLANTED,
        "webhook_secret": f"{PLANTED}-w",
        "max_connections": "1",
        "own_password": PASSWORD,
        "http-method": "POST",
        "fields-0-name": "to",
        "fields-0-value": "{number}",
        "fields-2-name": "text",
        "fields-2-value": "{text}",
        **empty,
    } | more


def new(channel: str, provider: str = "") -> str:
    return reverse("web:settings_sender_new") + f"?canale={channel}&gestore={provider}"


def test_a_sender_is_added_tested_changed_and_removed(
    client: Client, world: World, tmp_path: Path, settings: Any
) -> None:
    with running_dns({}) as dns, FaultServer(tmp_path / "log") as server:
        settings.NAME_SERVER = dns
        assert "smtps.aruba.it" in said(client.get(new("email", "aruba")))
        refused = said(client.post(new("email"), mail_form(server.port, own_password="")))
        assert "Manca la tua password" in refused
        assert not Sender.objects.exists()
        assert client.post(new("email"), mail_form(server.port)).status_code == 302
        sender = Sender.objects.get()
        assert (sender.is_default, sender.purpose) == (True, "billing")
        page = reverse("web:settings_sender", args=[sender.pk])
        assert "Non ancora provato" in said(client.get(page))
        check = reverse("web:settings_sender_check", args=[sender.pk])
        answer = said(client.post(check, headers={"hx-request": "true"}))
    assert "Prova riuscita" in answer
    assert f"Prova inviata a {world.owner.email}" in answer
    assert "Funziona" in said(client.get(reverse("web:settings_senders")))
    closed = said(client.post(check, follow=True))
    assert "porta è chiusa" in closed
    edit = reverse("web:settings_sender_edit", args=[sender.pk])
    client.post(edit, mail_form(server.port, label="Ufficio fatture"))
    assert "Ufficio fatture" in said(client.get(page))
    remove = reverse("web:settings_sender_remove", args=[sender.pk])
    assert "La tua password non è questa" in said(
        client.post(remove, {"own_password": "x"}, follow=True)
    )
    client.post(remove, {"own_password": PASSWORD})
    assert not Sender.objects.filter(is_active=True).exists()


def test_a_paused_sender_says_why_and_is_let_go(client: Client, world: World) -> None:
    client.post(new("email"), mail_form(25))
    sender = Sender.objects.get()
    Sender.objects.update(paused_at=world.company.created_at, paused_reason="550 blocked")
    page = reverse("web:settings_sender", args=[sender.pk])
    assert "550 blocked" in said(client.get(page))
    assert "In pausa" in said(client.get(reverse("web:settings_senders")))
    client.post(reverse("web:settings_sender_release", args=[sender.pk]))
    assert "550 blocked" not in said(client.get(page))


def test_a_pec_mailbox_wants_imap(client: Client) -> None:
    refused = said(client.post(new("pec"), mail_form(465, provider="legalmail")))
    assert "serve anche il server IMAP" in refused
    assert "codice con cui entri" in refused


def test_a_gateway_is_told_by_a_table(client: Client) -> None:
    assert "11 lettere" in said(client.post(new("sms"), gateway_form(alias="Ventofresco S.r.l.")))
    assert "https://" in said(
        client.post(new("sms"), gateway_form(gateway_url="http://sms.example.test"))
    )
    client.post(new("sms"), gateway_form())
    sender = Sender.objects.get()
    assert sender.gateway_settings == {
        "method": "POST",
        "fields": [["to", "{number}"], ["text", "{text}"]],
    }
    assert open_secrets(sender.secret_box) == {"secret": PLANTED}
    assert open_password(sender.webhook_secret_box) == f"{PLANTED}-w"
    check = reverse("web:settings_sender_check", args=[sender.pk])
    fixed = said(client.post(check, {"number": "0573 123456"}, follow=True))
    assert "numero fisso" in fixed


def test_the_price_of_a_part_is_kept_as_people_write_it(client: Client) -> None:
    wrong = said(client.post(new("sms"), gateway_form(price="sei cent", currency="EUR")))
    assert "non è il prezzo di una parte" in wrong
    for slip in ("65", "0", "-1"):
        assert "non è il prezzo" in said(client.post(new("sms"), gateway_form(price=slip)))
    client.post(new("sms"), gateway_form(price="0,0651", currency="CHF"))
    sender = Sender.objects.get()
    assert (sender.gateway_settings["price"], sender.gateway_settings["currency"]) == (
        "0.0651",
        "CHF",
    )
    Sender.objects.update(gateway_settings={**sender.gateway_settings, "signature_header": "X-S"})
    page = reverse("web:settings_sender", args=[sender.pk])
    edit = reverse("web:settings_sender_edit", args=[sender.pk])
    assert "0,0651 CHF" in said(client.get(page))
    assert 'value="0,0651"' in said(client.get(edit))
    client.post(edit, gateway_form(price="", secret="", webhook_secret=""))
    sender.refresh_from_db()
    assert "price" not in sender.gateway_settings
    assert "currency" not in sender.gateway_settings
    assert sender.gateway_settings["signature_header"] == "X-S"


def test_where_the_gateway_reports_and_what_to_do_with_it(client: Client, settings: Any) -> None:
    client.post(new("sms"), gateway_form(webhook_secret=""))
    sender = Sender.objects.get()
    page = reverse("web:settings_sender", args=[sender.pk])
    settings.PUBLIC_URL = ""
    assert "SOLLECITO_PUBLIC_URL" in said(client.get(page))
    settings.PUBLIC_URL = "https://solleciti.prima.example"
    lacking = said(client.get(page))
    assert "Prima scrivi il «Segreto delle ricevute»" in lacking
    assert "/consegne/sms/" not in lacking
    edit = reverse("web:settings_sender_edit", args=[sender.pk])
    client.post(edit, gateway_form(secret=""))
    sender.refresh_from_db()
    address = report_url(sender)
    assert "?chiave=" in address
    assert f'value="{address}"' in said(client.get(page))
    assert "{report_url}" in said(client.get(page))
    client.post(edit, gateway_form(gateway="twilio", gateway_url="", user="AC1"))
    assert "Twilio con ogni SMS" in said(client.get(page))


def test_a_lost_key_file_leaves_the_page_readable(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.PUBLIC_URL = "https://solleciti.prima.example"
    settings.BOX_KEY_FILE = tmp_path / "una.key"
    client.post(new("sms"), gateway_form())
    sender = Sender.objects.get()
    settings.BOX_KEY_FILE = tmp_path / "altra.key"
    page = said(client.get(reverse("web:settings_sender", args=[sender.pk])))
    assert "non si può più leggere" in page
    report = reverse("web:sms_report", args=[sender.pk])
    assert client.get(report, {"ref": "x"}).status_code == 503


def test_where_returns_come_to_is_asked_and_checked(client: Client) -> None:
    wrong = said(client.post(new("email"), mail_form(25, bounce_address="ritorni+{id}")))
    assert "«ritorni+{id}» non è un indirizzo e-mail" in wrong
    long = "r" * 40 + "+{id}@prima.example"
    assert "troppo lungo" in said(client.post(new("email"), mail_form(25, bounce_address=long)))
    lacking = mail_form(25, bounce_user="ritorni@prima.example")
    assert "Per leggere i ritorni serve il server IMAP" in said(client.post(new("email"), lacking))
    own = {"imap_host": "imap.prima.example", "imap_user": "i", "imap_password": "segreta"}
    returns = {"bounce_user": "ritorni@prima.example", "bounce_address": "r+{id}@prima.example"}
    assert "Manca la password" in said(client.post(new("email"), mail_form(25, **own, **returns)))
    form = mail_form(25, **own, **returns, bounce_password=f"{PLANTED}-r")
    client.post(new("email"), form)
    sender = Sender.objects.get()
    assert open_password(sender.bounce_password_box) == f"{PLANTED}-r"
    shown = said(client.get(reverse("web:settings_sender", args=[sender.pk])))
    assert "r+{id}@prima.example" in shown
    assert "letti nella casella ritorni@prima.example" in shown
    edit = reverse("web:settings_sender_edit", args=[sender.pk])
    assert PLANTED not in said(client.get(edit))
    moved = {**own, **returns, "imap_host": "imap.altrove.example"}
    assert "riscrivi la password" in said(client.post(edit, mail_form(25, **moved)))
    client.post(edit, mail_form(25, **own, bounce_address="", bounce_user=""))
    sender.refresh_from_db()
    assert (sender.bounce_password_box, sender.bounce_user) == ("", "")


def test_a_secret_is_never_seen_again(
    client: Client, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither on a page, nor in a dump of the database, the history, a notice or a log."""
    caplog.set_level(logging.DEBUG)
    secret = {"user": "u", "password": PLANTED, "security": "tls"}
    own = {"imap_host": "imap.example.test", "imap_user": "i", "imap_password": f"{PLANTED}-i"}
    client.post(new("email"), mail_form(1, **secret, **own))
    client.post(new("sms"), gateway_form())
    mail, gateway = Sender.objects.order_by("pk")
    assert open_password(mail.password_box) == PLANTED
    assert open_password(mail.imap_password_box) == f"{PLANTED}-i"
    for sender in (mail, gateway):
        client.post(
            reverse("web:settings_sender_check", args=[sender.pk]), {"number": "3331234567"}
        )
        client.post(reverse("web:settings_sender_edit", args=[sender.pk]), mail_form(1, host=""))
    pages = [reverse("web:settings_senders")]
    for sender in (mail, gateway):
        pages.append(reverse("web:settings_sender", args=[sender.pk]))
        pages.append(reverse("web:settings_sender_edit", args=[sender.pk]))
    shown = [said(client.get(page)) for page in pages]
    assert "Impostata il" in shown[2]
    dump = io.StringIO()
    call_command("dumpdata", "accounts", "outbox", stdout=dump)
    assert "box" in dump.getvalue()
    for text in (*shown, dump.getvalue(), caplog.text, *map(repr, Sender.objects.all())):
        assert PLANTED not in text


def test_every_administrator_is_told_of_a_change(client: Client, world: World) -> None:
    client.post(new("email"), mail_form(25))
    notice = Content.objects.get(kind="avviso")
    told = set(Message.objects.filter(content=notice).values_list("address", flat=True))
    assert told == {world.owner.email, world.office.email}
    assert "«Fatture» aggiunto" in notice.subject
    assert world.owner.email in notice.text
    entry = AuditEntry.objects.get(action="sender_saved")
    assert entry.user == world.owner
    assert entry.details["after"]["host"] == "127.0.0.1"
    account = reverse("web:settings_account", args=[world.account.pk])
    other = "IT08B9999099990000000000202"
    assert "Manca la tua password" in said(client.post(account, {"iban": other}))
    world.account.refresh_from_db()
    assert world.account.iban == IBAN
    client.post(account, {"iban": other, "own_password": PASSWORD})
    last = Content.objects.filter(kind="avviso").latest("pk")
    assert "IT08 B999" in last.subject
    assert "prima: IT18 Z999" in last.subject
    deliver(Lane("file"), worker_id="prova")
    assert set(Message.objects.filter(content=last).values_list("status", flat=True)) <= {
        "accepted",
        "queued",
    }


def test_the_notice_leaves_by_another_account(client: Client) -> None:
    client.post(new("email"), mail_form(25))
    first = Sender.objects.get()
    client.post(new("email"), mail_form(26, from_address="altra@prima.example", is_default="on"))
    second = Sender.objects.exclude(pk=first.pk).get()
    assert second.is_default
    client.post(
        reverse("web:settings_sender_edit", args=[second.pk]),
        mail_form(27, from_address="altra@prima.example"),
    )
    assert Content.objects.filter(kind="avviso").latest("pk").sender == first
