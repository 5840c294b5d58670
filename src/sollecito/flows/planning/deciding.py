"""Ask the rule for many instalments; store the answers that changed, and when to look again."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sollecito.accounts.models import Company
from sollecito.domain.schedule import Answer, Issue, Never, Wait, decide
from sollecito.dunning.models import Decision, Run
from sollecito.dunning.plan_queries import Planned, last_decisions, planned_facts
from sollecito.dunning.policy_book import PolicyBook
from sollecito.flows import clock
from sollecito.ledger.models import Instalment

LOOKED_AT_DAILY = frozenset({"covered_by_credit", "not_collectible"})
"""Waits that end by facts which no event and no date of their own announces."""
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
    as_of = clock.pretended_day(company.time_zone)
    found, problems = [], []
    try:
        planned = planned_facts(company, ids, today, as_of=as_of, book=book)
    except Exception as error:  # noqa: BLE001  one bad record: look at each by itself
        if len(ids) == 1:
            return [], [_broken(next(iter(ids)), error)]
        parts = [decide_all(company, [pk], today, book=book) for pk in ids]
        return [d for one, _ in parts for d in one], [p for _, two in parts for p in two]
    for pk in ids:
        if pk not in planned:
            continue
        each = planned[pk]
        try:
            answer = decide(each.facts, each.policy, each.history, today)
        except Exception as error:  # noqa: BLE001  reported with its reason, the rest goes on
            problems.append(_broken(pk, error))
        else:
            found.append(Decided(pk, each, answer))
    return found, problems


def _broken(pk: int, error: Exception) -> PlanProblem:
    logger.error("deciding on instalment %s: %r", pk, error)
    words = "La rata non si è potuta valutare: controlla i suoi dati e guarda i log di Sollecito."
    return PlanProblem(pk, "broken", words)


def next_look(answer: Answer, today: date) -> date | None:
    """The first day on which the answer may differ by itself; ``None`` for events only."""
    tomorrow = today + timedelta(days=1)
    if isinstance(answer, Issue):
        return tomorrow
    if isinstance(answer, Never):
        return None
    if answer.reason in LOOKED_AT_DAILY:
        return tomorrow
    return answer.until


def store_answers(company: Company, run: Run, decided: Iterable[Decided], today: date) -> None:
    """Store what differs from the last answer stored, and write the days of the next look."""
    rows = list(decided)
    stored = last_decisions([each.instalment for each in rows], today)
    changed = [
        decision
        for decision in (_decision(company, run, each, today) for each in rows)
        if _differs(decision, stored.get(decision.instalment_id))
    ]
    Decision.objects.bulk_create(changed)
    by_day: dict[date | None, list[int]] = {}
    for each in rows:
        by_day.setdefault(next_look(each.answer, today), []).append(each.instalment)
    for day, ids in by_day.items():
        Instalment.objects.filter(pk__in=ids).update(next_look_date=day)


_COMPARED = ("answer", "policy_id", "step_id", "rank", "occurrence", "until", "reason")


def _differs(decision: Decision, last: Decision | None) -> bool:
    return last is None or any(getattr(decision, name) != getattr(last, name) for name in _COMPARED)


def _decision(company: Company, run: Run, each: Decided, today: date) -> Decision:
    policy, answer = each.planned.policy, each.answer
    row = Decision(
        company=company,
        instalment_id=each.instalment,
        run=run,
        day=today,
        policy_id=policy.id if policy else None,
    )
    if isinstance(answer, Issue):
        row.answer, row.rank, row.occurrence = "issue", answer.rank, answer.occurrence
        row.step_id = policy.steps[answer.rank].id if policy else None
    elif isinstance(answer, Wait):
        row.answer, row.until, row.reason = "wait", answer.until, answer.reason
    else:
        row.answer, row.reason = "never", answer.reason
    return row
