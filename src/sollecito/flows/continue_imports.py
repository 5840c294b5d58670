"""Read the uploads that wait, and take up those that a dead process left half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db.models import Q, QuerySet

from sollecito.accounts.models import Company
from sollecito.flows import clock
from sollecito.flows.import_files import SheetReader, finish_batch, run_batch
from sollecito.flows.importing.outcomes import LEASE_SECONDS
from sollecito.flows.importing.routing import CompanyBook
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.keep_file import open_file
from sollecito.ledger.models import ImportBatch, ImportItem, StoredFile

SLICE = 100
Status = ImportBatch.Status


def never() -> bool:
    """Go on until done."""
    return False


def has_waiting_imports() -> bool:
    """Whether an upload waits, or was left by a process that died."""
    return _free_batches().exists()


def continue_imports(
    *, sheets: SheetReader | None = None, should_stop: Callable[[], bool] = never
) -> int:
    """Work on every batch that waits, one after the other; return how many files were read.

    A batch belongs to one process at a time: its lease is renewed with each set of files.
    """
    read = 0
    while not should_stop():
        batch = _claim()
        if batch is None:
            break
        read += continue_import(batch, sheets=sheets, should_stop=should_stop)
    return read


def continue_import(
    batch: ImportBatch,
    *,
    sheets: SheetReader | None = None,
    should_stop: Callable[[], bool] = never,
) -> int:
    """Read the files of one batch that are still pending; finish it when none is left."""
    before = batch.done
    if batch.company is not None:
        book = CompanyBook(Company.objects.all(), batch.company)
        run_batch(batch, _pending(batch, should_stop), book=book, sheets=sheets)
    if batch.items.filter(outcome=ImportItem.Outcome.PENDING).exists():
        ImportBatch.objects.filter(pk=batch.pk).update(worker_lease_until=None)
    else:
        finish_batch(batch)
    return batch.done - before


def _free_batches() -> QuerySet[ImportBatch]:
    is_free = Q(worker_lease_until=None) | Q(worker_lease_until__lt=clock.now())
    return ImportBatch.objects.filter(is_free, status__in=[Status.PENDING, Status.RUNNING])


def _claim() -> ImportBatch | None:
    """Take the oldest free batch; of several who try, one succeeds."""
    for batch in _free_batches().select_related("company", "user").order_by("pk"):
        lease = clock.now() + timedelta(seconds=LEASE_SECONDS)
        taken = (
            _free_batches()
            .filter(pk=batch.pk)
            .update(status=Status.RUNNING, worker_lease_until=lease)
        )
        if taken:
            return batch
    return None


def _pending(batch: ImportBatch, should_stop: Callable[[], bool]) -> Iterator[NamedFile]:
    """Files still to be read, in the order of their names, one in memory at a time."""
    waiting = batch.items.filter(outcome=ImportItem.Outcome.PENDING).order_by("name", "pk")
    ids = list(waiting.values_list("pk", flat=True))
    for start in range(0, len(ids), SLICE):
        for item in ImportItem.objects.filter(pk__in=ids[start : start + SLICE]).order_by(
            "name", "pk"
        ):
            if should_stop():
                return
            content = open_file(StoredFile.objects.get(pk=item.file_id)) if item.file_id else b""
            yield NamedFile(item.name, content=content, item_id=item.pk)
