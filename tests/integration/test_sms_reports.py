"""What gateways report about SMS: signed, once, kept; and what they say when they are asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from sollecito.accounts.models import Company
from sollecito.channels.sms import make_reference
from sollecito.channels.sms_reports import is_signed_by_twilio, parse_report, read_fields
from sollecito.flows import clock
from sollecito.flows.ask_gateways import ask_gateways
from sollecito.flows.deliver import deliver
from sollecito.flows.open_gateway import report_url
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.seal_password import seal_password, seal_secrets
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.outbox.models import DeliveryEvent, GatewayReport, Message, Sender
from sollecito.outbox.queries import Lane
from tests.gateway_server import ACCOUNT, PASSWORD, TOKEN, USER, Fault, GatewayServer
from tests.reminders import add_phone, import_invoice, make_company

NUMBER = "+393331234567"
SECRET = "parola del gateway"


@pytest.fixture(autouse=True)
def _here(settings: Settings, tmp_path: Path) -> None:
    settings.MAILBOX = tmp_path / "mailbox"
    settings.PUBLIC_URL = "https://crediti.example"
    settings.REPLY_SECONDS = 1


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    server = GatewayServer()
    yield server
    server.close()


@pytest.fixture
def company(transactional_db: None) -> Company:
    return make_company(email="noi@noi.example", phone="0573 1", short_name="Noi")


def make_sender(company: Company, gateway: GatewayServer, kind: str) -> Sender:
    accounts: dict[str, dict[str, Any]] = {
        "twilio": {"user": ACCOUNT, "secret_box": seal_secrets({"token": TOKEN})},
        "skebby": {"user": USER, "secret_box": seal_secrets({"password": PASSWORD})},
        "generic": {
            "gateway_settings": {
                "method": "GET",
                "fields": [["to", "{number}"], ["msg", "{text}"], ["ref", "{reference}"]],
                "success_value": "OK",
                "states": {"consegnato": "delivered", "perso": "bounced"},
            }
        },
    }
    path = {"twilio": "", "skebby": "/API/v1.0/REST/", "generic": "/get"}[kind]
    return Sender.objects.create(
        company=company,
        channel="sms",
        gateway=kind,
        gateway_url=gateway.url + path,
        alias="Noi",
        is_default=True,
        webhook_secret_box=seal_password(SECRET),
        **accounts[kind],
    )


def send_one(company: Company, sender: Sender) -> Message:
    (row,) = import_invoice(company, number="124/A")
    add_phone(row.party)
    way = ReminderOptions(channel="sms")
    send_reminders(company, [row.pk], token=new_token(), options=way)
    deliver(Lane("sms", sender.pk), worker_id="w")
    return Message.objects.get()


def by_twilio(sender: Sender, query: str, form: dict[str, str], token: str = TOKEN) -> Any:
    url = report_url(sender) + (f"?{query}" if query else "")
    written = url + "".join(name + form[name] for name in sorted(form))
    mark = base64.b64encode(hmac.new(token.encode(), written.encode(), hashlib.sha1).digest())
    return Client().post(
        f"/consegne/sms/{sender.pk}/?{query}",
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": mark.decode()},
    )


def test_twilios_own_example_of_a_signature() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "From": "+12349013030",
        "To": "+18005551212",
        "Caller": "+12349013030",
        "Digits": "1234",
    }
    url, mark = "https://mycompany.com/myapp.php?foo=1&bar=2", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    assert is_signed_by_twilio(url, form, mark, "12345")
    assert not is_signed_by_twilio(url, form | {"Digits": "1235"}, mark, "12345")
    assert not is_signed_by_twilio(url, form, mark, "")


def test_a_delivery_is_learnt_once(company: Company, gateway: GatewayServer) -> None:
    sender = make_sender(company, gateway, "twilio")
    message = send_one(company, sender)
    reference = make_reference(message.content.message_id, NUMBER)
    form = {"MessageSid": message.reference, "MessageStatus": "delivered", "To": NUMBER}
    for _ in range(3):
        assert by_twilio(sender, f"ref={reference}", form).status_code == 204
    message.refresh_from_db()
    assert message.status == "delivered"
    assert GatewayReport.objects.get().message == message
    event = DeliveryEvent.objects.get(kind="delivered")
    assert b"delivered" in bytes(event.raw or b"")


def test_a_report_settles_a_doubt_that_has_no_name_of_theirs(
    company: Company, gateway: GatewayServer
) -> None:
    gateway.faults = lambda _n: Fault(takes=True, is_silent=True)
    sender = make_sender(company, gateway, "twilio")
    message = send_one(company, sender)
    assert (message.status, message.reference) == ("unknown", "")
    query = gateway.taken[0].report_url.partition("?")[2]
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    by_twilio(sender, query, form)
    message.refresh_from_db()
    assert message.status == "bounced"
    assert "30003" in DeliveryEvent.objects.get(kind="bounced").text


@pytest.mark.parametrize("token", ["sbagliato", ""])
def test_an_unsigned_report_changes_nothing(
    company: Company, gateway: GatewayServer, token: str
) -> None:
    sender = make_sender(company, gateway, "twilio")
    message = send_one(company, sender)
    form = {"MessageSid": message.reference, "MessageStatus": "failed"}
    assert by_twilio(sender, "", form, token).status_code == 403
    message.refresh_from_db()
    assert message.status == "accepted"
    assert not GatewayReport.objects.exists()


def test_a_report_about_nothing_of_ours_is_filed(company: Company, gateway: GatewayServer) -> None:
    sender = make_sender(company, gateway, "twilio")
    form = {"MessageSid": "SM999", "MessageStatus": "delivered"}
    assert by_twilio(sender, "ref=mai-39333", form).status_code == 204
    kept = GatewayReport.objects.get()
    assert kept.message is None
    assert b"SM999" in bytes(kept.raw)


def test_a_signed_body(company: Company, gateway: GatewayServer) -> None:
    sender = make_sender(company, gateway, "generic")
    message = send_one(company, sender)
    reference = make_reference(message.content.message_id, NUMBER)
    body = json.dumps({"results": [{"ref": reference, "stato": "consegnato"}]}).encode()
    mark = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()

    def post(signature: str) -> int:
        answer = Client().post(
            f"/consegne/sms/{sender.pk}/",
            body,
            content_type="application/json",
            headers={"X-Signature": signature},
        )
        return answer.status_code

    assert post("0" * 64) == 403
    assert post(f"sha256={mark}") == 204
    message.refresh_from_db()
    assert message.status == "delivered"


def test_an_address_that_only_the_gateway_knows(company: Company, gateway: GatewayServer) -> None:
    sender = make_sender(company, gateway, "skebby")
    message = send_one(company, sender)
    query = report_url(sender).partition("?")[2]
    said = {"order_id": message.reference, "recipient": NUMBER, "status": "DLVRD"}
    address = f"/consegne/sms/{sender.pk}/"
    assert Client().get(address, said).status_code == 403
    assert Client().get(f"{address}?{query}&{urlencode(said)}").status_code == 204
    message.refresh_from_db()
    assert message.status == "delivered"


def test_another_companys_text_is_not_found(company: Company, gateway: GatewayServer) -> None:
    message = send_one(company, make_sender(company, gateway, "twilio"))
    other = make_company(vat_number="00743110157", name="Altra")
    sender = make_sender(other, gateway, "twilio")
    reference = make_reference(message.content.message_id, NUMBER)
    by_twilio(sender, f"ref={reference}", {"MessageSid": "x", "MessageStatus": "failed"})
    message.refresh_from_db()
    assert message.status == "accepted"
    assert GatewayReport.objects.get().message is None


@pytest.mark.parametrize("kind", ["twilio", "skebby"])
def test_a_doubt_is_asked_for_and_settled(
    company: Company, gateway: GatewayServer, kind: str
) -> None:
    gateway.faults = lambda _n: Fault(takes=True, is_silent=True)
    message = send_one(company, make_sender(company, gateway, kind))
    assert message.status == "unknown"
    assert ask_gateways() == 0  # not yet: it may still be on its way in
    at = clock.real_now() - timedelta(minutes=1)
    Message.objects.update(at_dot_at=at)
    assert ask_gateways() == 1
    message.refresh_from_db()
    assert (message.status, bool(message.reference)) == ("accepted", True)
    assert len(gateway.taken) == 1
    assert ask_gateways() == 0


def test_what_the_gateway_does_not_know_stays_a_doubt(
    company: Company, gateway: GatewayServer
) -> None:
    gateway.faults = lambda _n: Fault(is_silent=True)
    send_one(company, make_sender(company, gateway, "skebby"))
    Message.objects.update(at_dot_at=clock.real_now() - timedelta(minutes=1))
    assert ask_gateways() == 0
    gateway.close()
    assert ask_gateways() == 0
    assert Message.objects.get().status == "unknown"


@given(st.binary(max_size=200), st.text(max_size=60), st.sampled_from(["application/json", ""]))
def test_any_bytes_are_read(body: bytes, query: str, media_type: str) -> None:
    parse_report(read_fields(query, body, media_type))
