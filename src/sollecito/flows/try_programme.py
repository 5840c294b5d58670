"""Prova di una regola: what it would have sent in the last 90 days, and will in the next 30.

On the company's real ledger; nothing is stored. The past is played from its first day on, with
the payments of each day; of a large ledger the first customers are looked at, which is said, or
all of them when a person asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from sollecito.accounts.models import Company
from sollecito.domain.policies import Policy
from sollecito.flows import clock
from sollecito.flows.planning.trying import (
    MOST_INSTALMENTS,
    Played,
    book_with,
    caps_with,
    play_days,
    with_ids,
)
from sollecito.flows.replay_programme import replay_programme

NOT_PLAYED = Played()


@dataclass(frozen=True, slots=True)
class Trial:
    """The past and the next days of one programme. Days without messages are there too."""

    past: Played = NOT_PLAYED
    coming: Played = NOT_PLAYED

    @property
    def is_partial(self) -> bool:
        """Whether some customers were left out."""
        return self.coming.is_partial or self.past.is_partial


def try_programme(
    company: Company,
    policy: Policy,
    *,
    day_cap: int = 0,
    with_past: bool = True,
    most: int | None = MOST_INSTALMENTS,
) -> Trial:
    """Play a programme as it is being written: saved or not, in use or not.

    One that nobody has yet is played as the company's default. The pause of the company is left
    out; those of customers count. ``most`` instalments are looked at; ``None`` for all.
    """
    policy = with_ids(policy)
    book = book_with(company, policy)
    caps = caps_with(company, policy.id, day_cap)
    today = clock.today(company.time_zone)
    coming = play_days(company, book=book, caps=caps, most=most).only_of(policy.id)
    past = NOT_PLAYED
    if with_past:
        past = replay_programme(company, policy, today, book=book, caps=caps, most=most)
    return Trial(past, coming)
