"""Groups of today → drafts: those that are the same keep their id, the others go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sollecito.accounts.bulk import among
from sollecito.accounts.models import Company
from sollecito.domain.grouping import (
    COMPANY_CAP,
    CUSTOMER_CAP,
    POLICY_CAP,
    READER_GAP,
    SMS_CAP,
    content_key,
)
from sollecito.domain.transitions import Status
from sollecito.dunning.models import Draft
from sollecito.dunning.plan_queries import open_drafts
from sollecito.flows.choose_sender import SendingAccount
from sollecito.flows.count_quota import MODULE_OFF, QUOTA
from sollecito.flows.planning.carrying import carry_edits
from sollecito.flows.planning.draft_rows import create_drafts, message_row
from sollecito.flows.planning.proposing import NO_CHANNEL, NO_RECIPIENT, Proposal
from sollecito.flows.planning.resting import rests_among
from sollecito.flows.planning.withdrawing import withdraw_drafts
from sollecito.outbox.models import Content, Message

PASSING = frozenset(
    {
        *(NO_RECIPIENT, NO_CHANNEL, CUSTOMER_CAP, POLICY_CAP, COMPANY_CAP, READER_GAP),
        *(SMS_CAP, QUOTA, MODULE_OFF),
    }
)
"""Obstacles that a run finds by itself, or that the next approval finds again."""
WITHDRAWN = "Non più da inviare: è cambiato qualcosa da quando fu proposta."


def keep_drafts(
    company: Company,
    parties: Collection[int],
    proposals: Sequence[Proposal],
    *,
    account: SendingAccount,
    today: date,
) -> dict[str, int]:
    """Make the open drafts of these customers equal to what is proposed; content ids by key."""
    wanted = {each.key: each for each in proposals}
    kept: dict[str, int] = {}
    stale: list[int] = []
    drafts = list(open_drafts(company, parties))
    addresses = _addresses(draft.content_id for draft in drafts)
    unwanted = [draft for draft in drafts if draft.content.key not in wanted]
    rests = rests_among(company, unwanted, today) if unwanted else set()
    for draft in drafts:
        each = wanted.get(draft.content.key)
        if each is None and draft.content.raw is None and draft.pk in rests:
            continue  # its other channel went: this one still waits for a person
        if each is None or draft.content.raw is not None:
            stale.append(draft.content_id)
        else:
            kept[each.key] = draft.content_id
            _refresh(draft, each)
            if each.obstacle != NO_RECIPIENT and not draft.edits:
                _address(draft.content, each, addresses[draft.content_id])
    if stale:
        withdraw_drafts(stale, WITHDRAWN)
    new = [each for key, each in wanted.items() if key not in kept]
    made = create_drafts(company, new, account, today)
    if made:
        carry_edits(company, made.values())
    return kept | made


def lacking_drafts(company: Company) -> dict[str, str]:
    """What composing found missing in open drafts, by key; it stays until they are composed again.

    Addresses, channels and caps are found out by each run.
    """
    rows = open_drafts(company).exclude(obstacle__in=["", *PASSING])
    return dict(rows.values_list("content__key", "obstacle"))


def _refresh(draft: Draft, each: Proposal) -> None:
    """The same decision: what is said around it may have changed."""
    fresh = {
        "amount": each.asked.amount,
        "later": each.asked.later,
        "review": list(each.review),
        "obstacle": each.obstacle,
        "obstacle_text": draft.obstacle_text if each.obstacle == draft.obstacle else "",
        "group": content_key("all", each.group.lines),
    }
    if any(getattr(draft, name) != value for name, value in fresh.items()):
        Draft.objects.filter(pk=draft.pk).update(**fresh)


def _addresses(contents: Iterable[int]) -> dict[int, set[str]]:
    """Recipients of drafts, by content."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Message.objects.filter(content__in=among(list(contents)), status=Status.DRAFT)
    for content, address in rows.order_by().values_list("content_id", "address"):
        found[content].add(address)
    return found


def _address(content: Content, each: Proposal, known: set[str]) -> None:
    """Recipients as the customer's card has them now."""
    wanted = each.group.lead.recipients(each.channel)
    if known == set(wanted):
        return
    rows = Message.objects.filter(content=content, status=Status.DRAFT)
    rows.exclude(address__in=wanted).delete()
    missing = [address for address in wanted if address not in known]
    Message.objects.bulk_create(message_row(content, address) for address in missing)
