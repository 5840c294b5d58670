"""Solleciti di oggi, always recomputed: look at what an event touched before it is shown."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sollecito.accounts.models import Company
from sollecito.dunning.models import Run
from sollecito.dunning.work_list import count_touched
from sollecito.flows import clock
from sollecito.flows.run_programmes import note_failure, run_programmes

MOST_AT_ONCE = 500
"""More than this is the worker's business: the page says that it is being done."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How true the list is: ``waiting`` instalments still to look at, or a run that broke."""

    waiting: int = 0
    has_failed: bool = False


def refresh_work_list(company: Company, *, most: int | None = MOST_AT_ONCE) -> Freshness:
    """Run the programmes on what waits to be looked at, unless it is more than ``most``."""
    waiting = count_touched(company, clock.today(company.time_zone))
    if not waiting:
        return Freshness()
    if most is not None and waiting > most:
        return Freshness(waiting)
    try:
        run_programmes(company, kind=Run.Kind.EVENT)
    except Exception as error:
        logger.exception("planning for company %s", company.pk)
        note_failure(company, error)
        return Freshness(waiting, has_failed=True)
    return Freshness()
