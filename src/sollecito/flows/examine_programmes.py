"""What ``sollecito doctor`` says of the programmes: each answer is (ok, message, cure)."""

from __future__ import annotations

from datetime import timedelta

from sollecito.accounts.models import Company
from sollecito.dunning.models import Run
from sollecito.dunning.run_queries import (
    companies_at_night,
    companies_with_programmes,
    last_failed_run,
)
from sollecito.flows import clock
from sollecito.flows.rebuild_looks import late_looks
from sollecito.outbox.models import Instance

LATE = timedelta(minutes=30)


def examine_programmes() -> tuple[bool, str, str]:
    """Whether the runs end well, and the night is made."""
    companies = list(companies_with_programmes())
    failed = [(each, run) for each in companies if (run := last_failed_run(each))]
    if failed:
        told = "; ".join(f"{each.name}: {run.error} ({run.day:%d/%m/%Y})" for each, run in failed)
        hint = "Correggi la causa, poi: sollecito plan --company PARTITA_IVA."
        return False, f"Il controllo dei solleciti si è interrotto. {told}.", hint
    late = companies_at_night(clock.real_now() - LATE) if _works() else []
    if late:
        names = ", ".join(each.name for each in late)
        hint = "Guarda i log del worker, oppure: sollecito plan --company PARTITA_IVA."
        return False, f"Il controllo notturno di oggi non è stato fatto: {names}.", hint
    last = Run.objects.filter(status=Run.Status.DONE).order_by("-ended_at").first()
    when = f"ultimo controllo {last.ended_at:%d/%m/%Y %H:%M} (UTC)" if last else "nessun controllo"
    return True, f"Aziende con un programma di solleciti: {len(companies)}; {when}.", ""


def examine_looks() -> tuple[bool, str, str]:
    """Whether every instalment is looked at in time."""
    wrong = sum(len(late_looks(each)) for each in Company.objects.order_by("pk"))
    return (
        not wrong,
        f"Rate che il controllo guarderebbe troppo tardi: {wrong}.",
        "Per rimediare: sollecito plan --all.",
    )


def _works() -> bool:
    """Whether a worker is alive at all: without one that is the finding, not this."""
    instance = Instance.objects.first()
    seen = instance.worker_seen_at if instance else None
    return seen is not None and clock.now() - seen < LATE
