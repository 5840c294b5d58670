"""The bytes of a mail as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.flows.fill_sms import describe_size, price_of
from sollecito.flows.freeze_mail import PreparedMail
from sollecito.flows.reminder_options import CALL, TEXTS, ReminderDraft
from sollecito.web.said import said

HEADERS: tuple[tuple[str, Promise], ...] = (
    ("From", _("Da")),
    ("To", _("A")),
    ("Cc", _("Cc")),
    ("Reply-To", _("Risposte a")),
    ("Subject", _("Oggetto")),
)
READ_ONLY = {
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "img-src": ["data:"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [""],
}
"""The policy for a mail's HTML part: its own styles, no script, nothing fetched."""


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """Allegato in the bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail, read back from its bytes: nothing on the page comes from elsewhere."""

    headers: tuple[tuple[str | Promise, str], ...]
    text: str
    html: str
    attachments: tuple[ShownAttachment, ...]


def read_mail(raw: bytes) -> ShownMail:
    """Read what the recipient will read."""
    message = message_from_bytes(raw, policy=default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return ShownMail(
        headers=tuple((word, say_header(message, name)) for name, word in HEADERS if message[name]),
        text=str(text.get_content()).rstrip("\n") if text else "",
        html=str(html.get_content()) if html else "",
        attachments=tuple(
            ShownAttachment(part.get_filename() or "", part.get_content_type(), content_of(part))
            for part in message.iter_attachments()
        ),
    )


def read_content(raw: bytes, channel: str) -> ShownMail:
    """Read what left on a channel; an SMS is its text."""
    if channel in {*TEXTS, CALL}:
        return ShownMail((), raw.decode("utf-8", "replace"), "", ())
    if channel == "letter":
        return ShownMail((), "", "", (ShownAttachment("lettera.pdf", "application/pdf", raw),))
    return read_mail(raw)


def read_prepared(mail: PreparedMail) -> ShownMail:
    """Read what is about to leave; of an SMS also to whom, from whom and how long it is."""
    draft = mail.draft
    if draft.is_letter:
        to = "\n".join(f"{box.name}, {box.address}" for box in draft.to)
        letter = ShownAttachment("lettera.pdf", "application/pdf", mail.raw)
        return ShownMail(((_("A"), to), (_("Oggetto"), draft.subject)), draft.text, "", (letter,))
    if draft.is_call:
        to = ", ".join(f"{box.name} {box.address}".strip() for box in draft.to)
        return ShownMail(((_("Telefono"), to),), draft.text, "", ())
    if not draft.is_sms:
        return read_mail(mail.raw)
    headers = (
        (_("Da"), draft.account.alias),
        (_("A"), ", ".join(box.address for box in draft.to)),
        (_("SMS"), size_of(draft)),
    )
    return ShownMail(tuple(row for row in headers if row[1]), mail.raw.decode(), "", ())


def size_of(draft: ReminderDraft) -> str:
    """How many parts an SMS takes and what it costs, in words."""
    price = price_of(draft.account.sender)
    return said(describe_size(draft.text, numbers=len(draft.to), price=price))


def content_of(part: EmailMessage) -> bytes:
    """The decoded bytes of an attachment; none for a message inside the message."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def say_header(message: EmailMessage, name: str) -> str:
    """A header in words: addresses without the quotes that only machines need."""
    header = message[name]
    addresses = getattr(header, "addresses", None)
    if addresses is None:
        return str(header)
    return ", ".join(
        f"{each.display_name} <{each.addr_spec}>" if each.display_name else each.addr_spec
        for each in addresses
    )
