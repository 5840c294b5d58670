from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.money import format_date, format_number
from sollecito.formats.sheets.cells import find_decimal_mark, parse_amount, parse_day, text_of
from sollecito.formats.sheets.rata import parse_rata


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("18 668, 63", "18668.63"),
        ("18\u00a0668,63 €", "18668.63"),
        ("€ 1.234", "1234.00"),
        ("1.234.567", "1234567.00"),
        ("1'234.50", "1234.50"),
        ("12,5", "12.50"),
        ("12.5", "12.50"),
        ("-12,50", "-12.50"),
        ("12,50-", "-12.50"),
        ("(12,50)", "-12.50"),
        ("−3", "-3.00"),
        ("EUR 7", "7.00"),
        ("0", "0.00"),
        (",5", "0.50"),
        ("1234,5678", "1234.57"),
        (1234.56, "1234.56"),
        (0.1 + 0.2, "0.30"),
        (12, "12.00"),
    ],
)
def test_amounts_as_people_write_them(cell: str | float, expected: str) -> None:
    assert parse_amount(cell) == Decimal(expected)


@pytest.mark.parametrize(
    "cell",
    [
        *("", "abc", "1,234", "1.2.3,4", "12,34,56", "1.23.456", "--5", "=1+1", "1e5", "٣"),
        *(float("inf"), float("nan"), 1e300, True, "1" * 40, "12/03/2026", "€"),
    ],
)
def test_what_is_no_amount_is_not_guessed(cell: str | float) -> None:
    assert parse_amount(cell) is None


def test_the_rest_of_the_file_tells_which_mark_parts_the_cents() -> None:
    assert find_decimal_mark(["1.234", "12.50", "1,234"]) == "."
    assert find_decimal_mark(["1.234", "12,50"]) == ","
    assert find_decimal_mark(["12.50", "12,50"]) == ""
    assert find_decimal_mark(["1.234", "12", "", 3.5]) == ""
    assert parse_amount("1,234", ".") == Decimal("1234.00")
    assert parse_amount("1,234", ",") is None
    assert parse_amount("1.234", ".") is None
    assert parse_amount("1.234", ",") == Decimal("1234.00")


@given(st.decimals(-(10**9), 10**9, places=2))
def test_what_we_print_we_read(amount: Decimal) -> None:
    assert parse_amount(format_number(amount)) == amount
    assert parse_amount(f"{amount:,.2f}") == amount
    assert parse_amount(f"{amount:.2f}") == amount


@given(st.text(max_size=30))
def test_no_text_breaks_a_cell(text: str) -> None:
    for mark in (",", ".", ""):
        amount = parse_amount(text, mark)
        assert amount is None or amount.as_tuple().exponent == -2
    day = parse_day(text)
    assert day is None or 1950 <= day.year <= 2120
    text_of(text)
    parse_rata(text)


@pytest.mark.parametrize(
    "cell",
    [
        *("31/03/2026", "31-3-2026", "31.03.26", "2026-03-31", "2026-03-31T00:00:00+02:00"),
        *("20260331", "46112", 46112, 46112.0, "31 marzo 2026", "31 mar 2026", "31/03/2026 10:30"),
        *(
            date(2026, 3, 31),
            datetime(2026, 3, 31, 15, 0, tzinfo=UTC),
            " 31/03/2026 ",
            "31 March 2026",
        ),
    ],
)
def test_days_as_people_write_them(cell: str | float | date) -> None:
    assert parse_day(cell) == date(2026, 3, 31)


@pytest.mark.parametrize(
    "cell", ["", "30/02/2026", "03/31/2026", "31/03", "0", 12, "99999999", "31/03/0026", True, 1e9]
)
def test_what_is_no_day_is_not_guessed(cell: str | float) -> None:
    assert parse_day(cell) is None


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_days_that_we_print_we_read(day: date) -> None:
    assert parse_day(format_date(day)) == parse_day(day.isoformat()) == day
    assert parse_day(f"{day:%d/%m/%y}") == day
    assert parse_day(format_date(day, "en")) == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2/3", (2, 3)), ("rata 2 di 3", (2, 3)), ("2", (2, None)), ("", (None, None)),
        ("0/3", (None, None)), ("3/2", (3, None)), ("unica", (None, None)), ("2ª", (2, None)),
    ],
)  # fmt: skip
def test_which_instalment(text: str, expected: tuple[int | None, int | None]) -> None:
    assert parse_rata(text) == expected


def test_text_of_cells() -> None:
    assert text_of(12.0) == "12"
    assert text_of(" a \n b ") == "a b"
    assert text_of(datetime(2026, 3, 31, tzinfo=UTC)) == "31/03/2026"
