"""Deliver what is ready of one account: claim, send with nothing open, gate, record."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sollecito.channels.base import Channel, Outgoing, Refused, ReplyLost, Withheld
from sollecito.channels.smtp_settings import BadSenderUrlError
from sollecito.domain.transitions import Command, sources, target
from sollecito.flows import clock
from sollecito.flows.choose_account import AccountGoneError, open_channel
from sollecito.flows.claim_contents import Claim, ClaimedContent, claim_contents
from sollecito.flows.open_gate import open_gate
from sollecito.flows.pause_sender import pause
from sollecito.flows.record_replies import (
    record_break,
    record_doubt,
    record_refusal,
    record_replies,
)
from sollecito.flows.seal_password import PasswordLostError
from sollecito.outbox.models import Attempt, Message
from sollecito.outbox.queries import UNTRIED, Lane, can_send, change, is_paused, is_postgres


def deliver(lane: Lane, *, worker_id: str, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Send until the account has nothing ready; return how many contents were tried.

    ``should_stop`` is asked between contents; what is claimed and untried goes back to the queue.
    """
    channel: Channel | None = None
    tried = 0
    if is_postgres():
        change("SET synchronous_commit = on")  # the mark must outlive what the dot has done
    try:
        while not should_stop() and (claim := claim_contents(lane, worker_id=worker_id)):
            try:
                channel = channel or open_channel(lane)
                for claimed in claim.contents:
                    if should_stop() or not _deliver_content(channel, claim, claimed):
                        return tried
                    tried += 1
            except (AccountGoneError, PasswordLostError, BadSenderUrlError) as error:
                pause(lane, str(error))
                return tried
            finally:
                release_claim(claim)
    finally:
        if channel is not None:
            channel.close()
    return tried


def _deliver_content(channel: Channel, claim: Claim, claimed: ClaimedContent) -> bool:
    """Try one content; whether the account may go on."""
    outgoing = Outgoing(
        raw=claimed.raw,
        message_id=claimed.message_id,
        sender=claimed.envelope_from,
        recipients=tuple(row.address for row in claimed.rows),
        content_id=claimed.id,
    )
    try:
        replies = channel.send(outgoing, partial(open_gate, claim, claimed))
        record_replies(claim, claimed, replies)
    except Refused as refused:
        record_refusal(claim, claimed, refused)
    except ReplyLost as lost:
        record_replies(claim, claimed, lost.replies)
        record_doubt(claim, claimed, lost.reason)
    except Withheld as shut:
        record_replies(claim, claimed, shut.replies)
        return can_send() and not is_paused(claim.lane)
    except Exception:
        record_break(claim, claimed)
        raise
    else:
        return all(reply.is_accepted for reply in replies) or not is_paused(claim.lane)
    return not is_paused(claim.lane)


def release_claim(claim: Claim) -> int:
    """Give back the rows of a claim that never came to the gate; how many."""
    ids = [row.id for claimed in claim.contents for row in claimed.rows]
    count = Message.objects.filter(
        pk__in=ids, attempt_id=claim.attempt_id, status__in=sources(Command.RELEASE)
    ).update(status=target(Command.RELEASE), attempt_id="", worker_id="", lease_until=None)
    if count:
        begun = Attempt.objects.filter(attempt_id=claim.attempt_id, ended_at__isnull=True)
        begun.update(ended_at=clock.now(), phase=UNTRIED)
    return count
