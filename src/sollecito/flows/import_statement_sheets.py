"""A bank's CSV or XLSX enters: which column is which is shown to a person once, then remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sollecito.accounts.models import Company
from sollecito.domain.documents import Problem
from sollecito.flows.import_statements import import_statement
from sollecito.flows.importing.originals import Original, keep_originals
from sollecito.flows.importing.outcomes import FileOutcome, save_outcomes
from sollecito.flows.importing.reading import ReadFile
from sollecito.flows.importing.routing import CompanyBook
from sollecito.flows.remember_columns import remember_columns
from sollecito.formats.bank import find_columns, parse_statement_sheet
from sollecito.ledger.models import ImportBatch

ASKS = frozenset({"web"})
"""Where a person waits for the answer; elsewhere the columns are told and may be corrected."""


def import_statement_sheet(
    file: ReadFile,
    *,
    batch: ImportBatch,
    company: Company,
    known: Mapping[str, str] | None,
    corrected: Mapping[str, str] | None = None,
) -> FileOutcome:
    """Import a statement whose columns are ``known``, or say what each was taken for.

    ``known`` was confirmed before for this header; ``corrected`` is said now, and remembered.
    Without either, an upload waits for a person and nothing of it is stored.
    """
    mapping = corrected or known
    found = parse_statement_sheet(file.content, mapping)
    if mapping is None and not found.is_refused:
        if batch.source in ASKS:
            return _wait(file, batch, company)
        found = replace(found, problems=(*found.problems, _told(file.content)))
    if corrected and not found.is_refused and (columns := find_columns(file.content, corrected)):
        remember_columns(company, columns.header, corrected, user=batch.user)
    return import_statement(file, found, batch=batch, book=CompanyBook([company], company))


def _wait(file: ReadFile, batch: ImportBatch, company: Company) -> FileOutcome:
    outcome = FileOutcome(file.name, file.item_id, company.pk, is_to_confirm=True)
    kept = keep_originals([(company.pk, Original(file.name, file.original or file.content))])
    outcome.file = next(iter(kept.values()))
    outcome.problems.append(
        Problem(
            "columns_to_confirm",
            "È un estratto conto con un'intestazione mai vista: prima di leggerlo conferma quale "
            "colonna è quale.",
            "Lo chiede una volta sola: il prossimo con la stessa intestazione si legge da solo.",
            "warning",
        )
    )
    save_outcomes(batch, [outcome])
    return outcome


def _told(data: bytes) -> Problem:
    columns = find_columns(data)
    named = (
        [
            f"{column.value.replace('_', ' ')} da «{columns.header[place][:40]}»"
            for place, column in sorted(columns.columns.items())
        ]
        if columns
        else []
    )
    return Problem(
        "columns_read",
        f"Colonne lette dai loro nomi: {', '.join(named)}.",
        'Se una è sbagliata annulla l\'importazione e rifalla con --column "NOME=colonna", o '
        "confermale una volta da Importa: poi questa intestazione si legge da sola.",
        "warning",
    )
