"""Promises that were not kept, and whether somebody wrote about it already."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Q

from sollecito.accounts.bulk import among
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


def customers_to_be_told(asked: Mapping[int, int]) -> set[int]:
    """Of customers that a payment contact answers for, those to be told of a broken promise.

    ``asked`` gives the customer of each instalment that a message would be about. Such a message
    speaks of that customer alone.
    """
    if not asked:
        return set()
    served = Instalment.objects.filter(pk__in=among(asked), party__payment_contact__isnull=False)
    about = Q(hold__party__in=served.values("party"))
    about |= Q(hold__document__in=served.values("document")) | Q(hold__instalment__in=served)
    broken = Promise.objects.filter(about, status=Promise.Status.BROKEN)
    if not broken.exists():
        return set()
    rows: dict[int, list[Instalment]] = {}
    for row in served.order_by("pk"):
        rows.setdefault(row.party_id, []).append(row)
    return {party for party, mine in rows.items() if unspoken_promise(mine)}
