"""Which step of a policy would be next for an instalment, and the day it is planned for.

Source: the product's specification of reminders, "Calendar" and "decide", rule 5.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from sollecito.domain.policies import Escalation, Policy
from sollecito.domain.working_days import (
    WorkCalendar,
    move_due_date,
    next_working_day,
    previous_working_day,
)

MOST_AHEAD = 100


@dataclass(frozen=True, slots=True)
class IssuedStep:
    """What was issued of one instalment, or skipped by a person (``is_skip``).

    A skip ``is_ahead`` where it was said before the step's turn: it counts once the order comes
    to it, on its planned day, and makes no lower step past.
    ``step_id`` and ``offset_days`` are ``None`` for a reminder by hand. ``day`` is the company's
    day on which it was queued.
    """

    day: date
    step_id: int | None = None
    offset_days: int | None = None
    occurrence: int = 1
    round: int = 1
    is_skip: bool = False
    is_ahead: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """Storia di una rata: what was issued, in any order, and which steps failed for good.

    ``failed`` holds (step id, occurrence) of this round whose every message failed and that
    nothing has cured since.
    """

    issued: tuple[IssuedStep, ...] = ()
    failed: frozenset[tuple[int, int]] = frozenset()

    def has_issued(self, round_number: int) -> bool:
        """Whether a step was issued or skipped in a round."""
        return any(each.step_id and each.round == round_number for each in self.issued)


NO_HISTORY = History()


@dataclass(frozen=True, slots=True)
class DueTerms:
    """When an instalment is due, and what of its customer and company moves the days.

    ``payment_day`` of the month (1 to 31, 0 for none) and ``grace_days`` make the expected day
    from which steps after the due date count.
    """

    due_date: date
    calendar: WorkCalendar
    payment_day: int = 0
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """The step that would be next: its rank, which occurrence of it, its planned day."""

    rank: int
    occurrence: int
    planned_date: date


def find_candidate(
    terms: DueTerms, policy: Policy, history: History, *, round_number: int, today: date
) -> Candidate | None:
    """Rule 5. ``None`` where the policy has nothing left to say.

    A step is past when it, or one of a higher rank, was issued or skipped in this round; steps
    of another policy count by their offset. A step before the due date lapses the day after it.
    One that was skipped ahead is passed over as if it had been skipped on its planned day.
    """
    done, ahead = [], set()
    for each in history.issued:
        if each.round == round_number and each.is_ahead:
            ahead.add((each.step_id, each.occurrence))
        elif each.round == round_number:
            done.append(each)
    while found := _next(terms, policy, done, today):
        step = policy.steps[found.rank]
        if (step.id, found.occurrence) not in ahead:
            break
        skip = IssuedStep(found.planned_date, step.id, step.offset_days, found.occurrence)
        done.append(replace(skip, round=round_number, is_skip=True))
    return found


def find_coming(
    terms: DueTerms,
    policy: Policy,
    history: History,
    *,
    wanted: tuple[int, int],
    round_number: int,
    today: date,
) -> Candidate | None:
    """The candidate of a (step id, occurrence) that has still to come, were all before it issued.

    ``None`` where it is past, skipped, or more than ``MOST_AHEAD`` steps away.
    """
    day = today
    for _ in range(MOST_AHEAD):
        found = find_candidate(terms, policy, history, round_number=round_number, today=day)
        if found is None:
            return None
        step = policy.steps[found.rank]
        if (step.id, found.occurrence) == wanted:
            return found
        day = max(day, found.planned_date)
        issued = IssuedStep(day, step.id, step.offset_days, found.occurrence, round_number)
        history = replace(history, issued=(*history.issued, issued))
    return None


def _next(terms: DueTerms, policy: Policy, done: list[IssuedStep], today: date) -> Candidate | None:
    past = _past_rank(policy, done)
    for rank in range(past + 1, len(policy.steps)):
        if policy.steps[rank].offset_days < 0 and today > terms.due_date:
            continue
        if policy.escalation is Escalation.LATEST:
            rank = _latest(terms, policy, rank, today)  # noqa: PLW2901  the search ends here
        return Candidate(rank, 1, planned_date(terms, policy, rank))
    return _repetition(terms, policy, done)


def planned_date(terms: DueTerms, policy: Policy, rank: int) -> date:
    """The day a step is planned for, the first time."""
    return _plan(terms, policy.steps[rank].offset_days, is_moved=policy.working_days_only)


@lru_cache(maxsize=4096)
def expected_day(due_date: date, payment_day: int, grace_days: int) -> date:
    """The day on which this customer is expected to pay: its day of the month, its tolerance.

    A month without that day has it on its last one.
    """
    day = due_date
    if payment_day:
        day = _in_month(due_date.year, due_date.month, payment_day)
        if day < due_date:
            year, month = divmod(due_date.year * 12 + due_date.month, 12)
            day = _in_month(year, month + 1, payment_day)
    return day + timedelta(days=grace_days)


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


@lru_cache(maxsize=65536)
def _plan(terms: DueTerms, offset: int, *, is_moved: bool) -> date:
    delay = timedelta(days=offset)
    if offset < 0:
        day = terms.due_date + delay
        return previous_working_day(day, terms.calendar) if is_moved else day
    base = expected_day(terms.due_date, terms.payment_day, terms.grace_days)
    if not is_moved:
        return base + delay
    return next_working_day(move_due_date(base) + delay, terms.calendar)


def _past_rank(policy: Policy, done: list[IssuedStep]) -> int:
    """The highest rank that is past; -1 where none is."""
    ranks = {step.id: rank for rank, step in enumerate(policy.steps)}
    past, foreign = -1, None
    for each in done:
        if each.step_id is None:
            continue
        if each.step_id in ranks:
            past = max(past, ranks[each.step_id])
        elif each.offset_days is not None:
            foreign = max(foreign, each.offset_days) if foreign is not None else each.offset_days
    if foreign is not None:
        passed = sum(step.offset_days <= foreign for step in policy.steps)
        past = max(past, passed - 1)
    return past


def _latest(terms: DueTerms, policy: Policy, first: int, today: date) -> int:
    """The highest step from ``first`` on whose day has come, else the one that comes first."""
    ranks = range(first, len(policy.steps))
    come = [rank for rank in ranks if planned_date(terms, policy, rank) <= today]
    if come:
        return come[-1]
    return min(ranks, key=lambda rank: planned_date(terms, policy, rank))


def _repetition(terms: DueTerms, policy: Policy, done: list[IssuedStep]) -> Candidate | None:
    """The last step again, where it is recursive and its repeats are not used up."""
    last = policy.steps[-1]
    own = [each for each in done if each.step_id == last.id]
    if not last.repeat_days or all(each.is_skip for each in own):
        return None
    number = max(each.occurrence for each in own)
    if last.max_repeats is not None and number > last.max_repeats:
        return None
    day = max(each.day for each in own) + timedelta(days=last.repeat_days)
    if policy.working_days_only:
        day = next_working_day(day, terms.calendar)
    return Candidate(len(policy.steps) - 1, number + 1, day)
