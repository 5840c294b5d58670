"""Promises that were not kept, and whether somebody wrote about it already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Q

from sollecito.accounts.bulk import among
from sollecito.dunning.models import Promise, Reminder
from sollecito.ledger.models import Instalment, Party


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
    served = Party.objects.filter(pk__in=among(set(asked.values())))
    parties = set(served.filter(payment_contact__isnull=False).values_list("pk", flat=True))
    if not parties:
        return set()
    mine = Instalment.objects.filter(party__in=among(parties))
    about = Q(hold__party__in=among(parties))
    about |= Q(hold__document__in=mine.values("document")) | Q(hold__instalment__in=mine)
    if not Promise.objects.filter(about, status=Promise.Status.BROKEN).exists():
        return set()
    ids = [pk for pk, party in asked.items() if party in parties]
    rows: dict[int, list[Instalment]] = defaultdict(list)
    for row in Instalment.objects.filter(pk__in=among(ids)).order_by("pk"):
        rows[row.party_id].append(row)
    return {party for party, told in rows.items() if unspoken_promise(told)}
