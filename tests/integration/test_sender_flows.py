"""Senders: what is saved, what is refused, what their test finds."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from sollecito.accounts.models import AuditEntry, Company, User
from sollecito.flows.check_sender import check_sender, is_sending
from sollecito.flows.choose_sender import usable_senders
from sollecito.flows.edit_sender import remove_sender, save_sender
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.seal_password import PasswordLostError, open_password, seal_password
from sollecito.outbox.models import Sender
from tests.authority import Authority
from tests.crash.fault_server import Fault, FaultServer
from tests.dns_server import running_dns
from tests.integration.test_settings_flows import (
    company,  # noqa: F401  a fixture
    owner,  # noqa: F401  a fixture
    problems,
    quick_passwords,  # noqa: F401  a fixture
)
from tests.integration.test_smtp_tls import (
    Start,
    authenticate,
    authority,  # noqa: F401  a fixture
    start,  # noqa: F401  a fixture
)

# ruff: noqa: F811  fixtures imported above

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def silent_dns(settings: Any) -> Iterator[None]:
    with running_dns({}) as server:
        settings.NAME_SERVER = server
        yield


def account(port: int, **more: Any) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": port,
        "security": "plain",
        "user": "",
        "from_address": "solleciti@example.test",
    } | more


def test_the_password_is_sealed_and_its_key_lies_outside(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "BOX_KEY_FILE", tmp_path / "keys" / "box.key")
    values = account(465, security="tls", user="u@example.test", host="smtp.example.test")
    sender = save_sender(company, by=None, values=values, secrets={"password": "segreta"})
    assert "segreta" not in sender.password_box
    assert open_password(sender.password_box) == "segreta"
    assert django_settings.BOX_KEY_FILE.stat().st_mode & 0o077 == 0
    assert not any("segreta" in str(entry.details) for entry in AuditEntry.objects.all())
    save_sender(company, by=None, values={"from_name": "Prova"}, sender=sender)
    assert open_password(Sender.objects.get().password_box) == "segreta"
    monkeypatch.setattr(django_settings, "BOX_KEY_FILE", tmp_path / "keys" / "other.key")
    with pytest.raises(PasswordLostError):
        open_password(sender.password_box)


def test_the_password_never_follows_to_another_server(company: Company) -> None:
    values = account(465, security="tls", user="u@example.test", host="smtp.example.test")
    sender = save_sender(company, by=None, values=values, secrets={"password": "segreta"})
    with pytest.raises(FieldsRefusedError) as caught:
        save_sender(company, by=None, values={"host": "smtp.altrove.test"}, sender=sender)
    assert problems(caught) == {"password": "password_again"}
    with pytest.raises(FieldsRefusedError) as caught:
        save_sender(
            company,
            by=None,
            values={"security": "plain"},
            secrets={"password": "x"},
            sender=sender,
        )
    assert problems(caught) == {"security": "plain"}
    remove_sender(sender, by=None)
    assert not usable_senders(company)
    assert not Sender.objects.get().password_box


def test_the_sample_company_has_no_account(company: Company) -> None:
    company.is_sample = True
    with pytest.raises(FieldsRefusedError) as caught:
        save_sender(company, by=None, values=account(465))
    assert problems(caught) == {"host": "sample"}
    assert not Sender.objects.exists()


def test_a_test_mail_arrives_and_ends_a_pause(
    company: Company, owner: User, tmp_path: Path
) -> None:
    with FaultServer(tmp_path / "log") as server:
        sender = save_sender(company, by=None, values=account(server.port))
        Sender.objects.update(paused_reason="troppi rifiuti", paused_at=company.created_at)
        outcome = check_sender(sender, user=owner)
        [taken] = server.taken()
    assert is_sending(outcome)
    assert owner.email in outcome["sends"].message
    assert taken.recipients == [owner.email]
    sender.refresh_from_db()
    assert sender.tested_at
    assert sender.paused_at is None


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("mail", 550, "not yours"), ("come mittente", "indirizzo della casella")),
        (Fault("rcpt", 550, "relay denied"), ("non accetta di scrivere a", "tuo indirizzo")),
        (Fault("rcpt", 451, "greylisted"), ("non accetta di scrivere a", "riprovare più tardi")),
        (Fault("dot", 554, "spam"), ("rifiutato il messaggio", "sue parole")),
        (Fault("banner", 0), ("ha chiuso la connessione", "465 con TLS")),
        (Fault("lost_reply", 0), ("non ha risposto", "l'account funziona")),
    ],
    ids=["from", "rcpt", "grey", "spam", "banner", "lost"],
)
def test_what_a_server_refuses_is_explained(
    company: Company, owner: User, tmp_path: Path, fault: Fault, said: tuple[str, str]
) -> None:
    with FaultServer(tmp_path / "log", [fault]) as server:
        sender = save_sender(company, by=None, values=account(server.port))
        outcome = check_sender(sender, user=owner)
    assert not is_sending(outcome)
    [fault_found] = [each for each in outcome.values() if not each.is_ok]
    assert said[0] in fault_found.message
    assert said[1] in fault_found.hint
    assert fault_found.words
    sender.refresh_from_db()
    assert sender.tested_at is None


def test_a_closed_port_and_an_unknown_host_are_explained(company: Company, owner: User) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    closed = check_sender(save_sender(company, by=None, values=account(port)), user=owner)
    assert "porta è chiusa" in closed["connects"].message
    values = account(465, host="smtp.nessuno.invalid", security="tls")
    unknown = check_sender(save_sender(company, by=None, values=values), user=owner)
    assert "smtp.nessuno.invalid" in unknown["connects"].message
    assert "nome" in unknown["connects"].hint


def test_a_wrong_password_is_explained(
    company: Company,
    owner: User,
    start: Start,
    authority: Authority,
) -> None:
    _, port = start(
        tls_context=authority.server_context(), auth_required=True, authenticator=authenticate
    )
    values = account(port, user="ufficio@example.test", security="starttls")
    sender = save_sender(company, by=None, values=values, secrets={"password": "sbagliata"})
    outcome = check_sender(sender, user=owner)
    assert "non accetta utente e password" in outcome["logs_in"].message
    assert "password per le app" in outcome["logs_in"].hint
    assert "sbagliata" not in outcome["logs_in"].words


def test_a_certificate_of_another_name_is_explained(
    company: Company,
    owner: User,
    start: Start,
    authority: Authority,
) -> None:
    _, port = start(ssl_context=authority.server_context("127.0.0.2"))
    sender = save_sender(company, by=None, values=account(port, security="tls"))
    outcome = check_sender(sender, user=owner)
    assert "certificato di 127.0.0.1 non è valido" in outcome["connects"].message


def test_tls_on_a_plain_port_is_explained(company: Company, owner: User, tmp_path: Path) -> None:
    with FaultServer(tmp_path / "log") as server:
        values = account(server.port, security="tls")
        outcome = check_sender(save_sender(company, by=None, values=values), user=owner)
        assert "non parla la cifratura scelta" in outcome["connects"].message
        values = account(server.port, security="starttls")
        outcome = check_sender(save_sender(company, by=None, values=values), user=owner)
        assert "non offre la cifratura" in outcome["connects"].message


def test_a_lost_key_is_explained(
    company: Company, owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = save_sender(
        company,
        by=None,
        values=account(465, user="u", host="localhost"),
        secrets={"password": "segreta"},
    )
    monkeypatch.setattr(django_settings, "BOX_KEY_FILE", tmp_path / "other.key")
    assert seal_password("") == ""
    outcome = check_sender(sender, user=owner)
    assert "riscrivi la password" in outcome["logs_in"].message
