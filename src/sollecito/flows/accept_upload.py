"""An upload is kept first and read afterwards, so that the page answers at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.flows import clock
from sollecito.flows.importing.incoming import as_json
from sollecito.flows.importing.originals import Original, keep_originals
from sollecito.flows.importing.sources import NamedFile
from sollecito.formats.fatturapa.envelope import Envelope, Refused, open_envelope
from sollecito.ledger.models import ImportBatch, ImportItem, StoredFile

CHUNK = 100
Outcome = ImportItem.Outcome


def accept_upload(
    company: Company, files: Iterable[NamedFile], *, user: User | None, source: str = "web"
) -> ImportBatch:
    """Keep every file of an upload, archives opened, as rows that wait to be read.

    ``continue_imports`` does the rest; the batch's ``done`` of ``total`` tell how far it is.
    What is refused already here (bombs, broken archives) is in the report at once.
    """
    batch = ImportBatch.objects.create(
        company=company, user=user, source=source, started_at=clock.now()
    )
    found = _open(files)
    while chunk := list(islice(found, CHUNK)):
        with transaction.atomic():
            _keep(batch, company, chunk)
    return batch


def _open(files: Iterable[NamedFile]) -> Iterator[Envelope | Refused]:
    for file in files:
        with file.open() as stream:
            yield from open_envelope(file.name, stream)


def _keep(batch: ImportBatch, company: Company, chunk: list[Envelope | Refused]) -> None:
    originals = [
        (found.name, Original(found.name, found.original))
        for found in chunk
        if isinstance(found, Envelope)
    ]
    kept = keep_originals((company.pk, original) for _, original in originals)
    items = [_waiting(batch, name, kept[company.pk, each.sha256]) for name, each in originals]
    refused = [
        _refused(batch, found.name, found.problem) for found in chunk if isinstance(found, Refused)
    ]
    ImportItem.objects.bulk_create([*items, *refused])
    batch.total += len(chunk)
    batch.done += len(refused)
    batch.errors += len(refused)
    batch.save(update_fields=["total", "done", "errors"])


def _waiting(batch: ImportBatch, name: str, file: StoredFile) -> ImportItem:
    return ImportItem(
        batch=batch, company=batch.company, name=name[-400:], file=file, outcome=Outcome.PENDING
    )


def _refused(batch: ImportBatch, name: str, problem: Problem) -> ImportItem:
    return ImportItem(
        batch=batch,
        company=batch.company,
        name=name[-400:],
        outcome=Outcome.FAILED,
        reason=problem.message[:500],
        problems=[as_json(problem)],
    )
