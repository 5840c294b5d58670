from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.documents import Address, CustomerKind, PartyData
from sollecito.domain.parties import (
    PartyCodes,
    find_same,
    identity_key,
    is_placeholder,
    is_strong_identity,
    normalise_name,
    party_codes,
    party_name,
    propose_customer_kind,
)

ROSSI = PartyData(name="Rossi S.r.l.", vat_country="IT", vat_number="99900020472")
PLACEHOLDERS = [
    *("99999999999", "00000000000", "OO99999999999", "0000000", "XXXXXXX", "9999999", "999999999"),
    *("", "0", "-", "N/A", "EXTRA UE", "ESTERO", "11111111111", "XX99999999999", "Yoko Trading"),
]


@pytest.mark.parametrize("code", PLACEHOLDERS)
@pytest.mark.parametrize("country", ["JP", "OO", "IT", ""])
def test_placeholders_never_merge_two_customers(code: str, country: str) -> None:
    one = PartyData("Yoko Trading", country, code, address=Address(city="Osaka", country="JP"))
    two = PartyData("Kimchi Ltd", country, code, address=Address(city="Seoul", country="KR"))
    assert is_placeholder(code, "Yoko Trading")
    assert identity_key(one) != identity_key(two)
    assert identity_key(one) == identity_key(replace(one, name="YOKO  trading."))


@pytest.mark.parametrize("code", PLACEHOLDERS)
def test_placeholders_as_tax_code(code: str) -> None:
    one = PartyData("Yoko Trading", tax_code=code)
    assert identity_key(one) != identity_key(replace(one, name="Kimchi Ltd"))


def test_a_valid_number_is_one_customer_however_it_is_written() -> None:
    spellings = [
        ROSSI,
        replace(ROSSI, name="ROSSI SRL (nuova sede)", address=Address(city="Prato")),
        replace(ROSSI, vat_country="", vat_number="IT 999 000 20472"),
        replace(ROSSI, vat_number="99900020472", tax_code="99900020472"),
        PartyData(name="Rossi", tax_code="99900020472"),
    ]
    assert {identity_key(party) for party in spellings} == {"IT:99900020472"}
    assert is_strong_identity(identity_key(ROSSI))


def test_a_person_is_known_by_the_tax_code() -> None:
    key = identity_key(PartyData("Mario Rossi", tax_code="rccmnl83s18d969h"))
    assert key == "IT:RCCMNL83S18D969H"
    assert key == identity_key(PartyData("Rossi Mario", "OO", "99999999999", "RCCMNL83S18D969H"))


VAT, OTHER_VAT, CODE = "99900020472", "12345670157", "RCCMNL83S18D969H"


@dataclass(frozen=True)
class Came:
    codes: PartyCodes

    @property
    def identity(self) -> str:
        return self.codes.key


def codes(vat: str = "", tax: str = "", name: str = "Mario Rossi") -> PartyCodes:
    return party_codes(PartyData(name, "IT" if vat else "", vat, tax))


def same(wanted: PartyCodes, *known: PartyCodes) -> list[int]:
    rows = [Came(each) for each in known]
    return [rows.index(each) for each in find_same(wanted, rows)]


def test_either_code_is_enough() -> None:
    both = codes(VAT, CODE)
    assert same(codes(VAT), both) == [0]
    assert same(codes(tax=CODE), both) == [0]
    assert same(both, codes(VAT), codes(tax=CODE)) == [0, 1]
    assert same(codes(tax=VAT), codes(VAT)) == [0]
    assert same(codes(OTHER_VAT), both) == []


def test_a_code_that_several_bear_joins_nobody() -> None:
    one, other = codes(VAT, "99900030471"), codes(VAT, OTHER_VAT)
    assert same(one, other) == []
    assert same(codes(VAT), one, other) == []
    assert same(codes(VAT), one, other, codes(VAT)) == [2]
    assert same(one, one, other, codes(VAT)) == [0]
    assert same(codes(OTHER_VAT, CODE), codes(VAT, CODE)) == []


def test_placeholders_and_slips_join_nobody() -> None:
    assert party_codes(PartyData("Acme", "OO", "99999999999")) == PartyCodes()
    assert codes("99999999999", "0000000000000000") == PartyCodes()
    assert codes("99900020473", "RCCMNL83S18D969X") == PartyCodes()
    assert same(PartyCodes(), Came(PartyCodes()).codes) == []


def test_a_code_with_a_wrong_check_digit_needs_the_same_name() -> None:
    typo = replace(ROSSI, vat_number="99900020473")
    assert identity_key(typo) == identity_key(replace(typo, name="Rossi SRL"))
    assert identity_key(typo) != identity_key(replace(typo, name="Bianchi S.r.l."))
    assert identity_key(typo) != identity_key(ROSSI)
    assert not is_strong_identity(identity_key(typo))


def test_foreign_numbers_count_with_their_country() -> None:
    german = PartyData("Kälte GmbH", "DE", "811234567")
    assert identity_key(german) == "DE:811234567"
    assert identity_key(replace(german, vat_number="DE 811234567")) == "DE:811234567"
    assert identity_key(replace(german, vat_country="", vat_number="DE811234567")) == "DE:811234567"
    assert identity_key(replace(german, vat_country="AT")) != "DE:811234567"
    assert identity_key(PartyData("A", "EL", "094259216")) == identity_key(
        PartyData("A", "GR", "094259216")
    )


def test_counting_is_no_number() -> None:
    one = PartyData("Acme Inc", "US", "1234567")
    assert identity_key(one) != identity_key(replace(one, name="Other Inc"))
    assert identity_key(one) == identity_key(replace(one, name="ACME, Inc."))


def test_without_codes_name_and_address_decide() -> None:
    here = PartyData("Mario Rossi", address=Address("Via Roma 1", "50100", "Firenze", "FI", "IT"))
    assert identity_key(here) == identity_key(
        replace(here, name="MARIO ROSSI", address=Address("VIA ROMA, 1", "50100", "firenze"))
    )
    moved = replace(here, address=Address("Via Po 2", "10100", "Torino"))
    assert identity_key(here) != identity_key(moved)


def test_nothing_known_is_no_identity() -> None:
    assert identity_key(PartyData()) == ""
    assert not is_strong_identity("")
    assert identity_key(PartyData(vat_country="OO", vat_number="99999999999")) == ""


def test_long_names_fit_and_stay_apart() -> None:
    one = PartyData("a" * 290, address=Address(city="Prato"))
    two = replace(one, address=Address(city="Pisa"))
    assert len(identity_key(one)) <= 300
    assert identity_key(one) != identity_key(two)


@given(st.text(max_size=30), st.text(max_size=4), st.text(max_size=30), st.text(max_size=20))
def test_any_party_has_a_key_that_fits(name: str, country: str, number: str, code: str) -> None:
    party = PartyData(name, country, number, code)
    assert len(identity_key(party)) <= 300
    kind, _ = propose_customer_kind(party)
    assert kind in CustomerKind


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Rossi & C. S.r.l.", "ROSSI E C SRL"),
        ("Caffè Perù s.n.c.", "CAFFE' PERU' SNC"),
        ("Rossi S. p. A.", "rossi spa"),
        ("L'Angolo  S.a.s.", "l’angolo SAS"),
    ],
)
def test_spellings_of_one_name(one: str, two: str) -> None:
    assert normalise_name(one) == normalise_name(two)


def test_legal_forms_stay_apart() -> None:
    assert normalise_name("Rossi S.r.l.") != normalise_name("Rossi S.p.A.")


def test_name_on_screen() -> None:
    assert party_name("  Rossi   S.r.l. ") == "Rossi S.r.l."
    assert party_name("", "Mario", "Rossi") == "Mario Rossi"


@pytest.mark.parametrize(
    ("party", "code", "expected"),
    [
        (ROSSI, "ABC1234", (CustomerKind.FIRM, True)),
        (ROSSI, "UFABCD", (CustomerKind.PUBLIC_BODY, True)),
        (PartyData("M R", tax_code="RCCMNL83S18D969H"), "0000000", (CustomerKind.PRIVATE, True)),
        (PartyData("Cond.", tax_code="99900020472"), "0000000", (CustomerKind.CONDOMINIUM, False)),
        (PartyData("Y", "JP", "T1234567890123"), "XXXXXXX", (CustomerKind.FOREIGN, True)),
        (PartyData("Y", "OO", "99999999999"), "", (CustomerKind.PRIVATE, False)),
        (
            PartyData("Y", "OO", "99999999999", address=Address(country="CH")),
            "XXXXXXX",
            (CustomerKind.FOREIGN, True),
        ),
        (replace(ROSSI, vat_number="99900020473"), "", (CustomerKind.FIRM, False)),
        (
            replace(ROSSI, tax_code="RCCMNL83S18D969H"),
            "0000000",
            (CustomerKind.FIRM, True),
        ),
        (PartyData("Bianchi S.n.c."), "", (CustomerKind.FIRM, False)),
        (PartyData("Condominio Aurora"), "", (CustomerKind.CONDOMINIUM, False)),
    ],
)
def test_kind_of_customer(party: PartyData, code: str, expected: tuple[CustomerKind, bool]) -> None:
    assert propose_customer_kind(party, code) == expected


def test_the_format_of_public_bodies_is_enough() -> None:
    assert propose_customer_kind(ROSSI, "", "FPA12") == (CustomerKind.PUBLIC_BODY, True)
