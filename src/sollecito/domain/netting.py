"""Credit notes that name an invoice: which one is meant, and how much comes off it.

Source: a note counts against an invoice only where number and date, or else year, match
(DatiFattureCollegate); any other stays the customer's open credit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

Cell = tuple[int, int]
"""An instalment of an invoice and one of a credit note, by id."""


def find_named(day: date, dates: Sequence[date]) -> int | None:
    """Return the place of the invoice that a note means, among those of the number it names.

    Args:
        day: the date that the note gives for the invoice.
        dates: of the customer's invoices with that number and the note's currency.

    The one of that very date, else the only one of that year, else none.
    """
    exact = [place for place, each in enumerate(dates) if each == day]
    found = exact or [place for place, each in enumerate(dates) if each.year == day.year]
    return found[0] if len(found) == 1 else None


def share_out(cells: Iterable[Cell], left: Mapping[int, Decimal]) -> dict[Cell, Decimal]:
    """Return what is netted in each cell: as much as both sides have left, in the order given.

    Args:
        cells: which instalments may take from which notes.
        left: positive amounts by id: to collect, or to credit.
    """
    rest = dict(left)
    shares: dict[Cell, Decimal] = {}
    for cell in cells:
        part = min(rest[each] for each in cell)
        if part > 0:
            shares[cell] = shares.get(cell, Decimal(0)) + part
            for each in cell:
                rest[each] -= part
    return shares
