"""SdI notifications enter the ledger: kept always, applied to the documents they speak of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sollecito.accounts.models import Company
from sollecito.domain.sdi import Notification
from sollecito.flows import clock
from sollecito.flows.importing.notices import NoticeBook, apply_standing, documents_of_targets
from sollecito.flows.importing.originals import Original, keep_originals
from sollecito.flows.importing.refusals import add_refusal_holds
from sollecito.flows.net_credit_notes import net_credit_notes
from sollecito.flows.touch_instalments import touch_documents
from sollecito.ledger.models import Document, ImportBatch, SdiNotification


@dataclass(slots=True)
class Notice:
    """Notifica in arrivo. What follows ``original`` is set by ``import_notifications``.

    ``sha256`` is of the message without envelope, so that it is one as .xml and as .p7m.
    """

    notification: Notification
    sha256: str
    original: Original
    is_known: bool = False
    company_id: int | None = None

    @property
    def is_waiting(self) -> bool:
        """Its document is not here yet."""
        return self.company_id is None


def import_notifications(
    notices: Sequence[Notice],
    *,
    carried: Collection[tuple[int, str]] = (),
    batch: ImportBatch | None = None,
    company: Company | None = None,
) -> None:
    """Store messages, and set the state of every document that they or older ones speak of.

    Call it inside a transaction, after the documents of the same set. Messages that came before
    their file are found again here when the file arrives.

    Args:
        notices: messages read; those already stored are told by ``is_known``.
        carried: company and normalised name of files whose documents were just stored.
        batch: the import they belong to.
        company: apply to its documents only.
    """
    targets = {notice.notification.target for notice in notices}
    by_target = documents_of_targets(targets, company.pk if company else None)
    _store(notices, by_target, batch)
    _adopt_waiting(
        {*carried, *((row.company_id, key) for key, rows in by_target.items() for row in rows)}
    )
    touched = {row.pk: row for rows in by_target.values() for row in rows}
    if touched:
        refresh_sdi_states(list(touched.values()))


def refresh_sdi_states(documents: Sequence[Document]) -> None:
    """Derive the SdI state of documents again from every message kept for them."""
    names = {row.pk: [(o.file_key, o.position) for o in row.other_files.all()] for row in documents}
    keys = {row.file_key for row in documents} | {
        key for others in names.values() for key, _ in others
    }
    book = NoticeBook(keys - {""})
    changed = [
        row
        for row in documents
        if apply_standing(row, book.standing(row.company_id, row, names[row.pk]))
    ]
    Document.objects.bulk_update(changed, ["sdi_state", "sdi_since"])
    touch_documents(changed)
    add_refusal_holds(changed)
    net_credit_notes(changed)


def _store(
    notices: Sequence[Notice],
    by_target: dict[str, list[Document]],
    batch: ImportBatch | None,
) -> None:
    known = dict(
        SdiNotification.objects.filter(
            sha256__in={notice.sha256 for notice in notices}
        ).values_list("sha256", "company_id")
    )
    fresh: dict[str, Notice] = {}
    for notice in notices:
        companies = {row.company_id for row in by_target.get(notice.notification.target, ())}
        notice.company_id = companies.pop() if len(companies) == 1 else None
        if notice.sha256 in known or notice.sha256 in fresh:
            notice.is_known = True
            notice.company_id = known.get(notice.sha256) or notice.company_id
        else:
            fresh[notice.sha256] = notice
    files = keep_originals((notice.company_id, notice.original) for notice in fresh.values())
    now = clock.now()
    SdiNotification.objects.bulk_create(
        SdiNotification(
            company_id=notice.company_id,
            file=files[notice.company_id, notice.original.sha256],
            batch=batch,
            sha256=notice.sha256,
            received_at=now,
            **_columns(notice.notification),
        )
        for notice in fresh.values()
    )


def _columns(notice: Notification) -> dict[str, object]:
    moment = notice.received_at
    if moment is None and notice.available_date is not None:
        moment = datetime.combine(notice.available_date, time(), tzinfo=clock.ROME)
    return {
        "code": notice.code.value,
        "target": notice.target[:200],
        "sdi_id": notice.sdi_id[:30],
        "number": notice.number[:60],
        "year": notice.year,
        "position": notice.position,
        "outcome": notice.outcome[:4],
        "text": notice.text,
        "errors": [list(error) for error in notice.errors],
        "message_at": moment,
    }


def _adopt_waiting(carried: Collection[tuple[int, str]]) -> None:
    """Messages that waited for these files belong to their company from now on."""
    for company in {company for company, _ in carried}:
        keys = {key for owner, key in carried if owner == company and key}
        SdiNotification.objects.filter(company=None, target__in=keys).update(company=company)
