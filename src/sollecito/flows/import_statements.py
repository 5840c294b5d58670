"""A bank statement enters: each movement once, whatever the format; a wrong file not at all."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from sollecito.accounts.models import Company
from sollecito.domain.documents import Problem
from sollecito.domain.money import format_date
from sollecito.domain.movements import BankFile, Movement, Statement
from sollecito.domain.same_movement import pair_known
from sollecito.flows import audit
from sollecito.flows.importing.movement_rows import (
    fill_movement,
    make_movement,
    make_statement,
)
from sollecito.flows.importing.originals import Original, keep_originals
from sollecito.flows.importing.outcomes import FileOutcome, save_outcomes
from sollecito.flows.importing.reading import ReadFile
from sollecito.flows.importing.routing import CompanyBook
from sollecito.flows.importing.statement_owner import owner_of
from sollecito.ledger.bank_queries import known_movements
from sollecito.ledger.models import BankMovement, BankStatement, ImportBatch

Status = BankMovement.Status


def import_statement(
    file: ReadFile, found: BankFile, *, batch: ImportBatch, book: CompanyBook
) -> FileOutcome:
    """Store the movements of one file that are not here yet; ``payments`` counts what came in.

    Each statement goes to the company whose account it is, else to the only one there is. A known
    movement that was pending and now is booked counts as new. Imported movements prove that
    takings are up to date to the statement's last day.
    """
    outcome = FileOutcome(file.name, file.item_id, book.only.pk if book.only else None)
    outcome.problems += found.problems
    with transaction.atomic():
        if not found.is_refused:
            _store(file, found.statements, outcome, batch=batch, book=book)
        save_outcomes(batch, [outcome])
    return outcome


def _store(
    file: ReadFile,
    statements: Sequence[Statement],
    outcome: FileOutcome,
    *,
    batch: ImportBatch,
    book: CompanyBook,
) -> None:
    routed: dict[int, tuple[Company, list[Statement]]] = {}
    for statement in statements:
        company = owner_of(statement, batch, book)
        if isinstance(company, Company):
            routed.setdefault(company.pk, (company, []))[1].append(statement)
        elif isinstance(company, Problem):
            outcome.problems.append(company)
        else:
            outcome.skipped.append(company)
    for company, some in routed.values():
        outcome.company_id = company.pk
        original = Original(file.name, file.original or file.content)
        outcome.file = next(iter(keep_originals([(company.pk, original)]).values()))
        _store_of_company(company, some, outcome, batch=batch)


def _store_of_company(
    company: Company, statements: Sequence[Statement], outcome: FileOutcome, *, batch: ImportBatch
) -> None:
    Company.objects.select_for_update().get(pk=company.pk)  # two imports at once would both be new
    incoming = [(each.format, movement) for each in statements for movement in each.movements]
    known = known_movements(company, [movement for _, movement in incoming])
    paired = dict(zip(map(id, (m for _, m in incoming)), pair_known(incoming, known), strict=True))
    fresh: list[BankMovement] = []
    for statement in statements:
        row = make_statement(company, statement, outcome.name, batch)
        for movement in statement.movements:
            key = paired[id(movement)]
            if key is None:
                fresh.append(make_movement(row, movement))
            elif _books_pending(key, movement, row):
                outcome.payments += _is_payment(movement)
            else:
                outcome.duplicates += 1
    BankMovement.objects.bulk_create(fresh, batch_size=500)
    outcome.payments += sum(
        row.status != Status.PENDING and row.amount > 0 and not row.is_return for row in fresh
    )
    _write_history(company, statements, outcome, batch, len(fresh))


def _books_pending(key: int, movement: Movement, statement: BankStatement) -> bool:
    """A movement announced as pending is booked now; whether it was."""
    row = BankMovement.objects.get(pk=key)
    if movement.is_pending or row.status != Status.PENDING:
        return False
    fill_movement(row, movement)
    row.statement = statement
    row.save()
    return True


def _is_payment(movement: Movement) -> bool:
    return movement.amount > 0 and not movement.is_return


def _write_history(
    company: Company,
    statements: Sequence[Statement],
    outcome: FileOutcome,
    batch: ImportBatch,
    count: int,
) -> None:
    days = [statement.until for statement in statements if statement.until]
    until = f" fino al {format_date(max(days))}" if days else ""
    audit.record(
        company,
        batch.user,
        "statement_imported",
        target=f"import:{batch.pk}",
        text=f"Estratto conto importato{until}: movimenti nuovi {count}, già presenti "
        f"{outcome.duplicates}.",
    )
