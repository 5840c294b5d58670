"""The list of a past day in the sample company: what the planner proposes, what Giulia does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sollecito.accounts.models import Company
from sollecito.domain.policies import StepKind
from sollecito.dunning.models import Draft, PlanInstalment, Promise, Reminder, RepaymentPlan
from sollecito.dunning.plan_queries import due_for_look, unseen_touch
from sollecito.flows import clock
from sollecito.flows.approve_reminders import approve_reminders
from sollecito.flows.cancel_drafts import cancel_drafts
from sollecito.flows.deliver import deliver
from sollecito.flows.run_programmes import run_programmes
from sollecito.flows.set_up_sample import Stage
from sollecito.outbox.models import Message
from sollecito.outbox.queries import Lane, can_send

WORKER = "sample"
FOLLOWED = timedelta(days=7)
"""Around the date of a rate its plan is followed: notice before, tolerance after."""


def plan_day(company: Company) -> bool:
    """The run of a day, over all customers; whether something waits for Giulia.

    On a day on which nothing is to be looked at, a run would change nothing.
    """
    if is_quiet(company):
        return Draft.objects.filter(company=company, is_open=True).exists()
    run_programmes(company)
    return True


def is_quiet(company: Company) -> bool:
    """Whether no instalment's look has come, no promise ends and no plan is to be followed."""
    today = clock.today(company.time_zone)
    if due_for_look(company, today) or unseen_touch(company):
        return False
    promises = Promise.objects.filter(company=company, status=Promise.Status.OPEN)
    if promises.filter(hold__until_date__lt=today).exists():
        return False
    rates = PlanInstalment.objects.filter(
        plan__status=RepaymentPlan.Status.ACCEPTED,
        due_date__range=(today - FOLLOWED, today + FOLLOWED),
    )
    return not rates.filter(company=company).exists()


@dataclass(frozen=True, slots=True)
class Left:
    """Ciò che resta: instalments, and from which step on nothing of them is sent.

    Of ``broken``, whose plan was broken, the steps before are skipped: the customer had them
    before the plan.
    """

    steps: Mapping[int, int] = field(default_factory=dict)
    broken: int = 0


def clear_list(stage: Stage, left: Left) -> None:
    """Send what waits, in the local mailbox; skip what is not for a mail; leave the rest."""
    company = stage.company
    while stale := _before_last_step(company, left):
        cancel_drafts(company, stale, user=stage.office, skip=True)
        run_programmes(company)
    waiting = Draft.objects.filter(company=company, is_open=True).select_related("step")
    rest = list(waiting.exclude(pk__in=_left_alone(left)).order_by("pk"))
    skipped = [draft.pk for draft in rest if _is_skipped(draft)]
    ready = [draft.pk for draft in rest if not draft.obstacle and draft.pk not in skipped]
    if ready:
        approve_reminders(company, ready, user=stage.office)
    if skipped:
        cancel_drafts(company, skipped, user=stage.office, skip=True)
    empty_queue(stage)


def empty_queue(stage: Stage) -> None:
    """Bring what is queued into the local mailbox."""
    waiting = Message.objects.filter(company=stage.company, status="queued")
    while can_send() and waiting.exists():
        deliver(Lane("file"), worker_id=WORKER)


def _is_skipped(draft: Draft) -> bool:
    """A formal notice is no mail; who cannot be written to is telephoned to.

    The formal notice to who has no address waits for another way.
    """
    is_formal, has_address = draft.step.kind == StepKind.FORMAL_NOTICE, not draft.obstacle
    return is_formal is has_address


def _left_alone(left: Left) -> set[int]:
    rows = Reminder.objects.filter(instalment__in=left.steps, is_void=False, step__isnull=False)
    found = rows.values_list("content_id", "instalment_id", "offset_days")
    return {content for content, pk, offset in found if (offset or 0) >= left.steps[pk]}


def _before_last_step(company: Company, left: Left) -> list[int]:
    last = left.steps.get(left.broken, 0)
    early = Draft.objects.filter(company=company, is_open=True, offset_days__lt=last)
    about = Reminder.objects.filter(instalment=left.broken, is_void=False)
    return list(early.filter(pk__in=about.values("content")).values_list("pk", flat=True))
