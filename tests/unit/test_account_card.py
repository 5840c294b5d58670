from __future__ import annotations

from datetime import date
from decimal import Decimal

from sollecito.domain.account_card import CardEntry, Cause, make_account_card

JAN, FEB, MAR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
ENTRIES = [
    CardEntry(MAR, Cause.PAYMENT, Decimal(-50)),
    CardEntry(FEB, Cause.PAYMENT, Decimal(-100)),
    CardEntry(FEB, Cause.INVOICE, Decimal("122.50"), "2"),
    CardEntry(JAN, Cause.INVOICE, Decimal(100), "1"),
    CardEntry(MAR, Cause.RETURNED, Decimal(50)),
]


def test_the_balance_runs_and_documents_come_before_money() -> None:
    card = make_account_card(ENTRIES, None, MAR)
    assert [(row.entry.cause, row.balance) for row in card.rows] == [
        ("FT", Decimal(100)),
        ("FT", Decimal("222.50")),
        ("INC", Decimal("122.50")),
        ("INC", Decimal("72.50")),
        ("INSOLUTO", Decimal("122.50")),
    ]
    assert (card.debit, card.credit, card.closing) == (
        Decimal("272.50"),
        Decimal(150),
        Decimal("122.50"),
    )


def test_what_came_before_is_the_opening_balance_and_what_comes_after_is_not_there() -> None:
    card = make_account_card(ENTRIES, FEB, date(2026, 3, 30))
    assert (card.opening, len(card.rows), card.closing) == (Decimal(100), 2, Decimal("122.50"))
    assert make_account_card(ENTRIES, MAR, JAN).rows == ()
