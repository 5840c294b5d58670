"""Regole pronte, and with which step old instalments begin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sollecito.domain.candidates import DueTerms, History, IssuedStep
from sollecito.domain.policies import Approval, Policy, StepKind, check_policy, warn_about_policy
from sollecito.domain.presets import FIFTEENTH, GENTLE, MONTHLY, PRESETS
from sollecito.domain.starting import Start, find_beginning
from sollecito.domain.working_days import NATIONAL

DUE = date(2026, 3, 31)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_may_be_saved_as_it_is(name: str) -> None:
    assert check_policy(PRESETS[name]) == ()
    assert warn_about_policy(PRESETS[name]) == ()
    assert PRESETS[name].approval is Approval.REVIEW


def test_the_presets_are_those_of_the_specification() -> None:
    assert [(s.offset_days, s.repeat_days) for s in FIFTEENTH.steps] == [(15, 5)]
    assert [(s.offset_days, s.repeat_days) for s in MONTHLY.steps] == [
        (-10, None),
        (15, None),
        (30, 30),
    ]
    assert [s.kind for s in MONTHLY.steps] == [
        StepKind.PRE_DUE,
        StepKind.STATEMENT,
        StepKind.REMINDER,
    ]
    assert [s.offset_days for s in GENTLE.steps] == [-3, 3, 10, 20, 45]
    notice = GENTLE.steps[-1]
    assert notice.kind is StepKind.FORMAL_NOTICE
    assert GENTLE.needs_review(notice)


def numbered(policy: Policy) -> Policy:
    steps = tuple(replace(step, id=n) for n, step in enumerate(policy.steps, start=1))
    return replace(policy, id=1, steps=steps)


def begin(
    policy: Policy, today: date, start: Start, history: History | None = None
) -> tuple[int | None, int | None]:
    terms = DueTerms(DUE, NATIONAL)
    found = find_beginning(
        terms, numbered(policy), history or History(), round_number=1, today=today, start=start
    )
    return (found.candidate.rank if found.candidate else None), found.skipped


LATE = date(2026, 4, 30)  # 30 days late: −3 has lapsed, +3, +10 and +20 have come


@pytest.mark.parametrize(
    ("start", "rank", "skipped"),
    [(Start.FIRST, 1, None), (Start.HIGHEST, 3, 2), (Start.NEXT, 4, 3)],
)
def test_an_old_instalment_begins_where_it_was_told(
    start: Start, rank: int, skipped: int | None
) -> None:
    assert begin(GENTLE, LATE, start) == (rank, skipped)


@pytest.mark.parametrize("start", Start)
def test_one_not_yet_due_begins_at_the_beginning(start: Start) -> None:
    assert begin(GENTLE, date(2026, 3, 1), start) == (0, None)


def test_what_has_only_past_steps_gets_nothing_more_by_next() -> None:
    assert begin(FIFTEENTH, LATE, Start.NEXT) == (None, 0)
    assert begin(FIFTEENTH, LATE, Start.HIGHEST) == (0, None)


def test_one_on_its_way_goes_on() -> None:
    sent = History((IssuedStep(date(2026, 4, 20), 3, 10),))
    assert begin(GENTLE, LATE, Start.FIRST, sent) == (3, None)
    assert begin(GENTLE, LATE, Start.NEXT, sent) == (4, 3)
