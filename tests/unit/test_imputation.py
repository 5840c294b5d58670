"""Art. 1194 c.c.: costs and interest before the capital, the oldest debt first."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sollecito.domain.imputation import AccruedDebt, ImputedPart, impute_accessories, sum_imputed

JAN, FEB = date(2026, 1, 31), date(2026, 2, 28)
cents = st.integers(0, 9_000).map(lambda n: Decimal(n) / 100)
debts = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), cents, cents), max_size=6).map(
    lambda rows: [
        AccruedDebt(key, JAN + timedelta(days=due), JAN + timedelta(days=day), costs, interest)
        for key, (due, day, costs, interest) in enumerate(rows)
    ]
)


def debt(key: int, due: date, costs: str, interest: str) -> AccruedDebt:
    return AccruedDebt(key, due, due, Decimal(costs), Decimal(interest))


def part(key: int, costs: str, interest: str) -> ImputedPart:
    return ImputedPart(key, Decimal(costs), Decimal(interest))


def test_of_the_oldest_debt_the_costs_then_the_interest_then_the_next() -> None:
    young, old = debt(1, FEB, "40", "1.10"), debt(2, JAN, "40", "3.30")
    assert impute_accessories(Decimal(30), [young, old]) == [part(2, "30", "0")]
    assert impute_accessories(Decimal(42), [young, old]) == [part(2, "40", "2")]
    assert impute_accessories(Decimal(50), [young, old]) == [
        part(2, "40", "3.30"),
        part(1, "6.70", "0"),
    ]


def test_what_is_over_is_left_for_the_capital() -> None:
    found = impute_accessories(Decimal(100), [debt(1, JAN, "0", "2.50"), debt(2, FEB, "0", "0")])
    assert found == [part(1, "0", "2.50")]
    assert sum_imputed(found) == Decimal("2.50")
    assert impute_accessories(Decimal(100), []) == []


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(cents, debts)
def test_to_the_cent_never_more_than_accrued_and_no_debt_before_an_older_one(
    amount: Decimal, owed: list[AccruedDebt]
) -> None:
    found = impute_accessories(amount, owed)
    accrued = sum((each.costs + each.interest for each in owed), Decimal(0))
    assert sum_imputed(found) == min(amount, accrued)
    by_key = {each.key: each for each in owed}
    for each in found:
        full = by_key[each.key]
        assert each.total > 0
        assert 0 <= each.costs <= full.costs
        assert 0 <= each.interest <= full.interest
        assert not each.interest or each.costs == full.costs
    ages = [(by_key[each.key].due_date, by_key[each.key].document_date) for each in found]
    assert ages == sorted(ages)
    for each in found[:-1]:
        assert each.total == by_key[each.key].costs + by_key[each.key].interest
