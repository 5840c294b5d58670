"""A rendered draft → frozen bytes in the queue, unless its balances moved meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.schedule import refuse_reminder, remindable_balance, without_collections
from sollecito.domain.transitions import Command, Status, apply
from sollecito.dunning.fact_queries import instalment_facts
from sollecito.dunning.models import Draft, Reminder
from sollecito.dunning.queries import announced_reminders
from sollecito.flows import clock
from sollecito.flows.choose_return_path import choose_return_path
from sollecito.flows.compare_standing import lock_instalments, lock_out_runs
from sollecito.flows.count_quota import reserve
from sollecito.flows.freeze_mail import PreparedMail, all_recipients
from sollecito.flows.queue_content import expiry
from sollecito.flows.queue_rows import write_attachments, write_audit, write_queued
from sollecito.outbox.models import Content, Message

SHOWN = "shown"


class DraftMovedError(Exception):
    """Something changed between rendering and freezing."""


def freeze_draft(
    draft: Draft,
    reminders: Sequence[Reminder],
    mail: PreparedMail,
    *,
    user: User | None,
    by_rule: bool,
    at: datetime,
) -> None:
    """Store the bytes, queue a row per recipient for ``at``, make the reminders history.

    Raises DraftMovedError where a balance or a hold changed since ``mail`` was rendered, and
    NotIncludedError where the tier does not let it leave.
    """
    ids = sorted(row.pk for row in mail.draft.rows)
    with transaction.atomic():
        lock_out_runs(draft.company_id)
        reserve(draft.company, mail.draft.account.channel)
        lock_instalments(ids)
        locked = Draft.objects.select_for_update().filter(pk=draft.pk, is_open=True)
        if not locked.exists():
            raise DraftMovedError("Qualcun altro ha già deciso su questa bozza.")
        balances = _check_balances(draft, mail, ids)
        _freeze_content(draft, mail, user)
        _queue_messages(draft.content, mail, user=user, by_rule=by_rule, at=at)
        _issue(draft, reminders, mail, balances, by_rule=by_rule)
        write_audit(mail, draft.content, user)


def _check_balances(draft: Draft, mail: PreparedMail, ids: Sequence[int]) -> dict[int, Decimal]:
    """What is asked for of each, now that it is locked."""
    said = sum(
        (item.balance for item in (*mail.draft.facts.items, *mail.draft.facts.upcoming)), Decimal(0)
    )
    today = mail.draft.facts.today
    facts = instalment_facts(ids, today, as_of=clock.pretended_day(mail.draft.company.time_zone))
    announced = {pk for _, pk in announced_reminders([draft.pk])}
    facts |= {pk: without_collections(facts[pk]) for pk in announced & facts.keys()}
    nothing = Decimal(0)  # the programme's own minimum was asked when it was decided again
    refusals = (
        refuse_reminder(replace(each, minimum_balance=nothing), today) for each in facts.values()
    )
    if refusal := next(filter(None, refusals), None):
        raise DraftMovedError(refusal.message)
    balances = {pk: remindable_balance(each, today) for pk, each in facts.items()}
    if sum(balances.values()) != said:
        raise DraftMovedError("Il residuo è cambiato mentre si preparava il messaggio: riprova.")
    return balances


def _freeze_content(draft: Draft, mail: PreparedMail, user: User | None) -> None:
    content, written, now = draft.content, mail.draft, clock.now()
    content.channel = written.account.channel
    content.kind = written.model
    content.sender = written.account.sender
    content.message_id = mail.message_id
    content.raw, content.sha256 = mail.raw, mail.sha256
    content.envelope_from = choose_return_path(written.account, mail.message_id)
    content.subject, content.text = written.title[:250], written.text
    content.template_version = written.version[:60]
    content.approved_by, content.approved_at, content.queued_at = user, now, now
    content.expires_at = expiry(written)
    content.save()
    write_attachments(mail, content)


def _queue_messages(
    content: Content, mail: PreparedMail, *, user: User | None, by_rule: bool, at: datetime
) -> None:
    """Rows keep their ids where the recipient is the same."""
    rows = {row.address: row for row in Message.objects.filter(content=content)}
    boxes = {box.address: role for box, role in all_recipients(mail.draft)}
    Message.objects.filter(pk__in=[r.pk for a, r in rows.items() if a not in boxes]).delete()
    queued = []
    for address, role in boxes.items():
        row = rows.get(address) or Message(
            company=content.company, content=content, address=address
        )
        row.role = role
        row.status = apply(Command.ENQUEUE, apply(Command.APPROVE, row.status or Status.DRAFT))
        row.reason, row.not_before = "", at
        row.save()
        queued.append(row)
    words = "Approvata per regola." if by_rule else "Approvata da una persona."
    write_queued(queued, words, user)


def _issue(
    draft: Draft,
    reminders: Sequence[Reminder],
    mail: PreparedMail,
    balances: Mapping[int, Decimal],
    *,
    by_rule: bool,
) -> None:
    today, company = mail.draft.facts.today, draft.company
    for each in reminders:
        each.frozen_balance = balances[each.instalment_id]
        each.issued_date, each.kind = today, mail.draft.model
        each.save(update_fields=["frozen_balance", "issued_date", "kind"])
    issued = {each.instalment_id for each in reminders}
    Reminder.objects.bulk_create(  # shown by a statement, not reminded: the gate minds them too
        Reminder(
            company=company,
            instalment=row,
            content=draft.content,
            round=row.round,
            kind=SHOWN,
            frozen_balance=balances[row.pk],
        )
        for row in mail.draft.rows
        if row.pk not in issued
    )
    draft.is_open, draft.is_issued, draft.is_by_rule, draft.day = False, True, by_rule, today
    draft.obstacle = draft.obstacle_text = ""
    fields = ["is_open", "is_issued", "is_by_rule", "day", "obstacle", "obstacle_text", "edits"]
    draft.save(update_fields=fields)
