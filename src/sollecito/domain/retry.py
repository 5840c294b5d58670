"""When to try again, when to give up, and when a sender must be paused (delivery rules)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

MINUTES = (5, 15, 60, 180, 360, 720)
"""Minutes to wait after each answer of "not now"; the last repeats."""
FIRST_SECONDS = 300
SPREAD = 0.2
STORM_IN_A_ROW = 10
STORM_WINDOW = 50
STORM_SHARE = 0.05


def compute_delay(attempts: int, *, chance: float, first_seconds: float = 300) -> timedelta:
    """Return how long to wait after the ``attempts``-th try (from 1).

    ``chance`` in [0, 1) spreads it by ± 20 %; ``first_seconds`` stretches the whole table.
    """
    step = MINUTES[min(max(attempts, 1), len(MINUTES)) - 1]
    factor = 1 - SPREAD + 2 * SPREAD * chance
    return timedelta(minutes=step) * (first_seconds / FIRST_SECONDS) * factor


def decide_retry(
    attempts: int,
    *,
    now: datetime,
    expires_at: datetime | None,
    chance: float,
    first_seconds: float = 300,
) -> datetime | None:
    """Return when to try again, or ``None`` when that would be after the message expires."""
    again = now + compute_delay(attempts, chance=chance, first_seconds=first_seconds)
    return None if expires_at is not None and again >= expires_at else again


def is_storm(outcomes: Sequence[bool]) -> bool:
    """Whether a sender must pause. ``outcomes``: newest first, True where refused for good.

    Only what counts is in it: a 5xx after MAIL, no connection, no TLS, no log-in on the one side
    and mail taken on the other; never a 4xx, a lost reply or a killed worker.
    """
    if len(outcomes) >= STORM_IN_A_ROW and all(outcomes[:STORM_IN_A_ROW]):
        return True
    recent = outcomes[:STORM_WINDOW]
    return len(recent) >= STORM_WINDOW and sum(recent) > STORM_SHARE * STORM_WINDOW


def compute_allowance(sent: Sequence[int], limits: Sequence[int | None]) -> int | None:
    """Return how many more mails a sender may start now; ``None`` without any limit.

    ``sent`` and ``limits`` go together: per minute, per hour, per rolling 24 hours.
    """
    left = [limit - count for count, limit in zip(sent, limits, strict=True) if limit is not None]
    return max(0, min(left)) if left else None
