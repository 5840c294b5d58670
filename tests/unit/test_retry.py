"""Waiting, giving up, pausing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.retry import compute_allowance, compute_delay, decide_retry, is_storm

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 5), (2, 15), (3, 60), (4, 180), (5, 360), (6, 720), (7, 720), (40, 720)],
)
def test_the_table(attempts: int, minutes: int) -> None:
    assert compute_delay(attempts, chance=0.5) == timedelta(minutes=minutes)


@given(st.integers(0, 100), st.floats(0, 1, exclude_max=True))
def test_the_spread_is_a_fifth(attempts: int, chance: float) -> None:
    middle = compute_delay(attempts, chance=0.5)
    assert middle * 0.799 <= compute_delay(attempts, chance=chance) <= middle * 1.201


def test_a_shorter_first_wait_shortens_the_table() -> None:
    assert compute_delay(2, chance=0.5, first_seconds=1) == timedelta(seconds=3)


def test_nothing_is_tried_after_it_expires() -> None:
    def decide(expires_at: datetime | None) -> datetime | None:
        return decide_retry(1, now=NOW, expires_at=expires_at, chance=0.5)

    assert decide(None) == NOW + timedelta(minutes=5)
    assert decide(NOW + timedelta(minutes=6)) == NOW + timedelta(minutes=5)
    assert decide(NOW + timedelta(minutes=5)) is None


@pytest.mark.parametrize(
    ("outcomes", "paused"),
    [
        ([], False),
        ([True] * 9, False),
        ([True] * 10, True),
        ([True] * 9 + [False] + [True] * 9, False),
        ([False] * 47 + [True] * 3, True),
        ([False] * 48 + [True] * 2, False),
        ([False] * 46 + [True] * 3, False),
        ([False] * 50 + [True] * 9, False),
    ],
)
def test_storms(outcomes: list[bool], *, paused: bool) -> None:
    assert is_storm(outcomes) is paused


def test_allowance() -> None:
    assert compute_allowance((3, 9, 9), (None, None, None)) is None
    assert compute_allowance((3, 9, 9), (5, None, None)) == 2
    assert compute_allowance((3, 9, 9), (5, 9, 100)) == 0
    assert compute_allowance((30, 0, 0), (5, None, None)) == 0
