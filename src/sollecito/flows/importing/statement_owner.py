"""Whose account a statement is of."""

from __future__ import annotations

from sollecito.accounts.models import Company
from sollecito.domain.documents import Problem
from sollecito.domain.movements import Statement
from sollecito.flows.importing.routing import CompanyBook
from sollecito.ledger.models import BankAccount, ImportBatch


def owner_of(
    statement: Statement, batch: ImportBatch, book: CompanyBook
) -> Company | Problem | str:
    """The company whose account it is; a problem where none is known, or why it is left aside."""
    account = BankAccount.objects.filter(iban=statement.account).select_related("company")
    owners = {row.company_id: row.company for row in account} if statement.account else {}
    if book.only is not None:
        if owners and book.only.pk not in owners:
            return f"il conto {statement.account} non è di {book.only.name}"
        return book.only
    if len(owners) == 1:
        return next(iter(owners.values()))
    if batch.company is not None:
        return batch.company
    companies = book.companies
    return companies[0] if len(companies) == 1 else _which_company(statement)


def _which_company(statement: Statement) -> Problem:
    return Problem(
        "statement_without_company",
        f"Il conto {statement.account or 'di questo estratto'} non è di nessuna azienda di questa "
        "installazione.",
        "Aggiungilo ai conti dell'azienda giusta, o indica la sua partita IVA con --company.",
    )
