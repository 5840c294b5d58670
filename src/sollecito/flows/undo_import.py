"""Take an import back, as long as nobody was reminded and nothing was collected because of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from sollecito.accounts.models import User
from sollecito.dunning.models import Reminder
from sollecito.flows import audit
from sollecito.flows.import_notifications import refresh_sdi_states
from sollecito.flows.importing.notices import documents_of_targets
from sollecito.flows.planning.withdrawing import withdraw_drafts_about
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.undo_statements import undo_statements
from sollecito.ledger.interest_queries import has_interest_taken
from sollecito.ledger.models import (
    Allocation,
    Document,
    ImportBatch,
    ImportItem,
    Instalment,
    OtherFile,
    Party,
    Payment,
    SdiNotification,
    StoredFile,
)
from sollecito.ledger.netting_queries import netted_partners

SET = 1000
NOBODYS = {"documents": None, "payments": None, "contact_points": None, "holds": None}


class ImportInUseError(Exception):
    """The import cannot be taken back; the text says why and what to do."""


def why_not_undone(batch: ImportBatch) -> str:
    """Why an import cannot be taken back (Italian); empty when it can."""
    if batch.status != ImportBatch.Status.DONE:
        return "L'importazione non è conclusa, o è già stata annullata."
    documents = Document.objects.filter(batch=batch)
    reminded = Reminder.objects.filter(
        instalment__document__in=documents, issued_date__isnull=False
    )
    if count := reminded.values("instalment").distinct().count():
        rows = "una rata" if count == 1 else f"{count} rate"
        return f"Ci sono già solleciti per {rows} di questa importazione: non si annulla più."
    count = _foreign_allocations(batch, documents).count()
    if count or has_interest_taken(documents):
        one = "C'è già un incasso abbinato a un documento di questa importazione: "
        if count <= 1:
            return f"{one}annulla prima l'incasso."
        more = f"Ci sono già {count} incassi abbinati a documenti di questa importazione: "
        return f"{more}annulla prima gli incassi."
    return ""


def _foreign_allocations(batch: ImportBatch, documents: QuerySet[Document]) -> QuerySet[Allocation]:
    """Money matched to the documents, except what came with the import itself.

    A credit note is no money: it is open again when its invoice goes.
    """
    on = Allocation.objects.filter(instalment__document__in=documents, undone_at__isnull=True)
    return on.filter(payment__isnull=False).exclude(payment__batch=batch)


@transaction.atomic
def undo_import(batch: ImportBatch, *, user: User | None) -> int:
    """Delete what an import brought; return how many documents.

    Customers that nobody else uses go too, and movements with their matches; its report stays.
    Raises ImportInUseError where reminders or payments lie on it already.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if reason := why_not_undone(batch):
        raise ImportInUseError(reason)
    documents = Document.objects.filter(batch=batch)
    list(Instalment.objects.filter(document__in=documents).order_by("pk").select_for_update())
    files = _files_of(batch)
    customers = set(documents.values_list("party_id", flat=True))
    count = documents.count()
    partners = netted_partners(documents)
    withdraw_drafts_about(documents, "L'importazione è stata annullata.")
    Payment.objects.filter(batch=batch).delete()
    documents.delete()
    refresh_balances(partners)
    undo_statements(batch, user=user)
    _undo_notifications(batch)
    for some in batched(customers, SET):
        Party.objects.filter(pk__in=some, created_at__gte=batch.started_at, **NOBODYS).delete()
    batch.status = ImportBatch.Status.UNDONE
    batch.save(update_fields=["status"])
    for some in batched(files, SET):
        _delete_unused(set(some))
    audit.record(
        batch.company,
        user,
        "import_undone",
        target=f"import:{batch.pk}",
        text=f"Importazione annullata; documenti tolti: {count}.",
    )
    return count


def _undo_notifications(batch: ImportBatch) -> None:
    """Without these messages, documents of other imports may stand differently."""
    own = SdiNotification.objects.filter(batch=batch)
    targets = set(own.values_list("target", flat=True))
    own.delete()
    touched = {row.pk: row for rows in documents_of_targets(targets).values() for row in rows}
    if touched:
        refresh_sdi_states(list(touched.values()))


def batched(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    """Lists of at most ``size``: databases limit the parameters of a query."""
    rest = iter(ids)
    while some := list(islice(rest, size)):
        yield some


def _files_of(batch: ImportBatch) -> set[int]:
    documents = Document.objects.filter(batch=batch)
    found = set(documents.values_list("file_id", flat=True))
    found |= set(documents.values_list("own_pdf_id", flat=True))
    found |= set(documents.values_list("courtesy_copy_id", flat=True))
    found |= set(batch.items.values_list("file_id", flat=True))
    found |= set(SdiNotification.objects.filter(batch=batch).values_list("file_id", flat=True))
    return {pk for pk in found if pk is not None}


def _delete_unused(files: set[int]) -> None:
    """Delete kept files that nothing refers to any more."""
    used: set[int | None] = set()
    for column in ("file", "own_pdf", "courtesy_copy"):
        rows = Document.objects.filter(**{f"{column}__in": files})
        used |= set(rows.values_list(f"{column}_id", flat=True))
    for model in (SdiNotification, OtherFile):
        used |= set(model.objects.filter(file__in=files).values_list("file_id", flat=True))
    others = ImportItem.objects.filter(file__in=files).exclude(
        batch__status=ImportBatch.Status.UNDONE
    )
    used |= set(others.values_list("file_id", flat=True))
    StoredFile.objects.filter(pk__in=files - used).delete()
