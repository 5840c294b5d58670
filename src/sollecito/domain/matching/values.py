"""What matching speaks of: open items, who owes them, and what is proposed for a movement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Partita aperta: an instalment with something left, or a credit note (``balance`` below 0).

    ``withheld`` is what the document declares as withheld and the instalment still asks for;
    ``discount`` comes off what is paid until ``discount_until``. ``code`` is the reference that
    the payer was given (RF, CodicePagamento).
    """

    key: int
    party: int
    document: int
    number: str
    day: date
    due_date: date
    balance: Decimal
    series: str = ""
    currency: str = "EUR"
    withheld: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    discount_until: date | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Debtor:
    """Cliente, with what tells a payment of theirs: codes, IBANs and names seen or learned."""

    key: int
    name: str
    codes: frozenset[str] = frozenset()
    ibans: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    is_condominium: bool = False


@dataclass(frozen=True, slots=True)
class AgreedRate:
    """Rata di un piano di rientro not paid yet, in whole or in part; ``items`` it is paid into."""

    seq: int
    left: Decimal
    items: tuple[int, ...]


Rule = Literal["reference", "document", "amount"]
"""What a proposal rests on: a reference given to the payer, named documents, amounts alone."""


class Gap(StrEnum):
    """Why less came in than is owed, where that closes the difference."""

    NONE = ""
    DECLARED = "declared"
    CONDOMINIUM = "condominium"
    TAX_RELIEF = "tax_relief"
    DISCOUNT = "discount"
    FEE = "fee"


WITHHELD = frozenset({Gap.DECLARED, Gap.CONDOMINIUM, Gap.TAX_RELIEF})
"""Closed as ``ritenuta subita``; a discount or a fee as ``spese o abbuono``."""


class Identity(IntEnum):
    """How surely a movement is known to be of a customer."""

    NONE = 0
    LIKE = 1
    NAMED = 2
    SURE = 3


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """What of a movement goes to an item, and what of the item closes without money.

    A credit note's ``amount`` is below 0: it is netted against the other parts.
    """

    item: int
    amount: Decimal
    closed: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposta. ``score`` from 0 to 100; ``reasons`` are Italian; a certain one cannot be wrong.

    ``rest`` is what of the movement stays as the customer's credit.
    """

    party: int
    parts: tuple[Part, ...]
    score: int
    reasons: tuple[str, ...]
    is_certain: bool = False
    rule: Rule = "amount"
    gap: Gap = Gap.NONE
    rest: Decimal = Decimal(0)

    @property
    def reason(self) -> str:
        """Its reasons as one sentence."""
        text = ", ".join(self.reasons)
        return f"{text[:1].upper()}{text[1:]}." if text else ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a company allows: the largest bank fee that closes as a cost."""

    fee_limit: Decimal = Decimal("10.00")
    most: int = 5
    """Proposals kept for a movement."""
    certain: frozenset[str] = frozenset({"reference", "document", "amount"})
    """Rules that may be certain; what the others find is only proposed."""
