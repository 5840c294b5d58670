"""How much an account may still send now: its connections and its rates."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from sollecito.domain.retry import compute_allowance
from sollecito.flows import clock
from sollecito.outbox.models import Instance, Sender
from sollecito.outbox.queries import Lane, busy_workers, started_since

WINDOWS = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24))


def count_room(lane: Lane, worker_id: str, limit: int) -> int:
    """How many contents the account's connections and rates leave room for, ``limit`` at most.

    Within the transaction of the claim: the account stays locked until its end.
    """
    if lane.sender_id is None:
        if lane.channel != "email":
            return limit
        connections, limits = settings.SMTP_CONNECTIONS, settings.SMTP_RATES
        if any(limits):  # two workers must not count the same room
            Instance.objects.select_for_update().filter(pk=1).first()
    else:
        sender = Sender.objects.select_for_update().get(pk=lane.sender_id)
        if sender.paused_at:
            return 0
        connections = sender.max_connections
        limits = (sender.per_minute, sender.per_hour, sender.per_day)
    if busy_workers(lane, worker_id) >= connections:
        return 0
    now = clock.now()
    sent = [
        started_since(lane, now - window) if most is not None else 0
        for window, most in zip(WINDOWS, limits, strict=True)
    ]
    allowance = compute_allowance(sent, limits)
    return limit if allowance is None else min(limit, allowance)
