"""The rule, on the cases of the specification: due 2026-03-31, a Tuesday; balance 100."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sollecito.domain.candidates import DueTerms, History, IssuedStep
from sollecito.domain.policies import Escalation, Policy, Step, StepKind
from sollecito.domain.schedule import (
    Answer,
    HoldFact,
    Issue,
    Never,
    PlannedFacts,
    Wait,
    decide,
)
from sollecito.domain.sdi import Collectible
from sollecito.domain.working_days import NATIONAL, WorkCalendar

DUE = date(2026, 3, 31)


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


def step(offset: int, number: int, **more: object) -> Step:
    kind = StepKind.PRE_DUE if offset < 0 else StepKind.REMINDER
    return Step(kind, offset, id=number, **more)  # type: ignore[arg-type]  # keywords of Step


def policy(*steps: Step, **more: object) -> Policy:
    return Policy("Prova", steps, id=1, minimum_balance=Decimal(0), **more)  # type: ignore[arg-type]  # keywords of Policy


FIFTEENTH = policy(step(15, 1, repeat_days=5))
THREE = policy(step(-10, 1), step(15, 2), step(30, 3, repeat_days=30))


def facts(**more: object) -> PlannedFacts:
    given: dict[str, object] = {
        "balance": Decimal(100),
        "collectible": Collectible(is_collectible=True),
        "terms": DueTerms(DUE, NATIONAL),
    }
    return PlannedFacts(**{**given, **more})  # type: ignore[arg-type]  # keywords of PlannedFacts


def issued(*days: date, step_id: int = 1, offset: int = 15) -> History:
    return History(tuple(IssuedStep(d, step_id, offset, n) for n, d in enumerate(days, start=1)))


def ask(what: Policy | None, today: date, history: History | None = None, **more: Any) -> Answer:
    return decide(facts(**more), what, history or History(), today)


CASES = [
    (FIFTEENTH, day(4, 14), History(), Wait(day(4, 15), "not_yet")),
    (FIFTEENTH, day(4, 15), History(), Issue(0, 1)),
    (FIFTEENTH, day(4, 20), issued(day(4, 15)), Issue(0, 2)),
    (FIFTEENTH, day(4, 25), issued(day(4, 15), day(4, 20)), Wait(day(4, 27), "not_yet")),
    (THREE, day(3, 20), History(), Issue(0, 1)),
    (THREE, day(4, 1), History(), Wait(day(4, 15), "not_yet")),
    (THREE, day(5, 20), History(), Issue(1, 1)),
    (THREE, day(5, 21), issued(day(5, 20), step_id=2), Wait(day(5, 25), "too_soon")),
    (THREE, day(5, 25), issued(day(5, 20), step_id=2), Issue(2, 1)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case[1]))
def test_the_cases_of_the_specification(
    case: tuple[Policy, date, History, Answer],
) -> None:
    what, today, history, answer = case
    assert ask(what, today, history) == answer


def test_latest_skips_lower_steps_for_good() -> None:
    latest = policy(*THREE.steps, escalation=Escalation.LATEST)
    assert ask(latest, day(5, 20)) == Issue(2, 1)
    after = issued(day(5, 20), step_id=3, offset=30)
    assert ask(latest, day(5, 26), after) == Wait(day(6, 19), "not_yet")


def test_a_reminder_by_hand_counts_for_the_gap_and_not_for_the_order() -> None:
    by_hand = History((IssuedStep(day(4, 14)),))
    assert ask(FIFTEENTH, day(4, 15), by_hand) == Wait(day(4, 20), "too_soon")
    assert ask(FIFTEENTH, day(4, 20), by_hand) == Issue(0, 1)


def test_a_skipped_step_counts_for_the_order_and_not_for_the_gap() -> None:
    skipped = History((IssuedStep(day(4, 15), 2, 15, is_skip=True),))
    assert ask(THREE, day(4, 30), skipped) == Issue(2, 1)


def test_steps_of_another_policy_count_by_their_offset() -> None:
    other = issued(day(4, 15), step_id=77, offset=20)
    assert ask(THREE, day(4, 21), other) == Wait(day(4, 30), "not_yet")


def test_an_earlier_round_counts_for_the_gap_only() -> None:
    history = issued(day(4, 15))
    assert ask(FIFTEENTH, day(4, 17), history, round=2) == Wait(day(4, 20), "too_soon")
    assert ask(FIFTEENTH, day(4, 20), history, round=2) == Issue(0, 1)


def test_repeats_have_an_end() -> None:
    capped = policy(step(15, 1, repeat_days=5, max_repeats=1))
    assert ask(capped, day(5, 20), issued(day(4, 15))) == Issue(0, 2)
    assert ask(capped, day(5, 20), issued(day(4, 15), day(4, 20))) == Never("policy_completed")


def test_a_failed_step_is_not_issued_again_by_itself() -> None:
    failed = History(failed=frozenset({(1, 1)}))
    assert ask(FIFTEENTH, day(4, 15), failed) == Wait(None, "undeliverable")


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"balance": Decimal(0)}, Never("settled")),
        ({"method": "MP22"}, Never("not_collectible")),
        ({"is_paused": True}, Wait(None, "customer_paused")),
        ({"holds": (HoldFact("snooze", DUE, day(5, 1)),)}, Wait(day(5, 4), "hold_snooze")),
        ({"holds": (HoldFact("legal", DUE),)}, Wait(None, "hold_legal")),
        (
            {"collectible": Collectible(False, "sdi_waiting", day(4, 18))},
            Wait(day(4, 20), "not_collectible"),
        ),
        (
            {"credit_of_customer": Decimal(200), "overdue_of_customer": Decimal(100)},
            Wait(None, "covered_by_credit"),
        ),
    ],
)
def test_the_first_rules_come_first(more: dict[str, Any], answer: Answer) -> None:
    assert ask(FIFTEENTH, day(4, 15), **more) == answer


def test_without_a_policy_nothing_is_reminded() -> None:
    assert ask(None, day(4, 15)) == Never("no_policy")


def test_a_collection_is_announced_before_it_is_due_and_never_chased() -> None:
    held: dict[str, Any] = {"holds": (HoldFact("in_collection", day(1, 1)),)}
    announcing = policy(*THREE.steps, announce_collections=True)
    assert ask(THREE, day(3, 20), **held) == Wait(None, "hold_in_collection")
    assert ask(announcing, day(3, 20), **held) == Issue(0, 1)
    assert ask(announcing, day(4, 20), **held) == Wait(None, "hold_in_collection")


def test_a_fixed_payment_day_moves_the_steps_after_the_due_date() -> None:
    tenth = DueTerms(DUE, NATIONAL, payment_day=10, grace_days=2)
    assert ask(FIFTEENTH, day(4, 20), terms=tenth) == Wait(day(4, 28), "not_yet")
    assert ask(THREE, day(3, 20), terms=tenth) == Issue(0, 1)


def test_closed_days_of_the_company_move_the_step_but_not_the_due_date() -> None:
    closed = WorkCalendar(patron=(4, 15), closures=((day(4, 16), day(4, 17)),))
    terms = DueTerms(DUE, closed)
    assert ask(FIFTEENTH, day(4, 15), terms=terms) == Wait(day(4, 20), "not_yet")


def test_without_working_days_nothing_moves() -> None:
    any_day = policy(step(4, 1), working_days_only=False)
    assert ask(any_day, day(4, 4)) == Issue(0, 1)
    assert day(4, 4) - DUE == timedelta(days=4)
