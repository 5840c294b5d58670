"""Write what became of rows: status, words, events, the end of the attempt.

The common case, everything accepted, is one statement on PostgreSQL (a transaction by itself) and
three on SQLite; the rest is called inside a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sollecito.channels.base import MARKED, Phase, Reply
from sollecito.domain.transitions import Command, Receipt, Status, learn, sources, target
from sollecito.flows import clock
from sollecito.flows.claim_contents import Claim, ClaimedContent, ClaimedRow
from sollecito.flows.void_reminders import void_reminders
from sollecito.outbox.models import DeliveryEvent, Message
from sollecito.outbox.queries import change, is_postgres, marks, short_transaction, stamp

TAKEN, REFUSED = "taken", "refused"

_ACCEPT = (
    f"UPDATE outbox_message SET status = '{target(Command.ACCEPT)}', reason = '', code = %s,"  # noqa: S608  no user data
    " enhanced = %s, text = %s, reference = %s, lease_until = NULL, settled_at = %s"
    f" WHERE id IN ({{ids}}) AND attempt_id = %s AND status = '{sources(Command.ACCEPT)[0]}'"
)
_END = (
    "UPDATE outbox_attempt SET ended_at = %s, phase = %s, code = %s, text = %s, outcome = %s"
    " WHERE content_id = %s AND attempt_id = %s"
)
_EVENT = (
    "INSERT INTO outbox_deliveryevent"
    " (company_id, message_id, at, kind, code, enhanced, text, attempt_id)"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one row, and the words that say why."""

    row: ClaimedRow
    receipt: Receipt
    reply: Reply
    status: Status
    not_before: datetime | None = None
    reason: str = ""


def accept_rows(claim: Claim, claimed: ClaimedContent, verdicts: Sequence[Verdict]) -> int:
    """Settle rows taken with one reply, at once; how many were still ours."""
    reply, now = verdicts[0].reply, stamp(clock.now())
    ids = [verdict.row.id for verdict in verdicts]
    words = (reply.code, reply.enhanced[:12], reply.text[:500])
    accept = [*words, reply.reference[:200], now, *ids, claim.attempt_id]
    end = [now, Phase.DOT, reply.code, reply.text[:500], TAKEN, claimed.id, claim.attempt_id]
    event = [claimed.company_id, now, Receipt.ACCEPTED, *words, claim.attempt_id]
    if is_postgres():
        return change(
            f"WITH moved AS ({_ACCEPT.format(ids=marks(ids))} RETURNING id), ended AS ({_END})"  # noqa: S608  no user data
            f" {_EVENT} SELECT %s, id, %s, %s, %s, %s, %s, %s FROM moved",
            [*accept, *end, *event],
        )
    with short_transaction():
        moved = change(_ACCEPT.format(ids=marks(ids)), accept)
        change(_END, end)
        if moved == len(ids):
            change(
                f"{_EVENT} SELECT %s, id, %s, %s, %s, %s, %s, %s FROM outbox_message"  # noqa: S608  no user data
                f" WHERE id IN ({marks(ids)})",
                [*event, *ids],
            )
    return moved


def settle_rows(claim: Claim, claimed: ClaimedContent, verdicts: Iterable[Verdict]) -> None:
    """Move each row that is still ours; the others learn. Events that are there stay alone."""
    known = set(
        DeliveryEvent.objects.filter(
            message__content=claimed.id, attempt_id=claim.attempt_id, kind=Receipt.ACCEPTED
        ).values_list("message_id", flat=True)
    )
    fresh = [verdict for verdict in verdicts if verdict.row.id not in known]
    for verdict in fresh:
        changes = _changes(verdict)
        ours = Message.objects.filter(
            pk=verdict.row.id,
            attempt_id=claim.attempt_id,
            status=Status.AT_DOT if verdict.reply.phase in MARKED else Status.SENDING,
        )
        if not ours.update(**changes):
            _learn_late(claim, verdict, changes)
    write_events(claim, claimed, ((each.row.id, each.receipt, each.reply) for each in fresh))


def write_events(
    claim: Claim, claimed: ClaimedContent, events: Iterable[tuple[int, str, Reply]]
) -> None:
    """Append events: message, kind, the server's words."""
    now = clock.now()
    DeliveryEvent.objects.bulk_create(
        DeliveryEvent(
            company_id=claimed.company_id,
            message_id=message,
            at=now,
            kind=kind,
            code=reply.code or None,
            enhanced=reply.enhanced[:12],
            text=reply.text[:500],
            attempt_id=claim.attempt_id,
        )
        for message, kind, reply in events
    )


def end_attempt(claim: Claim, claimed: ClaimedContent, reply: Reply, outcome: str) -> None:
    """Write how far an attempt came."""
    words = [reply.phase, reply.code, reply.text[:500], outcome]
    change(_END, [stamp(clock.now()), *words, claimed.id, claim.attempt_id])


def _changes(verdict: Verdict) -> dict[str, Any]:
    reply = verdict.reply
    changes = {
        "status": verdict.status,
        "reason": verdict.reason[:300],
        "code": reply.code or None,
        "enhanced": reply.enhanced[:12],
        "text": reply.text[:500],
        "reference": reply.reference[:200],
        "lease_until": None,
        "settled_at": None if verdict.status is Status.RETRY else clock.now(),
    }
    if verdict.not_before:
        changes["not_before"] = verdict.not_before
    if reply.phase not in MARKED:
        changes["attempts"] = verdict.row.attempts + 1
    return changes


def _learn_late(claim: Claim, verdict: Verdict, changes: dict[str, Any]) -> None:
    """A reply that comes after the lease was lost is the best evidence there is."""
    told = Message.objects.select_for_update().filter(pk=verdict.row.id)
    if verdict.receipt is not Receipt.ACCEPTED:
        told = told.filter(attempt_id=claim.attempt_id)
    row = told.first() if verdict.reply.phase in MARKED else None
    if row and (after := learn(row.status, verdict.receipt)) != row.status:
        Message.objects.filter(pk=row.pk).update(**{**changes, "status": after})
        void_reminders([row.content_id])
