"""Attiva una regola: for whom, how the old instalments begin, how many a day. All is said before.

Nothing leaves before a person has seen its first messages: ``reviewed_at`` begins empty. The
order is a row (``continue_activation``): a person does not wait while a big ledger is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.dunning.models import ActivationOrder, Policy
from sollecito.dunning.plan_queries import count_open
from sollecito.dunning.policy_book import policy_value
from sollecito.flows import clock
from sollecito.flows.continue_activation import continue_activation
from sollecito.flows.planning.levels import Level
from sollecito.flows.planning.starting import Activation, Begun, beginnings_of

Reach = ActivationOrder.Reach


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


def order_activation(row: Policy, wanted: Activation, *, user: User | None) -> ActivationOrder:
    """Note what a person chose, and begin. Asked for again meanwhile, it is the same order."""
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=row.pk)  # of two at once, one sees the other's
        order = ActivationOrder.objects.filter(policy=row, ended_at__isnull=True).first()
        if order is not None:
            return order
        order = ActivationOrder.objects.create(
            company=row.company,
            policy=row,
            user=user,
            reach=_reach(wanted.level),
            segment=wanted.level.segment if wanted.level else "",
            start=wanted.start.value,
            day_cap=wanted.day_cap,
            day=clock.today(row.company.time_zone),
            created_at=clock.now(),
            total=count_open(row.company),
        )
    continue_activation(order.pk)
    order.refresh_from_db()
    return order


def _reach(level: Level | None) -> Reach:
    if level is None:
        return Reach.SAME
    return Reach.SEGMENT if level.segment else Reach.COMPANY
