"""A mail to who runs the company's reminders: what went wrong, once a day at most."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import IntegrityError, transaction

from sollecito.accounts.models import Company, Membership
from sollecito.domain.transitions import Status
from sollecito.flows import clock
from sollecito.flows.choose_sender import SendingAccount, choose_sender
from sollecito.flows.queue_content import LIFE
from sollecito.flows.queue_rows import write_queued
from sollecito.formats.mime import Mail, Mailbox, make_message_id, make_mime
from sollecito.outbox.models import Content, Message

KIND = "avviso"


def tell_operator(company: Company, what: str, *, subject: str, text: str) -> bool:
    """Queue a mail to the owners of a company, else to its own address.

    ``what`` is a stable code: of each there is one mail a day. Returns whether one was queued.
    """
    addresses = operators_of(company)
    if not addresses:
        return False
    account = choose_sender(company)
    key = f"operator:{what}:{clock.real_today(company.time_zone).isoformat()}"
    secret = settings.SECRET_KEY.encode()
    mail = Mail(
        sender=account.shown,
        to=tuple(Mailbox(address) for address in addresses),
        subject=subject,
        text=text,
        date=clock.real_now(),
        message_id=make_message_id(f"{company.pk}:{key}", secret, account.domain),
        is_automatic=True,
    )
    try:
        with transaction.atomic():
            _queue(company, key, account, mail)
    except IntegrityError:
        return False
    return True


def operators_of(company: Company) -> list[str]:
    """The owners' addresses, else the company's."""
    owners = Membership.objects.filter(company=company, role=Membership.Role.OWNER)
    active = owners.filter(user__is_active=True).order_by("user_id")
    found = list(active.values_list("user__email", flat=True))
    return found or ([company.email] if company.email else [])


def _queue(company: Company, key: str, account: SendingAccount, mail: Mail) -> None:
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
