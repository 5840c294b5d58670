"""What the accountant asks for at year's end: which open credits may be written off, and why."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum

SMALL = Decimal("2500.00")
"""Credits of small amount (art. 101 c. 5 TUIR)."""
SMALL_MONTHS = 6
PRESCRIBED_YEARS = 10
"""Ordinary prescription (art. 2946 c.c.); shorter ones exist: a hint, never a verdict."""
SOON_MONTHS = 6


class Mark(StrEnum):
    """Segnalazione per il commercialista."""

    SMALL = "piccolo"
    INSOLVENCY = "procedura"
    PRESCRIBED = "prescrizione"
    DISPUTE = "contestata"
    LEGAL = "legale"


HOLDS = {"insolvency": Mark.INSOLVENCY, "dispute": Mark.DISPUTE, "legal": Mark.LEGAL}


def add_months(day: date, months: int) -> date:
    """The same day so many months later; a month without it has it on its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def mark_credit(
    owed: Decimal, due_date: date, day: date, *, holds: Collection[str], last_act: date | None
) -> tuple[Mark, ...]:
    """The marks of one open instalment on a day.

    Args:
        owed: what is open of it.
        due_date: as written.
        day: the day of the list.
        holds: kinds of the holds in force that day.
        last_act: the last act that interrupted the prescription (a formal notice that arrived).
    """
    marks = []
    if owed <= SMALL and add_months(due_date, SMALL_MONTHS) < day:
        marks.append(Mark.SMALL)
    runs_from = max(due_date, last_act) if last_act else due_date
    if add_months(runs_from, PRESCRIBED_YEARS * 12 - SOON_MONTHS) <= day:
        marks.append(Mark.PRESCRIBED)
    marks += [mark for kind, mark in HOLDS.items() if kind in holds]
    return tuple(marks)
