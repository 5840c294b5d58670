"""Ask the rule for many instalments; store the answers that changed, and when to look again."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from sollecito.accounts.bulk import insert_rows
from sollecito.accounts.models import Company
from sollecito.domain.schedule import (
    Answer,
    Issue,
    Wait,
    decide,
)
from sollecito.dunning.models import Decision, Run
from sollecito.dunning.plan_queries import Planned, StoredAnswer, last_answers, planned_facts
from sollecito.dunning.policy_book import PolicyBook
from sollecito.flows import clock
from sollecito.flows.planning.look_dates import next_look, write_looks

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decided:
    """The answer for one instalment, and what it was given on."""

    instalment: int
    planned: Planned
    answer: Answer

    def wire(self) -> dict[str, Any]:
        """As ``plan --json`` prints it."""
        return {"instalment": self.instalment, **wire_answer(self.answer)}


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """What went wrong with one instalment; the others went on."""

    instalment: int
    code: str
    message: str

    def wire(self) -> dict[str, Any]:
        """As ``plan --json`` prints it, and as a run keeps it."""
        return {"instalment": self.instalment, "code": self.code, "message": self.message}


def wire_answer(answer: Answer) -> dict[str, Any]:
    """An answer in the shape of the command line."""
    shown: dict[str, Any] = {"answer": "", "step": None, "occurrence": None, "until": None}
    shown["reason"] = None
    if isinstance(answer, Issue):
        return shown | {"answer": "issue", "step": answer.rank, "occurrence": answer.occurrence}
    if isinstance(answer, Wait):
        until = answer.until.isoformat() if answer.until else None
        return shown | {"answer": "wait", "until": until, "reason": answer.reason}
    return shown | {"answer": "never", "reason": answer.reason}


def decide_all(
    company: Company, ids: Collection[int], today: date, *, book: PolicyBook
) -> tuple[list[Decided], list[PlanProblem]]:
    """The answer for each instalment. One that breaks is a problem and stops nothing."""
    if not ids:
        return [], []
    as_of = clock.pretended_day(company.time_zone)
    found, problems = [], []
    try:
        with transaction.atomic():
            planned = planned_facts(company, ids, today, as_of=as_of, book=book)
    except Exception as error:  # noqa: BLE001  one bad record: look at each by itself
        if len(ids) == 1:
            return [], [name_broken(next(iter(ids)), error)]
        parts = [decide_all(company, [pk], today, book=book) for pk in ids]
        return [d for one, _ in parts for d in one], [p for _, two in parts for p in two]
    for pk in ids:
        if pk not in planned:
            continue
        each = planned[pk]
        try:
            answer = decide(each.facts, each.policy, each.history, today)
        except Exception as error:  # noqa: BLE001  reported with its reason, the rest goes on
            problems.append(name_broken(pk, error))
        else:
            found.append(Decided(pk, each, answer))
    return found, problems


def name_broken(pk: int, error: Exception) -> PlanProblem:
    """The problem of an instalment that could not be looked at; the error is in the logs."""
    logger.error("deciding on instalment %s: %r", pk, error)
    words = "La rata non si è potuta valutare: controlla i suoi dati e guarda i log di Sollecito."
    return PlanProblem(pk, "broken", words)


def store_answers(company: Company, run: Run, decided: Sequence[Decided], today: date) -> None:
    """Store what differs from the last answer stored, and write the days of the next look."""
    stored = last_answers([each.instalment for each in decided], today)
    answers = ((each.instalment, stored_answer(each)) for each in decided)
    insert_rows(
        Decision,
        ("company_id", "run_id", "day", "instalment_id", *StoredAnswer._fields),
        [
            (company.pk, run.pk, today, pk, *answer)
            for pk, answer in answers
            if stored.get(pk) != answer
        ],
    )
    write_looks(
        company,
        {each.instalment: next_look(each.answer, each.planned.facts, today) for each in decided},
    )


def stored_answer(each: Decided) -> StoredAnswer:
    """An answer as ``Decision`` keeps it."""
    policy, answer = each.planned.policy, each.answer
    policy_id = policy.id if policy else None
    if isinstance(answer, Issue):
        step = policy.steps[answer.rank].id if policy else None
        return StoredAnswer("issue", policy_id, step, answer.rank, answer.occurrence)
    if isinstance(answer, Wait):
        return StoredAnswer("wait", policy_id, until=answer.until, reason=answer.reason)
    return StoredAnswer("never", policy_id, reason=answer.reason)
