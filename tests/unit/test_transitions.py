"""Every status with every command and every receipt."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from sollecito.domain.transitions import (
    COMMANDS,
    FINAL,
    Command,
    IllegalMoveError,
    Receipt,
    Status,
    apply,
    learn,
    sources,
    target,
)

S = Status


@pytest.mark.parametrize(("command", "status"), list(product(Command, Status)))
def test_a_command_moves_or_refuses_loudly(command: Command, status: Status) -> None:
    if status in sources(command):
        assert apply(command, status) is COMMANDS[command][status]
    else:
        with pytest.raises(IllegalMoveError, match=str(status)):
            apply(command, status)


@pytest.mark.parametrize(
    ("status", "receipt"), list(product(Status, [*Receipt, "nobody ever heard of this", ""]))
)
def test_receipts_never_raise(status: Status, receipt: str) -> None:
    assert learn(status, receipt) in Status


def test_every_command_leads_to_one_status() -> None:
    assert {target(command) for command in Command} <= set(Status)


def test_what_may_have_left_is_never_queued_by_ourselves() -> None:
    by_who_knows = {Command.RESEND, Command.TAKE_BACK_MARK}
    for command, moves in COMMANDS.items():
        for before, after in moves.items():
            if before in {S.AT_DOT, S.UNKNOWN, S.ACCEPTED, S.DELIVERED, S.BOUNCED}:
                assert after not in {S.QUEUED, S.SENDING, S.DRAFT} or command in by_who_knows


def test_final_statuses_have_no_way_out_by_command() -> None:
    for moves in COMMANDS.values():
        assert not FINAL & set(moves)


def test_a_doubt_is_settled_by_evidence() -> None:
    assert learn("unknown", "accepted") is S.ACCEPTED
    assert learn("unknown", "seen") is S.ACCEPTED
    assert learn("unknown", "delivered") is S.DELIVERED
    assert learn("unknown", "bounced") is S.BOUNCED
    assert learn("unknown", "delayed") is S.UNKNOWN


def test_evidence_stops_what_a_person_or_an_old_backup_would_send_again() -> None:
    assert learn("queued", "accepted") is S.ACCEPTED
    assert learn("retry", "delivered") is S.DELIVERED
    assert learn("sending", "delivered") is S.DELIVERED


def test_the_order_of_receipts_does_not_matter() -> None:
    told = [Receipt.ACCEPTED, Receipt.DELIVERED, Receipt.DELAYED, Receipt.BOUNCED]
    for order in permutations(told):
        status = S.AT_DOT
        for receipt in [*order, *order]:
            status = learn(status, receipt)
        assert status is S.DELIVERED
    for order in permutations([Receipt.ACCEPTED, Receipt.BOUNCED, Receipt.DELAYED]):
        status = S.UNKNOWN
        for receipt in order:
            status = learn(status, receipt)
        assert status is S.BOUNCED


def test_refusals_at_the_dot_touch_only_what_was_in_doubt() -> None:
    for status in Status:
        moved = status in {S.AT_DOT, S.UNKNOWN}
        assert (learn(status, "deferred") is S.RETRY) == (moved or status is S.RETRY)
        assert (learn(status, "refused") is S.FAILED) == (moved or status is S.FAILED)
