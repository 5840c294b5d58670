"""A day of a forecast, and the shape in which it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sollecito.domain.grouping import Group


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """One day: the communications that would leave on it, each on its channels."""

    day: date
    groups: tuple[Group, ...] = ()

    @property
    def messages(self) -> int:
        """Contents: a group counts once for each of its channels."""
        return sum(len(group.leaving) for group in self.groups)

    @property
    def amount(self) -> Decimal:
        """What is left of its items in euro; other currencies are never added to it."""
        lines = (line for group in self.groups for line in group.lines)
        return sum((line.balance for line in lines if line.currency == "EUR"), Decimal(0))

    @property
    def asked(self) -> Decimal:
        """What its messages ask for in euro: without what they name apart, not due yet."""
        euro = (group for group in self.groups if group.lead.currency == "EUR")
        return sum((group.asked(self.day).amount for group in euro), Decimal(0))

    def wire(self) -> dict[str, Any]:
        """As ``forecast --json`` prints it."""
        items = [
            {"instalment": line.instalment, "step": line.rank, "occurrence": line.occurrence}
            for group in self.groups
            for line in group.lines
        ]
        return {
            "date": self.day.isoformat(),
            "messages": self.messages,
            "amount": f"{self.amount:.2f}",
            "items": items,
        }
