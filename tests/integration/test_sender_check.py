"""The test of a sender over a real Postfix and a real Dovecot, and a DNS of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sollecito.accounts.models import AuditEntry, Company, User
from sollecito.flows import find_back
from sollecito.flows.check_sender import STEPS, check_sender, is_sending
from sollecito.flows.edit_sender import save_sender
from sollecito.flows.look_up_records import Signature, read_signature
from sollecito.outbox.models import Sender
from tests.authority import Authority
from tests.dns_server import running_dns
from tests.mail_servers import MailServers, free_port, is_root, running_dovecot, running_postfix
from tests.outbox_rows import make_company

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not is_root(), reason="Postfix parte solo come root"),
]
USER, PASSWORD = "ufficio@prova.example", "segreta"
RECORDS = {
    "prova.example": ["v=spf1 mx ~all"],
    "_dmarc.prova.example": ["v=DMARC1; p=none"],
    "s1._domainkey.prova.example": ["v=DKIM1; p=MIGf"],
}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServers]:
    folder = tmp_path_factory.mktemp("posta")
    authority = Authority(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(authority.file))
        certificate = authority.server_file()
        with (
            running_dovecot(certificate=certificate, users={USER: PASSWORD}) as started,
            running_postfix(started, certificate=certificate),
        ):
            yield started


@pytest.fixture(autouse=True)
def quick(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(find_back, "ANSWER_SECONDS", 5.0)
    with running_dns(RECORDS) as server:
        settings.NAME_SERVER = server
        yield


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def person() -> User:
    return User.objects.create_user("ada@prova.example", "una frase", name="Ada")


def make(company: Company, servers: MailServers, password: str = PASSWORD, **more: Any) -> Sender:
    values = {
        "host": "127.0.0.1",
        "port": servers.smtps_port,
        "security": "tls",
        "user": USER,
        "from_address": USER,
        "imap_host": "127.0.0.1",
        "imap_port": servers.imaps_port,
        "imap_security": "tls",
    } | more
    return save_sender(company, by=None, values=values, secrets={"password": password})


def test_a_good_account_does_it_all(servers: MailServers, company: Company, person: User) -> None:
    sender = make(company, servers)
    found = check_sender(sender, user=person)
    assert is_sending(found)
    assert list(found) == list(STEPS)
    outcome = {name: each.is_ok for name, each in found.items()}
    assert outcome.pop("dkim") is None, "what stayed on its own server is not signed"
    assert set(outcome.values()) == {True}, found
    assert sender.sent_folder == "Sent"
    assert sender.tested_at
    assert sender.abilities["found_back"]["ok"] is True
    assert sender.abilities["spf"]["at"]
    entry = AuditEntry.objects.get(action="sender_checked")
    assert PASSWORD not in f"{entry.text} {entry.details}"


def test_starttls_does_as_well(servers: MailServers, company: Company, person: User) -> None:
    sender = make(
        company,
        servers,
        port=servers.submission_port,
        security="starttls",
        imap_port=servers.imap_port,
        imap_security="starttls",
    )
    found = check_sender(sender, user=person)
    assert found["found_back"].is_ok, found


def test_a_pec_needs_no_records_of_its_domain(
    servers: MailServers, company: Company, person: User
) -> None:
    sender = make(company, servers, channel="pec")
    found = check_sender(sender, user=person)
    assert found["found_back"].is_ok
    assert "spf" not in found


@pytest.mark.parametrize(
    ("more", "password", "step", "said"),
    [
        ({}, "sbagliata", "logs_in", "non accetta utente e password"),
        ({"port": "closed"}, PASSWORD, "connects", "porta è chiusa"),
        ({"security": "starttls"}, PASSWORD, "connects", "risponde come un server di posta"),
        ({"imap_port": "closed"}, PASSWORD, "found_back", "porta è chiusa"),
        ({"imap_folder": "Altrove"}, PASSWORD, "found_back", "«Altrove» non si legge"),
        ({"from_address": "x@altri.example"}, PASSWORD, "sends", "non accetta di scrivere"),
    ],
    ids=["password", "port", "security", "imap-off", "folder", "relay"],
)
def test_what_fails_is_said_with_its_cure(  # noqa: PLR0917  fixtures and the row of the table
    servers: MailServers,
    company: Company,
    person: User,
    monkeypatch: pytest.MonkeyPatch,
    more: dict[str, Any],
    password: str,
    step: str,
    said: str,
) -> None:
    monkeypatch.setattr("sollecito.flows.check_sender.CONNECT_SECONDS", 2)
    given = {name: free_port() if value == "closed" else value for name, value in more.items()}
    sender = make(company, servers, password, **given)
    found = check_sender(sender, user=person)
    assert found[step].is_ok is False, found
    assert said in found[step].message
    assert found[step].hint
    assert list(found)[: list(STEPS).index(step) + 1][-1] == step
    assert is_sending(found) is (step == "found_back")
    assert bool(sender.tested_at) is is_sending(found)


def test_a_mailbox_that_refuses_the_password_alone(
    servers: MailServers, company: Company, person: User
) -> None:
    sender = make(company, servers)
    save_sender(
        company,
        by=None,
        values={"imap_user": USER},
        secrets={"imap_password": "sbagliata"},
        sender=sender,
    )
    found = check_sender(sender, user=person)
    assert is_sending(found)
    assert "IMAP sia attivo" in found["found_back"].hint


def test_a_certificate_nobody_vouches_for(
    servers: MailServers, company: Company, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    found = check_sender(make(company, servers), user=person)
    assert list(found) == ["connects"]
    assert "certificato di 127.0.0.1 non è valido" in found["connects"].message


def test_what_the_dns_cannot_say_is_said_so(
    servers: MailServers, company: Company, person: User, settings: Any
) -> None:
    with running_dns({}) as empty:
        settings.NAME_SERVER = empty
        found = check_sender(make(company, servers), user=person)
    for name in ("spf", "dkim", "dmarc"):
        assert found[name].is_ok is None
        assert "non verificabile da qui" in found[name].message


def test_a_signature_names_its_key() -> None:
    raw = (
        b"DKIM-Signature: v=1; a=rsa-sha256; d=Prova.example;\r\n s=s1; b=xyz\r\n"
        b"Subject: x\r\n\r\nd=altri.example; s=no\r\n"
    )
    assert read_signature(raw) == Signature("prova.example", "s1")
    assert read_signature(b"Subject: x\r\n\r\n") is None
