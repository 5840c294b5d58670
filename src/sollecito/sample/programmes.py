"""The programmes of the sample company: three at work, one kept as an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sollecito.domain.documents import CustomerKind
from sollecito.domain.policies import Approval, Policy, Step, StepKind
from sollecito.domain.presets import MONTHLY
from sollecito.domain.working_days import is_working_day
from sollecito.sample.days import CALENDAR, on_or_after

GENTLE = Policy(
    "Gentile",
    (
        Step(StepKind.PRE_DUE, -3),
        Step(StepKind.FIRST, 3),
        Step(StepKind.REMINDER, 10),
        Step(StepKind.REMINDER, 20, template="sollecito_3", consequence="messa_in_mora"),
        Step(StepKind.FORMAL_NOTICE, 45, approval=Approval.REVIEW),
    ),
    cc_agent=True,
    attach_invoices=False,
)
GENTLE_AT_FIRST = replace(
    GENTLE,
    steps=(
        Step(StepKind.FIRST, 15),
        Step(StepKind.REMINDER, 45, template="sollecito_3", consequence="forniture"),
    ),
)
"""The default rule until the firm, some months ago, made it what it is."""
REVISED_DAYS = -100
PUBLIC = Policy(
    "Enti pubblici", (Step(StepKind.REMINDER, 15, template="ente_pubblico", repeat_days=30),)
)
CONDOMINIUMS = Policy(
    "Condomini",
    (Step(StepKind.REMINDER, 20, template="sollecito_3", repeat_days=30),),
    attach_invoices=False,
)
ASLEEP = replace(MONTHLY, name="Dinamico")
NEVER_BY_RULE = frozenset({1, 20})
"""Customers to whom no reminder goes by itself: one asked for it, of one the factor collects."""


@dataclass(frozen=True, slots=True)
class SampleProgrammes:
    """Le regole dell'azienda di esempio; ``by_kind`` also gives the category its name.

    ``at_first`` is what the default was until ``revised``.
    """

    at_first: Policy
    revised: date
    default: Policy
    by_kind: Mapping[CustomerKind, Policy]
    asleep: Policy


def programmes(today: date) -> SampleProgrammes:
    """Return the programmes as of ``today``.

    A demo that starts on a day on which the firm does not work would have nothing to send: then
    its rules do not mind working days.
    """
    works = is_working_day(today, CALENDAR)
    at_first, default, public, condominiums = (
        replace(each, working_days_only=works)
        for each in (GENTLE_AT_FIRST, GENTLE, PUBLIC, CONDOMINIUMS)
    )
    by_kind = {CustomerKind.PUBLIC_BODY: public, CustomerKind.CONDOMINIUM: condominiums}
    revised = on_or_after(today + timedelta(days=REVISED_DAYS))
    return SampleProgrammes(at_first, revised, default, by_kind, ASLEEP)
