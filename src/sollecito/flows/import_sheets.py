"""A sheet enters: documents with what is collected of them, or customers with their contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from sollecito.accounts.models import Company
from sollecito.domain.documents import PartyData, Problem
from sollecito.flows.import_customers import import_customers
from sollecito.flows.import_documents import import_documents
from sollecito.flows.import_statement_sheets import import_statement_sheet
from sollecito.flows.importing.contacts import (
    add_sheet_contacts,
    find_namesakes,
    namesake_problem,
)
from sollecito.flows.importing.originals import Original, keep_originals
from sollecito.flows.importing.outcomes import FileOutcome, save_outcomes
from sollecito.flows.importing.reading import ReadFile
from sollecito.flows.importing.settlements import settle
from sollecito.flows.importing.sheet_documents import prepare_sheet_document, write_counts
from sollecito.flows.importing.telling import tell_document
from sollecito.flows.remember_columns import remember_columns, remembered_columns
from sollecito.formats import sheets
from sollecito.formats.bank import is_statement_sheet
from sollecito.formats.sheets import Sheet, SheetDocument, SheetKind
from sollecito.ledger.models import ImportBatch

CHUNK = 200


def import_sheet(
    file: ReadFile,
    *,
    batch: ImportBatch,
    company: Company | None,
    mapping: Mapping[str, str] | None = None,
) -> FileOutcome:
    """Import one sheet of a batch; its kind is found by its header.

    Documents are stored at most 200 a transaction, so a kill loses only the last ones and the
    same file imported again adds the rest. ``mapping`` (header → column) is the user's
    correction: it is remembered for the next sheet with this header.
    """
    outcome = FileOutcome(file.name, file.item_id, company.pk if company else None)
    if company is None:
        outcome.problems.append(_which_company())
    else:
        known = remembered_columns(company, file.content)
        chosen = mapping or known
        if is_statement_sheet(file.content, chosen):
            return import_statement_sheet(
                file, batch=batch, company=company, known=known, corrected=mapping
            )
        sheet = sheets.read_sheet(file.name, file.content, chosen)
        if mapping and not sheet.problems:
            remember_columns(company, sheet.header, mapping, user=batch.user)
        _import(sheet, outcome, batch=batch, company=company, mapping=chosen)
        kept = keep_originals([(company.pk, Original(file.name, file.original or file.content))])
        outcome.file = next(iter(kept.values()))
    outcome.problems = list(dict.fromkeys(outcome.problems))
    save_outcomes(batch, [outcome])
    return outcome


def _import(
    sheet: Sheet,
    outcome: FileOutcome,
    *,
    batch: ImportBatch,
    company: Company,
    mapping: Mapping[str, str] | None,
) -> None:
    kind = sheets.detect_sheet_kind(sheet, mapping)
    if sheet.problems:
        outcome.problems += sheet.problems
    elif kind is SheetKind.CUSTOMERS:
        customers, problems = sheets.parse_customers(sheet, mapping)
        outcome.problems += problems
        report = import_customers(company, customers, user=batch.user)
        outcome.problems += report.problems
        outcome.customers = report.added + report.updated
    else:
        documents, problems = sheets.parse_documents(sheet, _seller(company), mapping)
        outcome.problems += problems
        for start in range(0, len(documents), CHUNK):
            with transaction.atomic():
                _store(documents[start : start + CHUNK], outcome, batch=batch, company=company)


def _store(
    documents: Sequence[SheetDocument],
    outcome: FileOutcome,
    *,
    batch: ImportBatch,
    company: Company,
) -> None:
    pairs = [(entry, prepare_sheet_document(company, entry)) for entry in documents]
    for entry, one in pairs:
        if one.customer.startswith("=") and (same := find_namesakes(company, one.document.buyer)):
            outcome.problems.append(namesake_problem(one.document.buyer, same[0], entry.line))
    import_documents([one for _, one in pairs], batch=batch)
    write_counts(pairs)
    add_sheet_contacts(company, pairs)
    payments, problems = settle(company, pairs, batch=batch)
    outcome.payments += payments
    outcome.problems += problems
    for entry, one in pairs:
        tell_document(outcome, one, line=entry.line)


def _seller(company: Company) -> PartyData:
    return PartyData(company.name, company.country, company.vat_number, tax_code=company.tax_code)


def _which_company() -> Problem:
    return Problem(
        "sheet_without_company",
        "Un foglio non dice di quale azienda è, e qui ce n'è più di una.",
        "Importalo dall'azienda giusta, o indica la sua partita IVA con --company.",
    )
