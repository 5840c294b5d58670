"""Italian holidays and working days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain import working_days as wd

ROME = ZoneInfo("Europe/Rome")
EASTERS = {
    2024: date(2024, 3, 31),
    2025: date(2025, 4, 20),
    2026: date(2026, 4, 5),
    2027: date(2027, 3, 28),
    2028: date(2028, 4, 16),
    2029: date(2029, 4, 1),
    2030: date(2030, 4, 21),
}
FIXED = [(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)]


@pytest.mark.parametrize("year", EASTERS)
def test_the_holidays_of_a_year(year: int) -> None:
    expected = {date(year, month, day) for month, day in FIXED}
    expected |= {EASTERS[year], EASTERS[year] + timedelta(days=1)}
    if year >= 2026:
        expected.add(date(year, 10, 4))
    assert wd.holidays_of(year) == expected


def test_patron_day_and_closures_are_not_working_days() -> None:
    calendar = wd.WorkCalendar(patron=(6, 24), closures=((date(2026, 8, 10), date(2026, 8, 21)),))
    assert wd.is_working_day(date(2026, 6, 24))
    assert not wd.is_working_day(date(2026, 6, 24), calendar)
    assert wd.next_working_day(date(2026, 8, 10), calendar) == date(2026, 8, 24)
    assert wd.previous_working_day(date(2026, 8, 21), calendar) == date(2026, 8, 7)


def test_liberation_day_on_a_saturday_moves_to_monday() -> None:
    assert wd.next_working_day(date(2026, 4, 25)) == date(2026, 4, 27)


def test_a_due_date_ignores_the_company_closures_but_not_the_holidays() -> None:
    assert wd.move_due_date(date(2026, 4, 5)) == date(2026, 4, 7)
    assert wd.move_due_date(date(2026, 8, 11)) == date(2026, 8, 11)


def test_adding_working_days() -> None:
    assert wd.add_working_days(date(2026, 4, 3), 1) == date(2026, 4, 7)
    assert wd.add_working_days(date(2026, 4, 7), -1) == date(2026, 4, 3)
    assert wd.add_working_days(date(2026, 4, 4), 0) == date(2026, 4, 4)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (datetime(2026, 4, 17, 10, 30, tzinfo=ROME), True),
        (datetime(2026, 4, 17, 10, 29, 59, tzinfo=ROME), False),
        (datetime(2026, 4, 17, 17, 30, tzinfo=ROME), False),
        (datetime(2026, 4, 18, 12, 0, tzinfo=ROME), False),
    ],
)
def test_the_sending_window(moment: datetime, *, inside: bool) -> None:
    assert wd.is_in_window(moment, time(10, 30), time(17, 30)) is inside


def test_what_misses_the_window_waits_for_the_next_one() -> None:
    friday_night = datetime(2026, 4, 24, 20, 0, tzinfo=ROME)
    opening = wd.next_window(friday_night, time(10, 30), time(17, 30))
    assert opening == datetime(2026, 4, 27, 10, 30, tzinfo=ROME)
    dawn = datetime(2026, 4, 24, 6, 0, tzinfo=ROME)
    assert wd.next_window(dawn, time(10, 30), time(17, 30)).day == 24


def test_patron_day_as_written() -> None:
    assert wd.parse_patron_day("06-24") == (6, 24)
    assert wd.parse_patron_day("") is None
    assert wd.parse_patron_day("13-40") is None


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(0, 60))
def test_adding_and_subtracting_come_back_from_a_working_day(day: date, count: int) -> None:
    start = wd.next_working_day(day)
    later = wd.add_working_days(start, count)
    assert wd.is_working_day(later)
    assert wd.add_working_days(later, -count) == start
