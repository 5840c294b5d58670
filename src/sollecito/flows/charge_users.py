"""Incarichi: who sees the reminders of the day, and of whose customers."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from sollecito.accounts.models import Membership, User
from sollecito.dunning.models import Charge
from sollecito.flows import audit
from sollecito.ledger.models import Agent


def charge_user(
    member: Membership, *, by: User | None, is_charged: bool, agents: Iterable[Agent] = ()
) -> None:
    """Charge a member with all customers, or with those of some agents; or with none."""
    company, user = member.company, member.user
    chosen = [agent for agent in agents if agent.company_id == company.pk]
    with transaction.atomic():
        Charge.objects.filter(company=company, user=user).delete()
        if is_charged:
            rows = [Charge(company=company, user=user, agent=agent) for agent in chosen]
            Charge.objects.bulk_create(rows or [Charge(company=company, user=user)])
        text = _say(user, chosen) if is_charged else f"{user} non ha più l'incarico dei solleciti."
        audit.record(company, by, "user_charged", target=f"user:{user.pk}", text=text)


def _say(user: User, agents: list[Agent]) -> str:
    whose = ", ".join(str(agent) for agent in agents)
    which = f"dei clienti di {whose}" if whose else "di tutti i clienti"
    return f"{user} ha l'incarico dei solleciti {which}."
