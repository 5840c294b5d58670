"""Due dates that must trigger something today, moved by the few days that it takes."""

from __future__ import annotations

from datetime import date
from itertools import count

from sollecito.domain.candidates import DueTerms, planned_date
from sollecito.domain.policies import Policy, Step, StepKind
from sollecito.domain.working_days import is_working_day
from sollecito.sample.days import CALENDAR, DAY

BEFORE_DUE = -3
LATER = "later"


def settle_due_date(today: date, nominal: date, step: str) -> date:
    """Return the due date nearest to ``nominal`` whose ``step`` is planned for today.

    ``step`` is an offset in days, or ``later`` for a promemoria that must not come yet. Where no
    due date leads to today, working days being what they are, the step is planned for the last
    day before on which it can be, and has waited since then. On a day on which the firm does not
    work nothing is moved: its rules then go by plain days.
    """
    if not step or not is_working_day(today, CALENDAR):
        return nominal
    if step == LATER:
        days = (nominal + n * DAY for n in count())
        return next(day for day in days if _planned(day, BEFORE_DUE) > today)
    days = (nominal - n * DAY for n in count())
    return next(day for day in days if _planned(day, int(step)) <= today)


def _planned(due_date: date, offset: int) -> date:
    policy = Policy("", (Step(StepKind.REMINDER, offset),))
    return planned_date(DueTerms(due_date, CALENDAR), policy, 0)
