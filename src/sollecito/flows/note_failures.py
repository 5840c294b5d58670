"""What did not arrive: its reminders count no more, and a step may go on by its next channel."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from sollecito.domain.approvals import Review
from sollecito.domain.grouping import BY_MAIL, key_of_content
from sollecito.domain.policies import ChannelMode, choose_next_channel
from sollecito.domain.transitions import Status
from sollecito.dunning.models import Draft, Reminder
from sollecito.dunning.plan_queries import about_the_same
from sollecito.flows import clock
from sollecito.flows.choose_channels import reachable_channels
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.flows.void_reminders import void_reminders
from sollecito.outbox.models import Content, Message

LOST = frozenset({Status.FAILED, Status.BOUNCED})


def note_failures(contents: Collection[int]) -> None:
    """Some messages of these contents failed or came back: what that means for their reminders."""
    void_reminders(contents)
    for draft in _lost_drafts(contents):
        _go_on(draft)


def _lost_drafts(contents: Collection[int]) -> QuerySet[Draft]:
    """Those of a step that tries channel after channel, of which nobody got anything."""
    hopeful = Message.objects.filter(content=OuterRef("pk"), role="to").exclude(status__in=LOST)
    rows = Draft.objects.filter(
        ~Exists(hopeful),
        pk__in=contents,
        is_open=False,
        step__channel_mode=ChannelMode.FIRST_THAT_WORKS,
    )
    return rows.select_related("content", "company", "party", "step")


def _go_on(lost: Draft) -> None:
    """Propose the same communication on the next channel, once; nothing where there is none."""
    family = Draft.objects.filter(pk__in=about_the_same([lost.pk]), group=lost.group)
    tried = {_named(row.content.channel) for row in family.select_related("content")}
    reachable = reachable_channels(lost.company, lost.party)
    channel = choose_next_channel(lost.step.channels, tried, reachable.keys())
    reminders = list(lost.content.reminders.filter(step__isnull=False).order_by("instalment_id"))
    if not channel or not reminders:
        return
    keys = [(row.instalment_id, row.round, row.step_id or 0, row.occurrence) for row in reminders]
    with transaction.atomic():
        content, is_new = Content.objects.get_or_create(
            company=lost.company,
            key=key_of_content(channel, keys),
            defaults={
                "channel": channel,
                "kind": lost.step.kind,
                "is_automatic": True,
                "created_at": clock.now(),
            },
        )
        if is_new:
            _write(lost, content, reminders, reachable[channel])
            touch_instalments([row.instalment_id for row in reminders])


def _write(
    lost: Draft, content: Content, reminders: Collection[Reminder], addresses: Collection[str]
) -> None:
    """A rule approves what it approved; what a person read, a person reads again."""
    Draft.objects.create(
        content=content,
        day=clock.today(lost.company.time_zone),
        review=[] if lost.is_by_rule else lost.review or [Review.POLICY],
        **{name: getattr(lost, name) for name in COPIED},
    )
    Message.objects.bulk_create(
        Message(
            company=lost.company,
            content=content,
            address=address,
            status=Status.DRAFT,
            not_before=content.created_at,
        )
        for address in addresses
    )
    Reminder.objects.bulk_create(
        Reminder(
            company=lost.company,
            content=content,
            channel=content.channel,
            instalment_id=row.instalment_id,
            round=row.round,
            step_id=row.step_id,
            occurrence=row.occurrence,
            offset_days=row.offset_days,
            kind=lost.step.kind,
            frozen_balance=row.frozen_balance,
        )
        for row in reminders
    )


COPIED = (
    *("company", "party", "policy", "step", "group", "offset_days", "amount", "later"),
    *("currency", "grouping"),
)


def _named(channel: str) -> str:
    """A channel as a step names it: what is kept here was meant as mail."""
    return "email" if channel in BY_MAIL else channel
