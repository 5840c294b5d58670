"""A company day by day: the run beside the second reading, and beside its own forecast.

The full size, a year of 1,000 instalments and 20 programmes:
SOLLECITO_SIMULATED=1000 SOLLECITO_SEEDS=1 ./sollecito test tests/integration/test_simulated_year.py
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sollecito.domain.schedule import Issue
from sollecito.flows import clock
from sollecito.flows.forecast_reminders import forecast_reminders
from sollecito.flows.planning.forecast_days import ForecastDay
from sollecito.flows.rebuild_looks import late_looks
from tests.simulated import (
    DAY,
    World,
    happen,
    make_world,
    run_day,
    second_answers,
    sent_on,
    sent_ways,
)

SIZE = int(os.environ.get("SOLLECITO_SIMULATED", "40"))
IS_FULL = SIZE >= 1000
POLICIES = 20 if IS_FULL else 5
SEEDS = int(os.environ.get("SOLLECITO_SEEDS", "2"))
ROUNDS = 6 if IS_FULL else 1
START = date(2026, 2, 2)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_run_does_what_the_page_and_the_forecast_say(seed: int) -> None:
    world = make_world(instalments=SIZE, policies=POLICIES, seed=seed, start=START)
    for _ in range(ROUNDS):
        live_a_month(world)
        quiet_month(world)


def live_a_month(world: World) -> None:
    """Things happen every day; before each run the page says what it must answer."""
    for _ in range(30):
        with clock.pretend(world.today):
            page = second_answers(world)
            outcome = run_day(world)
            assert not outcome.plan.problems
            said = {each.instalment: each.answer for each in outcome.plan.decided}
            wrong = {pk: (a, page[pk]) for pk, a in said.items() if pk in page and a != page[pk]}
            assert not wrong, world.today
            due = {pk for pk, answer in page.items() if isinstance(answer, Issue)}
            assert due <= said.keys(), f"the narrowing dropped an Issue on {world.today}"
            happen(world, world.dice.randrange(max(SIZE // 40, 3)))
        world.today += DAY


def quiet_month(world: World) -> None:
    """Nothing happens but the runs: what leaves is what was forecast."""
    with clock.pretend(world.today):
        run_day(world)
        assert late_looks(world.company) == []
    world.today += DAY
    with clock.pretend(world.today):
        days = forecast_reminders(world.company, 30)
    for day in days:
        assert day.day == world.today
        with clock.pretend(world.today):
            run_day(world)
        left = sent_on(world.company, world.today)
        assert left == _foreseen(day), world.today
        world.today += DAY


@pytest.mark.parametrize("seed", range(SEEDS))
def test_texts_leave_by_the_channels_that_were_foreseen(seed: int) -> None:
    """SMS beside mail and alone, one a week a customer, to who has a mobile."""
    world = make_world(
        instalments=SIZE // 2, policies=POLICIES, seed=seed, start=START, has_texts=True
    )
    with clock.pretend(world.today):
        run_day(world)
    world.today += DAY
    with clock.pretend(world.today):
        days = forecast_reminders(world.company, 30)
    left_by_text = 0
    for day in days:
        with clock.pretend(day.day):
            run_day(world)
        left = sent_ways(world.company, day.day)
        assert left == _foreseen_ways(day), day.day
        left_by_text += sum(way == "sms" for way, *_item in left)
    assert left_by_text


def _foreseen_ways(day: ForecastDay) -> set[tuple[str, int, int, int]]:
    """What of a day can leave: a channel without a recipient waits to be completed."""
    return {
        (channel, line.instalment, line.step, line.occurrence)
        for group in day.groups
        for channel in group.leaving
        if group.lead.recipients(channel)
        for line in group.on(channel)
    }


def _foreseen(day: ForecastDay) -> tuple[int, Decimal, set[tuple[int, int, int]]]:
    """What of a day can leave: who has no address is foreseen, and waits to be completed."""
    day = replace(day, groups=tuple(group for group in day.groups if group.lead.readers))
    items = {
        (line.instalment, line.step, line.occurrence)
        for group in day.groups
        for line in group.lines
    }
    return day.messages, day.amount, items
