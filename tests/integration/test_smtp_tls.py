"""Encryption over aiosmtpd: verified, demanded, never silently left out."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from sollecito.channels.base import Phase, Refused
from sollecito.channels.smtp import SmtpChannel
from sollecito.channels.smtp_settings import Security, SmtpSettings
from tests.authority import Authority
from tests.integration.test_smtp_channel import RAW, outgoing

USER, PASSWORD = "ufficio@example.test", "segreta"


def opened(_: tuple[str, ...]) -> bool:
    return True


@dataclass
class Keeper:
    """What arrived."""

    mails: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.mails.append(envelope.original_content)
        return "250 2.0.0 Ok: queued as ABC1"


def authenticate(*args: Any) -> AuthResult:
    data = args[-1]
    is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


Start = Callable[..., tuple[Keeper, int]]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Controller] = []

    def begin(**options: Any) -> tuple[Keeper, int]:
        keeper = Keeper()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(keeper, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return keeper, port

    yield begin
    for controller in running:
        controller.stop()


def channel(port: int, security: Security, **more: Any) -> SmtpChannel:
    return SmtpChannel(SmtpSettings("127.0.0.1", port, security, **more))


def test_tls_from_the_start(authority: Authority, start: Start) -> None:
    keeper, port = start(ssl_context=authority.server_context())
    sender = channel(port, "tls")
    for _ in range(3):
        assert sender.send(outgoing(), opened)[0].is_accepted
    assert keeper.mails == [RAW] * 3
    sender.close()


def test_starttls_and_log_in(authority: Authority, start: Start) -> None:
    keeper, port = start(
        tls_context=authority.server_context(),
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    sender = channel(port, "starttls", user=USER, password=PASSWORD)
    for _ in range(3):
        assert sender.send(outgoing(), opened)[0].is_accepted
    assert len(keeper.mails) == 3
    with pytest.raises(Refused, match="utente e password") as caught:
        channel(port, "starttls", user=USER, password="sbagliata").probe()
    assert caught.value.phase is Phase.LOGIN
    assert caught.value.code == 535
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_another_host_is_refused(
    authority: Authority, start: Start, security: Security
) -> None:
    context = authority.server_context("127.0.0.2")
    options = {"ssl_context": context} if security == "tls" else {"tls_context": context}
    keeper, port = start(**options)
    with pytest.raises(Refused, match="certificato non valido") as caught:
        channel(port, security).send(outgoing(), opened)
    assert caught.value.phase is Phase.TLS
    assert keeper.mails == []


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_unknown_authority_is_refused(
    authority: Authority, start: Start, security: Security, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    context = authority.server_context()
    options = {"ssl_context": context} if security == "tls" else {"tls_context": context}
    keeper, port = start(**options)
    with pytest.raises(Refused, match="certificato non valido"):
        channel(port, security).send(outgoing(), opened)
    assert keeper.mails == []


def test_no_fall_back_where_the_server_offers_none(start: Start) -> None:
    keeper, port = start()
    with pytest.raises(Refused) as caught:
        channel(port, "starttls").send(outgoing(), opened)
    assert caught.value.phase is Phase.TLS
    with pytest.raises(Refused) as caught:
        channel(port, "tls", connect_seconds=2).send(outgoing(), opened)
    assert caught.value.phase is Phase.TLS
    assert keeper.mails == []
