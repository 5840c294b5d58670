"""The gateways of SMS, each over a server that speaks its HTTP and breaks at every place."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sollecito.channels.base import Outgoing, Phase, Refused, ReplyLost, Withheld
from sollecito.channels.sms import Sms, SmsChannel, make_reference, split_reference
from sollecito.channels.sms_generic import GenericDialect, GenericSettings, find_value
from sollecito.channels.sms_http import HttpLimits
from sollecito.channels.sms_skebby import SkebbyDialect, SkebbySettings
from sollecito.channels.sms_twilio import TwilioDialect, TwilioSettings
from sollecito.domain.transitions import Receipt
from sollecito.formats.texts import make_sms_id
from tests.gateway_server import ACCOUNT, PASSWORD, TOKEN, USER, Fault, GatewayServer

TEXT = 'Ventofresco: 1.220,00 € entro il 24/04/2026 {number} & "così"'
NUMBER, OTHER = "+393331234567", "+393490000001"
QUICK = HttpLimits(connect_seconds=5, reply_seconds=0.5)
DIALECTS = ("skebby", "twilio", "json", "get")


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    server = GatewayServer()
    yield server
    server.close()


def outgoing(*numbers: str) -> Outgoing:
    return Outgoing(TEXT.encode(), "chiave-7", "Ventofresco", numbers or (NUMBER,))


def channel(kind: str, gateway: GatewayServer) -> SmsChannel:
    url = gateway.url
    if kind == "skebby":
        base = f"{url}/API/v1.0/REST/"
        return SmsChannel(
            SkebbyDialect(SkebbySettings(base, USER, PASSWORD, alias="Ventofr", limits=QUICK))
        )
    if kind == "twilio":
        return SmsChannel(
            TwilioDialect(
                TwilioSettings(
                    ACCOUNT,
                    TOKEN,
                    "Ventofr",
                    url=url,
                    report_url="https://crediti.example/sms/7/",
                    limits=QUICK,
                )
            )
        )
    if kind == "json":
        wanted = GenericSettings(
            f"{url}/json",
            encoding="json",
            fields=(
                ("messages.0.to", "{digits}"),
                ("messages.0.text", "{text}"),
                ("messages.0.from", "{alias}"),
                ("messages.0.ref", "{reference}"),
            ),
            alias="Ventofr",
            success_field="messages.0.status",
            success_value="0",
            reference_field="messages.0.message-id",
            query_url=f"{url}/stato?ref={{reference}}",
            state_field="stato",
            states=(("consegnato", Receipt.DELIVERED),),
            limits=QUICK,
        )
        return SmsChannel(GenericDialect(wanted))
    fields = (("to", "{number}"), ("msg", "{text}"), ("from", "{alias}"), ("ref", "{reference}"))
    return SmsChannel(
        GenericDialect(
            GenericSettings(
                f"{url}/get",
                "GET",
                fields=fields,
                alias="Ventofr",
                success_value="OK",
                limits=QUICK,
            )
        )
    )


def always(_recipients: tuple[str, ...]) -> bool:
    return True


@pytest.mark.parametrize("kind", DIALECTS)
def test_a_text_arrives_as_it_was_written(kind: str, gateway: GatewayServer) -> None:
    (reply,) = channel(kind, gateway).send(outgoing(), always)
    (taken,) = gateway.taken
    assert reply.is_accepted
    assert reply.recipient == NUMBER
    assert (taken.number.lstrip("+"), taken.text, taken.sender) == (NUMBER[1:], TEXT, "Ventofr")
    assert reply.reference in {taken.id, taken.reference, ""}
    if kind == "twilio":
        reference = make_reference("chiave-7", NUMBER)
        assert taken.report_url == f"https://crediti.example/sms/7/?ref={reference}"
    else:
        assert taken.reference == make_reference("chiave-7", NUMBER)


@pytest.mark.parametrize("kind", DIALECTS)
def test_a_shut_gate_sends_nothing(kind: str, gateway: GatewayServer) -> None:
    with pytest.raises(Withheld):
        channel(kind, gateway).send(outgoing(), lambda _numbers: False)
    assert gateway.taken == []


@pytest.mark.parametrize("kind", DIALECTS)
def test_nothing_was_taken_before_the_gate(kind: str, gateway: GatewayServer) -> None:
    seen: list[int] = []

    def gate(_numbers: tuple[str, ...]) -> bool:
        seen.append(len(gateway.taken))
        return True

    replies = channel(kind, gateway).send(outgoing(NUMBER, OTHER), gate)
    assert seen == [0, 1]
    assert [reply.recipient for reply in replies] == [NUMBER, OTHER]


@pytest.mark.parametrize("kind", DIALECTS)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(takes=True, is_silent=True),
        Fault(takes=True, is_garbage=True),
        Fault(takes=True, status=500),
        Fault(takes=True, status=502, body=b"<html>bad gateway</html>"),
        Fault(takes=True, status=504),
    ],
)
def test_an_answer_that_proves_nothing_is_a_doubt(
    kind: str, fault: Fault, gateway: GatewayServer
) -> None:
    gateway.faults = lambda _n: fault
    with pytest.raises(ReplyLost):
        channel(kind, gateway).send(outgoing(), always)


@pytest.mark.parametrize("kind", ["skebby", "twilio", "json"])
def test_a_success_that_says_nothing_is_a_doubt(kind: str, gateway: GatewayServer) -> None:
    gateway.faults = lambda _n: Fault(takes=True, status=200, body=b"<html>Benvenuto</html>")
    with pytest.raises(ReplyLost):
        channel(kind, gateway).send(outgoing(), always)


@pytest.mark.parametrize("kind", DIALECTS)
@pytest.mark.parametrize(
    ("status", "is_for_good", "blames_account"),
    [
        (400, True, False),
        (422, True, False),
        (401, False, True),
        (403, False, True),
        (404, False, True),
        (302, False, True),
        (429, False, False),
        (503, False, False),
    ],
)
def test_what_the_gateway_refused(
    kind: str, status: int, *, is_for_good: bool, blames_account: bool, gateway: GatewayServer
) -> None:
    gateway.faults = lambda _n: Fault(status=status, body=b"no")
    (reply,) = channel(kind, gateway).send(outgoing(), always)
    assert not reply.is_accepted
    assert (reply.is_for_good, reply.blames_account) == (is_for_good, blames_account)
    assert str(status) in reply.text


def test_a_doubt_keeps_what_was_settled_before_it(gateway: GatewayServer) -> None:
    gateway.faults = lambda n: Fault(takes=True, is_silent=True) if n == 2 else None
    with pytest.raises(ReplyLost) as lost:
        channel("twilio", gateway).send(outgoing(NUMBER, OTHER), always)
    assert [reply.recipient for reply in lost.value.replies] == [NUMBER]


def test_a_gateway_that_is_not_there_is_refused_before_the_gate(gateway: GatewayServer) -> None:
    gateway.close()
    for kind in DIALECTS:
        with pytest.raises(Refused) as refused:
            channel(kind, gateway).send(outgoing(), lambda _n: pytest.fail("asked"))
        assert refused.value.phase in {Phase.CONNECT, Phase.LOGIN}


def test_plain_http_to_another_machine_is_refused() -> None:
    wanted = GenericSettings("http://gateway.example/sms", fields=(("to", "{number}"),))
    with pytest.raises(Refused, match="https") as refused:
        SmsChannel(GenericDialect(wanted)).send(outgoing(), always)
    assert refused.value.phase is Phase.TLS


def test_skebby_logs_in_once_and_again_when_the_keys_are_stale(gateway: GatewayServer) -> None:
    line = channel("skebby", gateway)
    line.send(outgoing(), always)
    line.send(outgoing(OTHER), always)
    assert gateway.logins == 1
    gateway.keys_are_stale = True
    (reply,) = line.send(outgoing(), always)
    assert reply.blames_account
    (reply,) = line.send(outgoing(), always)
    assert reply.is_accepted
    assert gateway.logins == 2


def test_skebby_with_wrong_words_is_refused_at_the_door(gateway: GatewayServer) -> None:
    base = f"{gateway.url}/API/v1.0/REST"
    dialect = SkebbyDialect(SkebbySettings(base, USER, "sbagliata", limits=QUICK))
    with pytest.raises(Refused, match="utente e password") as refused:
        SmsChannel(dialect).send(outgoing(), always)
    assert refused.value.phase is Phase.LOGIN


def test_skebby_takes_a_token_without_a_log_in(gateway: GatewayServer) -> None:
    base = f"{gateway.url}/API/v1.0/REST"
    dialect = SkebbyDialect(SkebbySettings(base, "CHIAVE", token=TOKEN, limits=QUICK))
    (reply,) = SmsChannel(dialect).send(outgoing(), always)
    assert reply.is_accepted
    assert gateway.logins == 0


@pytest.mark.parametrize("kind", ["skebby", "twilio", "json"])
def test_a_doubt_is_asked_for(kind: str, gateway: GatewayServer) -> None:
    gateway.faults = lambda _n: Fault(takes=True, is_silent=True)
    line = channel(kind, gateway)
    now = datetime.now(UTC)
    sms = Sms(NUMBER, TEXT, make_reference("chiave-7", NUMBER), now)
    assert line.find_out(sms) is None
    with suppress(ReplyLost):
        line.send(outgoing(), always)
    found = line.find_out(sms)
    assert found is not None
    assert found.receipt in {Receipt.ACCEPTED, Receipt.DELIVERED}


def test_twilio_does_not_take_last_weeks_text_for_todays(gateway: GatewayServer) -> None:
    line = channel("twilio", gateway)
    line.send(outgoing(), always)
    later = datetime.now(UTC) + timedelta(days=7)
    assert line.find_out(Sms(NUMBER, TEXT, "x", later)) is None


def test_a_gateway_without_a_query_cannot_be_asked(gateway: GatewayServer) -> None:
    assert channel("get", gateway).find_out(Sms(NUMBER, TEXT, "x")) is None


def test_a_generic_refusal_inside_a_200(gateway: GatewayServer) -> None:
    (reply,) = channel("json", gateway).send(outgoing("+393331234000"), always)
    assert reply.is_for_good
    assert "numero non valido" in reply.text


@pytest.mark.parametrize("hostile", ["a\r\nX-Evil: 1", "a\nb"])
def test_no_value_makes_a_header_of_its_own(hostile: str, gateway: GatewayServer) -> None:
    wanted = GenericSettings(
        f"{gateway.url}/json", headers=(("X-Key", "{secret}"),), secret=hostile, limits=QUICK
    )
    with pytest.raises(Refused):
        SmsChannel(GenericDialect(wanted)).send(outgoing(), always)
    assert gateway.taken == []


def test_a_reference_is_short_and_read_back() -> None:
    longest = "+" + "9" * 15
    name = make_sms_id("hand:abc:7", b"segreto")
    assert name == make_sms_id("hand:abc:7", b"segreto") != make_sms_id("hand:abc:8", b"segreto")
    assert len(make_reference(name, longest)) == 36
    assert split_reference(make_reference(name, longest)) == (name, longest)


@pytest.mark.parametrize("reference", ["", "x", "-1", "abc-", "abc-12x"])
def test_what_is_no_reference_of_ours(reference: str) -> None:
    assert split_reference(reference) == ("", "")


@pytest.mark.parametrize(
    ("path", "value"),
    [("a.0.b", "1"), ("a.1.b", None), ("c", "x"), ("a", None), ("", None), ("c.d", None)],
)
def test_a_path_in_an_answer(path: str, value: str | None) -> None:
    assert find_value({"a": [{"b": 1}], "c": "x"}, path) == value


def test_two_threads_send_each_its_own(gateway: GatewayServer) -> None:
    lines = [channel("twilio", gateway) for _ in range(4)]
    threads = [
        threading.Thread(target=line.send, args=(outgoing(f"+3933300000{place:02d}"), always))
        for place, line in enumerate(lines)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len({taken.number for taken in gateway.taken}) == 4


def test_secrets_are_not_shown() -> None:
    shown = repr(replace(TwilioSettings(ACCOUNT, TOKEN, "x"))) + repr(
        SkebbySettings("https://x", USER, PASSWORD, token=TOKEN)
    )
    assert TOKEN not in shown
    assert PASSWORD not in shown
