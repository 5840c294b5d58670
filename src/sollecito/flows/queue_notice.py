"""A notice of the product itself to people of a company: queued like any other mail."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.db import IntegrityError, transaction

from sollecito.accounts.models import Company
from sollecito.domain.transitions import Status
from sollecito.flows import clock
from sollecito.flows.choose_sender import SendingAccount
from sollecito.flows.queue_content import LIFE
from sollecito.flows.queue_rows import write_queued
from sollecito.formats.mime import Mail, Mailbox, make_message_id, make_mime
from sollecito.outbox.models import Content, Message

KIND = "avviso"
"""``Content.kind`` of notices: they are no communication with a customer."""


def queue_notice(
    company: Company,
    key: str,
    *,
    account: SendingAccount,
    addresses: Sequence[str],
    subject: str,
    text: str,
) -> bool:
    """Queue one mail to ``addresses``; ``False`` where ``key`` was used already."""
    mail = Mail(
        sender=account.shown,
        to=tuple(Mailbox(address) for address in addresses),
        subject=subject,
        text=text,
        date=clock.real_now(),
        message_id=make_message_id(
            f"{company.pk}:{key}", settings.SECRET_KEY.encode(), account.domain
        ),
        is_automatic=True,
    )
    try:
        with transaction.atomic():
            _write(company, key, account, mail)
    except IntegrityError:
        return False
    return True


def _write(company: Company, key: str, account: SendingAccount, mail: Mail) -> None:
    now = clock.real_now()
    raw = make_mime(mail)
    content = Content.objects.create(
        company=company,
        key=key,
        channel=account.channel,
        kind=KIND,
        sender=account.sender,
        message_id=mail.message_id,
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        envelope_from=account.shown.address,
        subject=mail.subject[:250],
        text=mail.text,
        created_at=now,
        queued_at=now,
        expires_at=now + LIFE,
    )
    rows = Message.objects.bulk_create(
        Message(
            company=company,
            content=content,
            address=box.address,
            status=Status.QUEUED,
            not_before=now,
        )
        for box in mail.to
    )
    write_queued(rows, "Avviso di Sollecito a chi gestisce l'azienda.", None)
