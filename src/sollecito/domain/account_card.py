"""The scheda contabile of a customer: entries by date, debit, credit and the running balance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

NOTHING = Decimal("0.00")


class Cause(StrEnum):
    """Causale, as Italians abbreviate it."""

    INVOICE = "FT"
    CREDIT_NOTE = "NC"
    INTEREST = "INTERESSI"
    PAYMENT = "INC"
    RETURNED = "INSOLUTO"
    ALLOWANCE = "ABBUONO"
    SETTLEMENT = "STRALCIO"
    LOSS = "PERDITA"
    WITHHELD = "RITENUTA"
    COSTS = "SPESE"
    DISCOUNT = "SCONTO"
    OFFSET = "COMPENSAZIONE"


ORDER = {cause: place for place, cause in enumerate(Cause)}
"""On one day: what is owed first, then what takes it away."""


@dataclass(frozen=True, slots=True)
class CardEntry:
    """Movimento: ``amount`` raises what is owed (dare) or, negative, lowers it (avere)."""

    day: date
    cause: Cause
    amount: Decimal
    number: str = ""
    note: str = ""

    @property
    def debit(self) -> Decimal:
        """Dare."""
        return max(self.amount, NOTHING)

    @property
    def credit(self) -> Decimal:
        """Avere."""
        return max(-self.amount, NOTHING)


@dataclass(frozen=True, slots=True)
class CardRow:
    """Riga: the entry and the balance after it (saldo progressivo)."""

    entry: CardEntry
    balance: Decimal


@dataclass(frozen=True, slots=True)
class AccountCard:
    """Scheda contabile between two days, both included; ``opening`` is the balance before them."""

    opening: Decimal
    rows: tuple[CardRow, ...]
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        """Saldo: opening + dare − avere."""
        return self.opening + self.debit - self.credit


def make_account_card(entries: Iterable[CardEntry], first: date | None, until: date) -> AccountCard:
    """Entries of one customer in one currency up to ``until``; those before ``first`` are summed.

    In the order of the days; on one day documents come before what pays them.
    """
    known = sorted(
        (entry for entry in entries if entry.day <= until),
        key=lambda entry: (entry.day, ORDER[entry.cause], entry.number),
    )
    before = [entry for entry in known if first and entry.day < first]
    opening = sum((entry.amount for entry in before), NOTHING)
    shown = known[len(before) :]
    return AccountCard(
        opening=opening,
        rows=_run(shown, opening),
        debit=sum((entry.debit for entry in shown), NOTHING),
        credit=sum((entry.credit for entry in shown), NOTHING),
    )


def _run(entries: Sequence[CardEntry], opening: Decimal) -> tuple[CardRow, ...]:
    rows = []
    balance = opening
    for entry in entries:
        balance += entry.amount
        rows.append(CardRow(entry, balance))
    return tuple(rows)
