"""Claim: take what is ready of one account, for one worker and a limited time.

A short transaction with no network in it. The row count of the UPDATE decides who has a row; the
attempt id that it writes is what the gate compares.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from sollecito.domain.retry import compute_allowance
from sollecito.domain.transitions import Command, sources, target
from sollecito.flows import clock
from sollecito.outbox.models import Content, Instance, Sender
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
    stamp,
    started_since,
)

BATCH = 50
WINDOWS = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24))


@dataclass(frozen=True, slots=True)
class ClaimedRow:
    """One recipient's row, as claimed."""

    id: int
    address: str
    attempts: int


@dataclass(slots=True)
class ClaimedContent:
    """One content as its worker needs it, with the rows that were claimed."""

    id: int
    company_id: int
    rows: list[ClaimedRow] = field(default_factory=list)
    raw: bytes = b""
    message_id: str = ""
    envelope_from: str = ""
    expires_at: datetime | None = None
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What one worker holds."""

    attempt_id: str
    worker_id: str
    lane: Lane
    contents: list[ClaimedContent]


def claim_contents(lane: Lane, *, worker_id: str, limit: int = BATCH) -> Claim | None:
    """Take up to ``limit`` contents of an account; ``None`` when there is nothing to take."""
    claim = Claim(uuid.uuid4().hex, worker_id, lane, [])
    with short_transaction():
        room = _room(lane, worker_id, limit)
        contents = ready_contents(lane, room) if room and can_send() else []
        if not contents or not _take(claim, contents):
            return None
        _write_attempts(claim)
    _read_contents(claim)
    return claim


def _room(lane: Lane, worker_id: str, limit: int) -> int:
    """How many contents the account's connections and rates leave room for."""
    if lane.sender_id is None:
        if lane.channel != "email":
            return limit
        connections, limits = settings.SMTP_CONNECTIONS, settings.SMTP_RATES
        if any(limits):  # two workers must not count the same room
            Instance.objects.select_for_update().filter(pk=1).first()
    else:
        sender = Sender.objects.select_for_update().get(pk=lane.sender_id)
        if sender.paused_at:
            return 0
        connections = sender.max_connections
        limits = (sender.per_minute, sender.per_hour, sender.per_day)
    if busy_workers(lane, worker_id) >= connections:
        return 0
    now = clock.now()
    sent = [
        started_since(lane, now - window) if most is not None else 0
        for window, most in zip(WINDOWS, limits, strict=True)
    ]
    allowance = compute_allowance(sent, limits)
    return limit if allowance is None else min(limit, allowance)


def _take(claim: Claim, contents: list[int]) -> bool:
    """Mark every ready row of these contents as ours; whether there was any."""
    taken = change(
        f"UPDATE outbox_message SET status = '{target(Command.CLAIM)}',"  # noqa: S608  no user data
        f" attempt_id = %s, worker_id = %s, lease_until = {sql_later(settings.LEASE_SECONDS)}"
        f" WHERE content_id IN ({marks(contents)}) AND status IN ({quoted(sources(Command.CLAIM))})"
        f" AND not_before <= {sql_now()}",
        [claim.attempt_id, claim.worker_id, *contents],
    )
    if not taken:
        return False
    found: dict[int, ClaimedContent] = {}
    for content, company, *row in fetch(
        "SELECT content_id, company_id, id, address, attempts FROM outbox_message"  # noqa: S608  no user data
        f" WHERE content_id IN ({marks(contents)}) AND attempt_id = %s ORDER BY id",
        [*contents, claim.attempt_id],
    ):
        claimed = found.setdefault(content, ClaimedContent(content, company))
        claimed.rows.append(ClaimedRow(*row))
    claim.contents.extend(found.values())
    return True


def _write_attempts(claim: Claim) -> None:
    now = stamp(clock.now())
    rows = [
        (each.company_id, each.id, claim.attempt_id, claim.worker_id, claim.lane.name, now)
        for each in claim.contents
    ]
    places = ", ".join(["(%s, %s, %s, %s, %s, %s, '', '', '')"] * len(rows))
    change(
        "INSERT INTO outbox_attempt (company_id, content_id, attempt_id, worker_id, lane,"  # noqa: S608  no user data
        f" started_at, phase, text, outcome) VALUES {places}",
        [value for row in rows for value in row],
    )


def _read_contents(claim: Claim) -> None:
    """Add the bytes and the envelope: frozen, so nothing here needs a lock."""
    mine = {each.id: each for each in claim.contents}
    fields = ("raw", "message_id", "envelope_from", "expires_at", "is_automatic")
    for key, raw, *rest in Content.objects.filter(pk__in=mine).values_list("pk", *fields):
        each = mine[key]
        each.raw = bytes(raw or b"")
        each.message_id, each.envelope_from, each.expires_at, each.is_automatic = rest
