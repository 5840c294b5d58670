"""What composing reads of a company, the same for every message of one order: read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Max

from sollecito.accounts.models import Company
from sollecito.accounts.queries import work_calendar
from sollecito.domain.schedule import InstalmentFacts
from sollecito.domain.working_days import WorkCalendar
from sollecito.dunning.policy_book import PolicyBook, policy_book
from sollecito.dunning.template_queries import TemplateBook, template_book
from sollecito.flows import clock
from sollecito.flows.gather_items import CompanyAccounts, accounts_of
from sollecito.ledger.bank_queries import statements_until
from sollecito.ledger.models import Document, Payment
from sollecito.ledger.sources import NOT_MONEY


@dataclass(frozen=True, slots=True)
class Desk:
    """Scrivania: programmes, models, accounts and calendar of a company.

    ``takings_until`` is the last day with proof of its takings; ``facts`` by instalment are
    those that the rules were asked with a moment ago, the others are read when they are needed.
    """

    company: Company
    policies: PolicyBook
    texts: TemplateBook
    accounts: CompanyAccounts
    calendar: WorkCalendar
    takings_until: date
    facts: Mapping[int, InstalmentFacts] = field(default_factory=dict)


def gather_desk(company: Company, policies: PolicyBook | None = None) -> Desk:
    """Read all of it; ``policies`` saves reading the programmes again."""
    return Desk(
        company=company,
        policies=policies or policy_book(company),
        texts=template_book(company),
        accounts=accounts_of(company),
        calendar=work_calendar(company),
        takings_until=takings_recorded_until(company, clock.today(company.time_zone)),
    )


def takings_recorded_until(company: Company, today: date) -> date:
    """The last proof that takings are up to date: a payment, an import, a person's word."""
    zone = ZoneInfo(company.time_zone)
    payments = Payment.objects.filter(company=company, undone_at__isnull=True, date__lte=today)
    came = payments.exclude(source__in=(Payment.Source.ADVANCE, *NOT_MONEY))
    recorded = came.aggregate(last=Max("date"))
    imported = Document.objects.filter(company=company).aggregate(last=Max("batch__started_at"))
    moments = [imported["last"], company.takings_answered_at, company.takings_current_at]
    days = [recorded["last"], statements_until(company, today)]
    days += [moment.astimezone(zone).date() for moment in moments if moment]
    return min(max((day for day in days if day), default=today), today)
