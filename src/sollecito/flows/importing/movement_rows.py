"""Statements and movements as rows."""

from __future__ import annotations

from sollecito.accounts.models import Company
from sollecito.domain.movements import Movement, Statement
from sollecito.domain.returned_effects import is_fee_of_return, is_returned_effect
from sollecito.flows import clock
from sollecito.ledger.bank_queries import KEPT
from sollecito.ledger.models import BankMovement, BankStatement, ImportBatch

Status = BankMovement.Status
LONGEST = {
    "account": 34,
    "counterparty": 140,
    "iban": 34,
    "tax_code": 16,
    "end_to_end": 70,
    "reference": 70,
    "bank_id": 70,
    "code": 20,
    "currency": 3,
}


def make_statement(
    company: Company, statement: Statement, name: str, batch: ImportBatch
) -> BankStatement:
    """The row of a statement, saved."""
    now = clock.now()
    return BankStatement.objects.create(
        company=company,
        batch=batch,
        name=name[-400:],
        format=statement.format,
        account=statement.account,
        until=statement.until or clock.today(company.time_zone),
        imported_at=now,
    )


def make_movement(statement: BankStatement, movement: Movement) -> BankMovement:
    """A movement of a statement, not saved."""
    row = BankMovement(company_id=statement.company_id, statement=statement)
    fill_movement(row, movement)
    return row


def fill_movement(row: BankMovement, movement: Movement) -> None:
    """Write what a statement says over a row: a pending movement is booked now."""
    for name in KEPT:
        value = getattr(movement, name)
        longest = LONGEST.get(name)
        setattr(row, name, value[:longest] if longest else value)
    is_fee = is_fee_of_return(movement)
    row.is_return = is_returned_effect(movement) or (movement.is_return and not is_fee)
    row.status = Status.PENDING if movement.is_pending else Status.OPEN
