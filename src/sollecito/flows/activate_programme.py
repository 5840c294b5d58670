"""Attiva una regola: for whom, how the old instalments begin, how many a day. All is said before.

Nothing leaves before a person has seen its first messages: ``reviewed_at`` begins empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from sollecito.accounts.bulk import insert_rows
from sollecito.accounts.models import User
from sollecito.domain import policies as values
from sollecito.dunning.models import Policy, SkippedStep
from sollecito.dunning.policy_book import policy_value
from sollecito.flows import audit, clock
from sollecito.flows.choose_policy import choice_of, choose_policy, replace_policy
from sollecito.flows.planning.starting import Activation, Begun, beginnings_of
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
    return _look(beginnings_of(row, policy_value(row), wanted, today), today)


def _look(begun: Iterable[Begun], today: date) -> Outlook:
    governed = overdue = due = skipped = 0
    ranks: Counter[int | None] = Counter()
    for each in begun:
        beginning = each.beginning
        governed += 1
        due += beginning.is_due(today)
        skipped += beginning.skipped is not None
        if each.due_date < today:
            overdue += 1
            ranks[beginning.candidate.rank if beginning.candidate else None] += 1
    order = sorted(ranks.items(), key=lambda item: (item[0] is None, item[0] or 0))
    return Outlook(governed, overdue, tuple(order), due, skipped)


def activate_programme(row: Policy, wanted: Activation, *, user: User | None) -> Outlook:
    """Put a programme to work. What is skipped for the old instalments is recorded."""
    today = clock.today(row.company.time_zone)
    policy = policy_value(row)
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=row.pk)  # of two at once, one sees the other's
        begun = list(beginnings_of(row, policy, wanted, today))
        outlook = _look(begun, today)
        _write_skips(row, policy, begun, user=user)
        row.is_active, row.day_cap, row.reviewed_at = True, wanted.day_cap, None
        row.save(update_fields=["is_active", "day_cap", "reviewed_at"])
        if wanted.level is not None:
            now = choice_of(row.company, wanted.level)
            choose_policy(row.company, wanted.level, replace_policy(now, row), user=user)
        touch_company(row.company)
        details = {"start": wanted.start.value, "day_cap": wanted.day_cap}
        audit.record(
            row.company,
            user,
            "policy_activated",
            target=f"policy:{row.pk}",
            text=f"Regola «{row.name}» attivata.",
            details={**details, "skipped": outlook.skipped},
        )
    row.refresh_from_db()
    return outlook


def _write_skips(
    row: Policy, policy: values.Policy, begun: Iterable[Begun], *, user: User | None
) -> None:
    """The steps that are passed over; one that a person skipped already stays that person's."""
    day, now, pk = clock.today(row.company.time_zone), clock.now(), user.pk if user else None
    mine = SkippedStep.objects.filter(step__policy=row, occurrence=1)
    known = set(mine.values_list("instalment_id", "round", "step_id"))
    rows = []
    for each in begun:
        if each.beginning.skipped is None:
            continue
        step = policy.steps[each.beginning.skipped]
        if (each.instalment, each.round, step.id) not in known:
            skip = (each.instalment, each.round, step.id, step.offset_days)
            rows.append((row.company_id, *skip, day, pk, now))
    insert_rows(SkippedStep, _SKIPPED, rows)


_SKIPPED = (
    *("company_id", "instalment_id", "round", "step_id", "offset_days"),
    *("day", "user_id", "created_at"),
)
