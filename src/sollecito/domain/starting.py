"""Attivazione: with which step the instalments that are already old begin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sollecito.domain.candidates import (
    Candidate,
    DueTerms,
    History,
    IssuedStep,
    find_candidate,
    planned_date,
)
from sollecito.domain.policies import Policy


class Start(StrEnum):
    """What an old instalment begins with."""

    FIRST = "first"
    """The first step that has not lapsed: it goes through them all."""
    HIGHEST = "highest"
    """The highest whose day has come; those below are skipped."""
    NEXT = "next"
    """The first whose day is still to come; nothing leaves for what is past."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """``skipped`` is the highest rank to record as skipped, and the day its first issue had.

    ``candidate`` is what comes after that; ``None`` where the programme has nothing left to say.
    """

    candidate: Candidate | None
    skipped: int | None = None

    def is_due(self, today: date) -> bool:
        """Whether its day has come already."""
        return self.candidate is not None and self.candidate.planned_date <= today


def find_beginning(
    terms: DueTerms,
    policy: Policy,
    history: History,
    *,
    round_number: int,
    today: date,
    start: Start,
) -> Beginning:
    """With which step of ``policy`` an instalment begins today, and what is skipped for that."""
    first = find_candidate(terms, policy, history, round_number=round_number, today=today)
    if first is None or first.occurrence > 1 or start is Start.FIRST:
        return Beginning(first)
    come = [
        rank
        for rank in range(first.rank, len(policy.steps))
        if planned_date(terms, policy, rank) <= today
    ]
    passed = come if start is Start.NEXT else come[:-1]
    if not passed:
        return Beginning(first)
    step = policy.steps[passed[-1]]
    skip = IssuedStep(today, step.id, step.offset_days, round=round_number, is_skip=True)
    after = replace(history, issued=(*history.issued, skip))
    return Beginning(
        find_candidate(terms, policy, after, round_number=round_number, today=today), passed[-1]
    )
