"""Why less comes in than is owed: what is withheld, a discount, a bank fee. To the cent.

Sources: art. 25-ter D.P.R. 600/1973 (condominiums withhold 4% of the taxable amount), art. 25
D.L. 78/2010 as amended (on transfers for tax relief the bank keeps 11% of the total ÷ 1.22,
since 1 March 2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sollecito.domain.matching.values import Gap, OpenItem, Preferences
from sollecito.domain.money import to_cents

CONDOMINIUM_RATE = Decimal("0.04")
RELIEF_RATE, RELIEF_VAT = Decimal("0.11"), Decimal("1.22")
VAT_FACTORS = (Decimal("1.22"), Decimal("1.10"), Decimal(1), Decimal("1.04"), Decimal("1.05"))
CENT = Decimal("0.01")
WITHHOLDING_RATES = tuple(map(Decimal, ("0.04", "0.08", "0.11", "0.115", "0.20", "0.23", "0.30")))


def explain_gap(
    items: Sequence[OpenItem],
    missing: Decimal,
    day: date,
    *,
    is_condominium: bool,
    speaks_of_relief: bool,
    preferences: Preferences,
) -> Gap:
    """Why ``missing`` of the sum of ``items`` did not come in; ``Gap.NONE`` where nothing tells.

    Percentages may be a cent off for each document, as each is rounded by itself.
    """
    total = sum((item.balance for item in items), Decimal(0))
    slack = CENT * len(items)
    declared = sum((item.withheld for item in items), Decimal(0))
    if declared and missing == declared:
        return Gap.DECLARED
    if speaks_of_relief and abs(missing - relief_withholding(total)) <= slack:
        return Gap.TAX_RELIEF
    if is_condominium and any(
        abs(missing - to_cents(total / factor * CONDOMINIUM_RATE)) <= slack
        for factor in VAT_FACTORS
    ):
        return Gap.CONDOMINIUM
    discounts = [
        each.discount for each in items if each.discount_until and day <= each.discount_until
    ]
    if discounts and missing == sum(discounts, Decimal(0)):
        return Gap.DISCOUNT
    if 0 < missing <= preferences.fee_limit and missing * 20 < total:
        return Gap.FEE
    return Gap.NONE


def may_be_withheld(total: Decimal, missing: Decimal) -> bool:
    """Whether what is missing looks like a withholding or the VAT, which nobody declared."""
    taxables = [total / factor for factor in VAT_FACTORS]
    usual = [taxable * rate for taxable in taxables for rate in WITHHOLDING_RATES]
    usual += [total - taxable for taxable in taxables]
    return any(abs(missing - each) <= CENT * 2 for each in usual if each)


def relief_withholding(total: Decimal) -> Decimal:
    """What the bank keeps of a transfer for tax relief: 11% of the total ÷ 1.22."""
    return to_cents(total / RELIEF_VAT * RELIEF_RATE)


def spread(items: Sequence[OpenItem], missing: Decimal) -> list[Decimal]:
    """``missing`` shared among items by what is left of each; the last takes the rounding."""
    total = sum((item.balance for item in items), Decimal(0))
    shares = [to_cents(missing * item.balance / total) for item in items[:-1]]
    return [*shares, missing - sum(shares, Decimal(0))]
