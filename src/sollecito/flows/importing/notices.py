"""Notifications kept, by the file they speak of; what they make of each document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sollecito.domain.sdi import Notification, SdiStanding, derive_state, speaks_of
from sollecito.ledger.models import Document, OtherFile, SdiNotification
from sollecito.ledger.sdi_queries import as_notification

CompanyScope = int | None


class NoticeBook:
    """Registro delle notifiche for some file names: those in the ledger and those just read."""

    def __init__(self, targets: Collection[str]) -> None:
        self._by_target: dict[str, list[tuple[CompanyScope, Notification]]] = defaultdict(list)
        self.waiting: dict[str, list[int]] = defaultdict(list)
        rows = SdiNotification.objects.filter(target__in=targets) if targets else ()
        for row in rows:
            self._by_target[row.target].append((row.company_id, as_notification(row)))
            if row.company_id is None:
                self.waiting[row.target].append(row.pk)

    def add(self, notices: Iterable[Notification]) -> None:
        """Take in messages that were read and not yet stored."""
        for notice in notices:
            self._by_target[notice.target].append((None, notice))

    def standing(
        self, company: int, document: Document, other_files: Iterable[tuple[str, int]] = ()
    ) -> SdiStanding:
        """State of a document; ``other_files`` are its further file names with positions."""
        files = [(document.file_key, document.position), *other_files]
        found = [
            notice
            for key, position in files
            if key
            for owner, notice in self._by_target.get(key, ())
            if owner in {None, company}
            and speaks_of(notice, number=document.number, year=document.year, position=position)
        ]
        return derive_state(
            found,
            is_public_body=document.is_public_body,
            files=[key for key, _ in files if key],
        )


def documents_of_targets(
    targets: Collection[str], company: CompanyScope = None
) -> dict[str, list[Document]]:
    """Documents that a file name carried, by name; each with ``other_files`` loaded."""
    if not targets:
        return {}
    others = OtherFile.objects.filter(file_key__in=targets).values_list("document_id", flat=True)
    rows = Document.objects.filter(file_key__in=targets) | Document.objects.filter(
        pk__in=list(others)
    )
    if company is not None:
        rows = rows.filter(company=company)
    found: dict[str, list[Document]] = defaultdict(list)
    for document in rows.prefetch_related("other_files"):
        for key in (document.file_key, *(other.file_key for other in document.other_files.all())):
            if key in targets:
                found[key].append(document)
    return found


def apply_standing(document: Document, standing: SdiStanding) -> bool:
    """Put a state on a document; tell if it changed."""
    before: tuple[str, date | None] = (document.sdi_state, document.sdi_since)
    document.sdi_state, document.sdi_since = standing.state.value, standing.since
    return before != (document.sdi_state, document.sdi_since)
