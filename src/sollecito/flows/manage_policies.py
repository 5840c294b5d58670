"""Regole: duplicate one, take one out of use, remove one that nobody ever used."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import ProtectedError

from sollecito.accounts.models import Company, User
from sollecito.domain import policies as values
from sollecito.domain.documents import Problem
from sollecito.dunning.models import ActivationOrder, Draft, Policy, PolicyChoice
from sollecito.dunning.policy_book import policy_value
from sollecito.flows import audit
from sollecito.flows.save_policy import save_policy
from sollecito.flows.touch_instalments import touch_company

LONGEST_NAME = 100


class PolicyInUseError(Exception):
    """It has sent something, or somebody has it: it may be stopped, not removed."""


@dataclass(frozen=True, slots=True)
class InUse:
    """Who has a programme: the company, these categories, so many customers and instalments."""

    is_default: bool
    segments: tuple[str, ...]
    customers: int
    instalments: int
    drafts: int


def usage_of(row: Policy) -> InUse:
    """Who has it, and how many drafts of it wait."""
    choices = PolicyChoice.objects.filter(policy=row)
    segments = choices.filter(party=None, instalment=None).exclude(segment="")
    return InUse(
        row.is_default,
        tuple(segments.order_by("segment").values_list("segment", flat=True)),
        choices.filter(party__isnull=False).count(),
        choices.filter(instalment__isnull=False).count(),
        Draft.objects.filter(policy=row, is_open=True).count(),
    )


def duplicate_policy(row: Policy, *, user: User | None) -> Policy:
    """A copy under a name of its own, not in use."""
    value = policy_value(row)
    steps = tuple(replace(step, id=0) for step in value.steps)
    copy = replace(value, id=0, name=free_name(row.company, value.name), steps=steps)
    made = save_policy(row.company, copy, user=user, is_active=False)
    if row.day_cap:
        made.day_cap = row.day_cap
        made.save(update_fields=["day_cap"])
    return made


def free_name(company: Company, name: str) -> str:
    """``name`` if nobody has it, else with the first number that is free."""
    taken = set(Policy.objects.filter(company=company).values_list("name", flat=True))
    number, found = 1, name
    while found in taken:
        number += 1
        end = f" ({number})"
        found = name[: LONGEST_NAME - len(end)] + end
    return found


def check_name(company: Company, policy: values.Policy) -> Problem | None:
    """Each rule of a company has a name of its own."""
    others = Policy.objects.filter(company=company, name=policy.name).exclude(pk=policy.id)
    if not others.exists():
        return None
    words = f"C'è già una regola che si chiama «{policy.name}»."
    return Problem("name", words, "Scegli un altro nome.")


def deactivate_policy(row: Policy, *, user: User | None) -> None:
    """Stop a programme: it proposes nothing more, and its drafts are withdrawn at the next run.

    Who has it keeps it, and has no automatic reminders until it is activated again.
    """
    with transaction.atomic():
        ActivationOrder.objects.filter(policy=row, ended_at__isnull=True).delete()
        row.is_active = False
        row.save(update_fields=["is_active"])
        touch_company(row.company)
        text = f"Regola «{row.name}» fermata."
        audit.record(row.company, user, "policy_stopped", target=f"policy:{row.pk}", text=text)


def remove_policy(row: Policy, *, user: User | None) -> None:
    """Remove a programme that has no history. Raises PolicyInUseError."""
    if row.is_default or PolicyChoice.objects.filter(policy=row).exists():
        raise PolicyInUseError("Qualcuno ha questa regola: prima dagliene un'altra.")
    company, name, pk = row.company, row.name, row.pk
    try:
        with transaction.atomic():
            row.delete()
            text = f"Regola «{name}» tolta."
            audit.record(company, user, "policy_removed", target=f"policy:{pk}", text=text)
    except ProtectedError as error:
        raise PolicyInUseError(
            "Questa regola ha già mandato dei solleciti: resta per la loro storia. Puoi fermarla."
        ) from error
