"""Plan: decide which reminders are due, and make the work list.

Idempotent: the same facts give the same drafts, which keep their ids; two runs at once make one
set. One bad record is reported and stops nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError, transaction

from sollecito.accounts.models import Company
from sollecito.domain.grouping import group_lines
from sollecito.domain.schedule import Issue
from sollecito.dunning.models import Run
from sollecito.dunning.plan_queries import unseen_touch, with_companions, with_open_drafts
from sollecito.dunning.policy_book import policy_book
from sollecito.flows import clock
from sollecito.flows.begin_run import begin_run
from sollecito.flows.choose_channels import usable_channels
from sollecito.flows.choose_sender import choose_sender
from sollecito.flows.end_run import end_run
from sollecito.flows.planning.deciding import Decided, PlanProblem, decide_all
from sollecito.flows.planning.drafts import keep_drafts, lacking_drafts
from sollecito.flows.planning.holding import hold_back
from sollecito.flows.planning.lines import make_lines, own_texts, without_issued
from sollecito.flows.planning.looking import Answered, look_at_due
from sollecito.flows.planning.proposing import Means, Proposal

TRIES = 5


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """Esito. ``contents`` are the drafts of the customers looked at, by key."""

    run: Run | None
    decided: tuple[Answered, ...]
    problems: tuple[PlanProblem, ...]
    proposals: tuple[Proposal, ...]
    contents: dict[str, int]

    @property
    def issued(self) -> int:
        """How many answers were Issue."""
        return sum(isinstance(each.answer, Issue) for each in self.decided)

    @property
    def counts(self) -> dict[str, int]:
        """As its run keeps it."""
        drafts = len(self.contents)
        return {"looked_at": len(self.decided), "issued": self.issued, "drafts": drafts}

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
    problems: Sequence[PlanProblem] = (),
) -> PlanOutcome:
    """Look at what is due, store the answers that changed, keep the drafts true.

    ``everything`` looks at every open instalment, as does a run for a day before one already
    planned; ``dry_run`` stores nothing; ``problems`` were met before. Raises
    RunTakenError for a nightly run that another worker made, or is making.
    """
    today = clock.today(company.time_zone)
    everything = everything or _was_planned_later(company, today)
    touch = unseen_touch(company)
    run = None if dry_run else begin_run(company, kind, today)
    outcome = _try(company, run, today, everything=everything or bool(touch))
    outcome = replace(outcome, problems=(*problems, *outcome.problems))
    if run:
        end_run(run, outcome.counts, outcome.problems, touch=touch)
    return outcome


def _try(company: Company, run: Run | None, today: date, *, everything: bool) -> PlanOutcome:
    for _ in range(TRIES - 1):
        try:
            return _plan(company, run, today, everything=everything)
        except IntegrityError:
            continue  # a person approved, or another run proposed, while this one decided
    return _plan(company, run, today, everything=everything)


def _plan(company: Company, run: Run | None, today: date, *, everything: bool) -> PlanOutcome:
    book = policy_book(company)
    looks = look_at_due(company, run, book=book, everything=everything)
    seen = {each.instalment for each in looks.answered}
    parties = with_companions(company, looks.parties)
    waiting = set(with_open_drafts(company, parties))
    beside, _ = decide_all(company, sorted(waiting - seen), today, book=book)
    due = [*looks.due, *beside]
    if not (due or waiting):
        return PlanOutcome(run, *looks.told, (), {})
    proposals, contents = _propose(company, due, parties, today, dry_run=run is None)
    return PlanOutcome(run, *looks.told, tuple(proposals), contents)


def _propose(
    company: Company, decided: Sequence[Decided], parties: set[int], today: date, *, dry_run: bool
) -> tuple[list[Proposal], dict[str, int]]:
    with transaction.atomic():
        # No approval ends between what is issued and what is still a draft: ``lock_out_runs``.
        Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        usable = usable_channels(company)
        lines = make_lines(decided, today, own_texts(company), usable)
        groups = group_lines(without_issued(lines, today))
        means = Means(usable, lacking_drafts(company))
        proposals = hold_back(company, groups, decided, means)
        if dry_run:
            return proposals, {}
        account = choose_sender(company)
        return proposals, keep_drafts(company, parties, proposals, account=account, today=today)


def _was_planned_later(company: Company, today: date) -> bool:
    return Run.objects.filter(company=company, day__gt=today).exists()
