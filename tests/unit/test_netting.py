"""Which invoice a credit note means, and how much comes off it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.netting import find_named, share_out

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("dates", "place"),
    [
        ([], None),
        ([DAY], 0),
        ([date(2026, 5, 4)], 0),
        ([date(2025, 3, 1)], None),
        ([date(2025, 3, 1), date(2026, 5, 4)], 1),
        ([date(2026, 5, 4), DAY], 1),
        ([date(2026, 5, 4), date(2026, 6, 4)], None),
        ([DAY, DAY], None),
    ],
)
def test_number_and_date_or_else_year(dates: list[date], place: int | None) -> None:
    assert find_named(DAY, dates) == place


def test_the_oldest_instalment_first_and_never_more_than_either_has() -> None:
    left = {1: Decimal(40), 2: Decimal(40), 9: Decimal(50)}
    assert share_out([(1, 9), (2, 9)], left) == {(1, 9): Decimal(40), (2, 9): Decimal(10)}


def test_two_notes_on_one_instalment() -> None:
    left = {1: Decimal(40), 8: Decimal(30), 9: Decimal(30)}
    assert share_out([(1, 8), (1, 9)], left) == {(1, 8): Decimal(30), (1, 9): Decimal(10)}


AMOUNTS = st.integers(0, 1000).map(Decimal)


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(5, 8)), max_size=12),
    st.lists(AMOUNTS, min_size=8, max_size=8),
)
def test_nothing_is_given_twice(cells: list[tuple[int, int]], amounts: list[Decimal]) -> None:
    left = dict(enumerate(amounts, start=1))
    shares = share_out(cells, left)
    for key, amount in left.items():
        assert sum((part for cell, part in shares.items() if key in cell), Decimal(0)) <= amount
    for row, note in cells:
        taken = sum((part for cell, part in shares.items() if row in cell), Decimal(0))
        given_ = sum((part for cell, part in shares.items() if note in cell), Decimal(0))
        assert taken == left[row] or given_ == left[note]
