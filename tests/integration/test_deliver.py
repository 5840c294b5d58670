"""Delivery over the real database and a server that breaks."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from sollecito.channels.base import Phase, Refused, Reply
from sollecito.channels.local_mailbox import list_mail
from sollecito.cli.sending import messages
from sollecito.domain.transitions import IllegalMoveError
from sollecito.dunning.models import Hold, Reminder
from sollecito.flows.claim_contents import claim_contents
from sollecito.flows.deliver import deliver, release_claim
from sollecito.flows.keep_leases import expire_messages, recover_leases, renew_leases
from sollecito.flows.open_gate import open_gate
from sollecito.flows.pause_sender import list_pauses, release_sender
from sollecito.flows.record_replies import record_refusal, record_replies
from sollecito.flows.resolve_unknown import learn_receipt, resolve_unknown
from sollecito.flows.stop_sending import resume_sending, stop_sending
from sollecito.flows.withdraw_messages import (
    cancel_messages,
    label_crossed,
    withdraw_for_instalments,
)
from sollecito.ledger.models import Document
from sollecito.outbox.models import Attempt, Content, DeliveryEvent, Instance, Message, Sender
from sollecito.outbox.queries import Lane, is_postgres, ready_lanes
from tests.crash import fault_server as faulty
from tests.crash.fault_server import Fault, FaultServer
from tests.outbox_rows import make_company, make_instalments, pay, queue, queue_contents

pytestmark = pytest.mark.django_db(transaction=True)
LANE = Lane("email")
HUNDRED = Decimal("100.00")


@pytest.fixture
def server(tmp_path: Path, settings: Settings) -> Iterator[FaultServer]:
    with FaultServer(tmp_path / "log") as running:
        settings.SMTP_URL = f"smtp://127.0.0.1:{running.port}"
        settings.REPLY_SECONDS = 1
        yield running


def run(lane: Lane = LANE) -> int:
    return deliver(lane, worker_id="w1")


def statuses() -> dict[str, int]:
    return dict(Counter(Message.objects.values_list("status", flat=True)))


def only_message() -> Message:
    return Message.objects.get()


def test_everything_leaves_once_and_is_recorded(server: FaultServer) -> None:
    queue(120, recipients=2)
    assert ready_lanes() == [LANE]
    assert run() == 120
    assert statuses() == {"accepted": 240}
    assert ready_lanes() == []
    taken = server.taken()
    assert len(taken) == 120
    assert {mail.sha256 for mail in taken} == set(Content.objects.values_list("sha256", flat=True))
    assert Attempt.objects.filter(outcome="taken", ended_at__isnull=False, code=250).count() == 120
    assert DeliveryEvent.objects.filter(kind="accepted", code=250).count() == 240
    row = Message.objects.first()
    assert row
    assert (row.attempts, row.enhanced, row.code) == (1, "2.0.0", 250)
    assert row.reference
    assert row.at_dot_at
    assert row.settled_at
    assert server.connections == 1


def test_without_a_server_mail_stays_in_the_local_mailbox(
    settings: Settings, tmp_path: Path
) -> None:
    settings.SMTP_URL, settings.MAILBOX = "", tmp_path / "mailbox"
    [content] = queue(channel="file", recipients=2)
    run(Lane("file"))
    [mail], count = list_mail(settings.MAILBOX)
    assert count == 1
    assert mail.raw == bytes(content.raw or b"")
    assert statuses() == {"accepted": 2}


def test_each_recipient_has_his_own_fate_and_a_retry_goes_alone(
    server: FaultServer, settings: Settings
) -> None:
    [content] = queue(recipients=3)
    first, second, third = Message.objects.order_by("pk")
    server.faults = [
        Fault(faulty.RCPT, 550, "5.1.1 unknown", recipient=second.address),
        Fault(faulty.RCPT, 450, "4.2.0 greylisted", recipient=third.address),
    ]
    run()
    rows = list(Message.objects.order_by("pk"))
    assert [row.status for row in rows] == ["accepted", "failed", "retry"]
    assert rows[1].enhanced == "5.1.1"
    wait = (rows[2].not_before - timezone.now()).total_seconds()
    assert 235 < wait < 365
    assert run() == 0
    Message.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    run()
    assert [mail.recipients for mail in server.taken()] == [[first.address], [third.address]]
    assert len({(mail.sha256, mail.message_id) for mail in server.taken()}) == 1
    third.refresh_from_db()
    assert (third.status, third.attempts) == ("accepted", 2)
    assert not Reminder.objects.get(content=content).is_void


@pytest.mark.parametrize("where", [faulty.CONNECT, faulty.MAIL, faulty.DATA, faulty.BODY])
def test_a_break_before_the_gate_is_tried_again(
    server: FaultServer, settings: Settings, where: str
) -> None:
    settings.REPLY_SECONDS = 60  # a busy machine reads slowly
    queue(size=14_000_000 if where == faulty.BODY else 500)
    server.faults = [Fault(where)]
    run()
    assert statuses() == {"retry": 1}
    assert only_message().attempts == 1
    Message.objects.update(not_before=timezone.now())
    time.sleep(0.01)
    run()
    assert statuses() == {"accepted": 1}
    assert len(server.taken()) == 1


@pytest.mark.parametrize(
    ("where", "code", "status"),
    [
        (where, code, status)
        for where in (faulty.MAIL, faulty.RCPT, faulty.DATA, faulty.DOT)
        for code, status in ((451, "retry"), (550, "failed"))
    ],
)
def test_refusals(server: FaultServer, where: str, code: int, status: str) -> None:
    queue()
    server.faults = [Fault(where, code, "x")]
    run()
    assert statuses() == {status: 1}
    assert only_message().code == code
    assert only_message().attempts == 1
    assert Reminder.objects.get().is_void == (status == "failed")


@pytest.mark.parametrize("seconds", [0, 3])
def test_a_lost_reply_is_unknown_and_never_sent_again(server: FaultServer, seconds: float) -> None:
    queue(3)
    server.faults = [Fault(faulty.LOST_REPLY, skip=1, seconds=seconds)]
    run()
    assert statuses() == {"accepted": 2, "unknown": 1}
    assert run() == 0
    assert len(server.taken()) == 3
    assert not Reminder.objects.filter(is_void=True).exists()


def test_a_person_settles_a_doubt(server: FaultServer) -> None:
    company = make_company()
    queue(2, company=company)
    server.faults = [Fault(faulty.LOST_REPLY, times=2)]
    run()
    first, second = Message.objects.order_by("pk")
    resolve_unknown(company, first.pk, verdict="accepted", user=None)
    resolve_unknown(company, second.pk, verdict="resend", user=None)
    run()
    assert statuses() == {"accepted": 2}
    assert len(server.taken()) == 3
    with pytest.raises(IllegalMoveError):
        resolve_unknown(company, first.pk, verdict="resend", user=None)


def test_a_doubt_can_be_sent_again_when_its_time_is_over(server: FaultServer) -> None:
    company = make_company()
    queue(1, company=company)
    server.faults = [Fault(faulty.LOST_REPLY)]
    run()
    Content.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    resolve_unknown(company, only_message().pk, verdict="resend", user=None)
    assert expire_messages() == 0
    run()
    assert statuses() == {"accepted": 1}
    assert len({mail.sha256 for mail in server.taken()}) == 1


def test_renewing_the_leases_waits_for_nobody() -> None:
    queue(1, recipients=2)
    claim = claim_contents(LANE, worker_id="w1")
    assert claim
    if not is_postgres():  # one writer: it takes its turn
        assert renew_leases(["w1"]) == 2
        return
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            row = claim.contents[0].rows[0].id
            cursor.execute("SELECT id FROM outbox_message WHERE id = %s FOR UPDATE", [row])
            assert renew_leases(["w1"]) == 1
    finally:
        other.close()


@pytest.mark.parametrize(("code", "status"), [(0, "retry"), (452, "retry"), (552, "failed")])
def test_a_server_that_gives_up_while_the_gate_decides_leaves_no_doubt(
    code: int, status: str
) -> None:
    queue(1)
    claim = claim_contents(LANE, worker_id="w1")
    assert claim
    [content] = claim.contents
    address = content.rows[0].address
    assert open_gate(claim, content, (address,))
    if code:
        record_replies(claim, content, [Reply(address, code, phase=Phase.GATE)])
    else:
        record_refusal(claim, content, Refused("hung up", phase=Phase.GATE))
    row = only_message()
    assert (row.status, row.attempts) == (status, 1)


def test_the_command_line_warns_before_it_sends_twice(server: FaultServer) -> None:
    queue(1)
    server.faults = [Fault(faulty.LOST_REPLY)]
    run()
    words = ["resolve", str(only_message().pk), "--as", "resend", "--json"]
    answer = CliRunner().invoke(messages, words)
    assert (answer.exit_code, json.loads(answer.stdout)["status"]) == (0, "queued")
    assert "due volte" in answer.stderr


def test_evidence_settles_a_doubt_and_stops_a_resend(server: FaultServer) -> None:
    company = make_company()
    queue(1, company=company)
    server.faults = [Fault(faulty.LOST_REPLY)]
    run()
    row = only_message()
    resolve_unknown(company, row.pk, verdict="resend", user=None)
    assert learn_receipt(row, "delivered", raw=b"...") == "delivered"
    assert learn_receipt(row, "never heard of") == "delivered"
    assert run() == 0
    assert row.events.count() == 4


def test_a_payment_before_the_gate_shuts_it(server: FaultServer) -> None:
    company = make_company()
    instalments = make_instalments(company, 3)
    queue_contents(company, instalments)
    claim = claim_contents(LANE, worker_id="w1")
    assert claim
    pay(instalments[0])
    pay(instalments[1], Decimal("30.00"))
    opened = [
        open_gate(claim, each, tuple(row.address for row in each.rows)) for each in claim.contents
    ]
    assert opened == [False, False, True]
    assert [row.status for row in Message.objects.order_by("pk")] == [
        "cancelled",
        "cancelled",
        "at_dot",
    ]
    reasons = [row.reason for row in Message.objects.order_by("pk")]
    assert "saldata" in reasons[0]
    assert "da 100,00 € a 70,00 €" in reasons[1].replace("\xa0", " ")
    assert [r.is_void for r in Reminder.objects.order_by("pk")] == [True, True, False]


def test_what_changed_and_is_automatic_goes_back_to_review(server: FaultServer) -> None:
    company = make_company()
    [instalment] = make_instalments(company, 1)
    queue_contents(company, [instalment], is_automatic=True)
    pay(instalment, Decimal("1.00"))
    run()
    assert statuses() == {"draft": 1}
    assert server.taken() == []


@pytest.mark.parametrize("target", ["party", "document", "instalment"])
def test_a_hold_before_the_gate_shuts_it(server: FaultServer, target: str) -> None:
    company = make_company()
    [instalment] = make_instalments(company, 1)
    queue_contents(company, [instalment])
    claim = claim_contents(LANE, worker_id="w1")
    assert claim
    row = instalment if target == "instalment" else getattr(instalment, target)
    Hold.objects.create(
        company=company,
        kind="dispute",
        from_date=timezone.localdate(),
        created_at=timezone.now(),
        **{target: row},
    )
    [claimed] = claim.contents
    assert not open_gate(claim, claimed, (claimed.rows[0].address,))
    assert only_message().status == "cancelled"
    assert "Contestata" in only_message().reason


def test_a_rejected_invoice_before_the_gate_shuts_it(server: FaultServer) -> None:
    company = make_company()
    [instalment] = make_instalments(company, 1)
    Document.objects.update(kind="fattura_elettronica", sdi_state="delivered")
    queue_contents(company, [instalment])
    claim = claim_contents(LANE, worker_id="w1")
    assert claim
    Document.objects.update(sdi_state="rejected")
    [claimed] = claim.contents
    assert not open_gate(claim, claimed, (claimed.rows[0].address,))
    assert only_message().status == "cancelled"


def test_a_hold_that_is_over_does_not_shut_it(server: FaultServer) -> None:
    company = make_company()
    [instalment] = make_instalments(company, 1)
    day = timezone.localdate() - timedelta(days=9)
    Hold.objects.create(
        company=company,
        kind="promise",
        from_date=day,
        until_date=day,
        created_at=timezone.now(),
        instalment=instalment,
    )
    queue_contents(company, [instalment])
    run()
    assert statuses() == {"accepted": 1}


def test_a_payment_after_the_dot_has_crossed(server: FaultServer) -> None:
    company = make_company()
    [instalment] = make_instalments(company, 1)
    queue_contents(company, [instalment])
    claim = claim_contents(LANE, worker_id="w1")
    assert claim
    [claimed] = claim.contents
    address = claimed.rows[0].address
    assert open_gate(claim, claimed, (address,))
    pay(instalment)
    today = timezone.localdate()
    assert label_crossed(company, [instalment.pk], payment_date=today) == 1
    assert label_crossed(company, [instalment.pk], payment_date=today) == 0
    record_replies(claim, claimed, [Reply(address, 250)])
    assert only_message().status == "accepted"
    assert label_crossed(company, [instalment.pk], payment_date=today + timedelta(days=1)) == 0
    assert withdraw_for_instalments(company, [instalment.pk]) == 0


def test_a_payment_withdraws_what_waits(server: FaultServer) -> None:
    company = make_company()
    one, other = make_instalments(company, 2)
    queue_contents(company, [one, other], recipients=2)
    pay(one)
    assert withdraw_for_instalments(company, [one.pk, other.pk]) == 2
    run()
    assert statuses() == {"cancelled": 2, "accepted": 2}


def test_two_claims_never_share_a_row() -> None:
    queue(60, recipients=2)
    claims = [claim_contents(LANE, worker_id=f"w{number}") for number in range(4)]
    held = [claim for claim in claims if claim]
    assert len(held) == 3
    ids = [row.id for claim in held for each in claim.contents for row in each.rows]
    assert len(ids) == len(set(ids)) == 120
    assert all(len(each.rows) == 2 for claim in held for each in claim.contents)
    assert sum(release_claim(claim) for claim in held) == 120
    assert statuses() == {"queued": 120}
    assert Message.objects.filter(attempts=0).count() == 120


def lose_leases() -> None:
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_lease_that_is_over_is_never_renewed_and_never_passes_the_gate(
    server: FaultServer,
) -> None:
    queue(2)
    claim = claim_contents(LANE, worker_id="w1")
    assert claim
    assert renew_leases(["w1"]) == 2
    assert renew_leases(["w2"]) == 0
    one, other = claim.contents
    assert open_gate(claim, one, (one.rows[0].address,))
    lose_leases()
    assert renew_leases(["w1"]) == 0
    assert not open_gate(claim, other, (other.rows[0].address,))
    assert recover_leases() == (1, 1)
    assert statuses() == {"queued": 1, "unknown": 1}
    assert not open_gate(claim, other, (other.rows[0].address,))
    # the frozen worker wakes after its dot: its late reply is the best evidence
    record_replies(claim, one, [Reply(one.rows[0].address, 250, "2.0.0", "Ok")])
    assert statuses() == {"queued": 1, "accepted": 1}
    assert recover_leases() == (0, 0)


@pytest.mark.parametrize(("code", "status"), [(451, "retry"), (550, "failed")])
def test_a_late_no_settles_the_doubt(code: int, status: str) -> None:
    queue()
    claim = claim_contents(LANE, worker_id="w1")
    assert claim
    [one] = claim.contents
    assert open_gate(claim, one, (one.rows[0].address,))
    lose_leases()
    recover_leases()
    record_replies(claim, one, [Reply(one.rows[0].address, code)])
    assert statuses() == {status: 1}


def test_a_woken_worker_cannot_spoil_anothers_claim() -> None:
    queue()
    first = claim_contents(LANE, worker_id="w1")
    assert first
    lose_leases()
    recover_leases()
    second = claim_contents(LANE, worker_id="w2")
    assert second
    [mine], [theirs] = first.contents, second.contents
    address = mine.rows[0].address
    assert not open_gate(first, mine, (address,))
    assert release_claim(first) == 0
    assert open_gate(second, theirs, (address,))
    record_replies(first, mine, [Reply(address, 451)])
    assert statuses() == {"at_dot": 1}


def test_the_stop_switch(server: FaultServer) -> None:
    queue(3)
    claim = claim_contents(LANE, worker_id="w1", limit=1)
    assert claim
    stop_sending(user=None)
    [claimed] = claim.contents
    assert not open_gate(claim, claimed, (claimed.rows[0].address,))
    release_claim(claim)
    assert ready_lanes() == []
    assert run() == 0
    resume_sending(user=None)
    assert run() == 3
    assert statuses() == {"accepted": 3}


def test_a_stop_in_the_middle_gives_everything_back(server: FaultServer) -> None:
    queue(20)
    calls = iter(range(100))

    def stop_at_five() -> bool:
        if next(calls) == 5:
            stop_sending(user=None)
        return False

    deliver(LANE, worker_id="w1", should_stop=stop_at_five)
    found = statuses()
    assert found["queued"] == 20 - found["accepted"]
    assert len(server.taken()) == found["accepted"] < 7


def test_ten_refusals_in_a_row_pause_the_account(server: FaultServer) -> None:
    queue(30)
    server.faults = [Fault(faulty.MAIL, 550, "5.7.1 blocked", times=0)]
    run()
    assert statuses() == {"failed": 10, "queued": 20}
    instance = Instance.objects.get()
    assert "blocked" in instance.paused_reason
    assert "blocked" in list_pauses()[0]
    assert ready_lanes() == []
    server.faults = []
    assert run() == 0
    resume_sending(user=None)
    assert list_pauses() == []
    run()
    assert statuses() == {"failed": 10, "accepted": 20}


def test_a_company_account_is_paused_alone(server: FaultServer, settings: Settings) -> None:
    company = make_company()
    sender = Sender.objects.create(
        company=company,
        host="127.0.0.1",
        port=server.port,
        security="plain",
        from_address="a@example.test",
    )
    queue(12, company=company, sender=sender)
    queue(3)
    server.faults = [Fault(faulty.CONNECT, times=10)]
    run(Lane("email", sender.pk))
    sender.refresh_from_db()
    assert sender.paused_at
    assert ready_lanes() == [LANE]
    assert statuses() == {"retry": 10, "queued": 5}
    run()
    release_sender(sender, user=None)
    Message.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    run(Lane("email", sender.pk))
    assert statuses() == {"accepted": 15}


def test_four_hundreds_never_pause(server: FaultServer) -> None:
    queue(15)
    server.faults = [Fault(faulty.MAIL, 450, times=0)]
    run()
    assert statuses() == {"retry": 15}
    assert not Instance.objects.filter(paused_at__isnull=False).exists()


def test_rates_of_an_account(server: FaultServer) -> None:
    company = make_company()
    sender = Sender.objects.create(
        company=company,
        host="127.0.0.1",
        port=server.port,
        security="plain",
        from_address="a@example.test",
        per_minute=7,
        max_connections=1,
    )
    queue(20, company=company, sender=sender)
    lane = Lane("email", sender.pk)
    assert run(lane) == 7
    assert run(lane) == 0
    Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=2))
    claim = claim_contents(lane, worker_id="w1", limit=1)
    assert claim
    assert claim_contents(lane, worker_id="w2") is None
    release_claim(claim)  # what was never tried does not count
    assert run(lane) == 7


def test_what_is_too_late_fails(server: FaultServer) -> None:
    [content] = queue()
    Content.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ready_lanes() == []
    assert run() == 0
    assert expire_messages() == 1
    assert (only_message().status, only_message().reason) == ("failed", "expired")
    assert Reminder.objects.get(content=content).is_void


def test_a_retry_past_the_last_day_fails(server: FaultServer) -> None:
    queue()
    Content.objects.update(expires_at=timezone.now() + timedelta(minutes=2))
    server.faults = [Fault(faulty.MAIL, 450, "later")]
    run()
    assert (only_message().status, only_message().reason) == ("failed", "expired")
    kinds = [event.kind for event in only_message().events.order_by("pk")]
    assert kinds == ["deferred", "expired"]


def test_a_person_cancels_what_has_not_left(server: FaultServer) -> None:
    company = make_company()
    queue(2, company=company)
    first, second = Message.objects.order_by("pk")
    assert cancel_messages(company, [first.pk], user=None) == 1
    run()
    assert statuses() == {"cancelled": 1, "accepted": 1}
    with pytest.raises(IllegalMoveError):
        cancel_messages(company, [second.pk], user=None)


def test_an_undo_window_is_respected(server: FaultServer) -> None:
    queue()
    Message.objects.update(not_before=timezone.now() + timedelta(seconds=10))
    assert run() == 0
    assert statuses() == {"queued": 1}


def test_a_bug_before_the_gate_waits_and_after_it_is_a_doubt(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("bug")

    queue()
    monkeypatch.setattr("sollecito.flows.deliver.open_gate", broken)
    with pytest.raises(RuntimeError):
        run()
    assert statuses() == {"retry": 1}
    monkeypatch.undo()
    monkeypatch.setattr("sollecito.flows.deliver.record_replies", broken)
    Message.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    with pytest.raises(RuntimeError):
        run()
    assert statuses() == {"unknown": 1}
