"""The items of several customers, one customer under the other, each with its subtotal."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import format_money
from sollecito.domain.wording import Item, make_item_table
from sollecito.domain.wording.items import TEXT_ROWS, part_by_customer

TODAY = date(2026, 4, 17)


def item(number: int, customer: str, *, days: int = 10, balance: str = "100") -> Item:
    due = TODAY - timedelta(days=days)
    amount = Decimal(balance)
    return Item(
        DocumentKind.INVOICE, str(number), due, due, amount, amount, series="M", customer=customer
    )


def test_each_customer_has_its_heading_items_and_subtotal() -> None:
    table = make_item_table(
        [item(1, "Tigli", balance="30"), item(2, "Cartavela", days=20), item(3, "Tigli")],
        TODAY,
        "it",
    )
    assert [(row.role, row.cells[0]) for row in table.rows] == [
        ("heading", "Cartavela"),
        ("", "Fattura 2/M"),
        ("subtotal", "Subtotale Cartavela"),
        ("heading", "Tigli"),
        ("", "Fattura 1/M"),
        ("", "Fattura 3/M"),
        ("subtotal", "Subtotale Tigli"),
    ]
    assert table.total == ("Totale da pagare", "230,00 €")
    assert "\n\nTigli\n" in table.text
    assert "Subtotale: 130,00 €" in table.text


def test_in_english_too() -> None:
    table = make_item_table([item(1, "North"), item(2, "South")], TODAY, "en")
    assert [line for line in table.text.split("\n") if line.startswith("Subtotal")] == [
        "Subtotal: EUR 100.00",
        "Subtotal: EUR 100.00",
    ]


def test_one_customer_alone_has_no_heading() -> None:
    table = make_item_table([item(1, ""), item(2, "")], TODAY, "it")
    assert {row.role for row in table.rows} == {""}
    assert "Subtotale" not in table.text


def test_a_name_with_a_line_in_it_stays_one_line() -> None:
    table = make_item_table([item(1, "Uno\nDue"), item(2, "Tre")], TODAY, "it")
    assert "Uno\nDue" not in table.text


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCD"), st.integers(1, 90), st.integers(1, 100_000)),
        min_size=1,
        max_size=40,
    )
)
def test_the_subtotals_are_of_all_items_and_make_the_sum(
    rows: list[tuple[str, int, int]],
) -> None:
    items = [
        item(number, name, days=days, balance=f"{cents / 100:.2f}")
        for number, (name, days, cents) in enumerate(rows)
    ]
    table = make_item_table(items, TODAY, "it")
    parts = part_by_customer(items)
    shown = [row.cells[-1] for row in table.rows if row.role == "subtotal"]
    sums = [sum((each.balance for each in mine), Decimal(0)) for _, mine in parts]
    assert shown == [format_money(owed, "EUR", "it") for owed in sums]
    assert table.total[1] == format_money(sum(sums, Decimal(0)), "EUR", "it")
    assert table.left_out == max(len(items) - TEXT_ROWS, 0)
    plain = [row for row in table.rows if not row.role]
    assert len(plain) == min(len(items), TEXT_ROWS) + bool(table.left_out)
