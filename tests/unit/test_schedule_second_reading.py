"""The rule beside a second reading of the specification, and what must hold whatever comes."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sollecito.domain.candidates import DueTerms, History, IssuedStep, expected_day, planned_date
from sollecito.domain.policies import Escalation, Policy
from sollecito.domain.schedule import Issue, PlannedFacts, decide
from sollecito.domain.working_days import (
    WorkCalendar,
    is_business_day,
    is_working_day,
)
from sollecito.flows.planning.look_dates import next_look
from tests.unit import second_reading
from tests.unit.schedule_cases import FREE, Case, calendars, cases, days, policies, terms

DAY = timedelta(days=1)
EXAMPLES = int(os.environ.get("SOLLECITO_EXAMPLES", "400"))
"""More: SOLLECITO_EXAMPLES=20000 ./sollecito test tests/unit/test_schedule_second_reading.py"""


@settings(max_examples=EXAMPLES, deadline=None)
@given(cases())
def test_the_rule_says_what_the_second_reading_says(case: Case) -> None:
    assert decide(*case) == second_reading.read(*case)


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(cases())
def test_deciding_twice_says_the_same(case: Case) -> None:
    assert decide(*case) == decide(*case)


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(days, calendars())
def test_working_days_are_those_of_the_second_reading(day: date, calendar: WorkCalendar) -> None:
    assert is_working_day(day, calendar) == second_reading.is_open_day(day, calendar)
    assert is_business_day(day) == second_reading.is_legal_day(day)


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(terms())
def test_the_expected_day_is_that_of_the_second_reading(due: DueTerms) -> None:
    here = expected_day(due.due_date, due.payment_day, due.grace_days)
    assert here == second_reading.expected(due)


@st.composite
def plays(draw: st.DrawFn) -> tuple[PlannedFacts, Policy, frozenset[date]]:
    """An instalment nothing holds back, its policy, and days on which no run was made."""
    policy = replace(draw(policies()), minimum_balance=Decimal(0))
    facts = PlannedFacts(Decimal(100), FREE, terms=draw(terms()))
    missed = st.integers(-40, 200).map(lambda n: facts.terms.due_date + DAY * n)
    return facts, policy, frozenset(draw(st.sets(missed, max_size=60)))


def play(
    facts: PlannedFacts, policy: Policy, missed: frozenset[date], length: int = 240
) -> list[tuple[date, Issue]]:
    """What is issued by a run each day that is not missed."""
    history, found = History(), []
    for number in range(-40, length):
        today = facts.terms.due_date + DAY * number
        if today in missed:
            continue
        answer = decide(facts, policy, history, today)
        if isinstance(answer, Issue):
            step = policy.steps[answer.rank]
            found.append((today, answer))
            made = IssuedStep(today, step.id, step.offset_days, answer.occurrence)
            history = History((*history.issued, made))
            again = decide(facts, policy, history, today)
            assert not isinstance(again, Issue), "two steps on one day"
    return found


@settings(max_examples=EXAMPLES // 20, deadline=None)
@given(plays())
def test_a_year_of_runs(case: tuple[PlannedFacts, Policy, frozenset[date]]) -> None:
    facts, policy, missed = case
    sent = play(facts, policy, missed)
    for (before, _), (after, _) in pairwise(sent):
        assert (after - before).days >= policy.min_gap_days
    for day, answer in sent:
        offset = policy.steps[answer.rank].offset_days
        assert not policy.working_days_only or is_working_day(day, facts.terms.calendar)
        assert offset >= 0 or day <= facts.terms.due_date
        assert answer.occurrence > 1 or day >= planned_date(facts.terms, policy, answer.rank)
    keys = [(answer.rank, answer.occurrence) for _, answer in sent]
    assert keys == sorted(set(keys))


@settings(max_examples=EXAMPLES // 20, deadline=None)
@given(plays())
def test_recursion_never_drifts_earlier(
    case: tuple[PlannedFacts, Policy, frozenset[date]],
) -> None:
    facts, policy, missed = case
    last = policy.steps[-1]
    own = [
        (day, answer.occurrence)
        for day, answer in play(facts, policy, missed)
        if answer.rank == len(policy.steps) - 1
    ]
    for (before, first), (after, second) in pairwise(own):
        assert last.repeat_days is not None
        assert (after - before).days >= last.repeat_days
        assert second == first + 1
    if last.max_repeats is not None:
        assert len(own) <= last.max_repeats + 1


@settings(max_examples=EXAMPLES // 20, deadline=None)
@given(plays(), st.integers(-30, 150), st.integers(7, 40))
def test_missed_days_are_caught_up_with_one_step(
    case: tuple[PlannedFacts, Policy, frozenset[date]], start: int, length: int
) -> None:
    facts, policy, _ = case
    first = facts.terms.due_date + DAY * start
    gone = frozenset(first + DAY * n for n in range(length))
    back = first + DAY * length
    sent = [day for day, _ in play(facts, policy, gone)]
    assert sum(back <= day < back + DAY * policy.min_gap_days for day in sent) <= 1
    on_time = {answer.rank for _, answer in play(facts, policy, frozenset())}
    after_due = {rank for rank in on_time if policy.steps[rank].offset_days >= 0}
    late = {answer.rank for _, answer in play(facts, policy, gone, 900)}
    if policy.escalation is Escalation.IN_ORDER:
        assert after_due <= late


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(cases())
def test_the_next_look_is_never_after_the_first_issue(case: Case) -> None:
    facts, policy, history, today = case
    answer = decide(*case)
    look = next_look(answer, facts, today)
    assert look is None or look > today
    for n in range(1, 150):
        day = today + DAY * n
        if isinstance(decide(_as_of(facts, day), policy, history, day), Issue):
            break
    else:
        return
    if not isinstance(answer, Issue):
        assert look is not None, answer
        assert look <= day, answer


def _as_of(facts: PlannedFacts, day: date) -> PlannedFacts:
    """The SdI's terms run out by themselves."""
    answer = facts.collectible
    if not answer.is_collectible and answer.from_date and answer.from_date <= day:
        return replace(facts, collectible=FREE)
    return facts
