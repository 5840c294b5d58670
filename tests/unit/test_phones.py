"""Which phone numbers an SMS reaches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.phones import NotMobile, is_mobile, parse_mobile


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("333 1234567", "+393331234567"),
        ("+39 333/12.34.567", "+393331234567"),
        ("0039 333 1234567", "+393331234567"),
        ("393331234567", "+393331234567"),
        ("(+39) 348 000 0001", "+393480000001"),
        ("+41 79 123 45 67", "+41791234567"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+1 212 555 2368", "+12125552368"),  # America does not tell them apart
    ],
)
def test_a_mobile_becomes_e164(written: str, number: str) -> None:
    assert parse_mobile(written) == number


@pytest.mark.parametrize(
    ("written", "code", "words"),
    [
        ("0573 999 0101", "not_mobile", "numero fisso"),
        ("+39 06 69821", "not_mobile", "numero fisso"),
        ("800 123 456", "not_mobile", "numero fisso"),
        ("199 123456", "not_mobile", "numero fisso"),
        ("+33 1 40 20 50 50", "not_mobile", "numero fisso"),
        ("333 1234567 int. 5", "not_mobile", "interno"),
        ("333 123", "bad_phone", "non è un numero"),
        ("", "bad_phone", "non è un numero"),
        ("chiamare il mattino", "bad_phone", "non è un numero"),
    ],
)
def test_what_is_no_mobile_says_why(written: str, code: str, words: str) -> None:
    found = parse_mobile(written)
    assert isinstance(found, NotMobile)
    assert found.code == code
    assert words in found.message
    assert "scheda" in found.hint


def test_numbers_without_a_prefix_are_of_the_customers_country() -> None:
    assert parse_mobile("079 123 45 67", "CH") == "+41791234567"
    assert not is_mobile("079 123 45 67", "IT")
    assert parse_mobile("333 1234567", "XX") == "+393331234567"


@given(st.text(max_size=60))
def test_anything_is_answered(text: str) -> None:
    found = parse_mobile(text)
    if isinstance(found, str):
        assert parse_mobile(found) == found
