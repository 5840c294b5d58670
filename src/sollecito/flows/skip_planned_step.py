"""Skip the next step of an instalment before its day comes: it is recorded, and never proposed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.candidates import Candidate, find_candidate
from sollecito.domain.money import format_date
from sollecito.dunning.models import SkippedStep
from sollecito.dunning.plan_queries import Planned, planned_facts
from sollecito.flows import audit, clock
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.ledger.models import Instalment


class NotNextError(Exception):
    """It is not, or no longer, the next step of this instalment."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Non è più il prossimo passo di questa rata: qualcosa è cambiato. Aggiorna la pagina."
        )


def skip_planned_step(
    company: Company, instalment: Instalment, *, step: int, occurrence: int, user: User | None
) -> SkippedStep:
    """Record the next step of an instalment as skipped: it counts for the order, not for the gap.

    ``step`` and ``occurrence`` say what the person saw. A repetition is skipped on its own day,
    so that the one after it keeps its distance. Raises NotNextError.
    """
    if instalment.company_id != company.pk:
        raise NotNextError
    today = clock.today(company.time_zone)
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        planned = planned_facts(company, [instalment.pk], today)[instalment.pk]
        candidate = _next(planned, step, occurrence, today)
        policy = planned.policy
        if candidate is None or policy is None:
            raise NotNextError
        chosen = policy.steps[candidate.rank]
        row, _is_new = SkippedStep.objects.get_or_create(
            company=company,
            instalment=instalment,
            round=planned.facts.round,
            step_id=step,
            occurrence=occurrence,
            defaults={
                "offset_days": chosen.offset_days,
                "day": max(today, candidate.planned_date) if occurrence > 1 else today,
                "user": user,
                "created_at": clock.now(),
            },
        )
        touch_instalments([instalment.pk])
        text = f"Passo previsto per il {format_date(candidate.planned_date)} saltato."
        target = f"instalment:{instalment.pk}"
        audit.record(company, user, "step_skipped", target=target, text=text)
    return row


def _next(planned: Planned, step: int, occurrence: int, today: date) -> Candidate | None:
    """The candidate, where it is the one that was seen."""
    policy, facts = planned.policy, planned.facts
    if policy is None:
        return None
    found = find_candidate(
        facts.terms, policy, planned.history, round_number=facts.round, today=today
    )
    if found is None or (policy.steps[found.rank].id, found.occurrence) != (step, occurrence):
        return None
    return found
