"""When an instalment is looked at again: derived from its last answer, rebuildable."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sollecito.accounts.bulk import among, keep_rows
from sollecito.accounts.models import Company
from sollecito.domain.schedule import Answer, Issue, PlannedFacts, Wait, holds_in_force
from sollecito.dunning.models import NextLook
from sollecito.ledger.models import Instalment

LOOKED_AT_DAILY = frozenset({"covered_by_credit", "not_collectible", "undeliverable"})
"""Waits that, without a day, end by facts which no event announces."""


def next_look(answer: Answer, facts: PlannedFacts, today: date) -> date | None:
    """The first day on which the answer may differ by itself; ``None`` for events only."""
    tomorrow = today + timedelta(days=1)
    if isinstance(answer, Issue):
        return tomorrow
    until = None
    if isinstance(answer, Wait):
        is_open_ended = answer.until is None and answer.reason in LOOKED_AT_DAILY
        until = tomorrow if is_open_ended else answer.until
    if not facts.holds:
        return until
    ends = [
        hold.until + timedelta(days=1)
        for hold in holds_in_force(facts.holds, today)
        if hold.amount is not None and hold.until is not None
    ]
    return min(filter(None, (*ends, until)), default=None)


def claim_touched(ids: Collection[int]) -> None:
    """Clear the marks of events on what is about to be looked at; later ones set their own.

    Waits for the events that are being recorded: what is read after it has them.
    """
    marked = Instalment.objects.filter(pk__in=among(ids), is_touched=True)
    found = list(marked.select_for_update().order_by("pk").values_list("pk", flat=True))
    if found:
        Instalment.objects.filter(pk__in=among(found)).update(is_touched=False)


def write_looks(company: Company, days: Mapping[int, date | None]) -> None:
    """When each instalment is looked at again."""
    rows = [(pk, company.pk, day) for pk, day in days.items()]
    keep_rows(NextLook, ("instalment_id", "company_id", "day"), rows)


def postpone(company: Company, ids: Collection[int], today: date) -> None:
    """What could not be decided on is looked at again tomorrow, not at every moment."""
    write_looks(company, dict.fromkeys(ids, today + timedelta(days=1)))
