"""Solleciti di oggi, always recomputed: look at what an event touched before it is shown."""

from __future__ import annotations

from sollecito.accounts.models import Company
from sollecito.dunning.models import Run
from sollecito.dunning.run_queries import is_played
from sollecito.dunning.work_list import count_touched, lacking_work
from sollecito.flows import clock
from sollecito.flows.examine_drafts import examine_drafts
from sollecito.flows.keep_programmes import run_by_itself

MOST_AT_ONCE = 200
"""More than this is the worker's business: the page says that it is being done."""


def refresh_work_list(company: Company, *, most: int | None = MOST_AT_ONCE) -> int:
    """Run the programmes on what waits to be looked at, unless it is more than ``most``.

    Returns how many instalments still wait. While somebody plays other days nothing is done.
    """
    if is_played(company, clock.real_now()) and not clock.is_pretended():
        return 0
    waiting = count_touched(company, clock.today(company.time_zone))
    if not waiting:
        return 0
    if most is not None and waiting > most:
        return waiting
    run_by_itself(company, Run.Kind.EVENT)
    return 0


def recheck_lacking(company: Company) -> int:
    """Compose again what lacked something: is it complete by now? Returns how many are not."""
    return examine_drafts(company, lacking_work(company, most=MOST_AT_ONCE))
