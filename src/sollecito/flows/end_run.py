"""End a run: what it counted, what it could not decide on, which events it has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sollecito.dunning.models import CompanyTouch, Run
from sollecito.flows import clock


def end_run(run: Run, counts: Mapping[str, int], problems: Sequence[Any], *, touch: int) -> None:
    """Note how a run went; ``touch`` is the event of the whole company that it looked at (or 0).

    One that came meanwhile has a higher number, and the next run looks at everything again.
    """
    run.status = Run.Status.DONE
    run.ended_at = clock.real_now()
    run.counts = dict(counts)
    run.problems = [problem.wire() for problem in problems]
    run.save(update_fields=["status", "ended_at", "counts", "problems"])
    CompanyTouch.objects.filter(company=run.company_id, seen__lt=touch).update(seen=touch)
