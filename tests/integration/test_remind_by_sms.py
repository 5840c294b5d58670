"""A reminder by SMS: to which number, in which words, through which gateway, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pytest_django.fixtures import Settings

from sollecito.accounts.models import Company, User
from sollecito.channels.local_mailbox import list_mail, read_mail
from sollecito.cli.reminders import remind
from sollecito.dunning.models import Reminder
from sollecito.dunning.texts import default_text
from sollecito.flows import clock
from sollecito.flows.check_text import WrittenText
from sollecito.flows.choose_numbers import mobiles_of
from sollecito.flows.choose_sender import NoSenderError
from sollecito.flows.deliver import deliver
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.preview_reminders import preview_reminders
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.save_template import TextPlace
from sollecito.flows.seal_password import seal_secrets
from sollecito.flows.send_reminder import SendOutcome, new_token, send_reminders, undo_sending
from sollecito.flows.send_trial import send_trial
from sollecito.flows.write_whatsapp import note_whatsapp, prepare_whatsapp
from sollecito.ledger.models import Instalment
from sollecito.outbox.models import Content, Message, Sender
from sollecito.outbox.queries import Lane
from tests.gateway_server import ACCOUNT, TOKEN, Fault, GatewayServer
from tests.reminders import TODAY, add_account, add_email, add_phone, import_invoice, make_company

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "+393331234567"
SMS = ReminderOptions(channel="sms")


@pytest.fixture(autouse=True)
def _on_the_day(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MAILBOX = tmp_path / "mailbox"
    settings.REPLY_SECONDS = 1
    with clock.pretend(TODAY):
        yield


@pytest.fixture
def company() -> Company:
    return make_company(
        email="amministrazione@azienda.example",
        contact_name="Giulia Neri",
        phone="0573 999 0101",
        short_name="Ventofresco",
    )


@pytest.fixture
def instalment(company: Company) -> Instalment:
    (row,) = import_invoice(company, number="124/A")
    add_phone(row.party)
    return row


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    server = GatewayServer()
    yield server
    server.close()


@pytest.fixture
def sender(company: Company, gateway: GatewayServer) -> Sender:
    return Sender.objects.create(
        company=company,
        channel="sms",
        gateway="twilio",
        gateway_url=gateway.url,
        user=ACCOUNT,
        alias="Ventofresco",
        is_default=True,
        secret_box=seal_secrets({"token": TOKEN}),
    )


def send(company: Company, *rows: Instalment, **changes: Any) -> SendOutcome:
    ways = changes.pop("ways", None) or ReminderOptions(**{"channel": "sms"} | changes)
    return send_reminders(company, [row.pk for row in rows], token=new_token(), options=ways)


def test_what_was_seen_leaves_byte_for_byte(
    company: Company, instalment: Instalment, sender: Sender, gateway: GatewayServer
) -> None:
    token = new_token()
    (seen,) = preview_reminders(company, [instalment.pk], token=token, options=SMS).mails
    (content,) = send_reminders(company, [instalment.pk], token=token, options=SMS).contents
    assert bytes(content.raw or b"") == seen.raw == seen.draft.text.encode()
    assert content.sha256 == seen.sha256 == hashlib.sha256(seen.raw).hexdigest()
    deliver(Lane("sms", sender.pk), worker_id="w")
    (taken,) = gateway.taken
    assert (taken.number, taken.text, taken.sender) == (NUMBER, seen.draft.text, "Ventofresco")
    message = Message.objects.get()
    assert (message.status, message.address, message.reference) == ("accepted", NUMBER, taken.id)
    assert Reminder.objects.get().issued_date == TODAY


def test_the_text_is_the_first_reminders(company: Company, instalment: Instalment) -> None:
    add_account(company)
    (content,) = send(company, instalment).contents
    assert content.text == (
        "Ventofresco: non risulta pagato 122,00 €, scaduto il 31/03/2026 (ft 124/A). "
        "IBAN IT18Z9999099990000000000101. Info 05739990101"
    )
    assert content.subject.startswith("SMS: Ventofresco: non risulta pagato")
    assert (content.kind, content.template_version) == (
        "sollecito_1",
        "default/it/sms_sollecito_1",
    )


def test_with_nothing_configured_it_stays_in_the_local_mailbox(
    company: Company, instalment: Instalment, settings: Settings
) -> None:
    (content,) = send(company, instalment).contents
    assert (content.channel, content.sender) == ("sms", None)
    deliver(Lane("sms"), worker_id="w")
    message = Message.objects.get()
    assert message.status == "accepted"
    kept = read_mail(Path(settings.MAILBOX), message.reference)
    assert kept
    assert (kept.raw.decode(), kept.recipients) == (content.text, (NUMBER,))
    assert list_mail(Path(settings.MAILBOX))[1] == 1


def test_with_mail_but_no_gateway_it_is_refused_with_the_cure(
    company: Company, instalment: Instalment
) -> None:
    Sender.objects.create(
        company=company, channel="email", host="127.0.0.1", from_address="a@b.example"
    )
    (refused,) = send(company, instalment).refused
    assert refused.reason == "no_channel"
    assert "Impostazioni" in refused.message


def test_mail_and_sms_leave_together_and_are_taken_back_together(
    company: Company, instalment: Instalment
) -> None:
    add_email(instalment.party)
    token = new_token()
    outcome = send_reminders(
        company, [instalment.pk], token=token, options=(ReminderOptions(), SMS), can_undo=True
    )
    assert [content.channel for content in outcome.contents] == ["file", "sms"]
    again = send_reminders(
        company, [instalment.pk], token=token, options=(ReminderOptions(), SMS), can_undo=True
    )
    assert again.already_sent
    assert again.contents == outcome.contents
    assert undo_sending(company, token, user=None) == 2
    assert set(Message.objects.values_list("status", flat=True)) == {"cancelled"}


def test_an_sms_starts_no_thread(company: Company, instalment: Instalment) -> None:
    add_email(instalment.party)
    send(company, instalment)
    (mail,) = send(company, instalment, ways=ReminderOptions()).contents
    assert b"In-Reply-To" not in bytes(mail.raw or b"")


@pytest.mark.parametrize("kind", ["privato", "condominio"])
def test_a_consumer_is_told_neither_amount_nor_reason(
    company: Company, instalment: Instalment, kind: str
) -> None:
    instalment.party.kind = kind
    instalment.party.save()
    (content,) = send(company, instalment).contents
    assert content.text == (
        "Ventofresco: le abbiamo scritto via e-mail. "
        "Per informazioni può chiamare Giulia Neri, 05739990101. Grazie."
    )
    (refused,) = send(company, instalment, text="Le restano 122,00 € da pagare.").refused
    assert refused.reason == "sms_private_amount"


@pytest.mark.parametrize(
    ("number", "reason"),
    [("0573 999 0101", "not_mobile"), ("333 12", "bad_phone"), ("", "no_recipient")],
)
def test_where_no_sms_arrives_the_cure_is_said(
    company: Company, instalment: Instalment, number: str, reason: str
) -> None:
    instalment.party.contact_points.all().delete()
    if number:
        add_phone(instalment.party, number)
    (refused,) = send(company, instalment).refused
    assert refused.reason == reason
    assert "scheda del cliente" in refused.message


def test_the_mobile_for_payments_comes_first_and_landlines_are_left_out(
    company: Company, instalment: Instalment
) -> None:
    party = instalment.party
    party.contact_points.all().delete()
    add_phone(party, "348 0000001", purpose="general")
    add_phone(party, "0573 999 0101", purpose="payments")
    add_phone(party, "+41 79 123 45 67", purpose="payments", person="Bianchi")
    (box,) = mobiles_of([party]).values()
    assert (box.address, box.name) == ("+41791234567", "Bianchi")


def test_numbers_that_a_person_wrote(company: Company, instalment: Instalment) -> None:
    send(company, instalment, to=("348 0000001", "+39 348 0000001", "349 0000002"))
    addresses = set(Message.objects.values_list("address", flat=True))
    assert addresses == {"+393480000001", "+393490000002"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to": ("0573 999 0101",)}, "not_mobile"),
        ({"cc": ("a@b.it",)}, "no_copies"),
        ({"text": " "}, "empty"),
        ({"text": "x" * 1601}, "sms_too_long"),
        ({"text": "{{ partite }}", "is_template": True}, "not_in_sms"),
        ({"model": "messa_in_mora_impresa"}, "no_sms_model"),
    ],
)
def test_what_must_be_put_right_first(
    company: Company, instalment: Instalment, changes: dict[str, Any], reason: str
) -> None:
    (refused,) = send(company, instalment, **changes).refused
    assert refused.reason == reason
    assert not Content.objects.exists()


def test_a_public_body_gets_none(company: Company, instalment: Instalment) -> None:
    instalment.party.kind = "ente_pubblico"
    instalment.party.save()
    (refused,) = send(company, instalment).refused
    assert refused.reason == "no_sms_public"


def test_marks_of_a_persons_text_become_plain(company: Company, instalment: Instalment) -> None:
    (content,) = send(company, instalment, text="L’importo – «dovuto» è 122,00\u00a0€…").contents
    assert content.text == 'L\'importo - "dovuto" è 122,00 €...'
    assert bytes(content.raw or b"").decode() == content.text


def test_a_lost_reply_is_a_doubt_and_nobody_sends_it_again(
    company: Company, instalment: Instalment, sender: Sender, gateway: GatewayServer
) -> None:
    gateway.faults = lambda _n: Fault(takes=True, is_silent=True)
    send(company, instalment)
    deliver(Lane("sms", sender.pk), worker_id="w")
    deliver(Lane("sms", sender.pk), worker_id="w")
    assert Message.objects.get().status == "unknown"
    assert len(gateway.taken) == 1


def test_wrong_keys_wait_and_pause_the_sender_before_long(
    company: Company, instalment: Instalment, sender: Sender, gateway: GatewayServer
) -> None:
    sender.secret_box = seal_secrets({"token": "sbagliato"})
    sender.save()
    for _ in range(10):
        send(company, instalment)
    deliver(Lane("sms", sender.pk), worker_id="w")
    assert set(Message.objects.values_list("status", flat=True)) == {"retry"}
    sender.refresh_from_db()
    assert sender.paused_at
    assert "chiavi" in sender.paused_reason
    assert gateway.taken == []


def test_the_command_line_sends_by_mail_and_sms(company: Company, instalment: Instalment) -> None:
    add_email(instalment.party)
    done = CliRunner().invoke(
        remind,
        [
            *(str(instalment.pk), "--channel", "email", "--channel", "sms"),
            *("--to", "348 0000001", "--to", "x@y.example", "--json", "--on", TODAY.isoformat()),
        ],
    )
    found = json.loads(done.stdout)
    assert {(row["channel"], row["to"]) for row in found["messages"]} == {
        ("file", "x@y.example"),
        ("sms", "+393480000001"),
    }
    assert found["refused"] == []


class TestWhatsApp:
    def test_a_link_with_the_text_of_the_sms(
        self, company: Company, instalment: Instalment
    ) -> None:
        made = prepare_whatsapp(company, [instalment.pk], user=None)
        assert made.link.startswith(
            "https://wa.me/393331234567?text=Ventofresco%3A%20non%20risulta"
        )
        assert "%E2%82%AC" in made.link
        assert not Content.objects.exists()

    def test_the_person_says_that_it_was_sent_once(
        self, company: Company, instalment: Instalment
    ) -> None:
        made = prepare_whatsapp(company, [instalment.pk], user=None)
        token = new_token()
        for _ in range(2):
            note_whatsapp(company, [instalment.pk], token=token, text=made.text, user=None)
        message = Message.objects.get()
        assert (message.status, message.content.channel) == ("accepted", "whatsapp")
        assert message.content.text == made.text
        reminder = Reminder.objects.get()
        assert (reminder.step, reminder.issued_date) == (None, TODAY)
        assert deliver(Lane("whatsapp"), worker_id="w") == 0

    def test_not_to_a_private_person(self, company: Company, instalment: Instalment) -> None:
        instalment.party.kind = "privato"
        instalment.party.save()
        assert "privato" in prepare_whatsapp(company, [instalment.pk], user=None).problem

    def test_one_customer_at_a_time(self, company: Company) -> None:
        assert prepare_whatsapp(company, [], user=None).problem


def test_a_trial_of_a_model_leaves_through_the_gateway(
    company: Company, sender: Sender, gateway: GatewayServer
) -> None:
    user = User.objects.create_user("giulia@noi.example", "quattro parole", phone="333 765 4321")
    place, text = TextPlace("sms_promemoria"), default_text("sms_promemoria").text
    token = new_token()
    content = send_trial(company, place, WrittenText("", text), user=user, token=token)
    assert send_trial(company, place, WrittenText("", text), user=user, token=token) == content
    assert deliver(Lane("sms", sender.pk), worker_id="w") == 1
    (taken,) = gateway.taken
    assert (taken.number, taken.text) == ("+393337654321", content.text)
    assert taken.text.startswith("Ventofresco: promemoria, 3.160,00 €")
    assert not Reminder.objects.exists()
    other = WrittenText("", f"{text} Ciao")
    asked = {"user": user, "number": "333 111 2233"}
    content = send_trial(company, place, other, token=new_token(), **asked)  # type: ignore[arg-type]
    assert content.messages.get().address == "+393331112233"


@pytest.mark.parametrize("number", ["", "0573 999 0101", "boh"])
def test_a_trial_needs_a_mobile(company: Company, sender: Sender, number: str) -> None:
    user = User.objects.create_user("giulia@noi.example", "quattro parole")
    written = WrittenText("", default_text("sms_promemoria").text)
    place, token = TextPlace("sms_promemoria"), new_token()
    with pytest.raises(FieldsRefusedError, match="serve un cellulare"):
        send_trial(company, place, written, user=user, token=token, number=number)
    assert not Content.objects.exists()


def test_a_trial_without_a_gateway_says_so(company: Company) -> None:
    user = User.objects.create_user("giulia@noi.example", "quattro parole", phone="333 765 4321")
    Sender.objects.create(
        company=company, channel="email", host="x", from_address="a@noi.example", is_default=True
    )
    written = WrittenText("", default_text("sms_promemoria").text)
    with pytest.raises(NoSenderError):
        send_trial(company, TextPlace("sms_promemoria"), written, user=user, token=new_token())
