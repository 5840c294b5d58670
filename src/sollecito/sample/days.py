"""Working days of the sample firm, which sits in Pistoia (patron day 25 July)."""

from __future__ import annotations

from datetime import date, timedelta

from sollecito.domain.working_days import (
    WorkCalendar,
    add_working_days,
    next_working_day,
    previous_working_day,
)

DAY = timedelta(days=1)
CALENDAR = WorkCalendar(patron=(7, 25))


def on_or_after(day: date) -> date:
    """Return ``day`` or the next working day."""
    return next_working_day(day, CALENDAR)


def on_or_before(day: date) -> date:
    """Return ``day`` or the working day before it."""
    return previous_working_day(day, CALENDAR)


def before(day: date, count: int = 1) -> date:
    """Return the ``count``-th working day before ``day``."""
    return add_working_days(day, -count, CALENDAR)


def after(day: date, count: int = 1) -> date:
    """Return the ``count``-th working day after ``day``."""
    return add_working_days(day, count, CALENDAR)
