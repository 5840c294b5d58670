"""Claim: take what is ready of one account, for one worker and a limited time.

A short transaction with no network in it. The row count of the UPDATE decides who has a row; the
attempt id that it writes is what the gate compares.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from sollecito.domain.retry import compute_allowance
from sollecito.domain.transitions import Command, sources, target
from sollecito.dunning.models import Reminder
from sollecito.flows import clock
from sollecito.flows.compare_standing import Standing, find_obstacles, read_standing
from sollecito.outbox.models import Attempt, Content, Sender
from sollecito.outbox.queries import (
    Lane,
    busy_workers,
    can_send,
    change,
    fetch,
    marks,
    quoted,
    ready_contents,
    short_transaction,
    sql_later,
    sql_now,
    started_since,
)

BATCH = 50
DEFAULT_CONNECTIONS = 4
WINDOWS = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24))


@dataclass(frozen=True, slots=True)
class ClaimedRow:
    """One recipient's row, as claimed."""

    id: int
    address: str
    attempts: int


@dataclass(slots=True)
class ClaimedContent:
    """One content, its claimed rows, and what it asks of the gate."""

    content: Content
    attempt: Attempt
    rows: list[ClaimedRow] = field(default_factory=list)
    balances: dict[int, Decimal] = field(default_factory=dict)
    """Frozen balance of each instalment the content speaks of."""
    standing: dict[int, Standing] = field(default_factory=dict)
    obstacle: str = ""
    """Why the content may not leave, where that was so already when it was claimed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one worker holds."""

    attempt_id: str
    worker_id: str
    lane: Lane
    contents: list[ClaimedContent]


def claim_contents(lane: Lane, *, worker_id: str, limit: int = BATCH) -> Claim | None:
    """Take up to ``limit`` contents of an account; ``None`` when there is nothing to take."""
    attempt_id = uuid.uuid4().hex
    with short_transaction():
        room = min(limit, _room(lane, worker_id, limit))
        contents = ready_contents(lane, room) if room and can_send() else []
        rows = _take(contents, attempt_id, worker_id) if contents else []
        if not rows:
            return None
        claimed = _write_attempts(lane, attempt_id, worker_id, rows)
    _read_contents(claimed)
    return Claim(attempt_id, worker_id, lane, list(claimed.values()))


def _room(lane: Lane, worker_id: str, limit: int) -> int:
    """How many contents the account's connections and rates leave room for."""
    if lane.channel != "email":
        return limit
    if lane.sender_id is None:
        return limit if busy_workers(lane, worker_id) < DEFAULT_CONNECTIONS else 0
    sender = Sender.objects.select_for_update().get(pk=lane.sender_id)
    if sender.paused_at or busy_workers(lane, worker_id) >= sender.max_connections:
        return 0
    limits = (sender.per_minute, sender.per_hour, sender.per_day)
    now = clock.now()
    sent = [
        started_since(lane, now - window) if most is not None else 0
        for window, most in zip(WINDOWS, limits, strict=True)
    ]
    allowance = compute_allowance(sent, limits)
    return limit if allowance is None else allowance


def _take(
    contents: list[int], attempt_id: str, worker_id: str
) -> list[tuple[int, int, int, str, int]]:
    """Mark every ready row of these contents as ours; return those that were."""
    taken = change(
        f"UPDATE outbox_message SET status = '{target(Command.CLAIM)}',"  # noqa: S608  no user data
        f" attempt_id = %s, worker_id = %s, lease_until = {sql_later(settings.LEASE_SECONDS)}"
        f" WHERE content_id IN ({marks(contents)}) AND status IN ({quoted(sources(Command.CLAIM))})"
        f" AND not_before <= {sql_now()}",
        [attempt_id, worker_id, *contents],
    )
    if not taken:
        return []
    return [
        (content, company, row, address, attempts)
        for content, company, row, address, attempts in fetch(
            "SELECT content_id, company_id, id, address, attempts FROM outbox_message"  # noqa: S608  no user data
            f" WHERE content_id IN ({marks(contents)}) AND attempt_id = %s ORDER BY id",
            [*contents, attempt_id],
        )
    ]


def _write_attempts(
    lane: Lane, attempt_id: str, worker_id: str, rows: list[tuple[int, int, int, str, int]]
) -> dict[int, ClaimedContent]:
    now: datetime = clock.now()
    companies = {content: company for content, company, *_ in rows}
    attempts = Attempt.objects.bulk_create(
        Attempt(
            company_id=company,
            content_id=content,
            attempt_id=attempt_id,
            worker_id=worker_id,
            lane=lane.name,
            started_at=now,
        )
        for content, company in companies.items()
    )
    claimed = {
        attempt.content_id: ClaimedContent(Content(pk=attempt.content_id), attempt)
        for attempt in attempts
    }
    for content, _, row, address, tries in rows:
        claimed[content].rows.append(ClaimedRow(row, address, tries))
    return claimed


def _read_contents(claimed: dict[int, ClaimedContent]) -> None:
    """Add bytes, balances and the standing of the instalments. Nothing here needs a lock."""
    fields = ("company", "raw", "message_id", "envelope_from", "expires_at", "is_automatic")
    for content in Content.objects.filter(pk__in=claimed).only(*fields):
        claimed[content.pk].content = content
    reminders = Reminder.objects.filter(content__in=claimed).order_by("instalment_id")
    for content_id, instalment_id, balance in reminders.values_list(
        "content_id", "instalment_id", "frozen_balance"
    ):
        claimed[content_id].balances[instalment_id] = balance
    standing = read_standing({i for each in claimed.values() for i in each.balances})
    obstacles = find_obstacles({key: each.balances for key, each in claimed.items()})
    for key, each in claimed.items():
        each.standing = {i: standing[i] for i in each.balances if i in standing}
        each.obstacle = obstacles.get(key, "")
