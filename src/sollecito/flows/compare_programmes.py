"""What changes for the reminders already planned when a programme is saved as it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sollecito.accounts.models import Company
from sollecito.domain.grouping import Line
from sollecito.domain.policies import Policy
from sollecito.dunning.policy_book import policy_book
from sollecito.flows.planning.forecast_days import ForecastDay
from sollecito.flows.planning.lines import caps_of
from sollecito.flows.planning.trying import caps_with, play_coming, with_ids


@dataclass(frozen=True, slots=True)
class Change:
    """One reminder of the next days; ``before`` or ``after`` is ``None`` where it is not there."""

    line: Line
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Che cosa cambia: each list in the order of the days."""

    gone: tuple[Change, ...] = ()
    new: tuple[Change, ...] = ()
    moved: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.gone or self.new or self.moved)


def compare_programme(company: Company, policy: Policy, *, day_cap: int = 0) -> Changes:
    """The next days under the saved programme beside those under the one being written."""
    policy = with_ids(policy)
    saved = policy_book(company)
    now, _counted, _total = play_coming(company, policy, book=saved, caps=caps_of(company))
    edited = policy_book(company)
    edited.policies[policy.id] = policy
    caps = caps_with(company, policy.id, day_cap)
    then, _counted, _total = play_coming(company, policy, book=edited, caps=caps)
    return compare_days(now, then)


def compare_days(now: Iterable[ForecastDay], then: Iterable[ForecastDay]) -> Changes:
    """What is gone, new, or on another day."""
    before, after = _by_key(now), _by_key(then)
    gone = [Change(line, day, None) for key, (line, day) in before.items() if key not in after]
    new = [Change(line, None, day) for key, (line, day) in after.items() if key not in before]
    moved = [
        Change(line, before[key][1], day)
        for key, (line, day) in after.items()
        if key in before and before[key][1] != day
    ]
    return Changes(tuple(gone), tuple(new), tuple(moved))


def _by_key(
    days: Iterable[ForecastDay],
) -> dict[tuple[int, int, int, int], tuple[Line, date]]:
    return {
        line.key: (line, day.day) for day in days for group in day.groups for line in group.lines
    }
