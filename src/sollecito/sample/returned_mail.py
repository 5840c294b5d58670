"""What a mail server answers where a mailbox does not exist (RFC 3464), as Postfix writes it."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

SERVER = "mx.posta.example"
BOUNDARY = "=_ritorno"
DEAD_CUSTOMER, DEAD_FROM = 25, -10
"""Whose mail comes back as unknown, and from which day on."""


def returned_mail(*, message_id: str, sender: str, recipient: str, moment: datetime) -> bytes:
    """Return the notice that ``recipient`` is unknown, about the mail of that Message-ID.

    Args:
        message_id: of the mail that came back, in angle brackets.
        sender: who wrote it, and gets the notice.
        recipient: the address that does not exist.
        moment: when the server gave it back.
    """
    words = f"550 5.1.1 <{recipient}>: Recipient address rejected: User unknown"
    lines = (
        "Return-Path: <>",
        f"Date: {format_datetime(moment)}",
        f"From: MAILER-DAEMON@{SERVER} (Mail Delivery System)",
        f"To: {sender}",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        f'\tboundary="{BOUNDARY}"',
        "",
        f"--{BOUNDARY}",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        f"<{recipient}>: host {SERVER} said: {words}",
        "    (in reply to RCPT TO command)",
        "",
        f"--{BOUNDARY}",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; {SERVER}",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.1.1",
        f"Diagnostic-Code: smtp; {words}",
        "",
        f"--{BOUNDARY}",
        "Content-Type: text/rfc822-headers",
        "",
        f"From: {sender}",
        f"To: {recipient}",
        f"Message-ID: {message_id}",
        "",
        f"--{BOUNDARY}--",
        "",
    )
    return "\r\n".join(lines).encode("ascii")
