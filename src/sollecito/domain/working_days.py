"""Italian holidays, working days and the window of hours in which automatic mail may leave.

Dates are days of the company's time zone. Source of the holidays: L. 260/1949 and later changes,
4 October again from 2026 (L. 151/2025), by the ``holidays`` library.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol

import holidays

SATURDAY = 5
NOVEMBER = 11
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Calendario dell'azienda: what it adds to the national holidays.

    ``patron`` is (month, day); ``closures`` are first and last day of each closure, ``quiet``
    first and last (month, day) of a period of every year, within it; all included.
    """

    patron: tuple[int, int] | None = None
    closures: tuple[tuple[date, date], ...] = ()
    quiet: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()


NATIONAL = WorkCalendar()
QUIET_AUGUST = (((8, 8), (8, 24)),)
QUIET_CHRISTMAS = (((12, 23), (12, 31)), ((1, 1), (1, 6)))
"""Periods proposed to a company; off until it chooses them."""


class _Test(Protocol):
    def __call__(self, day: date) -> bool: ...


@lru_cache(maxsize=64)
def holidays_of(year: int) -> frozenset[date]:
    """The public holidays of a year, Easter Sunday included.

    The library adds the first Sunday of November (unità nazionale), which is no public holiday.
    """
    return frozenset(
        day
        for day in holidays.country_holidays("IT", years=[year])
        if day.month != NOVEMBER or day.day == 1
    )


def is_public_holiday(day: date) -> bool:
    """Whether ``day`` is an Italian public holiday."""
    return day in holidays_of(day.year)


def is_business_day(day: date) -> bool:
    """Monday to Friday and no public holiday: what the law means (artt. 1187, 2963 c.c.)."""
    return day.weekday() < SATURDAY and not is_public_holiday(day)


def is_working_day(day: date, calendar: WorkCalendar = NATIONAL) -> bool:
    """A business day on which the company is open: neither its patron day nor a closure."""
    of_year = (day.month, day.day)
    if not is_business_day(day) or of_year == calendar.patron:
        return False
    if any(first <= of_year <= last for first, last in calendar.quiet):
        return False
    return not any(first <= day <= last for first, last in calendar.closures)


def next_working_day(day: date, calendar: WorkCalendar = NATIONAL) -> date:
    """The working day on or after ``day``."""
    return _walk(day, ONE_DAY, lambda day: is_working_day(day, calendar))


def previous_working_day(day: date, calendar: WorkCalendar = NATIONAL) -> date:
    """The working day on or before ``day``."""
    return _walk(day, -ONE_DAY, lambda day: is_working_day(day, calendar))


def move_due_date(due_date: date) -> date:
    """The day on which a debt due on ``due_date`` must be paid: the business day on or after.

    The company's own closures do not move it (art. 1187 c.c.).
    """
    return _walk(due_date, ONE_DAY, is_business_day)


def add_working_days(day: date, count: int, calendar: WorkCalendar = NATIONAL) -> date:
    """The ``count``-th working day after ``day`` (before it when negative); 0 gives ``day``."""
    step = ONE_DAY if count >= 0 else -ONE_DAY
    for _ in range(abs(count)):
        day = _walk(day + step, step, lambda day: is_working_day(day, calendar))
    return day


def is_in_window(
    moment: datetime, opens: time, closes: time, calendar: WorkCalendar = NATIONAL
) -> bool:
    """Whether mail may leave by itself at ``moment``, given in the company's time zone.

    The window is ``opens`` (included) to ``closes`` (excluded) of a working day.
    """
    return is_working_day(moment.date(), calendar) and opens <= moment.time() < closes


SMS_HOURS = (time(8, 30), time(19))
"""On working days: an SMS rings in a pocket."""


def sms_hours(opens: time, closes: time) -> tuple[time, time]:
    """A company's sending hours as far as an SMS may use them; its own where none are left."""
    first, last = max(opens, SMS_HOURS[0]), min(closes, SMS_HOURS[1])
    return (first, last) if first < last else SMS_HOURS


def next_window(
    moment: datetime, opens: time, closes: time, calendar: WorkCalendar = NATIONAL
) -> datetime:
    """``moment`` itself when it is in the window, else when the next window opens."""
    if is_in_window(moment, opens, closes, calendar):
        return moment
    day = moment.date()
    if moment.time() >= opens:
        day += ONE_DAY
    opening = next_working_day(day, calendar)
    return datetime.combine(opening, opens, tzinfo=moment.tzinfo)


def parse_patron_day(text: str) -> tuple[int, int] | None:
    """``MM-GG`` → (month, day); ``None`` when empty or no day of a leap year."""
    try:
        day = date.fromisoformat(f"2000-{text}")
    except ValueError:
        return None
    return day.month, day.day


def _walk(day: date, step: timedelta, is_good: _Test) -> date:
    while not is_good(day):
        day += step
    return day
