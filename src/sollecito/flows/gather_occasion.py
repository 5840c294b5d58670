"""What a model says beside the items of its message: totals of the customer, how it travels."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sollecito.accounts.models import Company
from sollecito.domain.wording import Occasion, ReminderFacts, StatementTotals
from sollecito.flows.gather_reminder_facts import open_items
from sollecito.formats.mime import Mailbox
from sollecito.ledger.models import Party

STATEMENT = "estratto_conto"
FORMAL = frozenset({"messa_in_mora_impresa", "messa_in_mora_privato"})


def gather_occasion(
    company: Company, party: Party, model: str, facts: ReminderFacts, to: Sequence[Mailbox]
) -> Occasion:
    """The occasion of a model; what it has no use for is left out."""
    if model == STATEMENT:
        return Occasion(totals=_totals(company, party, facts))
    if model in FORMAL:
        return Occasion(means=", ".join(box.address for box in to))
    return facts.occasion


def _totals(company: Company, party: Party, facts: ReminderFacts) -> StatementTotals:
    items = open_items(company, party, facts.currency, facts.today)
    overdue = [item.balance for item in items if item.due_date < facts.today]
    upcoming = [item.balance for item in items if item.due_date >= facts.today]
    credit = sum((credit.amount for credit in facts.credits), Decimal(0))
    return StatementTotals(sum(overdue, Decimal(0)), sum(upcoming, Decimal(0)), credit)
