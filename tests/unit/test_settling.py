from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sollecito.domain.settling import (
    NAMES,
    ClosingKind,
    OpenDebt,
    cash_limit,
    earned_discount,
    is_over_cash_limit,
    needs_approval,
    share_by_law,
    share_oldest_first,
)

LIMIT = Decimal("5.00")
cents = st.integers(0, 50_000).map(lambda n: Decimal(n) / 100)


@pytest.mark.parametrize(
    ("kind", "amount", "answer"),
    [
        ("allowance", "5.00", ""),
        ("allowance", "5.01", "asked"),
        ("settlement", "0.01", "asked"),
        ("loss", "0.01", "asked"),
        ("withheld", "900", ""),
        ("costs", "3", ""),
    ],
)
def test_what_is_given_up_wants_a_reason_and_an_approval(
    kind: str, amount: str, answer: str
) -> None:
    assert needs_approval(ClosingKind(kind), Decimal(amount), LIMIT) is (answer == "asked")


def test_every_kind_has_a_name() -> None:
    assert set(NAMES) == set(ClosingKind)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(cents, st.lists(cents, max_size=6))
def test_money_is_shared_out_to_the_cent_and_the_oldest_is_served_first(
    amount: Decimal, balances: list[Decimal]
) -> None:
    parts = share_oldest_first(amount, enumerate(balances))
    assert sum(parts.values()) == min(amount, sum(balances))
    assert all(0 < part <= balances[key] for key, part in parts.items())
    short = [key for key, balance in enumerate(balances) if parts.get(key, Decimal(0)) < balance]
    assert not short or all(key <= short[0] for key in parts)


@pytest.mark.parametrize(
    ("rest", "day", "closed"),
    [
        ("20", date(2026, 4, 10), "20"),
        ("12.50", date(2026, 4, 1), "12.50"),
        ("20.01", date(2026, 4, 10), "0"),
        ("20", date(2026, 4, 11), "0"),
        ("0", date(2026, 4, 10), "0"),
    ],
)
def test_a_discount_is_earned_by_its_date_alone(rest: str, day: date, closed: str) -> None:
    until = date(2026, 4, 10)
    found = earned_discount(Decimal(rest), discount=Decimal(20), until=until, day=day)
    assert found == Decimal(closed)
    assert earned_discount(Decimal(rest), discount=None, until=None, day=day) == 0


def test_the_limit_of_cash_depends_on_the_day_and_counts_a_week() -> None:
    days = (date(2015, 1, 1), date(2019, 5, 5), date(2022, 12, 31), date(2023, 1, 1))
    assert [cash_limit(day) for day in days] == [None, 3000, 2000, 5000]
    day = date(2026, 4, 10)
    assert not is_over_cash_limit(Decimal("4999.99"), day, [])
    assert is_over_cash_limit(Decimal(5000), day, [])
    assert is_over_cash_limit(Decimal(3000), day, [(date(2026, 4, 4), Decimal(2000))])
    assert not is_over_cash_limit(Decimal(3000), day, [(date(2026, 4, 3), Decimal(2000))])


def debts_of(*rows: tuple[int, int, str]) -> list[OpenDebt]:
    """(day it was due, day of its document, what is open)."""
    return [
        OpenDebt(key, date(2026, 5, due), date(2026, 4, day), Decimal(balance))
        for key, (due, day, balance) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("amount", "rows", "parts"),
    [
        ("120", [(9, 1, "100"), (2, 5, "50")], {1: "50", 0: "70"}),
        ("60", [(2, 5, "50"), (2, 1, "50")], {1: "50", 0: "10"}),
        ("90", [(2, 1, "100"), (2, 1, "50")], {0: "60", 1: "30"}),
        ("0.05", [(2, 1, "0.03"), (2, 1, "0.03")], {0: "0.03", 1: "0.02"}),
        ("500", [(2, 1, "100")], {0: "100"}),
    ],
)
def test_money_that_names_nothing_goes_as_the_law_says(
    amount: str, rows: list[tuple[int, int, str]], parts: dict[int, str]
) -> None:
    found = share_by_law(Decimal(amount), debts_of(*rows))
    assert found == {key: Decimal(part) for key, part in parts.items()}


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(cents, st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2), cents), max_size=7))
def test_no_debt_takes_more_than_it_is_and_no_cent_is_lost(
    amount: Decimal, rows: list[tuple[int, int, Decimal]]
) -> None:
    debts = debts_of(*((due, day, str(balance)) for due, day, balance in rows if balance))
    parts = share_by_law(amount, debts)
    assert sum(parts.values()) == min(amount, sum(debt.balance for debt in debts))
    short = [debt for debt in debts if parts.get(debt.key, Decimal(0)) < debt.balance]
    for debt in debts:
        taken = parts.get(debt.key, Decimal(0))
        assert 0 <= taken <= debt.balance
        assert taken == taken.quantize(Decimal("0.01"))
        if taken:
            rank = (debt.due_date, debt.document_date)
            assert all(rank <= (each.due_date, each.document_date) for each in short)
