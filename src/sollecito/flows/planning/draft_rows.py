"""The rows of a draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sollecito.accounts.bulk import among_texts, insert_rows
from sollecito.accounts.models import Company
from sollecito.domain.grouping import Line, content_key
from sollecito.domain.transitions import Status
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows import clock
from sollecito.flows.choose_sender import SendingAccount
from sollecito.flows.planning.proposing import Proposal
from sollecito.flows.void_reminders import release_keys
from sollecito.outbox.models import Content, Message


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
    keys = among_texts([each.key for each in proposals])
    mine = Content.objects.filter(company=company, key__in=keys)
    release_keys(list(mine.values_list("pk", flat=True)))
    now = clock.now()
    owner = company.pk
    insert_rows(
        Content,
        ("company_id", "key", "channel", "kind", "is_automatic", "created_at"),
        [
            (owner, each.key, _sent_by(each, account), each.group.lead.kind, True, now)
            for each in proposals
        ],
    )
    made = dict(mine.values_list("key", "pk"))
    pairs = [(made[each.key], each) for each in proposals]
    insert_rows(
        Message,
        ("company_id", "content_id", "address", "status", "not_before"),
        [
            (owner, content, address, Status.DRAFT, now)
            for content, each in pairs
            for address in each.group.lead.recipients(each.channel) or ("",)
        ],
    )
    insert_rows(Draft, _DRAFT, [(owner, content, *_draft(each, today)) for content, each in pairs])
    insert_rows(
        Reminder,
        _REMINDER,
        [
            (owner, content, _sent_by(each, account), *_reminder(line))
            for content, each in pairs
            for line in each.lines
        ],
    )
    return made


def _sent_by(each: Proposal, account: SendingAccount) -> str:
    return account.channel if each.channel == "email" else each.channel


_DRAFT = (
    *(
        "company_id",
        "content_id",
        "party_id",
        "contact_id",
        "customers",
        "policy_id",
        "step_id",
        "group",
        "day",
    ),
    *("offset_days", "amount", "later", "currency", "grouping", "review", "obstacle"),
)


def _draft(each: Proposal, today: date) -> tuple[Any, ...]:
    lead = each.group.lead
    return (
        *(lead.customer, lead.contact or None, len({line.customer for line in each.lines})),
        *(lead.policy, lead.step),
        *(content_key("all", each.group.lines), today),
        *(lead.offset_days, each.asked.amount, each.asked.later, lead.currency, lead.grouping),
        *(list(each.review), each.obstacle),
    )


_REMINDER = (
    *("company_id", "content_id", "channel", "instalment_id", "round", "step_id"),
    *("occurrence", "offset_days", "kind", "frozen_balance"),
)


def _reminder(line: Line) -> tuple[Any, ...]:
    return (
        *(line.instalment, line.round, line.step, line.occurrence, line.offset_days),
        *(line.kind, line.balance),
    )
