"""How much a message asks for, and what it names apart because it is not due yet.

Source: the product's default texts: the first and the second reminder, and the statement of
account, ask for what is overdue and list the rest apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from sollecito.domain.documents import CustomerKind
from sollecito.domain.policies import StepKind

SPLIT = frozenset({"sollecito_1", "sollecito_2"})
"""Models that list apart what is not due yet."""
STATEMENT = "estratto_conto"
MODEL_OF_KIND = {
    StepKind.PRE_DUE: "promemoria",
    StepKind.FIRST: "sollecito_1",
    StepKind.STATEMENT: STATEMENT,
    StepKind.RETURNED: "effetto_insoluto",
}
PRIVATE = frozenset({CustomerKind.PRIVATE, CustomerKind.CONDOMINIUM})


class Owed(Protocol):
    """A partita that a message names."""

    @property
    def due_date(self) -> date:
        """The date as written."""

    @property
    def balance(self) -> Decimal:
        """What is left of it."""


T = TypeVar("T", bound=Owed)


@dataclass(frozen=True, slots=True)
class Asked:
    """Che cosa chiede: ``amount``; ``later`` is named apart, because it is not due yet."""

    amount: Decimal = Decimal(0)
    later: Decimal = Decimal(0)


def step_model(kind: StepKind, template: str, customer: str) -> str:
    """The model of a step for a customer; empty where it depends on what was said before."""
    if template:
        return template
    if kind is StepKind.FORMAL_NOTICE:
        return "messa_in_mora_privato" if customer in PRIVATE else "messa_in_mora_impresa"
    if customer == CustomerKind.PUBLIC_BODY and kind in {StepKind.FIRST, StepKind.REMINDER}:
        return "ente_pubblico"
    return MODEL_OF_KIND.get(kind, "")


def names_apart(model: str, *, has_own_text: bool) -> bool:
    """Whether a message of this model asks for what is overdue only.

    ``has_own_text``: the company writes its own text where no model is given.
    """
    return model in SPLIT or model == STATEMENT or not (model or has_own_text)


def part_upcoming(items: Iterable[T], today: date) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """What is overdue, and what is not due yet; all of it is asked for where nothing is overdue."""
    every = tuple(items)
    overdue = tuple(item for item in every if item.due_date < today)
    if not overdue:
        return every, ()
    return overdue, tuple(item for item in every if item.due_date >= today)


def compute_asked(items: Iterable[Owed], today: date, *, is_split: bool) -> Asked:
    """The sum that a message of these partite asks for, and the one that it names apart."""
    asked, later = part_upcoming(items, today) if is_split else (tuple(items), ())
    return Asked(_sum(asked), _sum(later))


def _sum(items: Iterable[Owed]) -> Decimal:
    return sum((item.balance for item in items), Decimal(0))
