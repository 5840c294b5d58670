"""What is overdue of the customers an agent follows."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Min

from sollecito.accounts.bulk import among
from sollecito.accounts.models import Company
from sollecito.domain.asking import PRIVATE
from sollecito.domain.wording.agents import AgentLine
from sollecito.dunning.models import Reminder
from sollecito.dunning.plan_queries import open_totals
from sollecito.ledger.models import Agent, Instalment, Party


def followed_customers(agent: Agent) -> dict[int, str]:
    """Names by id of the customers an agent may be told of: consumers are nobody's business."""
    rows = Party.objects.filter(company=agent.company, agent=agent)
    return dict(rows.exclude(kind__in=[kind.value for kind in PRIVATE]).values_list("pk", "name"))


def agent_lines(agent: Agent, today: date) -> list[AgentLine]:
    """One line a customer and currency with something overdue that may be collected."""
    company, names = agent.company, followed_customers(agent)
    overdue = open_totals(company, list(names), today)
    oldest = _oldest_due(company, list(names), today)
    reminded = _last_reminded(company, list(names), today)
    return [
        AgentLine(
            customer=names[party],
            overdue=amount,
            currency=currency,
            days=(today - oldest[party, currency]).days,
            reminded=reminded.get(party),
        )
        for (party, currency), (amount, _coming) in overdue.items()
        if amount > 0 and (party, currency) in oldest
    ]


def never_reminded(company: Company, instalments: list[int]) -> set[int]:
    """Those of which nothing was said after they fell due, in any round."""
    said = Reminder.objects.filter(
        company=company,
        instalment__in=among(instalments),
        issued_date__isnull=False,
        is_void=False,
    ).exclude(offset_days__lt=0)
    return set(instalments) - set(said.values_list("instalment", flat=True))


def _oldest_due(company: Company, parties: list[int], today: date) -> dict[tuple[int, str], date]:
    rows = Instalment.objects.filter(
        company=company, party__in=among(parties), balance__gt=0, due_date__lt=today
    )
    found = rows.order_by().values_list("party", "currency").annotate(oldest=Min("due_date"))
    return {(party, currency): due for party, currency, due in found}


def _last_reminded(company: Company, parties: list[int], today: date) -> dict[int, date]:
    rows = Reminder.objects.filter(
        company=company,
        instalment__party__in=among(parties),
        issued_date__lte=today,
        is_void=False,
    )
    found = rows.order_by().values_list("instalment__party").annotate(last=Max("issued_date"))
    return {party: day for party, day in found if day}
