"""Posponi, sospendi: hold what a draft asks for, or its whole customer."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.dunning.models import Draft, Hold
from sollecito.flows.hold_reminders import hold_reminders, release_hold
from sollecito.ledger.models import Instalment


def hold_draft(
    draft: Draft,
    kind: str,
    *,
    user: User | None,
    until: date | None = None,
    reason: str = "",
    is_whole_customer: bool = False,
) -> list[Hold]:
    """Hold each instalment of a draft, or its customer; the draft goes at the next run."""
    with transaction.atomic():
        if is_whole_customer:
            return [hold_reminders(draft.party, kind, user=user, until=until, reason=reason)]
        rows = Instalment.objects.filter(reminders__content=draft.pk).select_related("company")
        return [
            hold_reminders(row, kind, user=user, until=until, reason=reason)
            for row in rows.order_by("pk").distinct()
        ]


def release_holds(company: Company, ids: list[int], *, user: User | None) -> int:
    """Lift holds that were set a moment ago; returns how many there were."""
    holds = Hold.objects.filter(company=company, pk__in=ids, released_at__isnull=True)
    found = list(holds.select_related("company", "party", "document", "instalment"))
    for hold in found:
        release_hold(hold, user=user)
    return len(found)
