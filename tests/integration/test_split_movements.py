"""A movement shared out by a person: over rate and customers, the rest a credit; undone exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sollecito.accounts.models import Company
from sollecito.flows.confirm_match import MovementRefusedError
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.record_payments import PaymentRefusedError
from sollecito.flows.split_movement import split_movement
from sollecito.flows.undo_match import undo_match
from sollecito.ledger.bank_queries import customers_named, matched_parts, payable_with
from sollecito.ledger.models import (
    Allocation,
    BankMovement,
    BankRule,
    Instalment,
    Party,
    Payment,
)
from sollecito.ledger.queries import wrong_balances
from tests.bank_files import PAYER_IBAN, Line, camt
from tests.builders import SELLER_VAT
from tests.ledger_rows import add_document, add_party

pytestmark = pytest.mark.django_db


def make_company() -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


@pytest.fixture
def company(db: None) -> Company:
    return make_company()


@pytest.fixture
def rossi(company: Company) -> Party:
    return add_party(company, "Rossi S.r.l.")


@pytest.fixture
def verdi(company: Company) -> Party:
    return add_party(company, "Verdi S.p.A.")


def arrive(amount: str) -> BankMovement:
    line = Line(amount, name="Studio Amministrazioni", text="saldo di piu clienti")
    import_files([NamedFile("estratto", content=camt(line))], sheets=import_sheet)
    return BankMovement.objects.get()


def bill(party: Party, number: str, amount: str) -> Instalment:
    return add_document(party, amount, number=number, day=date(2026, 3, 1))[0]


def left(*rows: Instalment) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    assert wrong_balances() == []
    return [f"{row.balance:.2f}" for row in rows]


def test_one_transfer_pays_two_customers_and_the_rest_is_a_credit(
    rossi: Party, verdi: Party
) -> None:
    mine, theirs = bill(rossi, "12", "122.00"), bill(verdi, "13", "80.00")
    movement = arrive("220.00")
    parts = {mine.pk: Decimal("122.00"), theirs.pk: Decimal("50.00")}
    split_movement(movement, parts, credit_to=verdi, user=None)
    assert left(mine, theirs) == ["0.00", "30.00"]
    paid = dict(Payment.objects.values_list("party__name", "amount"))
    assert paid == {"Rossi S.r.l.": Decimal("122.00"), "Verdi S.p.A.": Decimal("98.00")}
    told = matched_parts([movement.pk])[movement.pk]
    assert [each["instalments"] for each in told] == [[mine.pk, theirs.pk]]
    assert set(BankRule.objects.values_list("iban", "party")) == {
        (PAYER_IBAN, rossi.pk),
        (PAYER_IBAN, verdi.pk),
    }
    undo_match(movement, user=None)
    movement.refresh_from_db()
    assert (left(mine, theirs), movement.status) == (["122.00", "80.00"], "open")


def test_an_advance_of_a_customer_who_owes_nothing_stays_his(company: Company) -> None:
    nobody = add_party(company, "Nuovo Cliente S.r.l.")
    movement = arrive("500.00")
    (payment,) = split_movement(movement, {}, credit_to=nobody, user=None, remember=False)
    assert (payment.party, payment.amount) == (nobody, Decimal("500.00"))
    assert not Allocation.objects.exists()
    assert not BankRule.objects.exists()


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"12": "122.00", "13": "80.00"}, "Restano 18,00 €: scegli a quale cliente"),
        ({"12": "122.00", "13": "150.00"}, "supera il movimento di 52,00 €"),
        ({}, "Restano 220,00 €"),
    ],
)
def test_what_does_not_add_up_is_refused_whole(
    rossi: Party, verdi: Party, parts: dict[str, str], words: str
) -> None:
    rows = {"12": bill(rossi, "12", "122.00"), "13": bill(verdi, "13", "80.00")}
    movement = arrive("220.00")
    shares = {rows[number].pk: Decimal(amount) for number, amount in parts.items()}
    with pytest.raises(MovementRefusedError, match=words):
        split_movement(movement, shares, user=None)
    assert not Payment.objects.exists()


def test_more_than_is_left_of_one_leaves_the_others_untouched(rossi: Party, verdi: Party) -> None:
    mine, theirs = bill(rossi, "12", "122.00"), bill(verdi, "13", "80.00")
    movement = arrive("220.00")
    shares = {mine.pk: Decimal("100.00"), theirs.pk: Decimal("120.00")}
    with pytest.raises(PaymentRefusedError, match="restano"):
        split_movement(movement, shares, user=None)
    assert (left(mine, theirs), Payment.objects.count()) == (["122.00", "80.00"], 0)


def test_a_movement_is_shared_out_once(rossi: Party) -> None:
    row = bill(rossi, "12", "122.00")
    movement = arrive("122.00")
    split_movement(movement, {row.pk: Decimal("122.00")}, user=None)
    with pytest.raises(MovementRefusedError, match="non è più da abbinare"):
        split_movement(movement, {row.pk: Decimal("122.00")}, user=None)


def test_what_is_searched_is_found_by_name_number_and_amount(
    company: Company, rossi: Party, verdi: Party
) -> None:
    mine, theirs = bill(rossi, "12/A", "122.00"), bill(verdi, "13/B", "1080.50")
    found = [
        [row.pk for row in payable_with(company, "EUR", text, amount)]
        for text, amount in (
            ("verdi", None),
            ("12/a", None),
            ("1.080,50", Decimal("1080.50")),
            ("nulla", None),
        )
    ]
    assert found == [[theirs.pk], [mine.pk], [theirs.pk], []]
    assert list(customers_named(company, "ross")) == [rossi]


class Shares(TestCase):
    """However money is shared out, nothing is paid twice and undoing gives all of it back."""

    @settings(max_examples=15, deadline=None)
    @given(
        st.lists(st.integers(1, 20_000), min_size=1, max_size=5),
        st.lists(st.integers(0, 100), min_size=5, max_size=5),
        st.integers(0, 5_000),
    )
    def test_sums_hold(self, balances: list[int], percents: list[int], over: int) -> None:
        company = make_company()
        parties = [add_party(company, f"Cliente {place % 2} S.r.l.") for place in range(2)]
        rows = [
            bill(parties[place % 2], str(place), f"{cents / 100:.2f}")
            for place, cents in enumerate(balances)
        ]
        taken = [cents * share // 100 for cents, share in zip(balances, percents, strict=False)]
        total = sum(taken) + over
        if not total:
            return
        movement = arrive(f"{total / 100:.2f}")
        shares = {
            row.pk: Decimal(cents) / 100 for row, cents in zip(rows, taken, strict=True) if cents
        }
        payments = split_movement(movement, shares, credit_to=parties[0], user=None)
        assert sum(payment.amount for payment in payments) == movement.amount
        want = [f"{(a - b) / 100:.2f}" for a, b in zip(balances, taken, strict=True)]
        assert left(*rows) == want
        undo_match(movement, user=None)
        assert left(*rows) == [f"{cents / 100:.2f}" for cents in balances]
