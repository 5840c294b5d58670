"""Communications that the samples of what comes back are about, and mails that answer them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sollecito.accounts.models import Company
from sollecito.outbox.models import Content, Message, Sender
from tests.outbox_rows import make_instalments, queue_contents

PEC = Path(__file__).parent / "data" / "pec"
BOUNCES = Path(__file__).parent / "data" / "bounces"
OURS = "<abcdefghijklmnopqrstuvwxyz234567@ventofresco.example>"
ROSSI = "rossi@cliente.example"
UNO, DIREZIONE = "amministrazione@pec.cliente-uno.it", "direzione@pec.cliente-uno.it"
WRITTEN_TO = {
    "0001": [UNO],
    "0002": [UNO, DIREZIONE],
    "0003": ["info@pec.cliente-due.it"],
    "0004": [UNO],
    "0005": ["mario.rossi@gmail.example"],
    "0006": [UNO],
    "0007": [UNO],
}
"""What the samples of PEC are about: number of the Message-ID → recipients."""


def make_sender(company: Company, channel: str = "email") -> Sender:
    return Sender.objects.create(
        company=company,
        channel=channel,
        host="127.0.0.1",
        port=25,
        security="plain",
        from_address=f"crediti@{channel}.ventofresco.example",
        is_default=True,
    )


def write_to(
    company: Company,
    addresses: Sequence[str],
    *,
    message_id: str = OURS,
    sender: Sender | None = None,
    channel: str = "email",
    status: str = "accepted",
    is_automatic: bool = False,
    subject: str = "Pagamento non ancora ricevuto: fattura 124/A",
) -> Content:
    """A communication about one instalment that has left, one row a recipient."""
    (content,) = queue_contents(
        company,
        make_instalments(company, 1),
        recipients=len(addresses),
        channel=channel,
        sender=sender,
        is_automatic=is_automatic,
    )
    Content.objects.filter(pk=content.pk).update(message_id=message_id, subject=subject)
    rows = content.messages.order_by("pk")
    for row, address in zip(rows, addresses, strict=True):
        Message.objects.filter(pk=row.pk).update(address=address, status=status)
    content.refresh_from_db()
    return content


def write_pecs(company: Company, sender: Sender) -> dict[str, Content]:
    """Everything the samples of PEC are about, by the number of its Message-ID."""
    return {
        number: write_to(
            company,
            addresses,
            message_id=f"<sol-2026-{number}@solleciti.esempio.it>",
            sender=sender,
            channel="pec",
            subject=f"Sollecito {number}",
        )
        for number, addresses in WRITTEN_TO.items()
    }


def states(company: Company) -> dict[tuple[str, str], str]:
    """Status of every message, by the end of its Message-ID and its address."""
    rows = Message.objects.filter(company=company).select_related("content")
    return {(row.content.message_id, row.address): row.status for row in rows}


def bounce(name: str) -> bytes:
    return (BOUNCES / f"{name}.eml").read_bytes()


def reply(
    text: str = "Ho pagato ieri.",
    *,
    answers: str = OURS,
    sender: str = ROSSI,
    headers: str = "",
    number: int = 1,
) -> bytes:
    return (
        f"From: Rossi <{sender}>\nTo: crediti@ventofresco.example\nSubject: R: Pagamento\n"
        f"Message-ID: <risposta.{number}@cliente.example>\nIn-Reply-To: {answers}\n{headers}"
        "Date: Mon, 20 Apr 2026 10:31:05 +0200\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()
