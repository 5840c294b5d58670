"""Claim: take what is ready of one account, for one worker and a limited time.

A short transaction with no network in it. The row count of the UPDATE decides who has a row; the
attempt id that it writes is what the gate compares.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from sollecito.domain.transitions import Command, sources, target
from sollecito.flows import clock
from sollecito.flows.count_room import count_room
from sollecito.outbox.models import Content
from sollecito.outbox.queries import (
    Lane,
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
)

BATCH = 50


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
        room = count_room(lane, worker_id, limit)
        contents = ready_contents(lane, room) if room and can_send() else []
        if not contents or not _take(claim, contents):
            return None
        _write_attempts(claim)
    _read_contents(claim)
    return claim


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
