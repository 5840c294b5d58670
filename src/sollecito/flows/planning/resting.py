"""What is left of a communication of which a part went already: its other channels."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import Max, QuerySet

from sollecito.accounts.models import Company
from sollecito.dunning.models import Draft
from sollecito.dunning.plan_queries import about_the_same
from sollecito.flows import clock

REST_DAYS = 3
"""So long may the rest of a communication wait for a person."""
BOUNCE_DAYS = 30
"""So late may a mail come back, and its step go on by another channel."""


def rests_among(company: Company, drafts: Iterable[Draft], today: date) -> set[int]:
    """Of which of these drafts another channel was approved lately, by content."""
    mine = {draft.pk: draft for draft in drafts}
    groups = {draft.group for draft in mine.values()}
    kin = _begun(company, today).filter(pk__in=about_the_same(mine), group__in=groups)
    begun = dict(kin.order_by().values_list("group").annotate(last=Max("day")))
    since = today - timedelta(days=REST_DAYS)
    return {
        pk
        for pk, draft in mine.items()
        if draft.group in begun and max(begun[draft.group], draft.day) > since
    }


def automatic_rests(company: Company, proposed: Collection[int]) -> list[int]:
    """Rests that no person needs to see, beside the contents that a run proposed itself."""
    today = clock.today(company.time_zone)
    waiting = Draft.objects.filter(company=company, is_open=True, obstacle="", review=[])
    known = set(proposed)
    rows = {draft.pk: draft for draft in waiting.defer("edits") if draft.pk not in known}
    return sorted(rests_among(company, rows.values(), today)) if rows else []


def _begun(company: Company, today: date) -> QuerySet[Draft]:
    """Drafts that were approved and not taken back."""
    rows = Draft.objects.filter(
        company=company,
        is_open=False,
        content__raw__isnull=False,
        day__gt=today - timedelta(days=BOUNCE_DAYS),
        day__lte=today,
    )
    return rows.exclude(content__messages__status="cancelled")
