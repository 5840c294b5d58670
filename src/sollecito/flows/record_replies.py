"""Record what the server said, per recipient; what it did not say becomes a doubt or a retry."""

from __future__ import annotations

import random
from collections.abc import Iterable

from django.conf import settings

from sollecito.channels.base import BEFORE_MAIL, LATER, Phase, Refused, Reply, family
from sollecito.domain.retry import decide_retry
from sollecito.domain.transitions import Receipt, Status
from sollecito.flows import clock
from sollecito.flows.claim_contents import Claim, ClaimedContent, ClaimedRow
from sollecito.flows.note_failures import note_failures
from sollecito.flows.pause_sender import pause_in_a_storm
from sollecito.flows.settle_rows import (
    REFUSED,
    TAKEN,
    Verdict,
    accept_rows,
    end_attempt,
    settle_rows,
    write_events,
)
from sollecito.flows.void_reminders import void_reminders
from sollecito.outbox.models import Message
from sollecito.outbox.queries import short_transaction

EXPIRED = "expired"
TOO_LATE = "Scade prima del prossimo tentativo: non sarà ripetuto."


def record_replies(claim: Claim, claimed: ClaimedContent, replies: Iterable[Reply]) -> None:
    """Settle the rows that the server answered for.

    A row that is no longer ours (its lease ran out while the server thought) learns the reply as
    a receipt: an unknown is settled by it, and what a person resent meanwhile is stopped.
    """
    rows = {row.address: row for row in claimed.rows}
    chance = _chance()
    verdicts = [
        _judge(claimed, rows[reply.recipient], reply, chance=chance, is_never=reply.is_for_good)
        for reply in replies
    ]
    if not verdicts:
        return
    is_taken = all(verdict.receipt is Receipt.ACCEPTED for verdict in verdicts)
    if is_taken and accept_rows(claim, claimed, verdicts) == len(verdicts):
        return
    with short_transaction():
        if is_taken:
            settle_rows(claim, claimed, verdicts)
        else:
            _settle(claim, claimed, verdicts, outcome=_outcome(verdicts))


def record_refusal(claim: Claim, claimed: ClaimedContent, refused: Refused) -> None:
    """Settle rows whose transmission ended before the dot: try again later, or never.

    No connection, no TLS, no log-in say nothing about the message: it is tried again until it
    expires, and the sender is paused before long.
    """
    record_replies(claim, claimed, refused.replies)
    answered = {reply.recipient for reply in refused.replies}
    chance = _chance()
    verdicts = [
        _judge(
            claimed,
            row,
            Reply(row.address, refused.code, text=refused.reason, phase=refused.phase),
            chance=chance,
            is_never=refused.for_good,
        )
        for row in claimed.rows
        if row.address not in answered
    ]
    counts = refused.phase in BEFORE_MAIL and family(refused.code) != LATER
    if verdicts:
        with short_transaction():
            _settle(claim, claimed, verdicts, outcome=REFUSED if counts else "")


def record_doubt(claim: Claim, claimed: ClaimedContent, reason: str) -> None:
    """The dot may have left and no reply was read: unknown, at once."""
    words = Reply("", 0, text=reason)
    with short_transaction():
        doubtful = Message.objects.select_for_update().filter(
            content=claimed.id, attempt_id=claim.attempt_id, status=Status.AT_DOT
        )
        ids = list(doubtful.values_list("pk", flat=True))
        doubtful.update(status=Status.UNKNOWN, reason=reason[:300], lease_until=None)
        write_events(claim, claimed, ((key, Status.UNKNOWN, words) for key in ids))
        end_attempt(claim, claimed, words, "")
        void_reminders([claimed.id])


def record_break(claim: Claim, claimed: ClaimedContent) -> None:
    """Something of ours broke. The mark decides: before the gate later again, after it unknown."""
    record_doubt(claim, claimed, "Invio interrotto da un errore interno dopo la partenza.")
    words = "Errore interno: l'invio sarà ripetuto. Guarda i log di Sollecito."
    record_refusal(claim, claimed, Refused(words, phase=Phase.CHECK))


def _chance() -> float:
    return random.random()  # noqa: S311  spreads retries, guards no secret


def _judge(
    claimed: ClaimedContent, row: ClaimedRow, reply: Reply, *, chance: float, is_never: bool
) -> Verdict:
    if reply.is_accepted:
        return Verdict(row, Receipt.ACCEPTED, reply, Status.ACCEPTED)
    if is_never:
        return Verdict(row, Receipt.REFUSED, reply, Status.FAILED, reason=reply.text)
    again = decide_retry(
        row.attempts + 1,
        now=clock.now(),
        expires_at=claimed.expires_at,
        chance=chance,
        first_seconds=settings.RETRY_SECONDS,
    )
    if again is None:
        return Verdict(row, Receipt.DEFERRED, reply, Status.FAILED, reason=EXPIRED)
    return Verdict(row, Receipt.DEFERRED, reply, Status.RETRY, again, reply.text)


def _outcome(verdicts: list[Verdict]) -> str:
    """What an attempt counts for in a storm."""
    if any(verdict.receipt is Receipt.ACCEPTED for verdict in verdicts):
        return TAKEN
    if any(verdict.reply.blames_account for verdict in verdicts):
        return REFUSED
    counted = (v.receipt is Receipt.REFUSED and v.reply.phase is not Phase.CHECK for v in verdicts)
    return REFUSED if any(counted) else ""


def _settle(
    claim: Claim, claimed: ClaimedContent, verdicts: list[Verdict], *, outcome: str
) -> None:
    settle_rows(claim, claimed, verdicts)
    late = [verdict.row for verdict in verdicts if verdict.reason == EXPIRED]
    words = [(row.id, EXPIRED, Reply(row.address, 0, text=TOO_LATE)) for row in late]
    write_events(claim, claimed, words)
    worst = min(verdicts, key=lambda verdict: verdict.receipt is Receipt.ACCEPTED).reply
    end_attempt(claim, claimed, worst, outcome)
    if any(verdict.status is Status.FAILED for verdict in verdicts):
        note_failures([claimed.id])
    if outcome == REFUSED:
        pause_in_a_storm(claim.lane, worst.text)
