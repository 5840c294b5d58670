"""The scene of the SMS: workers die while a gateway takes texts, or breaks."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from sollecito.accounts.models import Company
from sollecito.channels.sms import make_reference
from sollecito.dunning.models import Reminder
from sollecito.flows.ask_gateways import ask_gateways
from sollecito.flows.seal_password import seal_secrets
from sollecito.outbox.models import Content, Message, Sender
from tests.crash.stage import Stage, set_stage
from tests.gateway_server import PASSWORD, USER, Fault, GatewayServer
from tests.outbox_rows import make_company, make_instalments

RARELY = 0.01


def play_texts(*, kills: int, workers: int, seed: int) -> dict[str, Any]:
    """Kill -9 at random moments; then ask the gateway about every doubt."""
    with set_stage([], delay=0, seed=seed) as stage:
        gateway = GatewayServer(lambda _n: _fault(stage), delay=0.004)
        company = make_company()
        sender = _make_sender(company, gateway)
        _queue(company, sender)
        amid = 0
        while len(stage.workers) < workers:
            stage.start_worker()
        for _ in range(kills):
            if Message.objects.filter(status="queued").count() < 100:
                _queue(company, sender)
            victim = stage.random.choice(stage.workers)
            held = Message.objects.filter(
                status__in=["sending", "at_dot"], worker_id__contains=f":{victim}:"
            )
            stage.glance(held.exists)
            time.sleep(stage.random.uniform(0, 0.1))
            stage.kill(victim)
            amid += held.exists()
            stage.start_worker()
        stage.wait(_all_settled)
        stage.end()
        figures = {"kills": kills, "amid_work": amid, **_compare(gateway)}
        Message.objects.update(at_dot_at=timezone.now() - timedelta(minutes=1))
        settled = ask_gateways()
        after = _compare(gateway)
        gateway.close()
        return {**figures, "asked": settled, "doubts_that_arrived": after["unknown_arrived"]}


def _fault(stage: Stage) -> Fault | None:
    chance = stage.random.random()
    if chance < RARELY:
        return Fault(takes=True, is_silent=True)
    if chance < 2 * RARELY:
        return Fault(status=503)
    return Fault(is_silent=True) if chance < 3 * RARELY else None


def _make_sender(company: Company, gateway: GatewayServer) -> Sender:
    return Sender.objects.create(
        company=company,
        channel="sms",
        gateway="skebby",
        gateway_url=f"{gateway.url}/API/v1.0/REST/",
        user=USER,
        secret_box=seal_secrets({"password": PASSWORD}),
        alias="Prova",
        max_connections=500,
    )


def _queue(company: Company, sender: Sender, count: int = 200) -> None:
    now = timezone.now()
    instalments = make_instalments(company, count)
    contents = []
    for number, _ in enumerate(instalments):
        raw = f"Prova: testo {number} da pagare 100,00 €".encode()
        contents.append(
            Content(
                company=company,
                key=uuid.uuid4().hex,
                channel="sms",
                sender=sender,
                message_id=f"sms0{uuid.uuid4().hex[:16]}",
                raw=raw,
                sha256=hashlib.sha256(raw).hexdigest(),
                created_at=now,
                queued_at=now,
                expires_at=now + timedelta(hours=48),
            )
        )
    with transaction.atomic():
        contents = Content.objects.bulk_create(contents)
        Message.objects.bulk_create(
            Message(
                company=company,
                content=content,
                address=f"+39333{content.pk:07}",
                status="queued",
                not_before=now - timedelta(seconds=1),
            )
            for content in contents
        )
        Reminder.objects.bulk_create(
            Reminder(
                company=company,
                content=content,
                instalment=instalment,
                frozen_balance=instalment.amount,
                issued_date=date.today(),  # noqa: DTZ011  the day of the test
            )
            for content, instalment in zip(contents, instalments, strict=True)
        )


def _compare(gateway: GatewayServer) -> dict[str, Any]:
    arrived = Counter(text.reference for text in gateway.taken)
    rows = {
        make_reference(name, address): (status, bytes(raw or b""))
        for name, address, status, raw in Message.objects.values_list(
            "content__message_id", "address", "status", "content__raw"
        )
    }
    waiting = {"queued", "sending", "at_dot", "retry"}
    return {
        "messages": len(rows),
        "statuses": dict(Counter(status for status, _ in rows.values())),
        "duplicates": sum(count - 1 for count in arrived.values()),
        "lost": sum(
            status == "accepted" and key not in arrived for key, (status, _) in rows.items()
        ),
        "unsettled": sum(status in waiting for status, _ in rows.values()),
        "unmarked": sum(rows[key][0] not in {"accepted", "unknown"} for key in arrived),
        "changed": sum(rows[text.reference][1] != text.text.encode() for text in gateway.taken),
        "unknown_arrived": sum(rows[key][0] == "unknown" for key in arrived),
    }


def _all_settled() -> bool:
    waiting = ["queued", "sending", "at_dot", "retry"]
    return not Message.objects.filter(status__in=waiting).exists()
