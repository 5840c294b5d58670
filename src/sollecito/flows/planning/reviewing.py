"""Why a group waits for a person: its policy, the first run, an unusual day, stale takings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count

from sollecito.accounts.models import Company
from sollecito.domain.approvals import (
    DAYS_COMPARED,
    MANY_MESSAGES,
    Review,
    is_unusual,
    review_step,
)
from sollecito.domain.grouping import Group
from sollecito.dunning.models import Draft, Policy
from sollecito.flows.planning.deciding import Decided
from sollecito.flows.prove_takings import prove_takings


@dataclass(frozen=True, slots=True)
class Reviewer:
    """What makes communications of today wait for a person, found out once a run."""

    of_day: tuple[Review, ...]
    unreviewed: frozenset[int]
    credit: Mapping[tuple[int, str], Decimal]
    decided: Mapping[int, Decided]

    def reasons(self, group: Group) -> list[str]:
        """Codes of ``Review``; empty where the group may be approved by rule."""
        found: dict[Review, None] = {}
        for line in group.lines:
            resolved = self.decided[line.instalment].planned.resolved
            if resolved.policy is None:
                continue
            step = resolved.policy.steps[line.rank]
            asked = bool(resolved.reviewed_by)
            if reason := review_step(resolved.policy, step, is_asked_by_level=asked):
                found[reason] = None
            if line.policy in self.unreviewed:
                found[Review.FIRST_RUN] = None
        currency = group.lead.currency
        if any(self.credit.get((pk, currency), Decimal(0)) > 0 for pk in group.customers):
            found[Review.CREDIT] = None
        return [*found, *(reason for reason in self.of_day if reason not in found)]


def make_reviewer(
    company: Company, groups: Collection[Group], decided: Mapping[int, Decided], today: date
) -> Reviewer:
    """Look once at the day, the company's payments and the customers' credits."""
    of_day = []
    is_many = len(groups) > MANY_MESSAGES
    if is_many and is_unusual(len(groups), messages_by_day(company, today)):
        of_day.append(Review.UNUSUAL_DAY)
    if not prove_takings(company, today).is_current:
        of_day.append(Review.TAKINGS)
    unreviewed = Policy.objects.filter(company=company, reviewed_at__isnull=True)
    return Reviewer(
        tuple(of_day),
        frozenset(unreviewed.values_list("pk", flat=True)),
        {
            (each.planned.party, each.planned.facts.currency): each.planned.facts.credit_of_customer
            for each in decided.values()
        },
        decided,
    )


def messages_by_day(company: Company, today: date) -> list[int]:
    """Communications of each of the last 30 days that had any."""
    since = today - timedelta(days=DAYS_COMPARED)
    sent = Draft.objects.filter(company=company, is_issued=True, day__gte=since, day__lt=today)
    return list(
        sent.order_by()
        .values("day")
        .annotate(n=Count("group", distinct=True))
        .values_list("n", flat=True)
    )
