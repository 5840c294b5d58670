"""The programmes by themselves: each night at the company's hour, and soon after an event."""

from __future__ import annotations

import logging

from sollecito.accounts.models import Company
from sollecito.dunning.models import Run
from sollecito.dunning.run_queries import companies_at_night, companies_touched
from sollecito.flows import clock
from sollecito.flows.begin_run import RunTakenError
from sollecito.flows.examine_drafts import examine_drafts
from sollecito.flows.plan_reminders import PlanOutcome
from sollecito.flows.run_programmes import note_failure, run_programmes
from sollecito.flows.write_to_agents import write_to_agents
from sollecito.outbox.models import Content

logger = logging.getLogger(__name__)


def run_nights() -> int:
    """Make the nightly run of every company whose hour has come; return how many were made.

    A machine that was off at that hour makes it when it comes back; of several workers one does.
    Then the agents are written to.
    """
    made = 0
    for company in companies_at_night(clock.real_now()):
        if run_by_itself(company, Run.Kind.NIGHTLY):
            made += 1
            _tell_agents(company)
    return made


def run_events() -> int:
    """Look at what events touched since the last run; return how many companies had any."""
    return sum(
        run_by_itself(company, Run.Kind.EVENT) for company in companies_touched(clock.real_now())
    )


def run_by_itself(company: Company, kind: str) -> bool:
    """Run the programmes of one company and find out what new drafts lack.

    A run that breaks is noted and raises nothing; ``False`` where another worker makes it.
    """
    try:
        outcome = run_programmes(company, kind=kind)
        examine_drafts(company, _new_drafts(outcome.plan))
    except RunTakenError:
        return False
    except Exception as error:
        logger.exception("planning for company %s", company.pk)
        note_failure(company, error, kind)
    return True


def _tell_agents(company: Company) -> None:
    """Agents are told after the run; what breaks here breaks nothing else."""
    try:
        write_to_agents(company)
    except Exception:
        logger.exception("writing to the agents of company %s", company.pk)


def _new_drafts(plan: PlanOutcome) -> list[int]:
    """What this run proposed for the first time."""
    if plan.run is None:
        return []
    rows = Content.objects.filter(pk__in=plan.contents.values())
    return list(rows.filter(created_at__gte=plan.run.started_at).values_list("pk", flat=True))
