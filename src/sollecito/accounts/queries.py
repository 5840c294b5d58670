"""Queries over companies and users."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from sollecito.accounts.models import Closure, Company, Membership
from sollecito.accounts.statements import Statement, given
from sollecito.domain.working_days import (
    QUIET_AUGUST,
    QUIET_CHRISTMAS,
    WorkCalendar,
    parse_patron_day,
)


def companies_named(text: str | None) -> QuerySet[Company]:
    """Companies whose P.IVA or codice fiscale is ``text``; all of them without one."""
    if not text:
        return Company.objects.order_by("id")
    code = text.strip().upper().removeprefix("IT")
    return Company.objects.filter(Q(vat_number=code) | Q(tax_code=code)).order_by("id")


def memberships_of(user_id: int) -> QuerySet[Membership]:
    """The companies a user works for, real ones before the sample."""
    return (
        Membership.objects.filter(user_id=user_id)
        .select_related("company")
        .order_by("company__is_sample", "company_id")
    )


def companies_without_users() -> QuerySet[Company]:
    """Companies that nobody can enter: made by the command line before the first run."""
    return Company.objects.filter(memberships__isnull=True).order_by("id")


_CLOSURES = Statement(
    lambda: (
        Closure.objects.filter(company=given("company"))
        .order_by("first_date")
        .values_list("first_date", "last_date")
    )
)


def work_calendar(company: Company) -> WorkCalendar:
    """Calendario dell'azienda: patron day, closures, quiet periods it chose."""
    closures: Any = _CLOSURES.rows(company=company.pk)  # pairs of days
    quiet = (QUIET_AUGUST if company.quiet_august else ()) + (
        QUIET_CHRISTMAS if company.quiet_christmas else ()
    )
    return WorkCalendar(
        patron=parse_patron_day(company.patron_day), closures=tuple(closures), quiet=quiet
    )


def has_module(company: Company, module: str) -> bool:
    """Whether the company's tier has it; without a tier there is everything."""
    return company.tier is None or module in company.tier.modules
