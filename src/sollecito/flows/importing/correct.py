"""Documents that come again: sent again after a rejection, corrected, or first with their file."""

from __future__ import annotations

from collections.abc import Sequence

from sollecito.domain.arrivals import Arrival
from sollecito.dunning.models import Reminder
from sollecito.flows.importing.first_events import add_advances, add_collection_holds
from sollecito.flows.importing.incoming import Incoming
from sollecito.flows.importing.notices import NoticeBook, apply_standing
from sollecito.flows.importing.refusals import add_refusal_holds
from sollecito.flows.importing.rows import (
    columns_of_draft,
    compute_search_text,
    fill_document,
    fill_file,
    make_instalments,
)
from sollecito.ledger.interest_queries import has_interest_taken
from sollecito.ledger.models import Allocation, Document, Instalment, OtherFile, Payment


def correct_documents(arrivals: Sequence[Incoming], book: NoticeBook) -> None:
    """Store what comes again. A document that was rejected and corrected begins anew."""
    for one in arrivals:
        if one.arrival is Arrival.CORRECTED:
            _correct(one)
        elif one.arrival is Arrival.SENT_AGAIN or (
            one.arrival is Arrival.DUPLICATE and one.row and not one.row.file_id and one.file
        ):
            _attach(one)
    touched = [one for one in arrivals if one.arrival in {Arrival.CORRECTED, Arrival.SENT_AGAIN}]
    touched += [one for one in arrivals if one.arrival is Arrival.DUPLICATE and one.file]
    for one in touched:
        if one.row and one.entry:
            standing = book.standing(one.company.pk, one.row, one.entry.other_files)
            apply_standing(one.row, standing)
            one.row.save(update_fields=["sdi_state", "sdi_since", "file_key", "position"])
    add_refusal_holds([one.row for one in touched if one.row])
    OtherFile.objects.bulk_create(
        [
            OtherFile(company=one.company, document=one.row, file_key=key, position=position)
            for one in touched
            if one.entry
            for key, position in one.entry.other_files
        ],
        ignore_conflicts=True,
    )


def _attach(one: Incoming) -> None:
    """A row without file (from a sheet, by hand) gets the one that came."""
    row = one.row
    if row is None or row.file_id is not None:
        return
    key, position = row.file_key, row.position
    fill_file(row, one)
    row.number, row.series = one.document.number[:60], one.document.series[:20]
    row.file_key, row.position = key, position
    row.source, row.reasons = one.source, list(one.document.reasons)
    row.search_text = compute_search_text(one.document)
    row.file, row.own_pdf = one.file, one.own_pdf or row.own_pdf
    row.save()
    _fill_instalments(one, row)


def _fill_instalments(one: Incoming, row: Document) -> None:
    """Means of payment, account and dates that the sheet did not say."""
    rows = sorted(row.instalments.all(), key=lambda each: (each.amount, each.seq))
    drafts = sorted(one.terms.instalments, key=lambda draft: (draft.amount, draft.seq))
    for each, draft in zip(rows, drafts, strict=False):
        for name, value in columns_of_draft(draft).items():
            if name in _FILLED and not getattr(each, name):
                setattr(each, name, value)
        if each.due_date_assumed and not draft.due_date_assumed:
            each.due_date, each.due_date_assumed = draft.due_date, False
    Instalment.objects.bulk_update(rows, [*_FILLED, "due_date", "due_date_assumed"])
    add_collection_holds(each for each in rows if not each.holds.exists())


_FILLED = (
    *("method", "iban", "beneficiary", "bank", "bic", "discount_amount", "discount_until"),
    "payment_code",
)


def _correct(one: Incoming) -> None:
    row = one.row
    if row is None or one.entry is None:
        return
    Payment.objects.filter(
        allocations__instalment__document=row, source=Payment.Source.ADVANCE
    ).delete()
    row.instalments.all().delete()
    fill_document(row, one)
    row.party = one.entry.customer.last().party
    row.file, row.own_pdf, row.courtesy_copy = one.file, one.own_pdf, None
    row.save()
    one.instalments = make_instalments(one, row)
    Instalment.objects.bulk_create(one.instalments)
    add_advances(one.instalments, row.batch)
    add_collection_holds(one.instalments)


def is_in_use(document: Document) -> bool:
    """Whether money was matched to a document, or a reminder of it was made."""
    if document.pk is None:
        return False
    paid = Allocation.objects.filter(instalment__document=document, undone_at__isnull=True).exclude(
        payment__source=Payment.Source.ADVANCE
    )
    netted = Allocation.objects.filter(credit__document=document, undone_at__isnull=True)
    reminded = Reminder.objects.filter(
        instalment__document=document, is_void=False, issued_date__isnull=False
    )
    used = paid.exists() or netted.exists() or reminded.exists()
    return used or has_interest_taken([document.pk])
