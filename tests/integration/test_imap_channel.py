"""The mailbox reader over a real Dovecot: found, fetched, nothing changed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sollecito.channels.base import Phase
from sollecito.channels.imap import ImapMailbox, ImapSettings, MailboxRefused
from sollecito.channels.imap_folders import decode_name, encode_name, parse_folder
from tests.authority import Authority
from tests.mail_servers import MailServers, free_port, running_dovecot

USER, PASSWORD = "ufficio@example.test", "segreta"
RAW = b"Message-ID: <uno@example.test>\r\nSubject: Prova\r\n\r\nBuongiorno\r\n"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServers]:
    folder = tmp_path_factory.mktemp("posta")
    authority = Authority(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(authority.file))
        certificate = authority.server_file()
        with running_dovecot(certificate=certificate, users={USER: PASSWORD}) as started:
            yield started


def account(port: int, **more: object) -> ImapSettings:
    values = {"user": USER, "password": PASSWORD, "seconds": 5} | more
    return ImapSettings("127.0.0.1", port, **values)  # type: ignore[arg-type]  # passed on


@pytest.mark.parametrize("security", ["tls", "starttls", "plain"])
def test_every_kind_of_connection(servers: MailServers, security: str) -> None:
    port = servers.imaps_port if security == "tls" else servers.imap_port
    with ImapMailbox(account(port, security=security)) as mailbox:
        assert {folder.name for folder in mailbox.folders()} == {"INBOX", "Sent"}
        assert [folder.name for folder in mailbox.folders() if folder.is_sent] == ["Sent"]


def test_what_arrived_is_found_and_stays_unread(servers: MailServers) -> None:
    servers.add_user("altro@example.test", PASSWORD)
    servers.put("altro@example.test", RAW)
    wanted = account(servers.imaps_port, user="altro@example.test")
    with ImapMailbox(wanted) as mailbox:
        state = mailbox.examine("INBOX")
        assert state.count == 1
        today = datetime.now(UTC).date()
        [uid] = mailbox.search_since(today - timedelta(days=1))
        assert mailbox.search_since(today + timedelta(days=2)) == []
        assert mailbox.search_header("Message-ID", "<uno@example.test>") == [uid]
        assert mailbox.search_header("Message-ID", '"\r\nx LOGOUT') == []
        assert mailbox.fetch(uid) == RAW
        assert mailbox.fetch(uid, most=20) == RAW[:20]
        assert mailbox.fetch(uid + 1) is None
        assert mailbox.search_after(uid) == []
        servers.put("altro@example.test", RAW)
        assert mailbox.examine("INBOX").uid_validity == state.uid_validity
        assert len(mailbox.search_after(uid)) == 1
    box = servers.maildir("altro@example.test")
    assert not [path for path in (box / "cur").iterdir() if "S" in path.name.partition(":2,")[2]]


@pytest.mark.parametrize(
    ("change", "phase", "said"),
    [
        ({"password": "sbagliata"}, Phase.LOGIN, "rifiuta l'accesso"),
        ({"security": "plain", "host": "mail.example.test"}, Phase.TLS, "non cifrata"),
    ],
)
def test_what_is_wrong_is_said(
    servers: MailServers, change: dict[str, str], phase: Phase, said: str
) -> None:
    values = {"host": "127.0.0.1", "user": USER, "password": PASSWORD} | change
    wanted = ImapSettings(port=servers.imaps_port, **values)  # type: ignore[arg-type]  # as above
    with pytest.raises(MailboxRefused, match=said) as caught:
        ImapMailbox(wanted).connect()
    assert caught.value.phase is phase
    assert PASSWORD not in repr(wanted)


def test_a_closed_port_a_silent_server_and_a_bad_certificate(
    servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MailboxRefused, match="non risponde") as caught:
        ImapMailbox(account(free_port())).connect()
    assert caught.value.phase is Phase.CONNECT
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(MailboxRefused, match="non risponde"):
            ImapMailbox(account(port, security="plain", seconds=0.3)).connect()
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailboxRefused, match="certificato") as caught:
        ImapMailbox(account(servers.imaps_port)).connect()
    assert caught.value.phase is Phase.TLS


def test_a_folder_that_is_not_there(servers: MailServers) -> None:
    with (
        pytest.raises(MailboxRefused, match="EXAMINE") as caught,
        ImapMailbox(account(servers.imaps_port)) as mailbox,
    ):
        mailbox.examine("Non c'è")
    assert caught.value.phase is Phase.CHECK


@pytest.mark.parametrize("name", ["INBOX", "Ricevute PEC", "Attività & più", "Già_spedite", "日本"])
def test_names_of_folders_there_and_back(name: str) -> None:
    assert encode_name(name).isascii()
    assert decode_name(encode_name(name).encode()) == name


def test_lines_of_a_list() -> None:
    sent = parse_folder(b'(\\HasNoChildren \\Sent) "/" "[Gmail]/Posta inviata"')
    assert sent
    assert (sent.name, sent.is_sent) == ("[Gmail]/Posta inviata", True)
    assert parse_folder((b'(\\HasNoChildren) "." {4}', b'a"b!')).name == 'a"b!'  # type: ignore[union-attr]
    assert parse_folder(b'(\\Noselect) "/" "[Gmail]"') is None
    assert parse_folder(None) is None
    assert not parse_folder(b"() NIL Archivio").is_sent  # type: ignore[union-attr]
