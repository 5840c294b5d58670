"""Plan: decide which reminders are due, and make the work list.

Idempotent: the same facts give the same drafts, which keep their ids; two runs at once make one
set. One bad record is reported and stops nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from sollecito.accounts.models import Company
from sollecito.domain.grouping import Counter, Group, group_lines, within_caps
from sollecito.domain.schedule import Issue
from sollecito.dunning.models import Decision, Run
from sollecito.dunning.plan_queries import automatic_sent, due_for_look, with_open_drafts
from sollecito.dunning.policy_book import policy_book
from sollecito.flows import clock
from sollecito.flows.choose_sender import choose_sender
from sollecito.flows.planning.deciding import (
    Decided,
    PlanProblem,
    decide_all,
    store_answers,
)
from sollecito.flows.planning.draft_rows import Proposal, propose
from sollecito.flows.planning.drafts import keep_drafts
from sollecito.flows.planning.lines import caps_of, make_lines
from sollecito.flows.planning.reviewing import make_reviewer

CHUNK = 500


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """Esito. ``contents`` are the drafts of the customers looked at, by key."""

    run: Run | None
    decided: tuple[Decided, ...]
    problems: tuple[PlanProblem, ...]
    proposals: tuple[Proposal, ...]
    contents: dict[str, int]

    @property
    def issued(self) -> int:
        """How many answers were Issue."""
        return sum(isinstance(each.answer, Issue) for each in self.decided)

    @property
    def automatic(self) -> list[int]:
        """Contents that no person needs to see, in the order of precedence."""
        return [
            self.contents[each.key]
            for each in self.proposals
            if not each.review and not each.obstacle and each.key in self.contents
        ]


def plan_reminders(
    company: Company,
    *,
    kind: str = Run.Kind.MANUAL,
    everything: bool = False,
    dry_run: bool = False,
    tries: int = 3,
) -> PlanOutcome:
    """Look at what is due, store the answers that changed, keep the drafts true.

    ``everything`` looks at every open instalment, as does a run for a day before one already
    planned; ``dry_run`` stores nothing.
    """
    today = clock.today(company.time_zone)
    everything = everything or _was_planned_later(company, today)
    book = policy_book(company)
    run = None if dry_run else _begin(company, kind, today)
    decided: list[Decided] = []
    problems: list[PlanProblem] = []
    as_of = clock.pretended_day(company.time_zone)
    ids = due_for_look(company, today, everything=everything, as_of=as_of)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        with transaction.atomic():
            answers, broken = decide_all(company, chunk, today, book=book)
            if run:
                store_answers(company, run, answers, today)
        decided += answers
        problems += broken
    parties = {each.planned.party for each in decided}
    others = set(with_open_drafts(company, parties)) - {each.instalment for each in decided}
    beside, _ = decide_all(company, sorted(others), today, book=book)
    order = (company, [*decided, *beside], parties, today)
    try:
        proposals, contents = _propose(*order, dry_run=dry_run)
    except IntegrityError:  # a person approved, or another run proposed, while this one decided
        if tries <= 1:
            raise
        return plan_reminders(company, kind=kind, everything=everything, tries=tries - 1)
    if run:
        _end(run, decided, problems, len(contents))
    return PlanOutcome(run, tuple(decided), tuple(problems), tuple(proposals), contents)


def _propose(
    company: Company, decided: Sequence[Decided], parties: set[int], today: date, *, dry_run: bool
) -> tuple[list[Proposal], dict[str, int]]:
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        groups = group_lines(make_lines(decided, today))
        proposals = _hold_back(company, groups, decided, today)
        if dry_run:
            return proposals, {}
        account = choose_sender(company)
        return proposals, keep_drafts(company, parties, proposals, account=account, today=today)


def _hold_back(
    company: Company, groups: Sequence[Group], decided: Sequence[Decided], today: date
) -> list[Proposal]:
    """What each group waits for: a cap, an address, a person."""
    caps = caps_of(company)
    counter = Counter(caps, automatic_sent(company, today, caps.reader_gap_days))
    reviewer = make_reviewer(company, groups, {d.instalment: d for d in decided}, today)
    return [
        proposal
        for group, cap in within_caps(groups, counter, today)
        for proposal in propose(group, cap, reviewer.reasons(group))
    ]


def _was_planned_later(company: Company, today: date) -> bool:
    return Decision.objects.filter(company=company, day__gt=today).exists()


def _begin(company: Company, kind: str, today: date) -> Run:
    return Run.objects.create(company=company, kind=kind, day=today, started_at=clock.real_now())


def _end(run: Run, decided: Sequence[Decided], problems: Sequence[PlanProblem], n: int) -> None:
    run.status = Run.Status.DONE
    run.ended_at = clock.real_now()
    run.counts = {
        "looked_at": len(decided),
        "issued": sum(isinstance(each.answer, Issue) for each in decided),
        "drafts": n,
    }
    run.problems = [problem.wire() for problem in problems]
    run.save(update_fields=["status", "ended_at", "counts", "problems"])
