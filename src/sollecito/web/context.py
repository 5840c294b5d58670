"""What every page may show."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sollecito.accounts.models import Company, Membership
from sollecito.accounts.queries import memberships_of
from sollecito.flows import clock
from sollecito.flows.count_quota import low_words, over_words, quotas_of
from sollecito.outbox.models import Instance


def _notices(company: Company) -> list[str]:
    """What a tier includes and is nearly used up, or is; what includes none is told where tried."""
    quotas = [each for each in quotas_of(company) if each.included and each.is_low]
    return [low_words(company, q) if q.left else over_words(company, q) for q in quotas]


def page(request: HttpRequest) -> dict[str, Any]:
    """Today's date, the company, the user's role and companies, the two switches."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {"today": clock.today()}
    return {
        "today": clock.today(membership.company.time_zone),
        "company": membership.company,
        "membership": membership,
        "can_write": membership.role != Membership.Role.VIEWER,
        "is_owner": membership.role == Membership.Role.OWNER,
        "companies": [row.company for row in memberships_of(membership.user_id)],
        "instance": Instance.objects.first(),
        "quota_notices": _notices(membership.company),
    }
