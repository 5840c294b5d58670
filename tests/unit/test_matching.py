from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from bench.bank_year import make_year
from bench.matching import play
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.matching import (
    Debtor,
    Gap,
    OpenBook,
    OpenItem,
    Preferences,
    Proposal,
    propose,
)
from sollecito.domain.matching.mentions import find_mentions, fits, split_number
from sollecito.domain.movements import Movement

DAY = date(2026, 9, 10)
ROSSI_IBAN = "IT25O0306909606100000012345"


def item(key: int, number: str, balance: str, party: int = 1, **more: Any) -> OpenItem:
    fields: dict[str, Any] = {
        "document": key, "day": DAY, "due_date": date(2026, 10, 10), **more,
    }  # fmt: skip
    return OpenItem(key, party, number=number, balance=Decimal(balance), **fields)


def debtor(key: int = 1, name: str = "Rossi Impianti S.r.l.", **more: Any) -> Debtor:
    return Debtor(
        key, name, **{"ibans": frozenset({ROSSI_IBAN}) if key == 1 else frozenset(), **more}
    )


def paid(amount: str, text: str = "", **more: Any) -> Movement:
    fields: dict[str, Any] = {"iban": ROSSI_IBAN, **more}
    return Movement(Decimal(amount), date(2026, 10, 20), text=text, **fields)


def first(
    movement: Movement, *items: OpenItem, debtors: tuple[Debtor, ...] = (debtor(),), **more: Any
) -> Proposal:
    found = propose(movement, OpenBook(items, debtors), Preferences(**more))
    assert found, movement
    return found[0]


def keys(proposal: Proposal) -> list[int]:
    return [part.item for part in proposal.parts]


@pytest.mark.parametrize(
    "text",
    [
        "SALDO FATTURA N. 124/A DEL 10/09/2026", "fatt.124A", "ft 124 a", "FT124/A", "n.124",
        "Fatt. n. 124-A del 10-09-2026", "pagamento fattura 124", "SALDOFATT 124/A", "Ft. A/124",
        "saldo ft a124 ordine 7781", "FATTURA NR 00124/A", "124/A/2026", "fatt. 124/2026",
        "vs. fattura 124 del 10 settembre 2026 euro 1.220,00", "PAG FT 2026/124", "doc 124/26",
        "FT 124-26",
    ],
)  # fmt: skip
def test_numbers_in_the_many_ways_people_write_them(text: str) -> None:
    parts = split_number("124/A", "", 2026)
    assert any(fits(mention, parts, DAY) for mention in find_mentions(text)), find_mentions(text)


@pytest.mark.parametrize(
    "text",
    [
        "fattura 124/B", "fattura 125/A", "fattura 124/2025", "CRO 12400000124",
        "bonifico di euro 124,00", "del 12/04/2026", "TRN 1101260000000124", ROSSI_IBAN,
    ],
)  # fmt: skip
def test_numbers_that_are_something_else(text: str) -> None:
    parts = split_number("124/A", "", 2026)
    assert not any(fits(mention, parts, DAY) for mention in find_mentions(text))


@pytest.mark.parametrize(
    ("number", "core"),
    [("124/A", 124), ("12/2026", 12), ("FPR 12/26", 12), ("2026-00012", 12), ("A/7", 7),
     ("0012/PA", 12), ("2026", 2026), ("26", 26), ("V1/0000123", 123), ("7/26", 7)],
)  # fmt: skip
def test_the_core_of_a_number(number: str, core: int) -> None:
    assert split_number(number, "", 2026).core == core


def test_a_list_of_documents_and_their_sum() -> None:
    items = (item(1, "15", "1000.00"), item(2, "16", "2110.50"), item(3, "17", "99.00"))
    found = first(paid("3110.50", "SALDO FATTURE 15 E 16"), *items)
    assert (keys(found), found.is_certain) == ([1, 2], True)


def test_a_list_less_a_credit_note() -> None:
    items = (item(1, "15", "1000.00"), item(2, "16", "2110.50"), item(3, "3", "-100.00"))
    found = first(paid("3010.50", "SALDO FT 15 E 16 MENO NC 3"), *items)
    assert (keys(found), found.is_certain) == ([1, 2, 3], True)
    assert sum(part.amount for part in found.parts) == Decimal("3010.50")


def test_the_reference_given_to_the_payer() -> None:
    one = item(1, "15", "500.00", code="RF18539007547034")
    found = first(paid("500.00", iban="", reference="RF18 5390 0754 7034"), one)
    assert (found.score, found.is_certain, found.rule) == (100, True, "reference")
    assert not first(paid("499.00", iban="", reference="RF18539007547034"), one).is_certain


@pytest.mark.parametrize(
    ("amount", "gap", "more"),
    [
        ("1020.00", Gap.DECLARED, {"withheld": Decimal("200.00")}),
        ("1180.00", Gap.CONDOMINIUM, {}),
        ("1110.00", Gap.TAX_RELIEF, {}),
        ("1195.60", Gap.DISCOUNT, {
            "discount": Decimal("24.40"), "discount_until": date(2026, 10, 31)}),
        ("1216.50", Gap.FEE, {}),
    ],
)  # fmt: skip
def test_what_was_kept_on_the_way_closes_the_rest(
    amount: str, gap: Gap, more: dict[str, Any]
) -> None:
    text = "RISTRUTTURAZIONE ART 16BIS FT 7" if gap is Gap.TAX_RELIEF else "SALDO FATTURA 7"
    owner = debtor(is_condominium=gap is Gap.CONDOMINIUM)
    found = first(paid(amount, text), item(1, "7", "1220.00", **more), debtors=(owner,))
    assert found.gap is gap
    assert found.parts[0].closed == Decimal("1220.00") - Decimal(amount)
    assert found.is_certain


def test_a_part_payment_that_says_so_goes_to_its_document() -> None:
    found = first(paid("300.00", "ACCONTO FATTURA 7"), item(1, "7", "1220.00"))
    assert (found.parts[0].amount, found.is_certain) == (Decimal("300.00"), True)
    assert first(paid("301.00", "FATTURA 7"), item(1, "7", "1220.00")).is_certain
    withheld = paid("1020.00", "FATTURA 7")
    assert not first(withheld, item(1, "7", "1220.00")).is_certain
    other = (item(1, "7", "1220.00"), item(2, "8", "301.00"))
    assert not first(paid("301.00", "FATTURA 7"), *other).is_certain


def test_a_day_that_is_not_the_documents_makes_it_doubtful() -> None:
    one = item(1, "7", "122.00")
    assert first(paid("122.00", "FATTURA 7 DEL 10/09/2026"), one).is_certain
    assert not first(paid("122.00", "FATTURA 7 DEL 10/08/2026"), one).is_certain


def test_an_amount_alone_is_certain_only_where_nothing_else_makes_it() -> None:
    assert first(paid("122.00", "SALDO"), item(1, "7", "122.00"), item(2, "8", "50.00")).is_certain
    twins = (item(1, "7", "122.00"), item(2, "8", "122.00"))
    assert not first(paid("122.00", "SALDO"), *twins).is_certain
    sums = (item(1, "7", "122.00"), item(2, "8", "100.00"), item(3, "9", "22.00"))
    assert not first(paid("122.00", "SALDO"), *sums).is_certain


def test_a_number_that_is_not_open_makes_nothing_certain() -> None:
    found = first(paid("122.00", "SALDO FATTURA 99"), item(1, "7", "122.00"))
    assert (keys(found), found.is_certain) == ([1], False)


def test_a_payer_who_is_only_like_a_customer_is_not_certain() -> None:
    movement = paid("122.00", "SALDO", iban="", counterparty="Rosi Impianti")
    assert not first(movement, item(1, "7", "122.00")).is_certain


def test_who_pays_for_several_is_told_by_the_document() -> None:
    shared = frozenset({ROSSI_IBAN})
    debtors = (debtor(), debtor(2, "Condominio Aurora", ibans=shared))
    items = (item(1, "7", "122.00"), item(2, "8", "122.00", party=2))
    assert not first(paid("122.00", "SALDO"), *items, debtors=debtors).is_certain
    found = first(paid("122.00", "SALDO FATTURA 8"), *items, debtors=debtors)
    assert (keys(found), found.is_certain) == ([2], True)


def test_a_company_chooses_which_rules_may_be_certain() -> None:
    one = item(1, "7", "122.00")
    only = frozenset({"reference", "document"})
    assert not first(paid("122.00", "SALDO"), one, certain=only).is_certain
    assert first(paid("122.00", "FATTURA 7"), one, certain=only).is_certain
    assert not first(paid("122.00", "FATTURA 7"), one, certain=frozenset()).is_certain


def test_what_went_out_is_pending_or_came_back_is_for_nobody() -> None:
    book = OpenBook([item(1, "7", "122.00")], [debtor()])
    assert propose(paid("-122.00", "FATTURA 7"), book) == ()
    assert propose(paid("122.00", "FATTURA 7", is_pending=True), book) == ()
    assert propose(paid("122.00", "FATTURA 7", is_return=True), book) == ()


AMOUNTS = st.integers(1, 3000).map(lambda cents: Decimal(cents) / 10)


@given(
    balances=st.lists(AMOUNTS, min_size=1, max_size=6),
    amount=AMOUNTS,
    text=st.text("FTfatur 0123456789/AB.-e,", max_size=40),
    iban=st.sampled_from(["", ROSSI_IBAN]),
)
def test_a_proposal_never_gives_more_than_came_or_is_left(
    balances: list[Decimal], amount: Decimal, text: str, iban: str
) -> None:
    items = [
        OpenItem(n, n % 2 + 1, n // 2, f"{n}/A", DAY, DAY, balance)
        for n, balance in enumerate(balances, 1)
    ]
    book = OpenBook(items, [debtor(), debtor(2, "Bianchi S.p.A.")])
    movement = Movement(amount, DAY, text=text, iban=iban, counterparty="Bianchi SpA")
    for found in propose(movement, book):
        assert sum(part.amount for part in found.parts) + found.rest == amount
        for part in found.parts:
            assert 0 < part.amount + part.closed <= book.items[part.item].balance
            assert part.closed >= 0
            assert book.items[part.item].party == found.party
    assert sum(found.is_certain for found in propose(movement, book)) <= 1


@pytest.mark.parametrize("seed", range(11, 15))
def test_a_generated_year_has_no_wrong_automatic_match(seed: int) -> None:
    outcome = play(make_year(seed, items=3000, movements=1000))
    assert outcome.wrong == []
    assert outcome.share >= 0.85
