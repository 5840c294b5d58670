"""A mail about no instalment: to an operator, an agent, oneself. Queued once for each key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from sollecito.accounts.models import Company
from sollecito.domain.transitions import Status
from sollecito.flows import clock
from sollecito.flows.choose_return_path import choose_return_path
from sollecito.flows.choose_sender import SendingAccount, choose_sender
from sollecito.flows.queue_content import LIFE
from sollecito.flows.queue_rows import write_queued
from sollecito.formats.mime import Mail, Mailbox, make_message_id, make_mime
from sollecito.outbox.models import Content, Message


@dataclass(frozen=True, slots=True)
class Note:
    """What to write. ``kind`` is the content's model, ``words`` the first event of each message."""

    kind: str
    to: tuple[Mailbox, ...]
    subject: str
    text: str
    words: str
    version: str = ""


def queue_note(
    company: Company,
    key: str,
    note: Note,
    *,
    account: SendingAccount | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Queue it; ``False`` where a content of this ``key`` exists already."""
    account = account or choose_sender(company)
    secret = settings.SECRET_KEY.encode()
    mail = Mail(
        sender=account.shown,
        to=note.to,
        reply_to=account.reply_to,
        subject=note.subject,
        text=note.text,
        date=clock.real_now(),
        message_id=make_message_id(f"{company.pk}:{key}", secret, account.domain),
        is_automatic=True,
    )
    try:
        with transaction.atomic():
            content = _store(company, key, account, mail, note)
            _queue(content, mail, note.words, not_before or clock.real_now())
    except IntegrityError:
        return False
    return True


def _store(company: Company, key: str, account: SendingAccount, mail: Mail, note: Note) -> Content:
    now, raw = clock.real_now(), make_mime(mail)
    return Content.objects.create(
        company=company,
        key=key,
        channel=account.channel,
        kind=note.kind,
        sender=account.sender,
        message_id=mail.message_id,
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        envelope_from=choose_return_path(account, mail.message_id),
        subject=mail.subject[:250],
        text=mail.text,
        template_version=note.version[:60],
        created_at=now,
        queued_at=now,
        expires_at=now + LIFE,
    )


def _queue(content: Content, mail: Mail, words: str, not_before: datetime) -> None:
    rows = Message.objects.bulk_create(
        Message(
            company=content.company,
            content=content,
            address=box.address,
            status=Status.QUEUED,
            not_before=not_before,
        )
        for box in mail.to
    )
    write_queued(rows, words, None)
