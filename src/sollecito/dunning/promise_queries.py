"""Promises that were not kept, and whether somebody wrote about it already."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from sollecito.dunning.models import Promise, Reminder
from sollecito.ledger.models import Instalment


def unspoken_promise(rows: Collection[Instalment]) -> Promise | None:
    """The broken promise about all of these instalments of one customer, the latest.

    ``None`` where a reminder about one of them left since it was counted broken.
    """
    ids = {row.pk for row in rows}
    documents, parties = {row.document_id for row in rows}, {row.party_id for row in rows}
    about = Q(hold__party__in=parties)
    if len(documents) == 1:
        about |= Q(hold__document__in=documents)
    if len(ids) == 1:
        about |= Q(hold__instalment__in=ids)
    broken = Promise.objects.filter(about, status=Promise.Status.BROKEN)
    last = broken.order_by("-settled_date", "-pk").first()
    if last is None:
        return None
    since = Reminder.objects.filter(
        instalment__in=ids, is_void=False, issued_date__gte=last.settled_date
    )
    return None if since.exists() else last
