"""When an instalment is looked at again: derived from its last answer, rebuildable."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sollecito.domain.schedule import Answer, Issue, PlannedFacts, Wait, holds_in_force
from sollecito.ledger.models import Instalment

LOOKED_AT_DAILY = frozenset({"covered_by_credit", "not_collectible", "undeliverable"})
"""Waits that end by facts which no event and no date of their own announces."""


def next_look(answer: Answer, facts: PlannedFacts, today: date) -> date | None:
    """The first day on which the answer may differ by itself; ``None`` for events only."""
    tomorrow = today + timedelta(days=1)
    if isinstance(answer, Issue):
        return tomorrow
    until = None
    if isinstance(answer, Wait):
        until = tomorrow if answer.reason in LOOKED_AT_DAILY else answer.until
    if not facts.holds:
        return until
    ends = [
        hold.until + timedelta(days=1)
        for hold in holds_in_force(facts.holds, today)
        if hold.amount is not None and hold.until is not None
    ]
    return min(filter(None, (*ends, until)), default=None)


def postpone(ids: Collection[int], today: date) -> None:
    """What could not be decided on is looked at again tomorrow, not at every moment."""
    Instalment.objects.filter(pk__in=ids).update(next_look_date=today + timedelta(days=1))
