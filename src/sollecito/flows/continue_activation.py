"""Go on with the activation of a rule: a few thousand instalments at a time.

What was looked at and how far it came are written together, so that whoever finds an order
unfinished goes on where it stood. Only the last part puts the rule to work: until then no run
knows of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from sollecito.accounts.bulk import among, insert_rows
from sollecito.domain import policies as values
from sollecito.domain.starting import Start
from sollecito.dunning.models import ActivationOrder, Policy, SkippedStep
from sollecito.dunning.plan_queries import open_rows
from sollecito.dunning.policy_book import policy_value
from sollecito.flows import audit, clock
from sollecito.flows.choose_policy import choice_of, choose_policy, replace_policy
from sollecito.flows.planning.levels import Level
from sollecito.flows.planning.starting import Activation, Begun, beginnings_of
from sollecito.flows.touch_instalments import touch_company

CHUNK = 2000
Reach = ActivationOrder.Reach
_SKIPPED = (
    *("company_id", "instalment_id", "round", "step_id", "offset_days"),
    *("day", "user_id", "created_at"),
)


def has_waiting_activations() -> bool:
    """Whether some rule is being put to work."""
    return ActivationOrder.objects.filter(ended_at__isnull=True).exists()


def continue_activations() -> int:
    """Look at some more instalments of every order; returns how many orders there were."""
    rows = ActivationOrder.objects.filter(ended_at__isnull=True).order_by("pk")
    waiting = list(rows.values_list("pk", flat=True))
    for pk in waiting:
        continue_activation(pk)
    return len(waiting)


@transaction.atomic
def continue_activation(pk: int) -> None:
    """Look at the next few; after the last one the rule works. Two at once take turns."""
    waiting = ActivationOrder.objects.select_for_update(of=("self",)).filter(
        pk=pk, ended_at__isnull=True
    )
    order = waiting.select_related("company", "user", "policy").first()
    if order is None:
        return
    rows = open_rows(order.company, after=order.last_instalment, most=CHUNK)
    policy, wanted = policy_value(order.policy), chosen_in(order)
    begun = list(beginnings_of(order.policy, policy, wanted, order.day, rows=rows))
    order.governed += len(begun)
    order.skipped += _write_skips(order, policy, begun)
    order.looked_at += len(rows)
    if len(rows) == CHUNK:
        order.last_instalment = rows[-1].pk
    else:
        _put_to_work(order, wanted)
    order.save()


def chosen_in(order: ActivationOrder) -> Activation:
    """What the person chose, as the domain says it."""
    level = None if order.reach == Reach.SAME else Level(segment=order.segment)
    return Activation(level, Start(order.start), order.day_cap)


def _write_skips(order: ActivationOrder, policy: values.Policy, begun: Iterable[Begun]) -> int:
    """Record what is passed over; one that a person skipped already stays that person's."""
    passed = [
        (each, policy.steps[each.beginning.skipped])
        for each in begun
        if each.beginning.skipped is not None
    ]
    ids = among([each.instalment for each, _step in passed])
    mine = SkippedStep.objects.filter(step__policy=order.policy, occurrence=1, instalment__in=ids)
    known = set(mine.values_list("instalment_id", "round", "step_id"))
    rows = []
    for each, step in passed:
        if (each.instalment, each.round, step.id) not in known:
            skip = (each.instalment, each.round, step.id, step.offset_days)
            rows.append((order.company_id, *skip, order.day, order.user_id, clock.now()))
    insert_rows(SkippedStep, _SKIPPED, rows)
    return len(passed)


def _put_to_work(order: ActivationOrder, wanted: Activation) -> None:
    row = Policy.objects.select_for_update().get(pk=order.policy_id)
    row.is_active, row.day_cap, row.reviewed_at = True, order.day_cap, None
    row.save(update_fields=["is_active", "day_cap", "reviewed_at"])
    if wanted.level is not None:
        now = choice_of(order.company, wanted.level)
        choose_policy(order.company, wanted.level, replace_policy(now, row), user=order.user)
    touch_company(order.company)
    order.ended_at = clock.now()
    details = {"start": order.start, "day_cap": order.day_cap, "skipped": order.skipped}
    audit.record(
        order.company,
        order.user,
        "policy_activated",
        target=f"policy:{row.pk}",
        text=f"Regola «{row.name}» attivata.",
        details=details,
    )
