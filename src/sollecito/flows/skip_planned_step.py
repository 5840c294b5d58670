"""Skip a step of an instalment before its day comes: it is recorded, and never proposed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.candidates import Candidate, find_candidate, find_coming
from sollecito.domain.money import format_date
from sollecito.dunning.models import SkippedStep
from sollecito.dunning.plan_queries import Planned, planned_facts
from sollecito.flows import audit, clock
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.ledger.models import Instalment


class NotComingError(Exception):
    """It is not, or no longer, a step that this instalment has before it."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Questo passo non è più previsto per questa rata: qualcosa è cambiato. "
            "Aggiorna la pagina."
        )


def skip_planned_step(
    company: Company, instalment: Instalment, *, step: int, occurrence: int, user: User | None
) -> SkippedStep:
    """Record a coming step of an instalment as skipped: it counts for the order, not for the gap.

    ``step`` and ``occurrence`` say what the person saw. One whose turn has not come yet is
    skipped ahead: those before it stay. A repetition is skipped on its own day, so that the one
    after it keeps its distance. Twice changes nothing. Raises NotComingError.
    """
    if instalment.company_id != company.pk:
        raise NotComingError
    today = clock.today(company.time_zone)
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        planned = planned_facts(company, [instalment.pk], today)[instalment.pk]
        known = SkippedStep.objects.filter(
            company=company,
            instalment=instalment,
            round=planned.facts.round,
            step_id=step,
            occurrence=occurrence,
        )
        if row := known.first():
            return row
        row, candidate = _make(planned, step, occurrence, today)
        row.company, row.instalment, row.user = company, instalment, user
        row.created_at = clock.now()
        row.save()
        touch_instalments([instalment.pk])
        text = f"Passo previsto per il {format_date(candidate.planned_date)} saltato."
        target = f"instalment:{instalment.pk}"
        audit.record(company, user, "step_skipped", target=target, text=text)
    return row


def restore_planned_step(company: Company, pk: int, *, user: User | None) -> bool:
    """Take a skip back; the step is decided on again. False where it is gone already."""
    with transaction.atomic():
        row = SkippedStep.objects.filter(company=company, pk=pk).first()
        if row is None:
            return False
        row.delete()
        touch_instalments([row.instalment_id])
        target = f"instalment:{row.instalment_id}"
        text = "Il passo saltato torna in programma."
        audit.record(company, user, "step_restored", target=target, text=text)
    return True


def _make(
    planned: Planned, step: int, occurrence: int, today: date
) -> tuple[SkippedStep, Candidate]:
    """The row for a step that comes next, or later. Raises NotComingError."""
    policy, facts = planned.policy, planned.facts
    if policy is None:
        raise NotComingError
    terms, history, number = facts.terms, planned.history, facts.round
    found = find_candidate(terms, policy, history, round_number=number, today=today)
    is_next = found is not None and (policy.steps[found.rank].id, found.occurrence) == (
        step,
        occurrence,
    )
    if not is_next:
        wanted = (step, occurrence)
        found = find_coming(terms, policy, history, wanted=wanted, round_number=number, today=today)
    if found is None:
        raise NotComingError
    is_repetition = is_next and occurrence > 1
    row = SkippedStep(
        round=number,
        step_id=step,
        occurrence=occurrence,
        offset_days=policy.steps[found.rank].offset_days,
        day=max(today, found.planned_date) if is_repetition else today,
        is_ahead=not is_next,
    )
    return row, found
