"""A draft → the bytes that will leave: preview and sending both come from here.

The same draft, token and moment give the same bytes, so that what was shown can be compared with
what is about to leave.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from sollecito.channels.base import Outgoing
from sollecito.channels.pec import find_breach
from sollecito.dunning.queries import issued_reminders
from sollecito.flows import clock
from sollecito.flows.make_letter import make_letter_of
from sollecito.flows.open_attachment import open_attachment
from sollecito.flows.reminder_options import CALL, LETTER, PEC, TEXTS, ReminderDraft
from sollecito.formats.mime import Mail, MailAttachment, Mailbox, make_message_id, make_mime
from sollecito.formats.texts import make_sms_id, make_text

THREAD_LENGTH = 5


@dataclass(frozen=True, slots=True)
class PreparedMail:
    """Anteprima: the very bytes. ``key`` is the content's; ``moment`` is its Date."""

    draft: ReminderDraft
    key: str
    message_id: str
    moment: datetime
    raw: bytes
    sha256: str
    attachments: tuple[MailAttachment, ...]


def prepare_mail(
    draft: ReminderDraft, *, token: str, moment: datetime | None = None, key: str = ""
) -> PreparedMail:
    """Render a draft that has no problems: a mail, a letter, or an SMS or a call as its text.

    Args:
        draft: as composed; every recipient is a valid address.
        token: made when the drawer opened; the same one can be sent only once.
        moment: the Date of an earlier preview; now without one.
        key: of a programme's content; by hand the token makes it.

    Raises CopyNotMadeError, EnclosureNotJoinedError.
    """
    is_automatic = bool(key)
    key = key or content_key(token, draft)
    zone = ZoneInfo(draft.company.time_zone)
    day = (moment or clock.now()).astimezone(zone).replace(microsecond=0)
    secret = hashlib.sha256(b"message-id:" + settings.SECRET_KEY.encode()).digest()
    unique = f"{draft.company.pk}:{key}"
    if draft.is_sms or draft.is_call:
        raw, name = make_text(draft.text), make_sms_id(unique, secret)
        return PreparedMail(draft, key, name, day, raw, hashlib.sha256(raw).hexdigest(), ())
    attachments = open_attachments(draft)
    if draft.is_letter:
        raw, name = make_letter_of(draft, day.date(), attachments), make_sms_id(unique, secret)
        digest = hashlib.sha256(raw).hexdigest()
        return PreparedMail(draft, key, name, day, raw, digest, attachments)
    message_id = make_message_id(unique, secret, draft.account.domain)
    thread = _thread(draft)
    raw = make_mime(
        Mail(
            sender=draft.account.shown,
            to=draft.to,
            cc=draft.cc,
            reply_to=draft.account.reply_to,
            subject=draft.subject,
            text=draft.text,
            date=day,
            message_id=message_id,
            attachments=attachments,
            table=draft.wording.table,
            language=draft.facts.language,
            in_reply_to=thread[-1] if thread else "",
            references=thread[:-1],
            is_automatic=is_automatic,
            receipt_kind="completa" if draft.is_pec else "",
        )
    )
    digest = hashlib.sha256(raw).hexdigest()
    return PreparedMail(draft, key, message_id, day, raw, digest, attachments)


def open_attachments(draft: ReminderDraft) -> tuple[MailAttachment, ...]:
    """The bytes of what is chosen to go with it. Raises CopyNotMadeError."""
    return tuple(open_attachment(choice, draft) for choice in draft.attachments if choice.is_on)


def find_pec_breach(mail: PreparedMail) -> str:
    """What the provider of a PEC mailbox would not accept; the channel asks the same."""
    draft = mail.draft
    outgoing = Outgoing(
        raw=mail.raw,
        message_id=mail.message_id,
        sender=draft.account.shown.address,
        recipients=tuple(box.address for box, _ in all_recipients(draft)),
    )
    return find_breach(outgoing, draft.account.shown.address)


def content_key(token: str, draft: ReminderDraft) -> str:
    """By hand a content is unique by the drawer's token, the message within it and its channel."""
    way = draft.account.channel
    return f"hand:{token}:{draft.group}{f':{way}' if way in {*TEXTS, PEC, LETTER, CALL} else ''}"


def all_recipients(draft: ReminderDraft) -> tuple[tuple[Mailbox, str], ...]:
    """Every recipient with its role; Bcc are nowhere else."""
    roles = (("to", draft.to), ("cc", draft.cc), ("bcc", draft.bcc))
    return tuple((box, role) for role, boxes in roles for box in boxes)


def _thread(draft: ReminderDraft) -> tuple[str, ...]:
    """Message-IDs of earlier reminders about the same instalments, oldest first."""
    earlier = issued_reminders(draft.instalment_ids).filter(company=draft.company)
    names = (reminder.content.message_id for reminder in earlier)
    found = dict.fromkeys(name for name in names if name.startswith("<"))  # an SMS has no thread
    return tuple(list(found)[:THREAD_LENGTH][::-1])
