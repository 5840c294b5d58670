from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from sollecito.domain.arrivals import (
    Arrival,
    KnownDocument,
    compute_fingerprint,
    decide_arrival,
    is_same_number,
    is_transmission_name,
    spellings,
)
from sollecito.domain.sdi import SdiState

FIRST, SECOND, COPY = "it12345670157_00001", "it12345670157_00002", "fattura 1 (copia)"


def known(state: SdiState = SdiState.NONE, file_key: str = FIRST) -> KnownDocument:
    return KnownDocument("same", state, file_key)


def judge(
    there: KnownDocument | None, fingerprint: str, file_key: str, *, same_xml: bool = False
) -> Arrival:
    return decide_arrival(there, fingerprint=fingerprint, file_key=file_key, is_same_xml=same_xml)


def test_a_key_nobody_knows_is_new() -> None:
    assert judge(None, "any", FIRST) is Arrival.NEW


@pytest.mark.parametrize("state", [s for s in SdiState if s is not SdiState.REJECTED])
def test_the_same_is_a_duplicate_and_other_content_a_conflict(state: SdiState) -> None:
    assert judge(known(state), "same", FIRST) is Arrival.DUPLICATE
    assert judge(known(state), "same", COPY) is Arrival.DUPLICATE
    assert judge(known(state), "same", "") is Arrival.DUPLICATE
    assert judge(known(state), "same", SECOND) is Arrival.SENT_AGAIN
    assert judge(known(state), "other", SECOND) is Arrival.CONFLICT
    assert judge(known(state), "other", FIRST) is Arrival.CONFLICT


def test_a_rejected_document_gives_way() -> None:
    rejected = known(SdiState.REJECTED)
    assert judge(rejected, "other", SECOND) is Arrival.CORRECTED
    assert judge(rejected, "other", FIRST) is Arrival.CORRECTED
    assert judge(rejected, "other", "") is Arrival.CONFLICT
    assert judge(rejected, "same", SECOND, same_xml=True) is Arrival.SENT_AGAIN
    assert judge(rejected, "same", COPY) is Arrival.SENT_AGAIN
    assert judge(rejected, "same", COPY, same_xml=True) is Arrival.DUPLICATE
    assert judge(rejected, "same", FIRST) is Arrival.DUPLICATE


def test_the_file_that_was_corrected_does_not_come_back() -> None:
    there = KnownDocument("new", SdiState.REJECTED, SECOND, frozenset({FIRST}))
    assert judge(there, "old", FIRST) is Arrival.DUPLICATE


def test_every_combination_has_an_answer() -> None:
    for state, fingerprint, key, same in product(
        SdiState, ["same", "other"], ["", FIRST, SECOND, COPY], [True, False]
    ):
        answer = judge(known(state), fingerprint, key, same_xml=same)
        assert answer is not Arrival.NEW
        assert (answer in {Arrival.DUPLICATE, Arrival.SENT_AGAIN}) == (fingerprint == "same")


def test_the_fingerprint_is_of_date_and_amounts() -> None:
    day, money = date(2026, 3, 1), [Decimal(61), Decimal("61.00")]
    base = compute_fingerprint(day, "EUR", Decimal(122), money)
    assert base == compute_fingerprint(day, "EUR", Decimal("122.00"), money[::-1])
    others = [
        compute_fingerprint(date(2026, 3, 2), "EUR", Decimal(122), money),
        compute_fingerprint(day, "USD", Decimal(122), money),
        compute_fingerprint(day, "EUR", Decimal(123), money),
        compute_fingerprint(day, "EUR", Decimal(122), [Decimal(122)]),
    ]
    assert len({base, *others}) == 5


def test_another_customer_is_a_conflict() -> None:
    answer = decide_arrival(known(), fingerprint="same", file_key=FIRST, is_same_customer=False)
    assert answer is Arrival.CONFLICT


@pytest.mark.parametrize("whole", ["1/A", "A/1", "1A", "a1", "1-a", "A 1"])
def test_a_series_may_stand_in_the_number(whole: str) -> None:
    assert is_same_number(("1", "A"), (whole, ""))
    assert is_same_number((whole, ""), ("1", "A"))
    assert "1" in spellings(whole, "")


@pytest.mark.parametrize("other", [("1", "B"), ("1", ""), ("11", ""), ("1/B", ""), ("1/A", "A")])
def test_other_numbers_are_others(other: tuple[str, str]) -> None:
    assert not is_same_number(("1", "A"), other)


@pytest.mark.parametrize("name", [FIRST, "it12345670157_a1b", "de999999903_00001"])
def test_names_of_the_sdi(name: str) -> None:
    assert is_transmission_name(name)


@pytest.mark.parametrize("name", [COPY, "fattura_12 bis", "it12345670157_000011", "prova", ""])
def test_names_that_people_give(name: str) -> None:
    assert not is_transmission_name(name)
