"""Look at what is due, a transaction for each chunk; keep whole only what leads to a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from sollecito.accounts.models import Company
from sollecito.domain.schedule import Answer, Issue
from sollecito.dunning.models import Run
from sollecito.dunning.plan_queries import due_for_look
from sollecito.dunning.policy_book import PolicyBook
from sollecito.flows import clock
from sollecito.flows.planning.deciding import (
    Decided,
    PlanProblem,
    decide_all,
    store_answers,
    wire_answer,
)
from sollecito.flows.planning.look_dates import claim_touched, postpone

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer for one instalment, without what it was given on."""

    instalment: int
    answer: Answer

    def wire(self) -> dict[str, Any]:
        """As ``plan --json`` prints it."""
        return {"instalment": self.instalment, **wire_answer(self.answer)}


@dataclass(slots=True)
class Looks:
    """What a run found out. ``due`` are the answers that say Issue, with all they rest on."""

    answered: list[Answered] = field(default_factory=list)
    due: list[Decided] = field(default_factory=list)
    parties: set[int] = field(default_factory=set)
    problems: list[PlanProblem] = field(default_factory=list)

    @property
    def told(self) -> tuple[tuple[Answered, ...], tuple[PlanProblem, ...]]:
        """Every answer, and what could not be decided on."""
        return tuple(self.answered), tuple(self.problems)

    def add(self, decided: list[Decided], problems: list[PlanProblem]) -> None:
        """Take in what was decided of a chunk."""
        self.answered += [Answered(each.instalment, each.answer) for each in decided]
        self.due += [each for each in decided if isinstance(each.answer, Issue)]
        self.parties.update(each.planned.party for each in decided)
        self.problems += problems


def take_turns(company: Company) -> None:
    """Two runs at once look at a chunk one after the other, and approvals wait: end soon."""
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)


def look_at_due(
    company: Company, run: Run | None, *, book: PolicyBook, everything: bool = False
) -> Looks:
    """Decide on every instalment whose look has come; store the answers that changed.

    Without ``run`` nothing is stored; ``everything`` looks at all that is open.
    """
    today = clock.today(company.time_zone)
    as_of = clock.pretended_day(company.time_zone)
    ids = due_for_look(company, today, everything=everything, as_of=as_of)
    found = Looks()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        with transaction.atomic():
            if run:
                take_turns(company)
                claim_touched(chunk)
            decided, broken = decide_all(company, chunk, today, book=book)
            if run:
                store_answers(company, run, decided, today)
                postpone(company, [each.instalment for each in broken], today)
        found.add(decided, broken)
    return found
