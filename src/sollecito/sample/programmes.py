"""The programmes of the sample company: three at work, one kept as an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sollecito.domain.documents import CustomerKind
from sollecito.domain.policies import Escalation, Policy, Step, StepKind
from sollecito.domain.presets import MONTHLY

DEFAULT = Policy(
    "Gentile",
    (
        Step(StepKind.PRE_DUE, -3),
        Step(StepKind.FIRST, 3),
        Step(StepKind.REMINDER, 10),
        Step(StepKind.REMINDER, 20),
    ),
    escalation=Escalation.LATEST,
)
"""Old invoices were chased by hand until now: each starts from the step of its delay."""
CATEGORIES: Mapping[CustomerKind, Policy] = {
    CustomerKind.PUBLIC_BODY: Policy(
        "Enti pubblici", (Step(StepKind.REMINDER, 15, template="ente_pubblico", repeat_days=30),)
    ),
    CustomerKind.CONDOMINIUM: Policy("Condomini", (Step(StepKind.REMINDER, 20, repeat_days=30),)),
}
"""By kind of customer; the category has the programme's name."""
ASLEEP = replace(MONTHLY, name="Dinamico")
NEVER_BY_RULE = frozenset({1})
"""Customers to whom no reminder goes by itself."""
