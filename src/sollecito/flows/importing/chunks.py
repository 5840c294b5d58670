"""A set of files that were read → the ledger, in one transaction; file by file if that fails."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, OperationalError, transaction

from sollecito.accounts.models import Company
from sollecito.domain.documents import ParsedDocument, Problem
from sollecito.domain.sdi import normalise_file_name
from sollecito.flows.import_documents import import_documents
from sollecito.flows.import_notifications import Notice, import_notifications
from sollecito.flows.importing.incoming import Incoming, prepare_incoming
from sollecito.flows.importing.originals import Original
from sollecito.flows.importing.outcomes import FileOutcome, failed, save_outcomes
from sollecito.flows.importing.purchases import keep_purchase
from sollecito.flows.importing.reading import ReadFile
from sollecito.flows.importing.routing import CompanyBook
from sollecito.flows.importing.telling import tell_document, tell_notice
from sollecito.ledger.models import ImportBatch

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Work:
    outcomes: list[FileOutcome] = field(default_factory=list)
    arrivals: list[tuple[FileOutcome, Incoming]] = field(default_factory=list)
    notices: list[tuple[FileOutcome, Notice]] = field(default_factory=list)
    purchases: list[tuple[FileOutcome, Company, ParsedDocument]] = field(default_factory=list)


def store_chunk(
    batch: ImportBatch, files: Sequence[ReadFile], book: CompanyBook
) -> list[FileOutcome]:
    """Store files together with their report and the batch's progress.

    If the database refuses the set, each file is stored by itself, so that one bad record never
    stops the rest.

    Raises:
        OperationalError: the database itself is in trouble; nothing of this set is stored.
    """
    try:
        with transaction.atomic():
            outcomes = _store(batch, files, book)
            save_outcomes(batch, outcomes)
    except OperationalError:
        raise
    except (DatabaseError, ValueError, ArithmeticError) as error:
        log.warning("a set of %d files is stored one by one: %s", len(files), error)
        batch.refresh_from_db()
        with transaction.atomic():
            outcomes = [_store_alone(batch, file, book) for file in files]
            save_outcomes(batch, outcomes)
    return outcomes


def _store_alone(batch: ImportBatch, file: ReadFile, book: CompanyBook) -> FileOutcome:
    try:
        with transaction.atomic():
            return _store(batch, [file], book)[0]
    except OperationalError:
        raise
    except (DatabaseError, ValueError, ArithmeticError):
        log.exception("%s could not be stored", file.name)
        problem = Problem(
            "not_stored",
            "Il file contiene un valore che non si può registrare.",
            "Gli altri file sono stati importati; inserisci questo documento a mano.",
        )
        return failed(file.name, file.item_id, problem)


def _store(batch: ImportBatch, files: Sequence[ReadFile], book: CompanyBook) -> list[FileOutcome]:
    work = _Work()
    for file in files:
        _sort(file, work, book)
    arrivals = [one for _, one in work.arrivals]
    notices = [notice for _, notice in work.notices]
    import_documents(arrivals, batch=batch, notices=[each.notification for each in notices])
    carried = {(one.company.pk, one.file_key) for one in arrivals}
    if carried or notices:
        import_notifications(notices, carried=carried, batch=batch, company=book.only)
    for outcome, one in work.arrivals:
        tell_document(outcome, one)
    for outcome, notice in work.notices:
        tell_notice(outcome, notice)
    for outcome, buyer, document in work.purchases:
        outcome.skipped.append(keep_purchase(buyer, document, batch))
    return work.outcomes


def _sort(file: ReadFile, work: _Work, book: CompanyBook) -> None:
    outcome = FileOutcome(file.name, file.item_id, book.only.pk if book.only else None)
    work.outcomes.append(outcome)
    if file.problem is not None:
        outcome.problems.append(file.problem)
    elif file.notification is not None:
        notice = Notice(file.notification, file.sha256, Original(file.name, file.original))
        work.notices.append((outcome, notice))
    elif file.parsed is not None:
        outcome.problems += file.parsed.problems
        outcome.skipped += [aside.reason for aside in file.parsed.set_aside]
        original = Original(file.name, file.original) if file.parsed.documents else None
        for document in file.parsed.documents:
            company = book.route(document)
            if isinstance(company, Company):
                one = _incoming(company, document, file, original)
                outcome.problems += book.warn_of_own_purchase(document, company)
                work.arrivals.append((outcome, one))
            elif buyer := book.keeping_buyer(document):
                work.purchases.append((outcome, buyer, document))
            else:
                outcome.skipped.append(company)


def _incoming(
    company: Company, document: ParsedDocument, file: ReadFile, original: Original | None
) -> Incoming:
    return prepare_incoming(
        company,
        document,
        file_key=normalise_file_name(file.name),
        xml=file.content,
        original=original,
    )
