"""The reader of mailboxes over a real Dovecot: each mail once, and its place with it."""

from __future__ import annotations

import imaplib
import shutil
from collections.abc import Iterator

import pytest

from sollecito.accounts.models import Company
from sollecito.flows.collect_receipts import collect_receipts, has_mail_to_read
from sollecito.flows.seal_password import seal_password
from sollecito.outbox.models import DeliveryEvent, Mailbox, Message, ReceivedMail, Sender
from sollecito.worker.tick import tick
from tests.arrived import OURS, PEC, ROSSI, bounce, reply, states, write_pecs, write_to
from tests.authority import Authority
from tests.mail_servers import MailServers, running_dovecot
from tests.outbox_rows import make_company

pytestmark = pytest.mark.django_db(transaction=True)
BOX, PASSWORD = "crediti@example.test", "segreta"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServers]:
    folder = tmp_path_factory.mktemp("posta")
    certificate = Authority(folder).server_file()
    with running_dovecot(certificate=certificate) as started:
        yield started


@pytest.fixture
def company(servers: MailServers) -> Company:
    shutil.rmtree(servers.maildir(BOX), ignore_errors=True)
    servers.add_user(BOX, PASSWORD)
    return make_company()


def account(servers: MailServers, company: Company, channel: str = "email") -> Sender:
    return Sender.objects.create(
        company=company,
        channel=channel,
        is_default=True,
        host="127.0.0.1",
        port=25,
        security="plain",
        user=BOX,
        password_box=seal_password(PASSWORD),
        from_address=BOX,
        imap_host="127.0.0.1",
        imap_port=servers.imap_port,
        imap_security="plain",
    )


def change_uid_validity(servers: MailServers) -> None:
    """As a mailbox that was restored: the same mails under other numbers.

    A process of Dovecot's that still ends may write its list over ours: then once more.
    """
    before = uid_validity(servers)
    while uid_validity(servers) == before:
        for path in servers.maildir(BOX).glob("dovecot*"):
            path.unlink(missing_ok=True)
        (servers.maildir(BOX) / "dovecot-uidlist").write_text("3 V1 N1000 Gfeed0000\n")
        shutil.chown(servers.maildir(BOX) / "dovecot-uidlist", *_owner(servers))


def uid_validity(servers: MailServers) -> str:
    with imaplib.IMAP4("127.0.0.1", servers.imap_port) as line:
        line.login(BOX, PASSWORD)
        line.select("INBOX", readonly=True)
        return str(line.response("UIDVALIDITY")[1][0])


def _owner(servers: MailServers) -> tuple[int, int]:
    about = servers.maildir(BOX).stat()
    return about.st_uid, about.st_gid


def test_receipts_are_read_once_and_their_place_is_kept(
    servers: MailServers, company: Company
) -> None:
    sender = account(servers, company, "pec")
    write_pecs(company, sender)
    for path in sorted(PEC.glob("*.eml")):
        servers.put(BOX, path.read_bytes())
    assert has_mail_to_read()
    assert collect_receipts() == 13
    assert not has_mail_to_read()
    assert sorted(states(company).values()).count("delivered") == 3
    mailbox = Mailbox.objects.get()
    assert mailbox.last_uid == 13
    assert mailbox.read_at
    places = ReceivedMail.objects.values_list("uid_validity", "uid")
    assert {validity for validity, _ in places} == {mailbox.uid_validity}
    assert len({uid for _, uid in places}) == 11
    assert collect_receipts(everything=True) == 0


def test_what_arrives_later_is_read_next_time(servers: MailServers, company: Company) -> None:
    account(servers, company)
    content = write_to(company, [ROSSI])
    assert collect_receipts(everything=True) == 0
    servers.put(BOX, reply())
    servers.put(BOX, bounce("postfix_utente_sconosciuto"))
    assert collect_receipts(everything=True) == 2
    assert content.messages.get().status == "bounced"


def test_other_numbers_for_the_same_mails_double_nothing(
    servers: MailServers, company: Company
) -> None:
    sender = account(servers, company, "pec")
    write_pecs(company, sender)
    for path in sorted(PEC.glob("*.eml")):
        servers.put(BOX, path.read_bytes())
    collect_receipts(everything=True)
    before = states(company), DeliveryEvent.objects.count(), ReceivedMail.objects.count()
    old = Mailbox.objects.get().uid_validity
    change_uid_validity(servers)
    assert collect_receipts(everything=True) == 13
    assert Mailbox.objects.get().uid_validity != old
    after = states(company), DeliveryEvent.objects.count(), ReceivedMail.objects.count()
    assert after == before


def test_a_mailbox_that_cannot_be_read_says_why_and_the_others_go_on(
    servers: MailServers, company: Company
) -> None:
    broken = account(servers, make_company())
    Sender.objects.filter(pk=broken.pk).update(password_box=seal_password("sbagliata"))
    account(servers, company)
    write_to(company, [ROSSI])
    servers.put(BOX, reply())
    assert collect_receipts(everything=True) == 1
    assert "rifiuta l'accesso" in Mailbox.objects.get(sender=broken).problem


def test_an_uncertain_message_in_the_sent_folder_has_left(
    servers: MailServers, company: Company
) -> None:
    sender = account(servers, company)
    content = write_to(company, [ROSSI], sender=sender, status="unknown")
    other = write_to(company, [ROSSI], sender=sender, status="unknown", message_id="<no@x>")
    servers.put(BOX, f"Message-ID: {OURS}\n\nBuongiorno\n".encode(), folder="Sent")
    collect_receipts(everything=True)
    assert content.messages.get().status == "accepted"
    assert other.messages.get().status == "unknown"
    assert Message.objects.get(content=content).events.get(kind="seen").text.startswith("Trovato")


def test_the_worker_reads_by_itself(servers: MailServers, company: Company) -> None:
    account(servers, company)
    content = write_to(company, [ROSSI])
    servers.put(BOX, bounce("postfix_utente_sconosciuto"))
    assert tick("prova") == 1
    assert content.messages.get().status == "bounced"


def test_a_mail_that_breaks_something_is_kept_and_stops_nothing(
    servers: MailServers, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(servers, company)
    content = write_to(company, [ROSSI])
    servers.put(BOX, reply())
    servers.put(BOX, bounce("postfix_utente_sconosciuto"))

    def break_down(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sollecito.flows.take_in_mail.keep_answer", break_down)
    assert collect_receipts(everything=True) == 2
    assert content.messages.get().status == "bounced"
    kept = ReceivedMail.objects.get(content=None)
    assert bytes(kept.raw).replace(b"\r\n", b"\n") == reply()
    assert "errore interno" in kept.subject
