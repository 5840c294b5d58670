"""A reminder that a real Postfix takes and sends back: read from the sender's real mailbox."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from sollecito.accounts.models import Company
from sollecito.flows.collect_receipts import collect_receipts
from sollecito.flows.deliver import deliver
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.seal_password import seal_password
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.outbox.models import (
    Content,
    DeliveryEvent,
    InstanceMailbox,
    Message,
    ReceivedMail,
    Sender,
    Suppression,
)
from sollecito.outbox.queries import ready_lanes
from tests.authority import Authority
from tests.mail_servers import MailServers, is_root, running_dovecot, running_postfix
from tests.outbox_rows import make_company, make_instalments

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not is_root(), reason="Postfix parte solo come root"),
]
BOX, PASSWORD = "crediti@prova.example", "segreta"
RETURNS = "ritorni@prova.example"
ENDS = {
    "chiuso.example": "5.1.1 User unknown",
    "pieno.example": "5.2.2 Mailbox full",
    "filtro.example": "5.7.1 Message blocked by policy",
}
"""What becomes of mail to these domains, as a program tells Postfix."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServers]:
    authority = Authority(tmp_path_factory.mktemp("posta"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(authority.file))
        certificate = authority.server_file()
        with (
            running_dovecot(
                certificate=certificate, users={BOX: PASSWORD, RETURNS: PASSWORD}
            ) as started,
            running_postfix(started, certificate=certificate, shared={RETURNS: BOX}),
        ):
            send_back(started)
            yield started


def send_back(servers: MailServers) -> None:
    """Have Postfix refuse these domains after it has taken the mail."""
    conf = servers.folder / "postfix/conf"
    (conf / "ends").write_text("".join(f"{name} {name}:\n" for name in ENDS))
    for name, end in ENDS.items():
        script = conf / name
        script.write_text(f"#!/bin/sh\ncat > /dev/null\necho '{end}'\nexit 69\n")
        script.chmod(0o755)
        with (conf / "master.cf").open("a") as file:
            file.write(f"{name} unix - n n - - pipe user=nobody argv={script}\n")
    with (conf / "main.cf").open("a") as file:
        file.write(f"\ntransport_maps = texthash:{conf}/ends\n")
    environment = {**os.environ, "MAIL_CONFIG": str(conf), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    subprocess.run(["postfix", "reload"], env=environment, check=True, capture_output=True)


@pytest.fixture
def company(servers: MailServers) -> Company:
    made = make_company("Ventofresco Impianti S.r.l.")
    Sender.objects.create(
        company=made,
        channel="email",
        is_default=True,
        host="127.0.0.1",
        port=servers.smtps_port,
        security="tls",
        user=BOX,
        password_box=seal_password(PASSWORD),
        from_address=BOX,
        imap_host="127.0.0.1",
        imap_port=servers.imaps_port,
        imap_security="tls",
    )
    return made


def write_to(company: Company, *addresses: str) -> Content:
    (row,) = make_instalments(company, 1)
    options = ReminderOptions(to=addresses, subject="Sollecito", text="Buongiorno")
    outcome = send_reminders(company, [row.pk], token=new_token(), options=options)
    assert not outcome.refused
    (lane,) = ready_lanes()
    deliver(lane, worker_id="prova")
    (content,) = outcome.contents
    assert set(content.messages.values_list("status", flat=True)) == {"accepted"}
    return content


def wait_for_bounces(content: Content, count: int) -> None:
    deadline = time.monotonic() + 30
    wanted = DeliveryEvent.objects.filter(message__content=content, kind="bounced")
    while wanted.count() < count and time.monotonic() < deadline:
        collect_receipts(everything=True)
        time.sleep(0.2)
    assert wanted.count() == count


def test_each_end_is_learned_by_its_own_recipient(servers: MailServers, company: Company) -> None:
    dead, full = "rossi@chiuso.example", "bianchi@pieno.example"
    content = write_to(company, dead, full)
    wait_for_bounces(content, 2)
    assert dict(content.messages.values_list("address", "status")) == {
        dead: "bounced",
        full: "bounced",
    }
    assert list(Suppression.objects.values_list("address", flat=True)) == [dead]
    enhanced = DeliveryEvent.objects.filter(kind="bounced").values_list("enhanced", flat=True)
    assert set(enhanced) == {"5.1.1", "5.2.2"}
    assert Sender.objects.get(company=company).paused_at is None
    assert collect_receipts(everything=True) == 0


def test_a_refused_sender_is_paused(servers: MailServers, company: Company) -> None:
    content = write_to(company, "verdi@filtro.example")
    wait_for_bounces(content, 1)
    sender = Sender.objects.get(company=company)
    assert sender.paused_at
    assert "blocked by policy" in sender.paused_reason
    assert not Suppression.objects.filter(company=company).exists()
    assert Message.objects.get(content=content).status == "bounced"


def test_returns_come_to_a_mailbox_of_their_own(servers: MailServers, company: Company) -> None:
    """Each under an address of its own, which alone would tell whose it is."""
    Sender.objects.filter(company=company).update(
        bounce_address="ritorni+{id}@prova.example",
        bounce_user=RETURNS,
        bounce_password_box=seal_password(PASSWORD),
    )
    before = len(list(servers.maildir(BOX).glob("*/*.*")))
    content = write_to(company, "neri@chiuso.example")
    token = content.message_id[1:33]
    assert content.envelope_from == f"ritorni+{token}@prova.example"
    wait_for_bounces(content, 1)
    assert len(list(servers.maildir(BOX).glob("*/*.*"))) == before
    mail = ReceivedMail.objects.get(content=content)
    assert f"ritorni+{token}@prova.example" in bytes(mail.raw).decode()
    assert Suppression.objects.filter(company=company, address="neri@chiuso.example").exists()


def test_what_the_installation_sends_comes_back_to_whose_it_is(
    servers: MailServers, settings: Any
) -> None:
    login = f"{quote(BOX)}:{PASSWORD}@127.0.0.1"
    settings.SMTP_URL = f"smtps://{login}:{servers.smtps_port}"
    settings.SMTP_FROM = BOX
    settings.BOUNCE_ADDRESS = RETURNS
    returns = f"{quote(RETURNS)}:{PASSWORD}@127.0.0.1"
    settings.BOUNCE_IMAP_URL = f"imaps://{returns}:{servers.imaps_port}/INBOX"
    other = make_company("Altra S.r.l.")
    mine = make_company("Ventofresco Impianti S.r.l.")
    content = write_to(mine, "gialli@chiuso.example")
    assert (content.sender, content.envelope_from) == (None, RETURNS)
    wait_for_bounces(content, 1)
    assert content.messages.get().status == "bounced"
    assert ReceivedMail.objects.filter(company=mine, content=content).count() == 1
    assert not ReceivedMail.objects.filter(company=other).exists()
    assert InstanceMailbox.objects.get().problem == ""
    assert collect_receipts(everything=True) == 0
