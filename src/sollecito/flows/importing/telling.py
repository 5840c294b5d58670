"""What became of each document and notification, said in the outcome of its file."""

from __future__ import annotations

from dataclasses import replace

from sollecito.domain.arrivals import Arrival
from sollecito.domain.documents import Problem
from sollecito.domain.money import format_date, format_money
from sollecito.flows.import_notifications import Notice
from sollecito.flows.importing.incoming import Incoming
from sollecito.flows.importing.outcomes import FileOutcome
from sollecito.ledger.models import Document


def tell_document(outcome: FileOutcome, one: Incoming, *, line: int = 0) -> None:
    """Count a document in its file's outcome, with its warnings or why it is not stored.

    ``line`` is the place of its first row, where the file is a sheet.
    """
    outcome.company_id = one.company.pk
    outcome.file = outcome.file or one.file
    if one.arrival in {Arrival.NEW, Arrival.CORRECTED}:
        outcome.documents += 1
        outcome.instalments += len(one.instalments)
        outcome.problems += one.warnings
    elif one.arrival is Arrival.CONFLICT:
        outcome.skipped.append("stesso numero, contenuto diverso")
        outcome.problems.append(replace(_conflict(one), line=line))
    else:
        outcome.duplicates += 1


def _conflict(one: Incoming) -> Problem:
    document, row = one.document, one.row
    there = ""
    if row is not None:
        there = f" In archivio: {format_date(row.date)}, {format_money(row.total, row.currency)}."
    return Problem(
        "conflict",
        f"Documento {document.number} del {format_date(document.date)}: stesso numero, contenuto "
        f"diverso da quello già importato. Non è stato registrato.{there}",
        "Controlla quale dei due è giusto. Se il primo è stato scartato dallo SdI, importa la "
        "notifica di scarto e poi di nuovo questo file.",
    )


def warn_of_copy(one: Incoming, row: Document) -> None:
    """Say that a document may be one that is here already, under another kind or series."""
    document = one.document
    there = f"{row.kind.replace('_', ' ')} {row.number} {row.series}".strip()
    problem = Problem(
        "possible_copy",
        f"Documento {document.number}: stesso cliente, data e importi di un altro ({there}). "
        "Importati tutti e due.",
        "Se è lo stesso credito, segna uno dei due come incassato o annulla l'importazione.",
        "warning",
    )
    one.terms = replace(one.terms, problems=(*one.terms.problems, problem))


def tell_notice(outcome: FileOutcome, notice: Notice) -> None:
    """Count a notification in its file's outcome."""
    outcome.company_id = notice.company_id
    outcome.notifications += not notice.is_known
    if notice.is_waiting:
        outcome.is_waiting = True
        outcome.problems.append(
            Problem(
                "waiting",
                f"Notifica SdI {notice.notification.code} in attesa del documento "
                f"({notice.notification.target}).",
                "Importa il file della fattura: la notifica si applica da sola.",
                "warning",
            )
        )
