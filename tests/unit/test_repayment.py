"""Repayment plans: which rates are a plan, and whether it is kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.repayment import (
    PlanState,
    Rate,
    check_rates,
    monthly_dates,
    split_evenly,
    stand,
)

TODAY = date(2026, 4, 15)
RATES = tuple(Rate(date(2026, month, 30), Decimal("50.00")) for month in (4, 5, 6))


def test_rates_that_sum_to_the_balance_are_a_plan() -> None:
    assert check_rates(RATES, Decimal("150.00"), TODAY) == ()


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        ((), "non ha rate"),
        ((Rate(date(2026, 4, 14), Decimal(150)),), "già passata"),
        ((RATES[1], RATES[0], RATES[2]), "non sono in ordine"),
        ((RATES[0], Rate(RATES[1].due_date, Decimal(0)), RATES[2]), "maggiore di zero"),
        (RATES[:2], "Le rate fanno 100,00"),
    ],
)
def test_what_is_no_plan_is_said(rates: tuple[Rate, ...], words: str) -> None:
    problems = check_rates(rates, Decimal("150.00"), TODAY)
    assert any(words in problem.message for problem in problems)


def test_money_pays_the_rates_in_order() -> None:
    found = stand(RATES, Decimal("70.00"), TODAY, 5)
    assert [rate.left for rate in found.rates] == [Decimal(0), Decimal("30.00"), Decimal("50.00")]
    assert found.state is PlanState.ON_TRACK
    assert found.next is not None
    assert found.next.seq == 2


def test_a_plan_breaks_after_the_tolerance_and_not_before() -> None:
    assert stand(RATES, Decimal(0), date(2026, 5, 5), 5).state is PlanState.ON_TRACK
    broken = stand(RATES, Decimal("49.99"), date(2026, 5, 6), 5)
    assert broken.state is PlanState.BROKEN
    assert broken.missed is not None
    assert broken.missed.left == Decimal("0.01")


def test_all_paid_is_kept_even_late() -> None:
    assert stand(RATES, Decimal("150.00"), date(2027, 1, 1), 0).state is PlanState.KEPT


@given(st.decimals("0.10", "99999.99", places=2), st.integers(1, 24))
def test_equal_parts_sum_to_the_whole(balance: Decimal, count: int) -> None:
    parts = split_evenly(balance, count)
    assert sum(parts) == balance
    assert len(parts) == count


def test_months_keep_their_day_or_end_earlier() -> None:
    assert monthly_dates(date(2026, 1, 31), 3) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
    ]
