from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain import identifiers

CHECKS = [
    identifiers.check_vat_number,
    identifiers.check_tax_code,
    identifiers.check_iban,
    identifiers.check_bic,
    identifiers.check_rf_reference,
]


def luhn_digit(ten: str) -> str:
    total = 0
    for place, digit in enumerate(ten):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


@pytest.mark.parametrize("text", ["99900010473", "IT 99900010473", "it-999.000.104 73"])
def test_a_vat_number_is_read_as_people_write_it(text: str) -> None:
    assert identifiers.parse_vat_number(text) == "99900010473"
    assert identifiers.check_vat_number(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("99900010474", "vat_check_digit"),
        ("00000000000", "vat_check_digit"),
        ("9990001047", "vat_length"),
        ("DE123456789", "vat_characters"),
        ("", "vat_characters"),
        ("٩٩٩٠٠٠١٠٤٧٣", "vat_characters"),
    ],
)
def test_a_wrong_vat_number_is_explained(text: str, code: str) -> None:
    problem = identifiers.check_vat_number(text)
    assert problem is not None
    assert problem.code == code
    assert problem.message.endswith(".")
    assert problem.hint.endswith(".")


@given(st.integers(1, 9_999_999), st.integers(0, 999), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(firm: int, office: int, slip: int) -> None:
    ten = f"{firm:07}{office:03}"
    right = ten + luhn_digit(ten)
    assert identifiers.is_vat_number(right)
    wrong = ten + str((int(right[-1]) + slip) % 10)
    assert not identifiers.is_vat_number(wrong)


@pytest.mark.parametrize(
    "text", ["RCCMNL83S18D969H", "rcc mnl 83s18 d969h", "RCCMNL83S18D9SVG", "99900010473"]
)
def test_codes_of_persons_and_bodies_are_accepted(text: str) -> None:
    if text.endswith("SVG"):  # omocodia: figures replaced by letters, check character anew
        text = with_check_character("RCCMNL83S18D9SV")
    assert identifiers.check_tax_code(text) is None


def with_check_character(fifteen: str) -> str:
    good = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if identifiers.is_tax_code(fifteen + c)]
    assert len(good) == 1
    return fifteen + good[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RCCMNL83S18D969I", "tax_code_check_digit"),
        ("RCCMNL83S18D969", "tax_code_length"),
        ("1234567890123456", "tax_code_characters"),
        ("99900010474", "tax_code_check_digit"),
    ],
)
def test_a_wrong_tax_code_is_explained(text: str, code: str) -> None:
    problem = identifiers.check_tax_code(text)
    assert problem is not None
    assert problem.code == code


@pytest.mark.parametrize(
    "text",
    [
        "IT60X0542811101000000123456",
        "iban it60 x054 2811 1010 0000 0123 456",
        "IT18Z9999099990000000000101",
        "IT08B9999099990000000000202",
        "IT54D9999199991000000000303",
        "DE89370400440532013000",
    ],
)
def test_good_accounts(text: str) -> None:
    assert identifiers.check_iban(text) is None


def with_check_digits(bban: str) -> str:
    """Mod 97 made right, whatever the CIN."""
    figures = "".join(str(int(sign, 36)) for sign in f"{bban}IT00")
    return f"IT{98 - int(figures) % 97:02}{bban}"


def test_the_cin_is_checked_beside_the_check_digits() -> None:
    right = with_check_digits("X0542811101000000123456")
    assert right == "IT60X0542811101000000123456"
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWYZ":
        problem = identifiers.check_iban(with_check_digits(f"{letter}0542811101000000123456"))
        assert problem is not None
        assert problem.code == "iban_cin"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("IT61X0542811101000000123456", "iban_check_digits"),
        ("IT60X054281110100000012345", "iban_length"),
        ("ZZ89370400440532013000", "iban_check_digits"),
        ("", "iban_format"),
    ],
)
def test_a_wrong_account_is_explained(text: str, code: str) -> None:
    problem = identifiers.check_iban(text)
    assert problem is not None
    assert problem.code == code


def test_an_account_is_shown_in_groups_of_four() -> None:
    assert identifiers.format_iban("DE89370400440532013000") == "DE89 3704 0044 0532 0130 00"


def test_bic_and_reference() -> None:
    assert identifiers.check_bic("unci it mm xxx") is None
    assert identifiers.check_bic("UNCIT") is not None
    assert identifiers.check_rf_reference("RF18 5390 0754 7034") is None
    assert identifiers.check_rf_reference("RF19539007547034") is not None
    assert identifiers.check_rf_reference("539007547034") is not None


@given(st.text(max_size=40))
def test_no_text_breaks_a_check(text: str) -> None:
    for check in CHECKS:
        problem = check(text)
        assert problem is None or problem.message
