"""The rows of a draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sollecito.accounts.models import Company
from sollecito.domain.grouping import Line, content_key
from sollecito.domain.transitions import Status
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows import clock
from sollecito.flows.choose_sender import SendingAccount
from sollecito.flows.planning.proposing import Proposal
from sollecito.flows.void_reminders import release_keys
from sollecito.ledger.models import Party
from sollecito.outbox.models import Content, Message


def amount_of(lines: Sequence[Line]) -> Decimal:
    """What is asked for."""
    return sum((line.balance for line in lines), Decimal(0))


def message_row(content: Content, address: str) -> Message:
    """A recipient of a draft."""
    return Message(
        company_id=content.company_id,
        content=content,
        address=address,
        status=Status.DRAFT,
        not_before=content.created_at,
    )


def create_drafts(
    company: Company, proposals: Sequence[Proposal], account: SendingAccount, today: date
) -> dict[str, int]:
    """New drafts with their recipients and reminders; content ids by key."""
    used = Content.objects.filter(company=company, key__in=[each.key for each in proposals])
    release_keys(list(used.values_list("pk", flat=True)))
    now = clock.now()
    contents = Content.objects.bulk_create(
        Content(
            company=company,
            key=each.key,
            channel=account.channel if each.channel == "email" else each.channel,
            kind=each.group.lead.kind,
            is_automatic=True,
            created_at=now,
        )
        for each in proposals
    )
    pairs = list(zip(contents, proposals, strict=True))
    Draft.objects.bulk_create(_draft(content, each, today) for content, each in pairs)
    Message.objects.bulk_create(
        message_row(content, address)
        for content, each in pairs
        for address in each.group.lead.readers or ("",)
    )
    Reminder.objects.bulk_create(
        _reminder(content, line) for content, each in pairs for line in each.lines
    )
    return {content.key: content.pk for content in contents}


def _draft(content: Content, each: Proposal, today: date) -> Draft:
    lead = each.group.lead
    return Draft(
        content=content,
        company_id=content.company_id,
        party=Party(pk=lead.customer),
        policy_id=lead.policy,
        step_id=lead.step,
        group=content_key("all", each.group.lines),
        day=today,
        offset_days=lead.offset_days,
        amount=amount_of(each.lines),
        currency=lead.currency,
        grouping=lead.grouping,
        review=list(each.review),
        obstacle=each.obstacle,
    )


def _reminder(content: Content, line: Line) -> Reminder:
    return Reminder(
        company_id=content.company_id,
        instalment_id=line.instalment,
        content=content,
        round=line.round,
        step_id=line.step,
        occurrence=line.occurrence,
        offset_days=line.offset_days,
        channel=content.channel,
        kind=line.kind,
        frozen_balance=line.balance,
    )
