"""What saving a rule changes for the reminders already planned, in rows for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sollecito.accounts.models import Company
from sollecito.flows.compare_programmes import Change, Changes
from sollecito.ledger.models import Instalment

LISTED = 20


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One reminder: of whom, of what, on which day before and after."""

    customer: str
    number: str
    kind: str
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class ChangesView:
    """Counts of everything, rows of the first."""

    gone: int
    new: int
    moved: int
    rows: list[ChangeRow]
    changes: Changes

    @property
    def rest(self) -> int:
        """How many are not listed."""
        return self.gone + self.new + self.moved - len(self.rows)


def show_changes(company: Company, changes: Changes) -> ChangesView:
    """Rows with the names that people know."""
    first: Sequence[Change] = [*changes.gone, *changes.moved, *changes.new][:LISTED]
    found = Instalment.objects.filter(
        company=company, pk__in={each.line.instalment for each in first}
    )
    names = {
        pk: (name, number)
        for pk, name, number in found.values_list("pk", "party__name", "document__number")
    }
    rows = [
        ChangeRow(*names[each.line.instalment], each.line.kind, each.before, each.after)
        for each in first
    ]
    return ChangesView(len(changes.gone), len(changes.new), len(changes.moved), rows, changes)
