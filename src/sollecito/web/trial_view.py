"""A trial of a rule, as its calendar and its list show it."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.dates import WEEKDAYS

from sollecito.accounts.models import Company
from sollecito.domain.grouping import Group, Line
from sollecito.flows.planning.forecast_days import ForecastDay
from sollecito.flows.try_programme import Trial
from sollecito.ledger.models import Instalment

LISTED = 40
HEAT = (0, 1, 3, 8)
"""From how many communications on a day is darker."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the calendar; ``heat`` 0 to 4."""

    day: date
    count: int
    amount: Decimal
    is_today: bool
    is_shown: bool

    @property
    def heat(self) -> int:
        """How dark it is."""
        return sum(self.count > least for least in HEAT)


@dataclass(frozen=True, slots=True)
class Month:
    """A month and its weeks; a day of another month is ``None``."""

    first: date
    weeks: list[list[Cell | None]]


@dataclass(frozen=True, slots=True)
class Item:
    """A communication of the list. ``skip``: lines a person may skip, and their documents."""

    day: date
    customer: str
    customer_id: int
    documents: list[str]
    lead: Line
    amount: Decimal
    skip: tuple[tuple[Line, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TrialView:
    """What the page shows of a trial."""

    trial: Trial
    months_ahead: list[Month]
    months_behind: list[Month]
    past: list[Item]
    coming: list[Item]
    past_count: int
    coming_count: int
    coming_amount: Decimal
    weekdays: tuple[str, ...]
    url: str


def show_trial(
    company: Company, trial: Trial, today: date, *, url: str, can_skip: bool
) -> TrialView:
    """Calendar, list and sums; ``url`` is where the trial is asked for."""
    past = [(day.day, group) for day in reversed(trial.past.days) for group in day.groups]
    coming = [(day.day, group) for day in trial.coming.days for group in day.groups]
    shown = [*past[:LISTED], *coming[:LISTED]]
    names = _names(company, (line.instalment for _day, group in shown for line in group.lines))
    months = months_of((*trial.past.days, *trial.coming.days), today)
    this_month = today.replace(day=1)
    return TrialView(
        trial,
        [month for month in months if month.first >= this_month],
        [month for month in months if month.first < this_month],
        [_item(day, group, names, can_skip=False) for day, group in past[:LISTED]],
        [_item(day, group, names, can_skip=can_skip) for day, group in coming[:LISTED]],
        len(past),
        len(coming),
        sum((day.asked for day in trial.coming.days), Decimal(0)),
        tuple(str(WEEKDAYS[number]) for number in range(7)),
        url,
    )


def months_of(days: Iterable[ForecastDay], today: date) -> list[Month]:
    """The days as months of weeks that begin on Monday."""
    by_day = {day.day: day for day in days}
    firsts = sorted({day.replace(day=1) for day in by_day})
    return [
        Month(first, [_week(week, first, by_day, today) for week in _weeks(first)])
        for first in firsts
    ]


def _weeks(first: date) -> list[list[date]]:
    return Calendar().monthdatescalendar(first.year, first.month)


def _week(
    week: list[date], first: date, by_day: dict[date, ForecastDay], today: date
) -> list[Cell | None]:
    return [
        _cell(day, by_day.get(day), today) if day.month == first.month else None for day in week
    ]


def _cell(day: date, played: ForecastDay | None, today: date) -> Cell:
    count = len(played.groups) if played else 0
    amount = played.asked if played else Decimal(0)
    return Cell(day, count, amount, day == today, played is not None)


Names = dict[int, tuple[str, int, str]]


def _names(company: Company, ids: Iterable[int]) -> Names:
    rows = Instalment.objects.filter(company=company, pk__in=set(ids)).values_list(
        "pk", "party__name", "party_id", "document__number"
    )
    return {pk: (name, party, number) for pk, name, party, number in rows}


def _item(day: date, group: Group, names: Names, *, can_skip: bool) -> Item:
    lines = group.lines
    documents = dict.fromkeys(names[line.instalment][2] for line in lines)
    skip = ((line, names[line.instalment][2]) for line in lines if can_skip and line.step > 0)
    name, party, _number = names[group.lead.instalment]
    return Item(
        day,
        name,
        party,
        list(documents),
        group.lead,
        group.asked(day).amount,
        tuple(skip),
    )
