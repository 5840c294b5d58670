"""Art. 1194 c.c.: money that goes to costs and interest before it goes to the capital."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class AccruedDebt:
    """Rata with the costs and interest that accrued and are not collected yet, none below 0."""

    key: int
    due_date: date
    document_date: date
    costs: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class ImputedPart:
    """What of a payment went to the costs and to the interest of one debt; more than 0 in all."""

    key: int
    costs: Decimal
    interest: Decimal

    @property
    def total(self) -> Decimal:
        """Costs and interest."""
        return self.costs + self.interest


def impute_accessories(amount: Decimal, debts: Iterable[AccruedDebt]) -> list[ImputedPart]:
    """What of ``amount`` goes to costs and interest; the rest, for the capital, is not here.

    Debt by debt, the oldest first by due date and then by document, of each the costs before the
    interest; none takes more than it accrued. Source: art. 1194 c.c.
    """
    left, found = amount, list[ImputedPart]()
    for debt in sorted(debts, key=lambda each: (each.due_date, each.document_date, each.key)):
        costs = min(left, debt.costs)
        interest = min(left - costs, debt.interest)
        if costs + interest > 0:
            found.append(ImputedPart(debt.key, costs, interest))
        left -= costs + interest
    return found


def sum_imputed(parts: Iterable[ImputedPart]) -> Decimal:
    """All of it."""
    return sum((part.total for part in parts), NOTHING)
