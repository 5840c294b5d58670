"""The SMTP client over a server that breaks at every phase."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sollecito.channels import smtp_wire
from sollecito.channels.base import (
    Outgoing,
    Phase,
    Refused,
    Reply,
    ReplyLost,
    Withheld,
    is_loopback,
)
from sollecito.channels.smtp import SmtpChannel
from sollecito.channels.smtp_settings import (
    BadSenderUrlError,
    SmtpSettings,
    parse_sender_url,
)
from sollecito.channels.smtp_wire import parse_reply, stuff_dots, wire_address
from tests.crash import fault_server as faulty
from tests.crash.fault_server import Fault, FaultServer

RAW = (
    b"Message-ID: <a@example.test>\r\nSubject: Sollecito\r\n\r\n"
    b".una riga che comincia con il punto\r\n..due\r\nfine\r\n" + b"riga di testo\r\n" * 900
)


def outgoing(*recipients: str, raw: bytes = RAW) -> Outgoing:
    return Outgoing(
        raw=raw,
        message_id="<a@example.test>",
        sender="solleciti@example.test",
        recipients=recipients or ("rossi@example.test",),
    )


class Gate:
    def __init__(self, *, opens: bool = True) -> None:
        self.opens = opens
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, recipients: tuple[str, ...]) -> bool:
        self.asked.append(recipients)
        return self.opens


@pytest.fixture(params=[True, False], ids=["pipelining", "step by step"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FaultServer]:
    extensions = ("PIPELINING",) if request.param else ()
    with FaultServer(
        tmp_path / "log", extensions=(*extensions, "SIZE 50000000", "8BITMIME")
    ) as running:
        yield running


@pytest.fixture
def channel(server: FaultServer) -> Iterator[SmtpChannel]:
    made = SmtpChannel(
        SmtpSettings("127.0.0.1", server.port, "plain", command_seconds=2, reply_seconds=0.6)
    )
    yield made
    made.close()


def test_bytes_arrive_unchanged(server: FaultServer, channel: SmtpChannel) -> None:
    replies = channel.send(outgoing("rossi@example.test", "bianchi@example.test"), Gate())
    assert [reply.code for reply in replies] == [250, 250]
    assert all(reply.is_accepted and reply.enhanced == "2.0.0" for reply in replies)
    assert replies[0].reference == hashlib.sha256(RAW).hexdigest()[:10]
    [taken] = server.taken()
    assert taken.raw == RAW
    assert taken.recipients == ["rossi@example.test", "bianchi@example.test"]


def test_one_connection_for_many(server: FaultServer, channel: SmtpChannel) -> None:
    for _ in range(5):
        channel.send(outgoing(), Gate())
    assert server.connections == 1
    assert len(server.taken()) == 5
    assert not [line for line in server.commands if line.startswith(("RSET", "NOOP", "QUIT"))]


BEFORE = [
    (faulty.CONNECT, Phase.CONNECT),
    (faulty.BANNER, Phase.CONNECT),
    (faulty.EHLO, Phase.CONNECT),
    (faulty.MAIL, Phase.MAIL),
    (faulty.RCPT, Phase.MAIL),
    (faulty.DATA, Phase.DATA),
    (faulty.BODY, Phase.BODY),
]


@pytest.mark.parametrize(("where", "phase"), BEFORE)
def test_a_drop_before_the_dot_is_safe(
    server: FaultServer, channel: SmtpChannel, where: str, phase: Phase
) -> None:
    server.faults = [Fault(where)]
    gate = Gate()
    with pytest.raises(Refused) as caught:
        channel.send(outgoing(raw=RAW * 1000), gate)
    assert caught.value.phase is phase
    assert not caught.value.for_good
    assert caught.value.code == 0
    assert not gate.asked
    assert channel.send(outgoing(), Gate())[0].is_accepted
    assert len(server.taken()) == 1


def test_a_drop_seen_before_the_dot_is_no_doubt(server: FaultServer, channel: SmtpChannel) -> None:
    server.faults = [Fault(faulty.BEFORE_DOT)]

    def slow_gate(_: tuple[str, ...]) -> bool:
        time.sleep(0.1)
        return True

    with pytest.raises(Refused) as caught:
        channel.send(outgoing(), slow_gate)
    assert caught.value.phase in {Phase.BODY, Phase.GATE}
    assert server.taken() == []


def test_a_refusal_before_the_end_of_data_is_heard_and_gets_no_dot(
    server: FaultServer, channel: SmtpChannel
) -> None:
    server.faults = [Fault(faulty.BEFORE_DOT, code=552, text="5.3.4 too big")]

    def slow_gate(_: tuple[str, ...]) -> bool:
        time.sleep(0.1)
        return True

    (reply,) = channel.send(outgoing(), slow_gate)
    assert (reply.code, reply.enhanced, reply.is_for_good) == (552, "5.3.4", True)
    assert reply.phase in {Phase.BODY, Phase.GATE}
    assert server.taken() == []
    assert channel.send(outgoing(), Gate())[0].is_accepted


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
def test_a_server_that_closes_at_a_recipient_says_so_for_all(
    tmp_path: Path, extensions: tuple[str, ...]
) -> None:
    faults = [Fault(faulty.RCPT, code=421, text="4.3.2 going down")]
    with FaultServer(tmp_path / "log", faults, extensions=extensions) as server:
        settings = SmtpSettings("127.0.0.1", server.port, "plain", command_seconds=2)
        replies = SmtpChannel(settings).send(outgoing("a@x.test", "b@x.test"), Gate())
    assert [(each.code, each.enhanced, each.phase) for each in replies] == [
        (421, "4.3.2", Phase.RCPT)
    ] * 2


def test_a_server_that_hung_up_after_the_body_never_reaches_the_gate(
    server: FaultServer, channel: SmtpChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults = [Fault(faulty.BEFORE_DOT)]
    spoken = smtp_wire.has_spoken

    def later(client: object) -> bool:
        time.sleep(0.1)
        return spoken(client)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(smtp_wire, "has_spoken", later)
    gate = Gate()
    with pytest.raises(Refused) as caught:
        channel.send(outgoing(), gate)
    assert caught.value.phase is Phase.BODY
    assert not gate.asked


@pytest.mark.parametrize("code", [451, 550, 421])
@pytest.mark.parametrize(
    ("where", "phase"),
    [
        (faulty.MAIL, Phase.MAIL),
        (faulty.RCPT, Phase.RCPT),
        (faulty.DATA, Phase.DATA),
        (faulty.DOT, Phase.DOT),
    ],
)
def test_refusals_are_replies(
    server: FaultServer, channel: SmtpChannel, where: str, phase: Phase, code: int
) -> None:
    server.faults = [Fault(where, code, "5.7.1 no" if code == 550 else "4.3.0 later")]
    gate = Gate()
    [reply] = channel.send(outgoing(), gate)
    assert (reply.phase, reply.code) == (phase, code)
    assert reply.enhanced == ("5.7.1" if code == 550 else "4.3.0")
    assert not reply.is_accepted
    assert reply.is_for_good == (code == 550)
    assert bool(gate.asked) == (where == faulty.DOT)
    assert channel.send(outgoing(), Gate())[0].is_accepted
    assert [mail.outcome for mail in server.taken()][-1] == "accepted"


@pytest.mark.parametrize("code", [421, 554])
@pytest.mark.parametrize("where", [faulty.BANNER, faulty.EHLO])
def test_a_server_that_will_not_talk(
    server: FaultServer, channel: SmtpChannel, where: str, code: int
) -> None:
    server.faults = [Fault(where, code, times=2)]
    with pytest.raises(Refused) as caught:
        channel.send(outgoing(), Gate())
    assert caught.value.phase is Phase.CONNECT
    assert not caught.value.for_good


def test_recipients_are_decided_one_by_one(server: FaultServer, channel: SmtpChannel) -> None:
    server.faults = [
        Fault(faulty.RCPT, 550, "5.1.1 unknown", recipient="b@example.test"),
        Fault(faulty.RCPT, 450, "4.2.0 greylisted", recipient="c@example.test"),
    ]
    gate = Gate()
    replies = channel.send(
        outgoing("a@example.test", "b@example.test", "c@example.test", "storto"), gate
    )
    assert [(r.code, r.phase) for r in replies] == [
        (250, Phase.DOT),
        (550, Phase.RCPT),
        (450, Phase.RCPT),
        (553, Phase.RCPT),
    ]
    assert gate.asked == [("a@example.test",)]
    assert server.taken()[0].recipients == ["a@example.test"]


def test_nobody_accepted_means_no_data(server: FaultServer, channel: SmtpChannel) -> None:
    server.faults = [Fault(faulty.RCPT, 550, times=2)]
    gate = Gate()
    channel.send(outgoing("a@example.test", "b@example.test"), gate)
    assert not gate.asked
    assert channel.send(outgoing(), Gate())[0].is_accepted
    assert len(server.taken()) == 1


@pytest.mark.parametrize("seconds", [0, 2], ids=["hung up", "stalled"])
def test_a_lost_reply_is_a_doubt(server: FaultServer, channel: SmtpChannel, seconds: float) -> None:
    server.faults = [Fault(faulty.LOST_REPLY, seconds=seconds)]
    with pytest.raises(ReplyLost):
        channel.send(outgoing(), Gate())
    assert len(server.taken()) == 1
    assert not [line for line in server.commands if line.startswith("QUIT")]
    assert channel.send(outgoing(), Gate())[0].is_accepted
    assert server.connections == 2


def test_an_unreadable_reply_to_the_dot_is_a_doubt(
    server: FaultServer, channel: SmtpChannel
) -> None:
    server.faults = [Fault(faulty.LOST_REPLY, 354)]
    with pytest.raises(ReplyLost):
        channel.send(outgoing(), Gate())


def test_a_shut_gate_sends_nothing(server: FaultServer, channel: SmtpChannel) -> None:
    server.faults = [Fault(faulty.RCPT, 550, recipient="b@example.test")]
    with pytest.raises(Withheld) as caught:
        channel.send(outgoing("a@example.test", "b@example.test"), Gate(opens=False))
    assert [reply.recipient for reply in caught.value.replies] == ["b@example.test"]
    time.sleep(0.1)
    assert server.taken() == []
    assert channel.send(outgoing(), Gate())[0].is_accepted


def test_a_gate_that_fails_sends_nothing(server: FaultServer, channel: SmtpChannel) -> None:
    def gate(_: tuple[str, ...]) -> bool:
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError, match="database gone"):
        channel.send(outgoing(), gate)
    time.sleep(0.1)
    assert server.taken() == []


def test_a_kept_connection_that_died_is_replaced(server: FaultServer, channel: SmtpChannel) -> None:
    channel.send(outgoing(), Gate())
    for fault in (Fault(faulty.MAIL, 421), Fault(faulty.MAIL)):
        server.faults = [fault]
        assert channel.send(outgoing("b@example.test"), Gate())[0].is_accepted
        assert not server.faults
    assert server.connections == 3
    assert len(server.taken()) == 3


def test_the_dot_waits_for_the_gate(server: FaultServer, channel: SmtpChannel) -> None:
    opened = threading.Event()

    def gate(_: tuple[str, ...]) -> bool:
        return opened.wait(5)

    sender = threading.Thread(target=lambda: channel.send(outgoing(), gate))
    sender.start()
    time.sleep(0.3)
    assert server.taken() == []
    opened.set()
    sender.join()
    assert len(server.taken()) == 1


@pytest.mark.parametrize(
    "raw", [b"", b"a\nb\r\n", b"a\rb\r\n", b"x" * 999 + b"\r\n", b"a\r\n.\n\r\nMAIL"]
)
def test_bytes_that_would_change_on_the_wire_are_refused(
    channel: SmtpChannel, server: FaultServer, raw: bytes
) -> None:
    with pytest.raises(Refused) as caught:
        channel.send(outgoing(raw=raw), Gate())
    assert caught.value.for_good
    assert server.connections == 0


def test_eight_bit_bytes_need_the_extension(tmp_path: Path) -> None:
    raw = RAW + "perché no\r\n".encode()
    with FaultServer(tmp_path / "log", extensions=("SIZE 1",)) as server:
        channel = SmtpChannel(SmtpSettings("127.0.0.1", server.port, "plain"))
        with pytest.raises(Refused, match="7 bit"):
            channel.send(outgoing(raw=raw), Gate())
        server.extensions = ("8BITMIME",)
        channel.close()
        assert channel.send(outgoing(raw=raw), Gate())[0].is_accepted
        assert any("BODY=8BITMIME" in line for line in server.commands)


def test_unwritable_addresses() -> None:
    assert wire_address("rossi@perché.it") == "rossi@xn--perch-fsa.it"
    for address in ("", "a", "@b.it", "a@", "a b@c.it", "a@c.it>\r\nDATA", "<a@b.it>"):
        with pytest.raises(ValueError):  # noqa: PT011  the address is the message
            wire_address(address)


def test_replies_are_read() -> None:
    answer = (250, b"2.0.0 Ok: queued as 4F2A1")
    assert parse_reply("a@b.it", Phase.DOT, answer) == Reply(
        "a@b.it", 250, "2.0.0", "Ok: queued as 4F2A1", "4F2A1", Phase.DOT
    )
    assert parse_reply("a@b.it", Phase.DOT, (250, b"OK id=1rT-0a-2B")).reference == "1rT-0a-2B"
    assert parse_reply("a@b.it", Phase.RCPT, (550, b"no\nsuch user")).text == "no such user"


@pytest.mark.parametrize(
    ("raw", "stuffed"),
    [
        (b"a\r\n", b"a\r\n"),
        (b"a", b"a\r\n"),
        (b".a\r\n", b"..a\r\n"),
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n"),
        (b"a\r\n..\r\n", b"a\r\n...\r\n"),
    ],
)
def test_dots_are_stuffed(raw: bytes, stuffed: bytes) -> None:
    assert stuff_dots(raw) == stuffed


def test_sender_addresses() -> None:
    read = parse_sender_url("smtps://u%40x.it:p%3Aw@mail.example.test")
    assert (read.host, read.port, read.security) == ("mail.example.test", 465, "tls")
    assert (read.user, read.password) == ("u@x.it", "p:w")
    assert "p:w" not in repr(read)
    assert parse_sender_url("smtp+starttls://mail.example.test").port == 587
    assert parse_sender_url("smtp://127.0.0.1:2525").port == 2525
    assert parse_sender_url("smtp://mail.lan?plain=yes").allow_plain
    for url in ("smtp://mail.example.test", "http://x", "smtps://", "smtps://h:x", ""):
        with pytest.raises(BadSenderUrlError):
            parse_sender_url(url)
    assert is_loopback("::1")
    assert not is_loopback("localhost.example.test")


def test_plain_to_another_machine_needs_the_word_of_the_administrator() -> None:
    channel = SmtpChannel(SmtpSettings("mail.example.test", 25, "plain"))
    with pytest.raises(Refused, match="in chiaro"):
        channel.send(outgoing(), Gate())
