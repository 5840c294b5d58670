"""Attiva una regola: for whom, how the old instalments begin, how many a day. All is said before.

Nothing leaves before a person has seen its first messages: ``reviewed_at`` begins empty.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain import policies as values
from sollecito.dunning.models import Policy, SkippedStep
from sollecito.dunning.plan_queries import Planned
from sollecito.dunning.policy_book import policy_value
from sollecito.flows import audit, clock
from sollecito.flows.choose_policy import choice_of, choose_policy, replace_policy
from sollecito.flows.planning.starting import Activation, beginnings_of
from sollecito.flows.touch_instalments import touch_company


@dataclass(frozen=True, slots=True)
class Outlook:
    """Che cosa succede: instalments governed, those overdue, and with which rank they begin.

    ``by_rank`` counts the overdue ones; ``None`` is those for which nothing is left to say;
    ``due`` is what would stand in the list today, ``skipped`` how many have a step skipped.
    """

    governed: int
    overdue: int
    by_rank: tuple[tuple[int | None, int], ...]
    due: int
    skipped: int


def foresee_activation(row: Policy, wanted: Activation) -> Outlook:
    """What activating would do; nothing is stored."""
    today = clock.today(row.company.time_zone)
    policy = policy_value(row)
    governed = overdue = due = skipped = 0
    ranks: Counter[int | None] = Counter()
    for _pk, planned, beginning in beginnings_of(row, policy, wanted, today):
        governed += 1
        due += beginning.is_due(today)
        skipped += beginning.skipped is not None
        if planned.facts.terms.due_date < today:
            overdue += 1
            ranks[beginning.candidate.rank if beginning.candidate else None] += 1
    order = sorted(ranks.items(), key=lambda item: (item[0] is None, item[0] or 0))
    return Outlook(governed, overdue, tuple(order), due, skipped)


def activate_programme(row: Policy, wanted: Activation, *, user: User | None) -> Outlook:
    """Put a programme to work. What is skipped for the old instalments is recorded."""
    outlook = foresee_activation(row, wanted)
    today = clock.today(row.company.time_zone)
    policy = policy_value(row)
    with transaction.atomic():
        skips = [
            _skip(row, pk, planned, policy.steps[beginning.skipped], user=user)
            for pk, planned, beginning in beginnings_of(row, policy, wanted, today)
            if beginning.skipped is not None
        ]
        SkippedStep.objects.bulk_create(  # what was skipped ahead of its turn is so now
            skips,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["company", "instalment", "round", "step", "occurrence"],
            update_fields=["is_ahead"],
        )
        row.is_active, row.day_cap, row.reviewed_at = True, wanted.day_cap, None
        row.save(update_fields=["is_active", "day_cap", "reviewed_at"])
        if wanted.level is not None:
            now = choice_of(row.company, wanted.level)
            choose_policy(row.company, wanted.level, replace_policy(now, row), user=user)
        touch_company(row.company)
        audit.record(
            row.company,
            user,
            "policy_activated",
            target=f"policy:{row.pk}",
            text=f"Regola «{row.name}» attivata.",
            details={"start": wanted.start.value, "day_cap": wanted.day_cap, "skipped": len(skips)},
        )
    row.refresh_from_db()
    return outlook


def _skip(
    row: Policy, pk: int, planned: Planned, step: values.Step, *, user: User | None
) -> SkippedStep:
    return SkippedStep(
        company=row.company,
        instalment_id=pk,
        round=planned.facts.round,
        step_id=step.id,
        occurrence=1,
        offset_days=step.offset_days,
        day=clock.today(row.company.time_zone),
        user=user,
        created_at=clock.now(),
    )
