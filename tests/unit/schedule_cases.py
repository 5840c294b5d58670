"""Random instalments, policies, histories and calendars, as hypothesis draws them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from sollecito.domain.candidates import DueTerms, History, IssuedStep
from sollecito.domain.policies import (
    Approval,
    Escalation,
    Grouping,
    Policy,
    Step,
    StepKind,
    check_policy,
)
from sollecito.domain.schedule import HoldFact, HoldKind, PlannedFacts
from sollecito.domain.sdi import Collectible
from sollecito.domain.working_days import QUIET_AUGUST, QUIET_CHRISTMAS, WorkCalendar

FIRST, LAST = date(2025, 11, 1), date(2027, 2, 28)
days = st.dates(FIRST, LAST)
money = st.decimals(0, 300, places=2)
FREE = Collectible(is_collectible=True)


def near(day: date, before: int, after: int) -> st.SearchStrategy[date]:
    return st.integers(-before, after).map(lambda n: day + timedelta(days=n))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    patron = draw(st.none() | days.map(lambda day: (day.month, day.day)))
    starts = draw(st.lists(days, max_size=2))
    closures = tuple((day, day + timedelta(days=draw(st.integers(0, 20)))) for day in starts)
    quiet = draw(
        st.sampled_from([(), QUIET_AUGUST, QUIET_CHRISTMAS, QUIET_AUGUST + QUIET_CHRISTMAS])
    )
    return WorkCalendar(patron, closures, quiet)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    offsets = sorted(draw(st.sets(st.integers(-20, 60), min_size=1, max_size=5)))
    kinds = st.sampled_from(list(StepKind))
    steps = [Step(draw(kinds), offset, id=n) for n, offset in enumerate(offsets, start=1)]
    if offsets[-1] >= 0 and draw(st.booleans()):
        most = draw(st.none() | st.integers(0, 4))
        every = draw(st.integers(1, 40))
        steps[-1] = replace(steps[-1], repeat_days=every, max_repeats=most)
    made = Policy(
        "Prova",
        tuple(steps),
        id=1,
        escalation=draw(st.sampled_from(Escalation)),
        min_gap_days=draw(st.integers(1, 12)),
        grouping=draw(st.sampled_from(Grouping)),
        working_days_only=draw(st.booleans()),
        minimum_balance=draw(st.sampled_from([Decimal(0), Decimal(5), Decimal(50)])),
        approval=draw(st.sampled_from(Approval)),
        announce_collections=draw(st.booleans()),
    )
    assert not check_policy(made)
    return made


@st.composite
def holds(draw: st.DrawFn, today: date) -> HoldFact:
    kind = draw(st.sampled_from(HoldKind))
    amount = draw(st.none() | money) if kind is HoldKind.DISPUTE else None
    since = draw(near(today, 40, 5))
    until = draw(st.none() | near(today, 20, 40))
    return HoldFact(kind.value, since, until, amount)


@st.composite
def terms(draw: st.DrawFn) -> DueTerms:
    return DueTerms(
        draw(st.dates(date(2025, 12, 1), date(2026, 12, 31))),
        draw(calendars()),
        draw(st.just(0) | st.integers(1, 31)),
        draw(st.just(0) | st.integers(0, 15)),
    )


@st.composite
def histories(draw: st.DrawFn, policy: Policy, today: date) -> History:
    """Steps of this policy, of another, by hand, skipped; in this round and earlier ones."""
    found = []
    for _ in range(draw(st.integers(0, 5))):
        day = draw(near(today, 60, 0))
        rank = draw(st.integers(-2, len(policy.steps) - 1))
        step, offset = (None, None) if rank == -1 else (99, draw(st.integers(-20, 60)))
        occurrence = 1
        if rank >= 0:
            step, offset = policy.steps[rank].id, policy.steps[rank].offset_days
            occurrence = draw(st.integers(1, 4)) if rank == len(policy.steps) - 1 else 1
        is_skip = step is not None and draw(st.booleans())
        number = draw(st.integers(1, 2))
        is_ahead = is_skip and draw(st.booleans())
        found.append(IssuedStep(day, step, offset, occurrence, number, is_skip, is_ahead))
    failed = draw(st.sets(st.tuples(st.integers(1, 5), st.integers(1, 2)), max_size=2))
    return History(tuple(found), frozenset(failed))


@st.composite
def collectibles(draw: st.DrawFn, today: date) -> Collectible:
    if draw(st.integers(0, 9)):
        return FREE
    is_final = draw(st.booleans())
    until = None if is_final else draw(st.none() | near(today, -1, 20))
    return Collectible(False, "sdi_waiting", until, is_final=is_final)


@st.composite
def instalments(draw: st.DrawFn, today: date) -> PlannedFacts:
    owed = draw(money)
    return PlannedFacts(
        balance=draw(money | st.just(Decimal(100))),
        collectible=draw(collectibles(today)),
        method=draw(st.sampled_from(["MP05", "MP05", "MP05", "MP12", "MP22"])),
        is_replaced=draw(st.integers(0, 19)) == 0,
        holds=tuple(draw(st.lists(holds(today), max_size=3))),
        overdue_of_customer=owed,
        credit_of_customer=draw(st.just(Decimal(0)) | money),
        terms=draw(terms()),
        round=draw(st.integers(1, 2)),
        is_paused=draw(st.integers(0, 9)) == 0,
    )


Case = tuple[PlannedFacts, Policy | None, History, date]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    due = draw(terms())
    today = draw(near(due.due_date, 30, 120))
    policy = draw(policies())
    facts = replace(draw(instalments(today)), terms=due)
    history = draw(histories(policy, today))
    return facts, (policy if draw(st.integers(0, 19)) else None), history, today
