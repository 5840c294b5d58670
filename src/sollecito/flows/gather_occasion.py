"""What a model says beside the items of its message: totals of the customer, how it travels."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sollecito.accounts.models import Company
from sollecito.domain.asking import STATEMENT
from sollecito.domain.wording import Occasion, ReminderFacts, StatementTotals
from sollecito.dunning.plan_queries import open_totals
from sollecito.flows import clock
from sollecito.formats.mime import Mailbox
from sollecito.ledger.models import Party

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
    as_of = clock.pretended_day(company.time_zone)
    totals = open_totals(company, [party.pk], facts.today, as_of=as_of)
    overdue, upcoming = totals.get((party.pk, facts.currency), (Decimal(0), Decimal(0)))
    credit = sum((credit.amount for credit in facts.credits), Decimal(0))
    return StatementTotals(overdue, upcoming, credit)
