"""Money and dates as people write them. The one place that formats either."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

CENT = Decimal("0.01")
Language = Literal["it", "en"]
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def to_cents(amount: Decimal) -> Decimal:
    """Round to two places, half up, as Italian accounting does."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def format_number(amount: Decimal) -> str:
    """``Decimal('-1234.5')`` → ``-1.234,50``."""
    text = f"{to_cents(amount):,.2f}"
    return text.translate(str.maketrans(",.", ".,"))


def format_money(amount: Decimal, currency: str = "EUR", language: Language = "it") -> str:
    """``1.234,50 €`` in Italian (other currencies ``1.234,50 USD``), ``EUR 1,234.50`` in English.

    The space before the symbol is a plain one; templates that must not break it use CSS.
    """
    if language == "en":
        return f"{currency} {to_cents(amount):,.2f}"
    return f"{format_number(amount)} {'€' if currency == 'EUR' else currency}"


def format_date(day: date, language: Language = "it") -> str:
    """``17/04/2026`` in Italian, ``17 April 2026`` in English."""
    if language == "en":
        return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day:%d/%m/%Y}"
