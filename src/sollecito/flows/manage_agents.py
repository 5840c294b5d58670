"""The agents (agenti) a customer may be assigned to."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.flows import audit
from sollecito.flows.field_problems import check_email, check_present, require_none
from sollecito.ledger.models import Agent


def save_agent(
    company: Company,
    *,
    user: User | None,
    name: str,
    email: str = "",
    phone: str = "",
    has_weekly_list: bool = False,
    is_forewarned: bool = False,
    agent: Agent | None = None,
) -> Agent:
    """Add an agent, or change ``agent``. Raises FieldsRefusedError on ``name`` or ``email``."""
    others = Agent.objects.filter(company=company, name__iexact=name.strip())
    taken = others.exclude(pk=agent.pk if agent else 0).exists()
    require_none(
        {
            "name": Problem("taken", "Questo agente c'è già.", "Modifica quello nell'elenco.")
            if taken
            else check_present(name, "il nome"),
            "email": check_email(email)
            or _check_reachable(email, is_written_to=has_weekly_list or is_forewarned),
        }
    )
    with transaction.atomic():
        row = agent or Agent(company=company)
        row.name, row.email, row.phone = name.strip(), email.strip(), phone.strip()
        row.has_weekly_list, row.is_forewarned = has_weekly_list, is_forewarned
        row.save()
        target = f"agent:{row.pk}"
        audit.record(company, user, "agent_saved", target=target, text=f"Agente {row}.")
    return row


def remove_agent(agent: Agent, *, user: User | None) -> int:
    """Remove an agent; the customers stay, without one. Returns how many they were."""
    with transaction.atomic():
        number = agent.parties.count()
        audit.record(
            agent.company,
            user,
            "agent_removed",
            target=f"agent:{agent.pk}",
            text=f"Agente {agent} tolto.",
            details={"customers": number},
        )
        agent.delete()
    return number


def _check_reachable(email: str, *, is_written_to: bool) -> Problem | None:
    if email.strip() or not is_written_to:
        return None
    return Problem("no_email", "Per scrivergli serve l'e-mail.", "Scrivila, o togli le spunte.")
