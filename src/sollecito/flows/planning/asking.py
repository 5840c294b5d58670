"""How much each proposed message asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sollecito.accounts.models import Company
from sollecito.domain.asking import Asked, compute_asked
from sollecito.domain.policies import StepKind
from sollecito.dunning.plan_queries import open_totals
from sollecito.flows import clock
from sollecito.flows.planning.proposing import Proposal


def with_amounts(company: Company, proposals: Sequence[Proposal], today: date) -> list[Proposal]:
    """The same, each with what its text asks for.

    A statement of account asks for all that its customer owes, not only for what is due in it.
    """
    parties = {pk for each in proposals if _is_statement(each) for pk in each.group.customers}
    as_of = clock.pretended_day(company.time_zone)
    totals = open_totals(company, parties, today, as_of=as_of) if parties else {}
    found = []
    for each in proposals:
        lead = each.group.lead
        asked = compute_asked(each.lines, today, is_split=lead.is_split)
        if _is_statement(each):
            found_of = [totals.get((pk, lead.currency)) for pk in each.group.customers]
            known = [owed for owed in found_of if owed]
            overdue = sum((owed[0] for owed in known), Decimal(0)) if known else asked.amount
            later = sum((owed[1] for owed in known), Decimal(0)) if known else asked.later
            asked = Asked(overdue, later) if overdue else Asked(later)
        found.append(replace(each, asked=asked))
    return found


def _is_statement(each: Proposal) -> bool:
    return each.group.lead.kind is StepKind.STATEMENT
