"""Holds, promises and repayment plans of the sample company, as its office records them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from sollecito.domain.schedule import HoldKind
from sollecito.dunning.models import Step
from sollecito.flows.agree_plan import PlanOffer, accept_plan, propose_plan
from sollecito.flows.answer_collection import return_effect
from sollecito.flows.hold_reminders import hold_reminders, holds_on, release_hold
from sollecito.flows.promise_payment import promise_payment
from sollecito.flows.set_up_sample import Stage
from sollecito.flows.skip_planned_step import skip_planned_step
from sollecito.ledger.models import Instalment
from sollecito.sample.agreements import SamplePlan, SamplePromise
from sollecito.sample.chasing import SampleHold, SampleRelease, SampleSkip
from sollecito.sample.documents import RateKey

Rows = Mapping[RateKey, Instalment]


class Agreed(Protocol):
    """What was agreed on a day."""

    releases: list[SampleRelease]
    holds: list[SampleHold]
    promises: list[SamplePromise]
    plans: list[SamplePlan]
    skips: list[SampleSkip]


def agree(stage: Stage, events: Agreed, rows: Rows) -> None:
    """Do all of it, in this order."""
    release_all(stage, events.releases, rows)
    hold_all(stage, events.holds, rows)
    promise_all(stage, events.promises, rows)
    agree_plans(stage, events.plans, rows)
    skip_steps(stage, events.skips, rows)


def hold_all(stage: Stage, holds: Iterable[SampleHold], rows: Rows) -> None:
    """Why reminders rest."""
    for new in holds:
        hold_reminders(
            rows[new.key] if new.key else stage.customers[new.customer or 0],
            new.kind,
            until=new.until,
            amount=new.amount,
            reason=new.reason,
            details=new.details,
            user=stage.office,
        )


def release_all(stage: Stage, releases: Iterable[SampleRelease], rows: Rows) -> None:
    """What the bank sends back unpaid, and disputes that are settled."""
    for release in releases:
        for hold in holds_on(stage.company, rows[release.key]):
            if hold.kind == HoldKind.IN_COLLECTION:
                return_effect(hold, fee=release.fee, user=stage.bookkeeper)
            else:
                release_hold(hold, user=stage.office)


def promise_all(stage: Stage, promises: Iterable[SamplePromise], rows: Rows) -> None:
    """What customers said on the telephone."""
    for each in promises:
        target, reason = rows[each.key], each.reason
        promise_payment(target, day=each.date, amount=None, reason=reason, user=stage.office)


def agree_plans(stage: Stage, plans: Iterable[SamplePlan], rows: Rows) -> None:
    """Propose each plan, and write down that it was accepted."""
    for each in plans:
        ids = [rows[key].pk for key in each.keys]
        offer = PlanOffer(each.rates, each.tolerance_days)
        plan = propose_plan(stage.company, ids, offer, user=stage.office)
        accept_plan(plan, day=each.day, by=each.by, text=each.text, user=stage.office)


def skip_steps(stage: Stage, skips: Iterable[SampleSkip], rows: Rows) -> None:
    """What a person takes in hand: the steps of the default rule that would still come."""
    for each in skips:
        coming = Step.objects.filter(
            company=stage.company,
            policy__is_default=True,
            retired_at__isnull=True,
            offset_days__gte=each.offset,
        )
        for step in coming.order_by("offset_days").values_list("pk", flat=True):
            skip_planned_step(
                stage.company, rows[each.key], step=step, occurrence=1, user=stage.office
            )
