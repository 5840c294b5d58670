"""The scenes: each runs to its end and returns figures; nothing in them is random but the seed."""

from __future__ import annotations

import signal
import time
from collections import Counter
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone

from sollecito.accounts.models import Company
from sollecito.dunning.models import Reminder
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.prepare_schema import prepare_schema
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.stop_sending import resume_sending, stop_sending
from sollecito.ledger.models import Payment
from sollecito.outbox.models import Attempt, Content, DeliveryEvent, Message, Sender
from tests.bank_files import Line, camt
from tests.crash.sms_scene import play_texts
from tests.crash.stage import Stage, set_stage
from tests.outbox_rows import make_company, make_instalments, queue, queue_contents

RARELY = 0.01
STATEMENT = 15
"""Movements of a statement."""


def play_kills(*, kills: int, workers: int, seed: int, channel: str = "email") -> dict[str, Any]:
    """Kill -9 at random moments, with faults besides; then let everything come to its end."""
    faults = [
        {"phase": "lost_reply", "chance": RARELY, "times": 0},
        {"phase": "dot", "code": 451, "chance": RARELY, "times": 0},
        {"phase": "rcpt", "code": 450, "chance": RARELY, "times": 0},
        {"phase": "body", "chance": RARELY, "times": 0},
        {"phase": "before_dot", "chance": RARELY, "times": 0},
    ]
    with set_stage(faults, delay=0.004, seed=seed) as stage:
        company = make_company()
        sender = _make_sender(company, stage.port, channel)
        amid = 0
        while len(stage.workers) < workers:
            stage.start_worker()
        for _ in range(kills):
            _keep_busy(company, sender)
            victim = stage.random.choice(stage.workers)
            held = Message.objects.filter(
                status__in=["sending", "at_dot"], worker_id__contains=f":{victim}:"
            )
            stage.glance(held.exists)
            time.sleep(stage.random.uniform(0, 0.15))
            stage.kill(victim)
            amid += held.exists()
            stage.start_worker()
        stage.wait(_all_settled)
        stage.end()
        return {"kills": kills, "amid_work": amid, **compare(stage)}


def play_frozen(**_: Any) -> dict[str, Any]:
    """A worker is frozen before its gate, past its lease, and woken: it sends nothing."""
    with set_stage([{"phase": "data", "seconds": 2}], delay=0, seed=0) as stage:
        queue(1)
        frozen = stage.start_worker()
        stage.wait(lambda: Message.objects.filter(status="sending").exists())
        time.sleep(0.3)
        stage.kill(frozen, signal.SIGSTOP)
        stage.start_worker()
        stage.wait(lambda: Message.objects.filter(status="accepted").exists())
        before = len(stage.taken())
        stage.kill(frozen, signal.SIGCONT)
        time.sleep(2)
        return {"before": before, "after": len(stage.taken()), **compare(stage)}


def play_frozen_alone(**_: Any) -> dict[str, Any]:
    """The same with nobody else about: what the woken one may do is claim it anew, once."""
    with set_stage([{"phase": "data", "seconds": 1}], delay=0, seed=0) as stage:
        queue(1)
        frozen = stage.start_worker()
        stage.wait(lambda: Message.objects.filter(status="sending").exists())
        time.sleep(0.3)
        stage.kill(frozen, signal.SIGSTOP)
        time.sleep(4)
        stage.kill(frozen, signal.SIGCONT)
        stage.wait(_all_settled)
        return {"attempts": Attempt.objects.count(), **compare(stage)}


def play_payments(*, workers: int, seed: int, messages: int = 400, **_: Any) -> dict[str, Any]:
    """Payments race the sending: each is either before the gate, or labelled as crossed."""
    with set_stage([], delay=0.003, seed=seed) as stage:
        company = make_company()
        instalments = make_instalments(company, messages)
        contents = queue_contents(company, instalments)
        committed: dict[str, float] = {}
        for _number in range(workers):
            stage.start_worker()
        order = list(range(messages))
        stage.random.shuffle(order)
        for number in order[: messages // 2]:
            row = instalments[number]
            pay_instalment(row, amount=row.amount, day=timezone.localdate())
            committed[contents[number].message_id] = time.time()
            time.sleep(stage.random.uniform(0, 0.02))
        stage.wait(_all_settled)
        stage.end()
        return _compare_paid(stage, committed)


def play_statements(*, workers: int, seed: int, messages: int = 300, **_: Any) -> dict[str, Any]:
    """Bank statements come in while workers send: before the gate, or labelled as crossed."""
    with set_stage([], delay=0.003, seed=seed) as stage:
        company = make_company()
        instalments = make_instalments(company, messages)
        contents = queue_contents(company, instalments)
        committed: dict[str, float] = {}
        order = list(range(messages))
        stage.random.shuffle(order)
        day = timezone.localdate().isoformat()
        for start in range(0, messages // 2, STATEMENT):
            some = order[start : start + STATEMENT]
            lines = [
                Line("100.00", day, f"Cliente {n}", "SALDO", iban="", bank_id=f"B{n}") for n in some
            ]
            file = NamedFile(f"estratto{start}.xml", content=camt(*lines))
            import_files([file], company=company, sheets=import_sheet)
            committed |= {contents[number].message_id: time.time() for number in some}
            while len(stage.workers) < workers:  # the first statement stops all of its own
                stage.start_worker()
        stage.wait(_all_settled)
        stage.end()
        matched = Payment.objects.filter(company=company, source=Payment.Source.BANK).count()
        return {"matched": matched, **_compare_paid(stage, committed)}


def play_stop(*, workers: int, seed: int, **_: Any) -> dict[str, Any]:
    """The stop switch: no dot starts later than one second after it."""
    with set_stage([], delay=0.003, seed=seed) as stage:
        queue(1500)
        for _number in range(workers):
            stage.start_worker()
        stage.wait(lambda: len(stage.taken()) > 20)
        stop_sending(user=None)
        stopped = time.time()
        time.sleep(2.5)
        left = stage.taken()
        waiting = Message.objects.filter(status="queued").count()
        resume_sending(user=None)
        stage.wait(lambda: len(stage.taken()) > len(left))
        return {
            "before": len(left),
            "waiting": waiting,
            "late_seconds": max(mail.at for mail in left) - stopped,
        }


def _compare_paid(stage: Stage, committed: dict[str, float]) -> dict[str, Any]:
    """What was paid beside what left: ``committed`` is when each payment was surely stored."""
    left = {mail.message_id: mail.at for mail in stage.taken()}
    crossed = set(
        DeliveryEvent.objects.filter(kind="crossed").values_list(
            "message__content__message_id", flat=True
        )
    )
    paid = set(committed)
    return {
        "paid": len(paid),
        "stopped": len(paid - set(left)),
        "crossed": len(paid & crossed),
        "unlabelled": len((paid & set(left)) - crossed),
        "wrongly_labelled": len(crossed - (paid & set(left))),
        "late": sum(left[key] > committed[key] + 1 for key in paid & set(left)),
        "void": Reminder.objects.filter(is_void=True).count(),
        "cancelled": Message.objects.filter(status="cancelled").count(),
        **compare(stage),
    }


def compare(stage: Stage) -> dict[str, Any]:
    """What the rows say beside what the server took."""

    arrived = Counter(
        (mail.message_id, recipient) for mail in stage.taken() for recipient in mail.recipients
    )
    rows = {
        (message_id, address): status
        for message_id, address, status in Message.objects.values_list(
            "content__message_id", "address", "status"
        )
    }
    shas = dict(Content.objects.values_list("message_id", "sha256"))
    return {
        "messages": len(rows),
        "statuses": dict(Counter(rows.values())),
        "duplicates": sum(count - 1 for count in arrived.values()),
        "lost": sum(status == "accepted" and key not in arrived for key, status in rows.items()),
        "unsettled": sum(
            status in {"queued", "sending", "at_dot", "retry"} for status in rows.values()
        ),
        "unmarked": sum(rows[key] not in {"accepted", "unknown"} for key in arrived),
        "changed": sum(shas[mail.message_id] != mail.sha256 for mail in stage.taken()),
        "unknown_arrived": sum(rows[key] == "unknown" for key in arrived),
    }


def _make_sender(company: Company, port: int, channel: str = "email") -> Sender:
    """An account with room for the connections of the dead, until their leases are over."""

    return Sender.objects.create(
        company=company,
        channel=channel,
        host="127.0.0.1",
        port=port,
        security="plain",
        from_address="solleciti@example.test",
        max_connections=500,
    )


def _keep_busy(company: Company, sender: Sender) -> None:

    if Message.objects.filter(status="queued").count() < 300:
        queue(
            200,
            company=company,
            recipients=2,
            size=2000,
            sender=sender,
            channel=sender.channel,
        )


def _all_settled() -> bool:

    waiting = ["queued", "sending", "at_dot", "retry"]
    return not Message.objects.filter(status__in=waiting).exists()


def make_schema(**_: Any) -> dict[str, Any]:
    """Not a scene: the schema, once, for the copies that scenes play on."""

    prepare_schema()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return {}


SCENES: dict[str, Any] = {
    "schema": make_schema,
    "kills": play_kills,
    "kills_pec": partial(play_kills, channel="pec"),
    "texts": play_texts,
    "frozen": play_frozen,
    "frozen_alone": play_frozen_alone,
    "payments": play_payments,
    "statements": play_statements,
    "stop": play_stop,
}
