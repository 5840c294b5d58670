"""Kills, freezes, races and switches over real worker processes, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.crash.run import COMBINATIONS, MUST_BE_ZERO, Theatre, theatres

KILLS = 50
pytestmark = pytest.mark.crash
both = pytest.mark.parametrize("database", ["sqlite", "postgresql"])


@pytest.fixture(scope="module")
def stages() -> Iterator[dict[str, Theatre]]:
    with theatres() as made:
        yield made


def assert_promises(figures: dict[str, Any]) -> None:
    assert {name: figures[name] for name in MUST_BE_ZERO} == dict.fromkeys(MUST_BE_ZERO, 0)


@pytest.mark.parametrize(("database", "workers"), COMBINATIONS)
def test_kills_lose_nothing_and_double_nothing(
    stages: dict[str, Theatre], database: str, workers: int
) -> None:
    figures = stages[database].play("kills", kills=KILLS, workers=workers)
    print(database, workers, figures)  # noqa: T201  the figures are the point
    assert_promises(figures)
    assert figures["amid_work"] > KILLS / 2
    assert set(figures["statuses"]) == {"accepted", "unknown"}


@pytest.mark.parametrize(("database", "workers"), COMBINATIONS)
def test_kills_double_no_sms_and_the_gateway_settles_the_doubts(
    stages: dict[str, Theatre], database: str, workers: int
) -> None:
    figures = stages[database].play("texts", kills=KILLS, workers=workers)
    print(database, workers, figures)  # noqa: T201  the figures are the point
    assert_promises(figures)
    assert figures["amid_work"] > KILLS / 2
    assert set(figures["statuses"]) == {"accepted", "unknown"}
    assert figures["asked"] == figures["unknown_arrived"] > 0
    assert figures["doubts_that_arrived"] == 0


@both
def test_kills_while_it_writes_by_pec_lose_nothing_and_double_nothing(
    stages: dict[str, Theatre], database: str
) -> None:
    figures = stages[database].play("kills_pec", kills=KILLS // 2, workers=2)
    print(database, figures)  # noqa: T201  the figures are the point
    assert_promises(figures)
    assert set(figures["statuses"]) <= {"accepted", "unknown"}
    assert figures["statuses"]["accepted"] > 0


@both
def test_a_frozen_worker_sends_nothing_when_woken(
    stages: dict[str, Theatre], database: str
) -> None:
    figures = stages[database].play("frozen")
    assert_promises(figures)
    assert (figures["before"], figures["after"]) == (1, 1)
    assert figures["statuses"] == {"accepted": 1}


@both
def test_a_frozen_worker_that_is_alone_claims_anew(
    stages: dict[str, Theatre], database: str
) -> None:
    figures = stages[database].play("frozen_alone")
    assert_promises(figures)
    assert figures["attempts"] == 2


@both
def test_payments_racing_the_sending(stages: dict[str, Theatre], database: str) -> None:
    figures = stages[database].play("payments", workers=3)
    print(database, figures)  # noqa: T201  the figures are the point
    assert_promises(figures)
    assert figures["stopped"] == figures["cancelled"] == figures["void"] > 0
    assert figures["crossed"] == figures["paid"] - figures["stopped"] > 0
    assert (figures["unlabelled"], figures["wrongly_labelled"], figures["late"]) == (0, 0, 0)


@both
def test_statements_racing_the_sending(stages: dict[str, Theatre], database: str) -> None:
    """A statement imported while workers send: nothing leaves once its payment is stored."""
    figures = stages[database].play("statements", workers=3)
    print(database, figures)  # noqa: T201  the figures are the point
    assert_promises(figures)
    assert figures["matched"] == figures["paid"]
    assert figures["stopped"] == figures["cancelled"] == figures["void"] > 0
    assert figures["crossed"] == figures["paid"] - figures["stopped"]
    assert (figures["unlabelled"], figures["wrongly_labelled"], figures["late"]) == (0, 0, 0)


@both
def test_no_dot_a_second_after_the_stop(stages: dict[str, Theatre], database: str) -> None:
    figures = stages[database].play("stop", workers=3)
    assert figures["late_seconds"] < 1
    assert figures["waiting"] > 0
