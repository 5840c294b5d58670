"""Bank statements of the sample company: imported, and what is not certain matched by a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sollecito.flows.find_sample_rows import Rows
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.record_payments import record_payment
from sollecito.flows.remember_columns import remember_columns
from sollecito.flows.set_up_sample import Stage
from sollecito.flows.split_movement import split_movement
from sollecito.flows.undo_match import set_aside, undo_match
from sollecito.ledger.models import Allocation, BankMovement
from sollecito.sample.statements import (
    NO_TAKINGS,
    SHEET_COLUMNS,
    SHEET_HEADER,
    SampleStatement,
    StatementLine,
)
from sollecito.sample.takings import SamplePayment


def confirm_sample_columns(stage: Stage) -> None:
    """Which column of the bank's sheet is which, as the bookkeeper said on the first day."""
    remember_columns(stage.company, SHEET_HEADER, SHEET_COLUMNS, user=stage.bookkeeper)


def record_by_hand(stage: Stage, payments: Iterable[SamplePayment], rows: Rows) -> None:
    """What no statement tells: effects, cheques, what the factor collects."""
    for payment in payments:
        record_payment(
            stage.company,
            {rows[key].pk: amount for key, amount in payment.parts},
            amount=payment.amount,
            day=payment.day,
            user=stage.bookkeeper,
            method=payment.method,
            note=payment.note,
        )


def take_statements(stage: Stage, statements: Sequence[SampleStatement], rows: Rows) -> None:
    """Import a day's statements; the bookkeeper matches what was not certain, as it was paid."""
    if not statements:
        return
    files = [NamedFile(each.name, content=each.content) for each in statements]
    user = stage.bookkeeper
    import_files(files, company=stage.company, user=user, source="demo", sheets=import_sheet)
    paid = {line.reference: line for each in statements for line in each.lines if line.payment}
    if paid:
        _settle(stage, paid, rows)
    if any(line.reference in NO_TAKINGS for each in statements for line in each.lines):
        for movement in BankMovement.objects.filter(company=stage.company, bank_id__in=NO_TAKINGS):
            set_aside(movement, user=user)


def _settle(stage: Stage, paid: dict[str, StatementLine], rows: Rows) -> None:
    found = BankMovement.objects.filter(company=stage.company, bank_id__in=paid)
    movements = list(found.select_related("company"))
    made = _allocated(movements)
    for movement in movements:
        payment = paid[movement.bank_id].payment
        if payment is None:
            continue
        truth = {rows[key].pk: amount for key, amount in payment.parts}
        if movement.status == BankMovement.Status.MATCHED:
            if made.get(movement.pk) == truth:
                continue
            undo_match(movement, user=stage.bookkeeper)
        split_movement(
            movement,
            truth,
            credit_to=stage.customers[payment.customer],
            user=stage.bookkeeper,
        )


def _allocated(movements: Iterable[BankMovement]) -> dict[int, dict[int, Decimal]]:
    """What each movement was matched to by itself: instalment → amount."""
    made: dict[int, dict[int, Decimal]] = {}
    found = Allocation.objects.filter(
        payment__movement_match__movement__in=movements, undone_at__isnull=True
    ).values_list("payment__movement_match__movement", "instalment", "amount")
    for movement, instalment, amount in found:
        if instalment is not None:
            parts = made.setdefault(movement, {})
            parts[instalment] = parts.get(instalment, Decimal(0)) + amount
    return made
