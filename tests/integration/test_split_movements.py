"""A movement shared out by a person: over rate and customers, the rest a credit; undone exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sollecito.accounts.models import Company, User
from sollecito.domain.settling import ClosingKind
from sollecito.flows.confirm_match import MovementRefusedError
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.record_payments import PaymentRefusedError
from sollecito.flows.set_up_company import set_up_company
from sollecito.flows.split_movement import split_movement
from sollecito.flows.undo_match import undo_match
from sollecito.flows.undo_payments import undo_payment
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
from tests.web_rows import enter

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


@pytest.mark.parametrize("kind", [ClosingKind.WITHHELD, ClosingKind.COSTS, ClosingKind.DISCOUNT])
def test_what_is_missing_closes_as_a_person_says(
    rossi: Party, verdi: Party, kind: ClosingKind
) -> None:
    mine, theirs = bill(rossi, "12", "122.00"), bill(verdi, "13", "80.00")
    movement = arrive("181.99")
    shares = {mine.pk: Decimal("101.99"), theirs.pk: Decimal("80.00")}
    money = split_movement(movement, shares, closings={mine.pk: kind}, user=None)
    assert left(mine, theirs) == ["0.00", "0.00"]
    assert sum(payment.amount for payment in money) == movement.amount
    closed = Payment.objects.get(source=kind)
    assert (closed.amount, closed.party, closed.date) == (
        Decimal("20.01"),
        rossi,
        movement.booking_date,
    )
    told = matched_parts([movement.pk])[movement.pk]
    assert [each["instalments"] for each in told] == [[mine.pk, theirs.pk]]
    undo_match(movement, user=None)
    movement.refresh_from_db()
    assert (left(mine, theirs), movement.status) == (["122.00", "80.00"], "open")
    assert not Payment.objects.filter(undone_at__isnull=True).exists()


def test_each_instalment_has_its_own_reason_and_one_undo_takes_all_back(rossi: Party) -> None:
    rows = [bill(rossi, number, "100.00") for number in ("1", "2", "3")]
    movement = arrive("297.00")
    shares = {row.pk: Decimal("98.99") for row in rows[:2]} | {rows[2].pk: Decimal("99.02")}
    why = {rows[0].pk: ClosingKind.WITHHELD, rows[1].pk: ClosingKind.ALLOWANCE}
    split_movement(movement, shares, closings=why, user=None)
    assert left(*rows) == ["0.00", "0.00", "0.98"]
    closed = dict(Payment.objects.exclude(source="bank").values_list("source", "amount"))
    assert closed == {"withheld": Decimal("1.01"), "allowance": Decimal("1.01")}
    undo_payment(Payment.objects.get(source="withheld"), user=None)
    assert left(*rows) == ["100.00", "100.00", "100.00"]
    movement.refresh_from_db()
    assert movement.status == "open"


def test_nothing_is_recorded_where_the_rest_may_not_be_closed_so(rossi: Party) -> None:
    row, other = bill(rossi, "12", "122.00"), bill(rossi, "13", "80.00")
    movement = arrive("60.00")
    shares = {row.pk: Decimal("60.00")}
    with pytest.raises(FieldsRefusedError, match="motivo"):
        split_movement(movement, shares, closings={row.pk: ClosingKind.ALLOWANCE}, user=None)
    with pytest.raises(MovementRefusedError, match="Scrivi quanto arriva"):
        split_movement(movement, shares, closings={other.pk: ClosingKind.COSTS}, user=None)
    movement.refresh_from_db()
    assert (left(row, other), movement.status) == (["122.00", "80.00"], "open")
    assert not Payment.objects.exists()


def test_what_is_all_there_has_nothing_to_close(rossi: Party) -> None:
    row = bill(rossi, "12", "122.00")
    movement = arrive("122.00")
    shares, why = {row.pk: Decimal("122.00")}, {row.pk: ClosingKind.WITHHELD}
    split_movement(movement, shares, closings=why, user=None)
    assert left(row) == ["0.00"]
    assert [payment.source for payment in Payment.objects.all()] == ["bank"]


def test_the_form_closes_what_is_missing_and_says_what_it_cannot(db: None) -> None:
    owner = User.objects.create_user("titolare@prima.example", "segreta-di-prova", name="Anna")
    company = set_up_company(
        vat=SELLER_VAT, name="Prima S.r.l.", email="prima@prima.example", owner=owner
    )
    row = bill(add_party(company, "Rossi S.r.l."), "12", "122.00")
    movement = arrive("100.00")
    client, path = enter(owner), f"/banca/{movement.pk}/abbina/"
    quota, rest = f"quota_{row.pk}", f"manca_{row.pk}"
    kept = client.post(path, {"passo": "cerca", "cerca": "altro", rest: "withheld"})
    assert '<option value="withheld" selected>' in kept.content.decode()
    empty = client.post(path, {"passo": "abbina", rest: "withheld", "resto_a": row.party_id})
    assert "Scrivi quanto arriva per questa rata." in empty.content.decode()
    told = {"passo": "abbina", quota: "100", rest: "allowance"}
    much = client.post(path, told)
    assert "L’abbuono arriva a" in much.content.decode()
    assert left(row) == ["122.00"]
    client.post(path, told | {rest: "withheld"})
    assert left(row) == ["0.00"]
    client.post(f"/banca/{movement.pk}/annulla/")
    assert left(row) == ["122.00"]


class Shares(TestCase):
    """However money is shared out, nothing is paid twice and undoing gives all of it back."""

    @settings(max_examples=15, deadline=None)
    @given(
        st.lists(st.integers(1, 20_000), min_size=1, max_size=5),
        st.lists(st.integers(0, 100), min_size=5, max_size=5),
        st.lists(st.booleans(), min_size=5, max_size=5),
        st.integers(0, 5_000),
    )
    def test_sums_hold(
        self, balances: list[int], percents: list[int], closed: list[bool], over: int
    ) -> None:
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
        marked = zip(rows, closed, strict=False)
        why = {
            r.pk: ClosingKind.WITHHELD for r, is_closed in marked if is_closed and r.pk in shares
        }
        payments = split_movement(movement, shares, closings=why, credit_to=parties[0], user=None)
        assert sum(payment.amount for payment in payments) == movement.amount
        owed = zip(rows, balances, taken, strict=True)
        want = ["0.00" if r.pk in why else f"{(a - b) / 100:.2f}" for r, a, b in owed]
        assert left(*rows) == want
        undo_match(movement, user=None)
        assert left(*rows) == [f"{cents / 100:.2f}" for cents in balances]
