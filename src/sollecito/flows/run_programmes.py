"""Run the programmes of a company: plan, then approve by rule what no person needs to see."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from sollecito.accounts.models import Company
from sollecito.dunning.models import Run
from sollecito.flows import clock
from sollecito.flows.approve_reminders import Approval, approve_reminders
from sollecito.flows.examine_drafts import examine_again
from sollecito.flows.follow_plans import follow_plans
from sollecito.flows.plan_reminders import PlanOutcome, plan_reminders
from sollecito.flows.planning.deciding import PlanProblem
from sollecito.flows.planning.resting import automatic_rests
from sollecito.flows.promise_payment import settle_promises
from sollecito.flows.stop_sending import sending_refused
from sollecito.flows.tell_operator import tell_operator

FAILED = (
    "Buongiorno,\nil controllo dei solleciti di {company} si è interrotto e oggi la lista può "
    "essere incompleta: nulla è partito che non dovesse.\n\nErrore: {error}\n\nSollecito riprova "
    "da sé tra un'ora. Se succede ancora, esegui «sollecito doctor» e guarda i suoi log."
)
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
    problems: list[PlanProblem] = []
    settle_promises(company, problems)
    follow_plans(company, problems)
    examine_again(company)
    outcome = plan_reminders(company, kind=kind, everything=everything, problems=problems)
    automatic = [*outcome.automatic, *automatic_rests(company, outcome.contents.values())]
    if not automatic or sending_refused():
        return RunOutcome(outcome)
    approval = approve_reminders(company, automatic, user=None, by_rule=True)
    for refused in approval.refused:
        logger.info("draft %s not approved by rule: %s", refused.content, refused.reason)
    return RunOutcome(outcome, approval)


def preview_run(company: Company, *, everything: bool = False) -> RunOutcome:
    """What a run would decide and propose; nothing is stored (``--dry-run``)."""
    return RunOutcome(plan_reminders(company, everything=everything, dry_run=True))


def note_failure(company: Company, error: BaseException, kind: str = Run.Kind.MANUAL) -> Run:
    """A run that broke: kept for the home page, and the operator is written to."""
    now, today = clock.real_now(), clock.today(company.time_zone)
    broken = Run.objects.filter(
        company=company, kind=kind, day=today, status=Run.Status.RUNNING
    ).last()
    run = broken or Run(company=company, kind=kind, day=today, started_at=now)
    run.status, run.ended_at = Run.Status.FAILED, now
    run.error = str(error)[:500] or type(error).__name__
    run.save()
    tell_operator(
        company,
        "run-failed",
        subject=f"I solleciti di {company.name} non si sono potuti preparare",
        text=FAILED.format(company=company.name, error=run.error),
    )
    return run
