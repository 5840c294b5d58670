"""Begin a run; the row of a nightly one is the lock that lets one worker make it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction

from sollecito.accounts.models import Company
from sollecito.dunning.models import Run
from sollecito.flows import clock

TAKE_OVER = timedelta(hours=1)
"""After this a nightly run that failed, or whose worker died, is made again."""


class RunTakenError(Exception):
    """Another worker made this night's run, or is making it."""


def begin_run(company: Company, kind: str, day: date) -> Run:
    """A row for a run that begins now. Raises RunTakenError for a night that is taken."""
    now = clock.real_now()
    try:
        with transaction.atomic():
            return Run.objects.create(company=company, kind=kind, day=day, started_at=now)
    except IntegrityError:
        if kind != Run.Kind.NIGHTLY:
            raise
    night = Run.objects.filter(company=company, kind=kind, day=day)
    broken = night.exclude(status=Run.Status.DONE).filter(started_at__lt=now - TAKE_OVER)
    if not broken.update(status=Run.Status.RUNNING, started_at=now, ended_at=None, error=""):
        raise RunTakenError
    return night.get()
