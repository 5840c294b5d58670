"""Write a prepared mail to the outbox: content, recipients, attachments, reminders, audit."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.schedule import remindable_balance
from sollecito.domain.transitions import Status
from sollecito.dunning.fact_queries import instalment_facts
from sollecito.dunning.models import Reminder
from sollecito.flows import clock
from sollecito.flows.choose_return_path import choose_return_path
from sollecito.flows.compare_standing import as_told, find_obstacles, lock_instalments
from sollecito.flows.count_quota import reserve
from sollecito.flows.freeze_mail import PreparedMail, all_recipients
from sollecito.flows.queue_rows import write_attachments, write_audit, write_queued
from sollecito.flows.reminder_options import ReminderDraft
from sollecito.outbox.models import Content, Message

LIFE = timedelta(hours=48)


class BalanceChangedError(Exception):
    """Something changed between wording the message and queueing it."""


def queue_content(mail: PreparedMail, *, user: User | None, wait: timedelta) -> Content:
    """Store the bytes and let them leave after ``wait``.

    Raises BalanceChangedError, NotIncludedError, and IntegrityError where the key was used already.
    """
    draft = mail.draft
    ids = sorted(draft.instalment_ids)
    items = (*draft.facts.items, *draft.facts.upcoming)
    with transaction.atomic():
        reserve(draft.company, draft.account.channel)
        lock_instalments(ids)
        known = instalment_facts(ids, draft.facts.today, as_of=clock.pretended_day())
        facts = {pk: as_told(each, draft.model) for pk, each in known.items()}
        said = sum((item.balance for item in items), Decimal(0))
        balances = {pk: remindable_balance(facts[pk], draft.facts.today) for pk in ids}
        if obstacle := find_obstacles({0: balances}, kind=draft.model).get(0, ""):
            raise BalanceChangedError(obstacle)
        if sum(balances.values()) != said:
            raise BalanceChangedError("Il residuo è cambiato mentre scrivevi: riprova.")
        content = write_content(mail, user)
        write_messages(mail, content, user, wait)
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


def expiry(draft: ReminderDraft) -> datetime | None:
    """When what has not left is given up; letters and calls wait for their person."""
    return None if draft.is_letter or draft.is_call else clock.real_now() + LIFE


def write_content(mail: PreparedMail, user: User | None) -> Content:
    """The frozen bytes and what they carry."""
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
        envelope_from=choose_return_path(draft.account, mail.message_id),
        subject=draft.title[:250],
        text=draft.text,
        template_version=draft.version[:60],
        created_by=user,
        created_at=now,
        approved_by=user,
        approved_at=now,
        queued_at=now,
        expires_at=expiry(draft),
    )
    write_attachments(mail, content)
    return content


def write_messages(
    mail: PreparedMail, content: Content, user: User | None, wait: timedelta
) -> None:
    """A row per recipient, ready after ``wait``."""
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
