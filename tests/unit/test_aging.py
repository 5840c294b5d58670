from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.aging import Bucket, days_overdue, due_period, find_bucket, sum_buckets

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        (-365, Bucket.NOT_DUE),
        (0, Bucket.NOT_DUE),
        (1, Bucket.DAYS_1_30),
        (30, Bucket.DAYS_1_30),
        (31, Bucket.DAYS_31_60),
        (60, Bucket.DAYS_31_60),
        (61, Bucket.DAYS_61_90),
        (90, Bucket.DAYS_61_90),
        (91, Bucket.OVER_90),
        (4000, Bucket.OVER_90),
    ],
)
def test_edges_of_the_buckets(late: int, bucket: Bucket) -> None:
    due_date = TODAY - timedelta(days=late)
    assert days_overdue(due_date, TODAY) == late
    assert find_bucket(due_date, TODAY) is bucket


def test_an_unknown_due_date_is_its_own_class() -> None:
    assert find_bucket(None, TODAY) is Bucket.NO_DATE
    with pytest.raises(ValueError, match="no due date"):
        due_period(Bucket.NO_DATE, TODAY)


@given(st.dates(date(2000, 1, 1), date(2050, 12, 31)))
def test_periods_and_buckets_agree(due_date: date) -> None:
    holding = []
    for bucket in list(Bucket)[:-1]:
        period = due_period(bucket, TODAY)
        if (period.first or date.min) <= due_date <= (period.last or date.max):
            holding.append(bucket)
    assert holding == [find_bucket(due_date, TODAY)]


@given(st.lists(st.tuples(st.none() | st.dates(), st.integers(1, 10**9))))
def test_sums_add_up(items: list[tuple[date | None, int]]) -> None:
    sums = sum_buckets([(day, Decimal(cents) / 100) for day, cents in items], TODAY)
    assert list(sums) == list(Bucket)
    assert sum(sums.values()) == Decimal(sum(cents for _, cents in items)) / 100
