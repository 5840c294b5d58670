"""Regole pronte: the programmes to start from, each to be changed at will.

Source: the product's specification of reminders, "Presets".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sollecito.domain.policies import Approval, Policy, Step, StepKind

FIFTEENTH = Policy("Dal 15° giorno, ogni 5", (Step(StepKind.REMINDER, 15, repeat_days=5),))
MONTHLY = Policy(
    "Promemoria, estratto conto, sollecito mensile",
    (
        Step(StepKind.PRE_DUE, -10),
        Step(StepKind.STATEMENT, 15, attach_statement=True),
        Step(StepKind.REMINDER, 30, repeat_days=30),
    ),
)
GENTLE = Policy(
    "Gentile",
    (
        Step(StepKind.PRE_DUE, -3),
        Step(StepKind.FIRST, 3),
        Step(StepKind.REMINDER, 10),
        Step(StepKind.REMINDER, 20, consequence="messa_in_mora"),
        Step(StepKind.FORMAL_NOTICE, 45, approval=Approval.REVIEW),
    ),
)
PRESETS: Mapping[str, Policy] = MappingProxyType(
    {"quindicesimo": FIFTEENTH, "mensile": MONTHLY, "gentile": GENTLE}
)
"""By the word that stands in an address."""
