"""Run the programmes of a company: plan, then approve by rule what no person needs to see."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from sollecito.accounts.models import Company
from sollecito.dunning.models import Run
from sollecito.flows import clock
from sollecito.flows.approve_reminders import Approval, approve_reminders
from sollecito.flows.follow_plans import follow_plans
from sollecito.flows.plan_reminders import PlanOutcome, plan_reminders
from sollecito.flows.promise_payment import settle_promises
from sollecito.flows.stop_sending import sending_refused

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """Esito: what was planned, and what was approved by rule."""

    plan: PlanOutcome
    approval: Approval = field(default_factory=Approval)


def run_programmes(
    company: Company, *, kind: str = Run.Kind.MANUAL, everything: bool = False
) -> RunOutcome:
    """Settle promises and plans, decide, make drafts, queue the automatic ones.

    Twice changes nothing.
    """
    settle_promises(company)
    follow_plans(company)
    outcome = plan_reminders(company, kind=kind, everything=everything)
    if not outcome.automatic or sending_refused():
        return RunOutcome(outcome)
    approval = approve_reminders(company, outcome.automatic, user=None, by_rule=True)
    for refused in approval.refused:
        logger.info("draft %s not approved by rule: %s", refused.content, refused.reason)
    return RunOutcome(outcome, approval)


def preview_run(company: Company, *, everything: bool = False) -> RunOutcome:
    """What a run would decide and propose; nothing is stored (``--dry-run``)."""
    return RunOutcome(plan_reminders(company, everything=everything, dry_run=True))


def note_failure(company: Company, error: BaseException) -> Run:
    """A run that broke: kept, for the home page and the operator's mail."""
    now = clock.real_now()
    return Run.objects.create(
        company=company,
        kind=Run.Kind.MANUAL,
        status=Run.Status.FAILED,
        day=clock.today(company.time_zone),
        started_at=now,
        ended_at=now,
        error=str(error)[:500] or type(error).__name__,
    )
