"""What every page may show."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sollecito.accounts.models import Membership
from sollecito.accounts.queries import memberships_of
from sollecito.flows import clock
from sollecito.outbox.models import Instance


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
    }
