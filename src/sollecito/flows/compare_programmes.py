"""What changes for the reminders already planned when a programme is saved as it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sollecito.accounts.models import Company
from sollecito.domain.grouping import Line
from sollecito.domain.policies import Policy
from sollecito.dunning.policy_book import policy_book
from sollecito.flows.planning.counting import caps_of
from sollecito.flows.planning.forecast_days import ForecastDay
from sollecito.flows.planning.trying import MOST_INSTALMENTS, caps_with, play_days, with_ids


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
    counted: int = 0
    total: int = 0

    def __bool__(self) -> bool:
        """Whether anything changes of what was looked at."""
        return bool(self.gone or self.new or self.moved)

    @property
    def is_partial(self) -> bool:
        """Whether some customers were left out, of whom something may change."""
        return self.counted < self.total


def compare_programme(
    company: Company, policy: Policy, *, day_cap: int = 0, most: int | None = MOST_INSTALMENTS
) -> Changes:
    """The next days under the saved programme beside those under the one being written.

    ``most`` instalments are looked at, of whole customers; ``None`` for all.
    """
    policy = with_ids(policy)
    saved = policy_book(company)
    now = play_days(company, book=saved, caps=caps_of(company), most=most).only_of(policy.id)
    edited = policy_book(company)
    edited.policies[policy.id] = policy
    caps = caps_with(company, policy.id, day_cap)
    then = play_days(company, book=edited, caps=caps, most=most).only_of(policy.id)
    found = compare_days(now.days, then.days)
    return replace(found, counted=then.counted, total=then.total)


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
