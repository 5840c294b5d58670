"""Write a prepared mail to the outbox: content, recipients, attachments, reminders, audit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.money import format_money
from sollecito.domain.schedule import remindable_balance
from sollecito.domain.transitions import Status
from sollecito.domain.wording.naming import list_documents
from sollecito.dunning.models import Reminder
from sollecito.dunning.queries import instalment_facts
from sollecito.flows import audit, clock
from sollecito.flows.compare_standing import find_obstacles, lock_instalments
from sollecito.flows.freeze_mail import PreparedMail, all_recipients
from sollecito.outbox.models import Attachment, Content, DeliveryEvent, Message

LIFE = timedelta(hours=48)


class BalanceChangedError(Exception):
    """Something changed between wording the message and queueing it."""


def queue_content(mail: PreparedMail, *, user: User | None, wait: timedelta) -> Content:
    """Store the bytes and let them leave after ``wait``.

    Raises BalanceChangedError, and IntegrityError where the key was used already.
    """
    draft = mail.draft
    ids = sorted(draft.instalment_ids)
    items = (*draft.facts.items, *draft.facts.upcoming)
    with transaction.atomic():
        lock_instalments(ids)
        facts = instalment_facts(ids, draft.facts.today, as_of=clock.pretended_day())
        said = sum((item.balance for item in items), Decimal(0))
        balances = {pk: remindable_balance(facts[pk], draft.facts.today) for pk in ids}
        if obstacle := find_obstacles({0: balances}).get(0, ""):
            raise BalanceChangedError(obstacle)
        if sum(balances.values()) != said:
            raise BalanceChangedError("Il residuo è cambiato mentre scrivevi: riprova.")
        content = _write_content(mail, user)
        _write_messages(mail, content, user, wait)
        Reminder.objects.bulk_create(
            Reminder(
                company=draft.company,
                instalment=row,
                content=content,
                round=row.round,
                kind=draft.model,
                frozen_balance=balances[row.pk],
                issued_date=draft.facts.today,
            )
            for row in draft.rows
        )
        write_audit(mail, content, user)
    return content


def _write_content(mail: PreparedMail, user: User | None) -> Content:
    draft, now = mail.draft, clock.now()
    content = Content.objects.create(
        company=draft.company,
        key=mail.key,
        channel=draft.account.channel,
        kind=draft.model,
        sender=draft.account.sender,
        message_id=mail.message_id,
        raw=mail.raw,
        sha256=mail.sha256,
        envelope_from=draft.account.shown.address,
        subject=draft.subject[:250],
        text=draft.text,
        template_version=draft.version[:60],
        created_by=user,
        created_at=now,
        approved_by=user,
        approved_at=now,
        queued_at=now,
        expires_at=clock.real_now() + LIFE,
    )
    write_attachments(mail, content)
    return content


def write_attachments(mail: PreparedMail, content: Content) -> None:
    """Name what the frozen bytes carry."""
    Attachment.objects.bulk_create(
        Attachment(
            content=content,
            company=content.company,
            position=position,
            name=each.name,
            media_type=each.media_type,
            size=len(each.content),
            sha256=hashlib.sha256(each.content).hexdigest(),
        )
        for position, each in enumerate(mail.attachments, start=1)
    )


def _write_messages(
    mail: PreparedMail, content: Content, user: User | None, wait: timedelta
) -> None:
    company = mail.draft.company
    messages = Message.objects.bulk_create(
        Message(
            company=company,
            content=content,
            address=box.address,
            role=role,
            status=Status.QUEUED,
            not_before=clock.real_now() + wait,
        )
        for box, role in all_recipients(mail.draft)
    )
    write_queued(messages, "In coda, per mano di una persona.", user)


def write_queued(messages: Iterable[Message], words: str, user: User | None) -> None:
    """The event with which each message's way begins."""
    DeliveryEvent.objects.bulk_create(
        DeliveryEvent(
            company_id=message.company_id,
            message=message,
            at=clock.now(),
            kind="queued",
            text=words,
            user=user,
        )
        for message in messages
    )


def write_audit(mail: PreparedMail, content: Content, user: User | None) -> None:
    """The reminder in the history of each instalment."""
    draft = mail.draft
    named = list_documents((*draft.facts.items, *draft.facts.upcoming), "it")
    asked = sum((item.balance for item in draft.facts.items), Decimal(0))
    addresses = ", ".join(box.address for box, _ in all_recipients(draft))
    for pk in draft.instalment_ids:
        audit.record(
            draft.company,
            user,
            "reminder_sent",
            target=f"instalment:{pk}",
            text=f"Sollecito a {addresses}: {named}.",
            details={
                "content": content.pk,
                "amount": format_money(asked, draft.facts.currency),
                "sha256": mail.sha256,
            },
        )
