"""Any mail of a mailbox → what it is and what it says of a message of ours. Total.

PEC envelopes first, then delivery reports, then what a machine answered by itself (RFC 3834),
read receipts (RFC 8098), complaints (RFC 5965); the rest was written by a person.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sollecito.domain.arrived import Arrived, Kind, Names, Report
from sollecito.domain.return_paths import find_tokens
from sollecito.domain.transitions import Receipt
from sollecito.formats.automatic_mail import is_automatic
from sollecito.formats.dsn import read_dsn
from sollecito.formats.mail_source import (
    Mail,
    addresses,
    header,
    identify,
    message_ids,
    outer_parts,
    read_mail,
    visible_text,
)
from sollecito.formats.pec_receipts import bare_subject, is_pec, read_pec

QUOTED = re.compile(
    r"^[ \t]{0,20}(-{2,60}[ ]?(messaggio originale|original message|messaggio inoltrato)"
    r"|(il|on) .{6,120}(ha scritto|wrote)[ ]?:|_{10,80}|(da|from): .{3,200}$)",
    re.IGNORECASE | re.MULTILINE,
)
CAME_TO = ("X-Original-To", "Envelope-To", "X-Envelope-To", "Delivered-To", "To")
"""Headers that name the address a mail was delivered to."""
MOST_TEXT = 20_000


def read_arrived(raw: bytes, *, is_pec_mailbox: bool) -> Arrived:
    """Say what a mail is. Never raises, whatever the bytes.

    Args:
        raw: the whole mail as it came.
        is_pec_mailbox: whether it lies in a mailbox of PEC. In any other one everybody can write
            the headers of a receipt, so there they mean nothing.
    """
    mail = read_mail(raw)
    if is_pec_mailbox and is_pec(mail):
        return read_pec(raw, mail)
    read = read_dsn(raw, mail) or _written(raw, mail)
    if read.kind not in {Kind.BOUNCE, Kind.AUTO_REPLY}:
        return read
    came_to = (each for name in CAME_TO for each in addresses(mail, name))
    return replace(read, names=replace(read.names, tokens=find_tokens(came_to)))


def without_quotes(text: str) -> str:
    """A reply without the mail it quotes, where that can be told."""
    mark = QUOTED.search(text)
    own = text[: mark.start()] if mark and text[: mark.start()].strip() else text
    lines = own.rstrip().split("\n")
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    return "\n".join(lines).strip() or text.strip()


def _written(raw: bytes, mail: Mail) -> Arrived:
    kind = _kind(mail)
    answered = f"{header(mail, 'In-Reply-To')} {header(mail, 'References')}"
    seen = (Report(Receipt.SEEN, is_of_all=True),) if kind is Kind.READ_RECEIPT else ()
    return Arrived(
        kind=kind,
        identity=identify(raw, mail),
        names=Names(
            message_ids=_reported(mail) if kind is Kind.READ_RECEIPT else (),
            answered=message_ids(answered),
            subject=bare_subject(header(mail, "Subject")),
        ),
        reports=seen,
        message_id=header(mail, "Message-ID"),
        sender=next(iter(addresses(mail, "From")), ""),
        subject=header(mail, "Subject"),
        text=without_quotes(visible_text(mail))[:MOST_TEXT],
        sent_at=header(mail, "Date"),
    )


def _kind(mail: Mail) -> Kind:
    report = str(mail.get_param("report-type") or "").lower()
    if mail.get_content_type() == "multipart/report":
        if report == "disposition-notification":
            return Kind.READ_RECEIPT
        if report == "feedback-report":
            return Kind.COMPLAINT
    return Kind.AUTO_REPLY if is_automatic(mail) else Kind.MAIL


def _reported(mail: Mail) -> tuple[str, ...]:
    """Original-Message-ID of a read receipt."""
    for part in outer_parts(mail):
        if part.get_content_type() == "message/disposition-notification":
            inside = part.get_payload()
            blocks = inside if isinstance(inside, list) else [part]
            text = "\n".join(str(block) for block in blocks)
            return message_ids(" ".join(re.findall(r"(?im)^original-message-id:\s*(.*)$", text)))
    return ()
