"""Prova di una regola: what it would have sent in the last 90 days, and will in the next 30.

On the company's real ledger; nothing is stored. The past is played from its first day on, with
the payments of each day; the customers of a large ledger are counted up to a limit, which is said.
"""

from __future__ import annotations

from dataclasses import dataclass

from sollecito.accounts.models import Company
from sollecito.domain.policies import Policy
from sollecito.flows import clock
from sollecito.flows.planning.forecast_days import ForecastDay
from sollecito.flows.planning.trying import book_with, caps_with, play_coming, with_ids
from sollecito.flows.replay_programme import replay_programme


@dataclass(frozen=True, slots=True)
class Trial:
    """``counted`` of ``total`` instalments were looked at. Days without messages are there too."""

    past: tuple[ForecastDay, ...] = ()
    coming: tuple[ForecastDay, ...] = ()
    counted: int = 0
    total: int = 0

    @property
    def is_partial(self) -> bool:
        """Whether some customers were left out."""
        return self.counted < self.total


def try_programme(
    company: Company, policy: Policy, *, day_cap: int = 0, with_past: bool = True
) -> Trial:
    """Play a programme as it is being written: saved or not, in use or not.

    One that nobody has yet is played as the company's default. The pause of the company is left
    out; those of customers count.
    """
    policy = with_ids(policy)
    book = book_with(company, policy)
    caps = caps_with(company, policy.id, day_cap)
    today = clock.today(company.time_zone)
    coming, counted, total = play_coming(company, policy, book=book, caps=caps)
    past = replay_programme(company, policy, today, book=book, caps=caps) if with_past else ()
    return Trial(tuple(past), tuple(coming), counted, total)
