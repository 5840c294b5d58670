"""What a sheet says was collected → payments of the difference to what is known here.

The sheet is the truth where it knows more: the same sheet twice changes nothing, next week's
brings what came in meanwhile. Where it knows less, a person is told. Money without a date that
comes with a new document is dated as the document (it was there from the first day we know of);
what a later sheet adds is dated today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sollecito.accounts.models import Company
from sollecito.domain.arrivals import Arrival
from sollecito.domain.documents import Problem
from sollecito.domain.money import format_money
from sollecito.flows import clock
from sollecito.flows.allocate_money import allocate, lock_instalments, take_effect
from sollecito.flows.importing.incoming import Incoming
from sollecito.formats.sheets import Settlement, SheetDocument
from sollecito.ledger.models import ImportBatch, Instalment, Payment
from sollecito.ledger.queries import derived_balance

ZERO = Decimal("0.00")
NOTE = "Dal foglio importato"


@dataclass(frozen=True, slots=True)
class _Missing:
    """Money that the sheet knows of and the ledger does not; negative on a credit note."""

    instalment: Instalment
    allocated: Decimal
    received: Decimal
    day: date


def settle(
    company: Company,
    pairs: Sequence[tuple[SheetDocument, Incoming]],
    *,
    batch: ImportBatch,
) -> tuple[int, list[Problem]]:
    """Record what was collected of documents just imported or known; call it after storing.

    Returns how many payments were recorded, and warnings where the ledger knows of more.
    """
    told = [
        (part, instalment, one.arrival is Arrival.NEW)
        for entry, one in pairs
        if one.arrival is not Arrival.CONFLICT
        for part, instalment in _matched(entry, one)
        if part.collected is not None
    ]
    locked = {row.pk: row for row in lock_instalments(company, {each.pk for _, each, _ in told})}
    problems: list[Problem] = []
    missing: list[_Missing] = []
    today = clock.today(company.time_zone)
    for part, instalment, is_new in told:
        row = locked[instalment.pk]
        difference = _difference(part, row)
        if difference < 0:
            problems.append(_knows_less(part, row))
        elif difference > 0 or (is_new and _excess(part, row) > 0):
            sign = -1 if row.amount < 0 else 1
            received = difference + (_excess(part, row) if is_new else ZERO)
            day = part.collected_date or (row.document.date if is_new else today)
            missing.append(_Missing(row, sign * difference, sign * received, day))
    _record(company, missing, batch)
    return len(missing), problems


def _matched(entry: SheetDocument, one: Incoming) -> Iterator[tuple[Settlement, Instalment]]:
    """Settlements with their instalments, in the order of both."""
    if one.row is None:
        return
    rows = one.instalments or list(one.row.instalments.order_by("seq"))
    if len(rows) == len(entry.settlements):
        yield from zip(entry.settlements, rows, strict=True)


def _difference(part: Settlement, row: Instalment) -> Decimal:
    """What the sheet knows as collected beyond what is known here, within the amount."""
    known = abs(row.amount) - abs(derived_balance(row))
    return min(part.collected or ZERO, abs(row.amount)) - known


def _excess(part: Settlement, row: Instalment) -> Decimal:
    return max((part.collected or ZERO) - abs(row.amount), ZERO)


def _record(company: Company, missing: Sequence[_Missing], batch: ImportBatch) -> None:
    if not missing:
        return
    payments = [
        Payment(
            company=company,
            party_id=each.instalment.party_id,
            date=each.day,
            amount=each.received,
            currency=each.instalment.currency,
            note=NOTE,
            source=Payment.Source.SHEET,
            user_id=batch.user_id,
            batch=batch,
            recorded_at=clock.now(),
        )
        for each in missing
    ]
    Payment.objects.bulk_create(payments)
    by_day: dict[date, list[int]] = {}
    for each, payment in zip(missing, payments, strict=True):
        if each.allocated:
            allocate(payment, {each.instalment.pk: each.allocated})
            by_day.setdefault(each.day, []).append(each.instalment.pk)
    for day, ids in sorted(by_day.items()):
        take_effect(company, ids, day)


def _knows_less(part: Settlement, row: Instalment) -> Problem:
    here = format_money(abs(derived_balance(row)), row.currency)
    there = format_money(abs(row.amount) - (part.collected or ZERO), row.currency)
    return Problem(
        "ledger_knows_more",
        f"{row.document.number}, rata {row.seq}: il foglio dice residuo {there}, qui sono "
        f"registrati più incassi (residuo {here}). Non è cambiato niente.",
        "Se ha ragione il foglio, annulla l'incasso dallo scadenzario.",
        "warning",
        part.line,
    )
