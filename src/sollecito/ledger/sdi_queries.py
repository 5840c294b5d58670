"""Where documents stood with the Sistema di Interscambio on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from sollecito.accounts.bulk import among, among_texts
from sollecito.domain.sdi import (
    ROME,
    Notification,
    NotificationCode,
    SdiStanding,
    day_of,
    derive_state,
    speaks_of,
)
from sollecito.ledger.models import Document, OtherFile, SdiNotification


def restated_on(document_ids: Collection[int], day: date) -> dict[int, SdiStanding]:
    """Where documents stood with the SdI on a day, those whose stored state is of later messages.

    The others stand as stored: the stored state is what all messages say.
    """
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=ROME)
    later = SdiNotification.objects.filter(target=OuterRef("file_key"), message_at__gte=midnight)
    others = OtherFile.objects.filter(company=OuterRef("company"), document=OuterRef("pk"))
    rows = Document.objects.filter(
        Exists(later.filter(company=OuterRef("company")))
        | Exists(later.filter(company__isnull=True))
        | Exists(others),
        pk__in=among(document_ids),
    ).exclude(file_key="")
    needed = ("company_id", "file_key", "position", "number", "year", "is_public_body")
    return standings_on(rows.only(*needed), day)


def standings_on(documents: Iterable[Document], day: date) -> dict[int, SdiStanding]:
    """Where documents stood with the SdI on a day, by the messages that bear no later date."""
    rows = list(documents)
    files: dict[int, list[tuple[str, int]]] = {
        row.pk: [(row.file_key, row.position)] for row in rows if row.file_key
    }
    others = OtherFile.objects.filter(document__in=among(files))
    for key, name, position in others.values_list("document_id", "file_key", "position"):
        files[key].append((name, position))
    messages: dict[str, list[tuple[int | None, Notification]]] = defaultdict(list)
    targets = {name for names in files.values() for name, _ in names}
    owned = Q(company__in={row.company_id for row in rows}) | Q(company__isnull=True)
    for row in SdiNotification.objects.filter(owned, target__in=among_texts(targets)):
        notice = as_notification(row)
        if (day_of(notice) or day) <= day:
            messages[row.target].append((row.company_id, notice))
    return {row.pk: _standing_on(row, files.get(row.pk, ()), messages) for row in rows}


def _standing_on(
    row: Document,
    files: Collection[tuple[str, int]],
    messages: Mapping[str, list[tuple[int | None, Notification]]],
) -> SdiStanding:
    notices = [
        notice
        for name, position in files
        for owner, notice in messages.get(name, ())
        if owner in {None, row.company_id}
        and speaks_of(notice, number=row.number, year=row.year, position=position)
    ]
    names = [name for name, _ in files]
    return derive_state(notices, is_public_body=row.is_public_body, files=names)


def as_notification(row: SdiNotification) -> Notification:
    """A stored message as the rules read it."""
    return Notification(
        code=NotificationCode(row.code),
        target=row.target,
        sdi_id=row.sdi_id,
        received_at=row.message_at.astimezone(ROME) if row.message_at else None,
        number=row.number,
        year=row.year,
        position=row.position,
        outcome=row.outcome,
    )
