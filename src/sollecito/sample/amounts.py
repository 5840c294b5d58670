"""From a net amount to what the customer has to pay, and back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sollecito.domain.money import CENT, to_cents
from sollecito.sample.customers import Customer

ZERO = Decimal(0)
WORKS_RATE = Decimal(10)
NATURES = {"DE": "N3.2", "FR": "N3.2", "GB": "N3.1"}
UNTAXED = {"R": "", "TD05": "N1"}


@dataclass(frozen=True, slots=True)
class TaxCase:
    """How a document is taxed: rates in per cent, ``nature`` where no VAT is charged."""

    vat_rate: Decimal = Decimal(22)
    nature: str = ""
    is_split: bool = False
    withholding_rate: Decimal = ZERO
    fund_rate: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a document is made of; ``collectible`` is what the customer pays."""

    case: TaxCase
    net: Decimal
    fund: Decimal
    vat: Decimal
    total: Decimal
    withheld: Decimal
    collectible: Decimal


def tax_case(customer: Customer, type_code: str, *, is_works: bool = False) -> TaxCase:
    """Return the case: split payment for public bodies, 4% kept by condominiums, and so on.

    Works with tax relief carry 10% and no withholding in the file: the bank keeps its part.
    """
    if type_code in UNTAXED:
        return TaxCase(vat_rate=ZERO, nature=UNTAXED[type_code])
    if customer.country in NATURES:
        return TaxCase(vat_rate=ZERO, nature=NATURES[customer.country])
    if customer.series == "PA":
        return TaxCase(is_split=True)
    if is_works:
        return TaxCase(vat_rate=WORKS_RATE)
    if customer.series == "M":
        return TaxCase(withholding_rate=Decimal(4))
    return TaxCase(fund_rate=Decimal(4)) if type_code == "TD06" else TaxCase()


def compute_amounts(net: Decimal, case: TaxCase) -> Amounts:
    """Return the amounts of a document with this net, each rounded to cents."""
    fund = to_cents(net * case.fund_rate / 100)
    vat = to_cents((net + fund) * case.vat_rate / 100)
    total = net + fund + vat
    withheld = to_cents(net * case.withholding_rate / 100)
    collectible = total - withheld - (vat if case.is_split else ZERO)
    return Amounts(case, net, fund, vat, total, withheld, collectible)


def find_net(collectible: Decimal, case: TaxCase) -> Decimal:
    """Return the net for which the customer has to pay exactly ``collectible``.

    Raises ValueError where no net in cents gives it.
    """
    vat = ZERO if case.is_split else case.vat_rate
    factor = (1 + case.fund_rate / 100) * (1 + vat / 100) - case.withholding_rate / 100
    guess = to_cents(collectible / factor)
    for cents in (0, 1, -1, 2, -2):
        net = guess + cents * CENT
        if compute_amounts(net, case).collectible == collectible:
            return net
    raise ValueError(f"no net gives {collectible}")
