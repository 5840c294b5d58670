"""The gate: the body is sent, the final dot is not. One transaction decides whether it leaves.

A payment that commits before it shuts it; one that commits after it has crossed the reminder.
"""

from __future__ import annotations

from datetime import timedelta

from sollecito.domain.transitions import Command, sources, target
from sollecito.flows import clock
from sollecito.flows.claim_contents import Claim, ClaimedContent, ClaimedRow
from sollecito.flows.compare_standing import find_obstacle, lock_instalments_of
from sollecito.flows.withdraw_messages import withhold
from sollecito.outbox.queries import can_send, change, marks, short_transaction, sql_now, stamp

SLOW = timedelta(seconds=0.3)
_OFF = "SELECT 1 FROM outbox_instance WHERE stopped_at IS NOT NULL OR suspended_at IS NOT NULL"
_PAUSED = "SELECT 1 FROM outbox_sender WHERE id = %s AND paused_at IS NOT NULL"
_DEFAULT_ON = f"NOT EXISTS ({_OFF} OR paused_at IS NOT NULL)"
_SENDER_ON = f"NOT EXISTS ({_OFF}) AND NOT EXISTS ({_PAUSED})"


class _ShutError(Exception):
    """Roll back: the rows are no longer ours, or a switch was thrown."""


def open_gate(claim: Claim, claimed: ClaimedContent, recipients: tuple[str, ...]) -> bool:
    """Mark the rows of ``recipients`` as at the dot; whether the dot may leave, now.

    ``False``: the content was withdrawn, a switch was thrown, or the lease is lost.
    """
    accepted = set(recipients)
    rows = [row for row in claimed.rows if row.address in accepted]
    started = clock.now()
    try:
        with short_transaction():
            lock_instalments_of(claimed.id)
            if obstacle := find_obstacle(claimed.id):
                withhold(claim, claimed, obstacle)
                return False
            _mark(claim, rows)
    except _ShutError:
        return False
    if clock.now() - started > SLOW and not can_send():
        # The commit took long and the switch was thrown meanwhile: the dot has not left.
        _take_back(claim, rows)
        return False
    return True


def _mark(claim: Claim, rows: list[ClaimedRow]) -> None:
    ids = [row.id for row in rows]
    own = [claim.lane.sender_id] if claim.lane.sender_id else []
    marked = change(
        f"UPDATE outbox_message SET status = '{target(Command.REACH_DOT)}',"  # noqa: S608  no user data
        " at_dot_at = %s, attempts = attempts + 1"
        f" WHERE id IN ({marks(ids)}) AND status = '{sources(Command.REACH_DOT)[0]}'"
        f" AND attempt_id = %s AND lease_until > {sql_now()}"
        f" AND {_SENDER_ON if own else _DEFAULT_ON}",
        [stamp(clock.now()), *ids, claim.attempt_id, *own],
    )
    if marked != len(ids):
        raise _ShutError


def _take_back(claim: Claim, rows: list[ClaimedRow]) -> None:
    """Take the mark back: only the worker that set it knows that no dot followed."""
    ids = [row.id for row in rows]
    with short_transaction():
        change(
            f"UPDATE outbox_message SET status = '{target(Command.TAKE_BACK_MARK)}',"  # noqa: S608  no user data
            " attempts = attempts - 1"
            f" WHERE id IN ({marks(ids)}) AND status = '{sources(Command.TAKE_BACK_MARK)[0]}'"
            " AND attempt_id = %s",
            [*ids, claim.attempt_id],
        )
