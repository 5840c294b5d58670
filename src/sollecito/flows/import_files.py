"""Import named files of any kind: the kind is found by content, each goes to who can read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Protocol

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.flows import audit, clock
from sollecito.flows.import_statements import import_statement
from sollecito.flows.importing.chunks import store_chunk
from sollecito.flows.importing.footprint import light_footprint
from sollecito.flows.importing.outcomes import (
    LEASE_SECONDS,
    FileOutcome,
    ImportReport,
    failed,
    save_outcomes,
)
from sollecito.flows.importing.reading import ReadFile, read_files
from sollecito.flows.importing.routing import CompanyBook
from sollecito.flows.importing.sets import is_sheet, sets_of
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.match_movements import match_batch
from sollecito.ledger.models import ImportBatch

Progress = Callable[[int, int], None]


class SheetReader(Protocol):
    """Whoever imports a sheet (CSV, XLSX), in a transaction of its own."""

    def __call__(
        self, file: ReadFile, *, batch: ImportBatch, company: Company | None
    ) -> FileOutcome:
        """Import one sheet; ``company`` is the one chosen, or the only one there is."""


def import_files(
    files: Iterable[NamedFile],
    *,
    company: Company | None = None,
    user: User | None = None,
    source: str = "cli",
    sheets: SheetReader | None = None,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Import files now, in chunks of at most 200; a kill loses at most the chunk in flight.

    Args:
        files: as from ``files_in``; read one at a time.
        company: restrict to it; else each document goes to the company of its seller.
        user: who imports.
        source: where it comes from (``cli``, ``web``, ``demo``).
        sheets: reader of CSV and XLSX.
        on_progress: told files done and files known.
    """
    wanted = list(files)
    companies = list(Company.objects.all())
    batch = ImportBatch.objects.create(
        company=company or (companies[0] if len(companies) == 1 else None),
        user=user,
        source=source,
        status=ImportBatch.Status.RUNNING,
        started_at=clock.now(),
        worker_lease_until=clock.now() + timedelta(seconds=LEASE_SECONDS),
        total=len(wanted),
    )
    report = run_batch(
        batch, wanted, book=CompanyBook(companies, company), sheets=sheets, on_progress=on_progress
    )
    finish_batch(batch)
    return report


def run_batch(
    batch: ImportBatch,
    files: Iterable[NamedFile],
    *,
    book: CompanyBook,
    sheets: SheetReader | None = None,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Read and store files as part of a batch, whose progress is kept as it goes."""
    report = ImportReport(batch_id=batch.pk)
    with light_footprint():
        for chunk in sets_of(read_files(files)):
            if chunk[0].bank is not None:
                outcomes = [import_statement(chunk[0], chunk[0].bank, batch=batch, book=book)]
            elif is_sheet(chunk[0]):
                outcomes = [_store_sheet(batch, chunk[0], book, sheets)]
            else:
                outcomes = store_chunk(batch, chunk, book)
            report.add(outcomes)
            if on_progress:
                on_progress(batch.done, batch.total)
    return report


def finish_batch(batch: ImportBatch) -> None:
    """Match the statements of a batch, close it and write it into the history."""
    match_batch(batch)
    batch.status, batch.ended_at = ImportBatch.Status.DONE, clock.now()
    batch.worker_lease_until = None
    batch.save(update_fields=["status", "ended_at", "worker_lease_until"])
    audit.record(
        batch.company,
        batch.user,
        "import_done",
        target=f"import:{batch.pk}",
        text="Importati {documents} documenti, {duplicates} già presenti, {skipped} lasciati "
        "da parte.".format_map({"documents": 0, "duplicates": 0, "skipped": 0} | batch.counts),
        details=dict(batch.counts),
    )


def _store_sheet(
    batch: ImportBatch, file: ReadFile, book: CompanyBook, sheets: SheetReader | None
) -> FileOutcome:
    if sheets is not None:
        return sheets(file, batch=batch, company=book.only or batch.company)
    message = "Il file non è una fattura elettronica né una notifica SdI."
    hint = "Importa i file XML, p7m o zip delle fatture emesse."
    outcome = failed(file.name, file.item_id, Problem("unknown_content", message, hint))
    save_outcomes(batch, [outcome])
    return outcome
