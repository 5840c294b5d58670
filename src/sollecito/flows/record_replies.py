"""Record what the server said, per recipient; what it did not say becomes a doubt or a retry."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from sollecito.channels.base import BEFORE_MAIL, LATER, Phase, Refused, Reply, family
from sollecito.domain.retry import decide_retry
from sollecito.domain.transitions import Command, Receipt, Status, learn, sources, target
from sollecito.flows import clock
from sollecito.flows.claim_contents import Claim, ClaimedContent, ClaimedRow
from sollecito.flows.pause_sender import pause_in_a_storm
from sollecito.flows.withdraw_messages import void_reminders
from sollecito.outbox.models import Attempt, Message
from sollecito.outbox.queries import (
    change,
    end_attempt,
    marks,
    short_transaction,
    stamp,
    write_events,
)

TAKEN, REFUSED = "taken", "refused"
EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one row, and the words that say why."""

    row: ClaimedRow
    receipt: Receipt
    reply: Reply
    status: Status
    not_before: datetime | None = None
    reason: str = ""


def record_replies(claim: Claim, claimed: ClaimedContent, replies: Iterable[Reply]) -> None:
    """Settle the rows that the server answered for, in one transaction.

    A row that is no longer ours (its lease ran out while the server thought) learns the reply as
    a receipt: an unknown is settled by it, and what a person resent meanwhile is stopped.
    """
    rows = {row.address: row for row in claimed.rows}
    chance = random.random()  # noqa: S311  spreads retries, guards no secret
    _record(
        claim,
        claimed,
        [_judge(claimed, rows[each.recipient], each, chance, each.is_for_good) for each in replies],
    )


def _record(claim: Claim, claimed: ClaimedContent, verdicts: list[Verdict]) -> None:
    if not verdicts:
        return
    worst = min(verdicts, key=lambda verdict: verdict.receipt is Receipt.ACCEPTED)
    outcome = _outcome(verdicts)
    with short_transaction():
        if not _settle_accepted(claim, verdicts):
            _settle(claim, verdicts)
        write_events(
            (
                (
                    claimed.attempt.company_id,
                    each.row.id,
                    each.receipt,
                    each.reply,
                    claim.attempt_id,
                )
                for each in verdicts
            ),
            clock.now(),
        )
        end_attempt(claimed.attempt.pk, worst.reply, outcome, clock.now())
        if any(verdict.status is Status.FAILED for verdict in verdicts):
            void_reminders([claimed.content.pk])
        if outcome == REFUSED:
            pause_in_a_storm(claim.lane, worst.reply.text)


def record_refusal(claim: Claim, claimed: ClaimedContent, refused: Refused) -> None:
    """Settle rows whose transmission ended before the dot: try again later, or never.

    No connection, no TLS, no log-in say nothing about the message: it is tried again until it
    expires, and the sender is paused before long.
    """
    answered = {reply.recipient for reply in refused.replies}
    record_replies(claim, claimed, refused.replies)
    chance = random.random()  # noqa: S311  spreads retries, guards no secret
    _record(
        claim,
        claimed,
        [
            _judge(
                claimed,
                row,
                Reply(row.address, refused.code, text=refused.reason, phase=refused.phase),
                chance,
                refused.for_good,
            )
            for row in claimed.rows
            if row.address not in answered
        ],
    )
    if refused.phase in BEFORE_MAIL and family(refused.code) != LATER:
        with short_transaction():
            Attempt.objects.filter(pk=claimed.attempt.pk).update(outcome=REFUSED)
            pause_in_a_storm(claim.lane, refused.reason)


def record_doubt(claim: Claim, claimed: ClaimedContent, reason: str) -> None:
    """The dot may have left and no reply was read: unknown, at once."""
    words = Reply("", 0, text=reason)
    with short_transaction():
        doubtful = Message.objects.select_for_update().filter(
            content=claimed.content, attempt_id=claim.attempt_id, status=Status.AT_DOT
        )
        ids = list(doubtful.values_list("pk", flat=True))
        doubtful.update(status=Status.UNKNOWN, reason=reason[:300], lease_until=None)
        company = claimed.attempt.company_id
        write_events(
            ((company, pk, Status.UNKNOWN, words, claim.attempt_id) for pk in ids), clock.now()
        )
        end_attempt(claimed.attempt.pk, words, "", clock.now())


def record_break(claim: Claim, claimed: ClaimedContent) -> None:
    """Something of ours broke. The mark decides: before the gate later again, after it unknown."""
    record_doubt(claim, claimed, "Invio interrotto da un errore interno dopo la partenza.")
    words = "Errore interno: l'invio sarà ripetuto. Guarda i log di Sollecito."
    record_refusal(claim, claimed, Refused(words, phase=Phase.CHECK))


def _judge(
    claimed: ClaimedContent,
    row: ClaimedRow,
    reply: Reply,
    chance: float,
    is_never: bool,  # noqa: FBT001  a fact of the reply
) -> Verdict:
    if reply.is_accepted:
        return Verdict(row, Receipt.ACCEPTED, reply, Status.ACCEPTED)
    if is_never:
        return Verdict(row, Receipt.REFUSED, reply, Status.FAILED, reason=reply.text)
    again = decide_retry(
        row.attempts + 1,
        now=clock.now(),
        expires_at=claimed.content.expires_at,
        chance=chance,
        first_seconds=settings.RETRY_SECONDS,
    )
    if again is None:
        return Verdict(row, Receipt.DEFERRED, reply, Status.FAILED, reason=EXPIRED)
    return Verdict(row, Receipt.DEFERRED, reply, Status.RETRY, again, reply.text)


def _outcome(verdicts: list[Verdict]) -> str:
    if any(verdict.receipt is Receipt.ACCEPTED for verdict in verdicts):
        return TAKEN
    counted = (v.receipt is Receipt.REFUSED and v.reply.phase is not Phase.CHECK for v in verdicts)
    return REFUSED if any(counted) else ""


def _settle_accepted(claim: Claim, verdicts: list[Verdict]) -> bool:
    """The common case in one statement; ``False`` where some row is not, or no longer, ours."""
    reply = verdicts[0].reply
    ids = [verdict.row.id for verdict in verdicts if verdict.receipt is Receipt.ACCEPTED]
    if len(ids) != len(verdicts):
        return False
    moved = change(
        f"UPDATE outbox_message SET status = '{target(Command.ACCEPT)}', reason = '',"  # noqa: S608  no user data
        " code = %s, enhanced = %s, text = %s, reference = %s, lease_until = NULL,"
        f" settled_at = %s WHERE id IN ({marks(ids)}) AND attempt_id = %s"
        f" AND status = '{sources(Command.ACCEPT)[0]}'",
        [
            *(reply.code, reply.enhanced[:12], reply.text[:500], reply.reference[:200]),
            *(stamp(clock.now()), *ids, claim.attempt_id),
        ],
    )
    return moved == len(ids)


def _settle(claim: Claim, verdicts: list[Verdict]) -> None:
    """Move the rows that are still ours; the others learn."""
    now = clock.now()
    for verdict in verdicts:
        reply = verdict.reply
        from_dot = reply.phase is Phase.DOT
        changes = {
            "status": verdict.status,
            "reason": verdict.reason[:300],
            "code": reply.code,
            "enhanced": reply.enhanced[:12],
            "text": reply.text[:500],
            "reference": reply.reference[:200],
            "lease_until": None,
            "settled_at": None if verdict.status is Status.RETRY else now,
        }
        if verdict.not_before:
            changes["not_before"] = verdict.not_before
        if not from_dot:
            changes["attempts"] = verdict.row.attempts + 1
        ours = Message.objects.filter(
            pk=verdict.row.id,
            attempt_id=claim.attempt_id,
            status=Status.AT_DOT if from_dot else Status.SENDING,
        )
        if not ours.update(**changes):
            _learn_late(claim, verdict, changes)


def _learn_late(claim: Claim, verdict: Verdict, changes: dict[str, object]) -> None:
    """A reply that comes after the lease was lost is the best evidence there is."""
    row = Message.objects.select_for_update().filter(pk=verdict.row.id).first()
    if row is None or verdict.reply.phase is not Phase.DOT:
        return
    if verdict.receipt is not Receipt.ACCEPTED and row.attempt_id != claim.attempt_id:
        return
    after = learn(row.status, verdict.receipt)
    if after != row.status:
        Message.objects.filter(pk=row.pk).update(**{**changes, "status": after})
