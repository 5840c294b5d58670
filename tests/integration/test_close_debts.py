from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sollecito.accounts.models import AuditEntry, Company
from sollecito.domain.schedule import refuse_reminder
from sollecito.domain.settling import GIVEN_UP, ClosingKind
from sollecito.dunning.fact_queries import customers_credit, instalment_facts
from sollecito.dunning.models import Closing
from sollecito.dunning.queries import ledger_query, ledger_rows
from sollecito.flows.check_closing import ClosingOrder
from sollecito.flows.close_debts import close_debts
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.match_credit import CreditRefusedError, match_credit
from sollecito.flows.prove_takings import prove_takings
from sollecito.flows.receive_money import Receipt, is_cash_over_limit, receive_money
from sollecito.flows.record_payments import PaymentRefusedError
from sollecito.flows.spend_credit import left_of, spend_credit, undo_allocation
from sollecito.flows.undo_payments import undo_group, undo_payment
from sollecito.ledger.models import Allocation, Instalment, Payment
from sollecito.ledger.queries import LedgerFilter, small_residuals, wrong_balances
from sollecito.ledger.sources import NOT_MONEY, WRITTEN_OFF
from tests.ledger_rows import add_document, add_party

DAY = date(2026, 4, 1)
ALLOWANCE, LOSS = ClosingKind.ALLOWANCE, ClosingKind.LOSS


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Noi S.r.l.", vat_number="99900010473")


def balances() -> list[Decimal]:
    return list(Instalment.objects.order_by("id").values_list("balance", flat=True))


def receive(company: Company, amount: str, rows: list[Instalment], **more: Any) -> Payment:
    ids = [row.pk for row in rows]
    return receive_money(company, Receipt(Decimal(amount), DAY, instalments=ids, **more))


def test_one_amount_goes_to_the_oldest_rate_and_the_rest_stays_as_credit(company: Company) -> None:
    rows = add_document(add_party(company), "100", "50.50", "70")
    receive(company, "120.25", rows)
    assert balances() == [0, Decimal("30.25"), 70]
    payment = receive(company, "110", rows[1:])
    assert balances() == [0, 0, 0]
    assert left_of(payment) == Decimal("9.75")
    assert wrong_balances() == []


def test_what_the_customer_said_wins_over_the_oldest(company: Company) -> None:
    rows = add_document(add_party(company), "100", "100")
    receive(company, "60", rows, parts={rows[1].pk: Decimal(60)})
    assert balances() == [100, 40]
    with pytest.raises(PaymentRefusedError, match="supera l'incasso"):
        receive(company, "10", rows, parts={rows[0].pk: Decimal(60)})


def test_an_advance_becomes_credit_and_is_spent_later_and_taken_back(company: Company) -> None:
    party = add_party(company)
    payment = receive(company, "80", [], party=party)
    assert customers_credit([party.pk]) == {(party.pk, "EUR"): 80}
    one, two = add_document(party, "50", "50")
    with pytest.raises(CreditRefusedError, match="al massimo 80,00"):
        spend_credit(payment, {one.pk: Decimal(50), two.pk: Decimal(40)}, user=None)
    spend_credit(payment, {one.pk: Decimal(50), two.pk: Decimal(30)}, user=None)
    assert balances() == [0, 20]
    with pytest.raises(CreditRefusedError, match="non resta niente"):
        spend_credit(payment, {two.pk: Decimal(1)}, user=None)
    undo_allocation(Allocation.objects.get(instalment=one), user=None)
    undo_allocation(Allocation.objects.get(instalment=one), user=None)
    assert balances() == [50, 20]
    assert left_of(payment) == 50
    undo_payment(payment, user=None)
    assert balances() == [50, 50]
    assert wrong_balances() == []


def test_credit_is_not_spent_on_strangers_nor_beyond_what_is_left(company: Company) -> None:
    payment = receive(company, "80", [], party=add_party(company))
    (theirs,) = add_document(add_party(company, "Bianchi"), "50")
    (own,) = add_document(payment.party, "50")
    with pytest.raises(CreditRefusedError, match="clienti o valute diverse"):
        spend_credit(payment, {theirs.pk: Decimal(1)}, user=None)
    with pytest.raises(CreditRefusedError, match="restano 50,00"):
        spend_credit(payment, {own.pk: Decimal(51)}, user=None)
    assert balances() == [50, 50]


def test_a_credit_note_is_moved_from_one_rata_to_another(company: Company) -> None:
    party = add_party(company)
    one, two = add_document(party, "100", "100")
    (note,) = add_document(party, "-30", kind="nota_di_credito")
    allocation = match_credit(note, one)
    undo_allocation(allocation, user=None)
    note.refresh_from_db()
    match_credit(note, two)
    assert balances() == [100, 70, 0]


def test_small_residuals_are_allowed_in_bulk_and_back_in_one_step(company: Company) -> None:
    party = add_party(company)
    rows = [*add_document(party, "100", "100"), *add_document(add_party(company, "Bianchi"), "4")]
    for row, amount in zip(rows, ("97", "94.99"), strict=False):
        receive(company, amount, [row])
    assert list(small_residuals(company)) == [rows[0]]
    order = ClosingOrder(ALLOWANCE, DAY, whole=[rows[0].pk, rows[2].pk])
    group, count = close_debts(company, order)
    assert (count, balances()) == (2, [0, Decimal("5.01"), 0])
    with pytest.raises(FieldsRefusedError) as refused:
        close_debts(company, ClosingOrder(ALLOWANCE, DAY, whole=[rows[1].pk]))
    assert set(refused.value.problems) == {"reason", "approved_by"}
    assert undo_group(company, group, user=None) == 2
    assert balances() == [3, Decimal("5.01"), 4]


def test_a_loss_says_why_and_who_approved_and_is_no_money(company: Company) -> None:
    (row,) = add_document(add_party(company), "900")
    order = ClosingOrder(LOSS, DAY, whole=[row.pk], reason="Fallita", approved_by="Paola Ventura")
    group, _ = close_debts(company, order)
    found = Closing.objects.get()
    assert (found.reason, found.approved_by) == ("Fallita", "Paola Ventura")
    assert balances() == [0]
    texts = AuditEntry.objects.values_list("text", flat=True)
    assert "Perdita su crediti: 900,00 €. Motivo: Fallita. Approvato da Paola Ventura." in texts
    assert not prove_takings(company, DAY).is_current
    undo_group(company, group, user=None)
    assert balances() == [900]
    assert "Annullato: perdita su crediti di 900,00 € del 01/04/2026." in list(texts.all())


def test_more_than_is_left_is_not_closed(company: Company) -> None:
    (row,) = add_document(add_party(company), "9")
    for wrong in ("9.01", "0", "-1"):
        with pytest.raises(FieldsRefusedError):
            close_debts(company, ClosingOrder(ALLOWANCE, DAY, {row.pk: Decimal(wrong)}))
    close_debts(company, ClosingOrder(ALLOWANCE, DAY, {row.pk: Decimal(4)}))
    assert balances() == [5]


def test_what_was_withheld_closes_with_the_payment_and_reopens_with_it(company: Company) -> None:
    (row,) = add_document(add_party(company), "122")
    payment = receive(company, "112", [row], rest=ClosingKind.WITHHELD)
    assert balances() == [0]
    amounts = dict(Payment.objects.values_list("source", "amount"))
    assert amounts == {"hand": 112, "withheld": 10}
    assert undo_payment(payment, user=None) == 1
    assert balances() == [122]
    assert not Payment.objects.filter(undone_at__isnull=True).exists()


def test_a_rest_beyond_the_limit_is_not_allowed_in_passing(company: Company) -> None:
    (row,) = add_document(add_party(company), "122")
    with pytest.raises(FieldsRefusedError):
        receive(company, "112", [row], rest=ALLOWANCE)
    assert balances() == [122]
    assert not Payment.objects.exists()


@pytest.mark.parametrize(("day", "left"), [(1, 0), (2, 20)])
def test_paying_in_time_less_the_discount_closes_the_rata(
    company: Company, day: int, left: int
) -> None:
    (row,) = add_document(add_party(company), "1000")
    terms = {"discount_amount": Decimal(20), "discount_until": DAY}
    Instalment.objects.update(**terms)
    receipt = Receipt(Decimal(980), date(2026, 4, day), instalments=[row.pk])
    payment = receive_money(company, receipt)
    assert balances() == [left]
    undo_payment(payment, user=None)
    assert balances() == [1000]


def test_cash_counts_with_what_came_in_the_week_before(company: Company) -> None:
    party = add_party(company)
    receive(company, "3000", [], party=party, method="contanti")
    assert is_cash_over_limit(party.pk, "contanti", Decimal(2000), date(2026, 4, 7))
    assert not is_cash_over_limit(party.pk, "contanti", Decimal(2000), date(2026, 4, 8))
    assert not is_cash_over_limit(party.pk, "bonifico", Decimal(9000), DAY)


def test_every_kind_is_an_origin_that_is_no_money() -> None:
    assert {kind.value for kind in ClosingKind} == {each.value for each in NOT_MONEY} - {"replaced"}
    assert {each.value for each in WRITTEN_OFF} == {kind.value for kind in GIVEN_UP}


def test_what_was_given_up_is_written_off_and_filtered(company: Company) -> None:
    rows = add_document(add_party(company), "900", "9", "50", "70")
    order = ClosingOrder(LOSS, DAY, whole=[rows[0].pk], reason="Fallita", approved_by="Ventura")
    group, _ = close_debts(company, order)
    close_debts(company, ClosingOrder(ALLOWANCE, DAY, {rows[1].pk: Decimal(4)}))
    receive(company, "50", [rows[2]])
    close_debts(company, ClosingOrder(ClosingKind.WITHHELD, DAY, whole=[rows[3].pk]))

    def found(status: str) -> list[int]:
        query = ledger_query(company, LedgerFilter(status=status), DAY)
        return sorted(row.id for row in ledger_rows(query, company, DAY))

    assert found("written_off") == [rows[0].pk]
    assert found("paid") == [rows[2].pk, rows[3].pk]
    assert found("partly_paid") == [rows[1].pk]
    query = ledger_query(company, LedgerFilter(status="written_off"), DAY)
    (wire,) = [row.wire() for row in ledger_rows(query, company, DAY)]
    assert (wire["status"], wire["written_off"]) == ("paid", True)
    day_before = date(2026, 3, 31)
    (row,) = ledger_rows(query, company, day_before, as_of=day_before)
    assert (row.status, row.balance) == ("overdue", Decimal(900))
    undo_group(company, group, user=None)
    assert found("written_off") == []


def test_what_was_given_up_is_never_reminded(company: Company) -> None:
    (row,) = add_document(add_party(company), "900")
    order = ClosingOrder(LOSS, DAY, whole=[row.pk], reason="Fallita", approved_by="Ventura")
    close_debts(company, order)
    facts = instalment_facts([row.pk], DAY)[row.pk]
    refusal = refuse_reminder(facts, DAY)
    assert refusal is not None
    assert (refusal.reason, refusal.is_final) == ("settled", True)


KINDS = st.sampled_from([None, ClosingKind.WITHHELD, ClosingKind.COSTS])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.integers(1, 30_000), KINDS),
        st.tuples(st.just("close"), st.integers(0, 3), st.integers(1, 500)),
        st.tuples(st.just("spend"), st.integers(0, 9), st.integers(0, 3)),
        st.tuples(st.just("unmatch"), st.integers(0, 9), st.none()),
        st.tuples(st.just("undo"), st.integers(0, 9), st.none()),
    ),
    max_size=10,
)


class AnyOrderOfClosings(TestCase):
    """Money, closings, credit spent and taken back, in whatever order."""

    @given(ACTS)
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_nothing_exceeds_and_undoing_all_restores(self, acts: list[Any]) -> None:
        company = Company.objects.create(name="Noi", allowance_limit=Decimal(500))
        party = add_party(company)
        rows = add_document(party, "100.10", "0.01", "250.33", "99.99")
        for act, one, two in acts:
            try:
                self.do(company, rows, act, one, two)
            except (PaymentRefusedError, CreditRefusedError, FieldsRefusedError):
                continue
            self.check(party.pk)
        for payment in Payment.objects.filter(undone_at__isnull=True).order_by("-pk"):
            undo_payment(payment, user=None)
        assert balances() == [row.amount for row in rows]
        assert not Allocation.objects.filter(undone_at__isnull=True).exists()

    def do(self, company: Company, rows: list[Instalment], act: str, one: Any, two: Any) -> None:
        paid = list(Payment.objects.filter(undone_at__isnull=True).order_by("pk"))
        taken = list(Allocation.objects.filter(undone_at__isnull=True, payment__source="hand"))
        if act == "receive":
            amount = Decimal(one) / 100
            ids = [row.pk for row in rows]
            receive_money(company, Receipt(amount, DAY, instalments=ids, rest=two))
        elif act == "close":
            parts = {rows[one].pk: Decimal(two) / 100}
            close_debts(company, ClosingOrder(ALLOWANCE, DAY, parts))
        elif act == "spend" and paid:
            payment = paid[one % len(paid)]
            row = Instalment.objects.get(pk=rows[two].pk)
            spend_credit(payment, {row.pk: min(left_of(payment), row.balance)}, user=None)
        elif act == "unmatch" and taken:
            undo_allocation(taken[one % len(taken)], user=None)
        elif act == "undo" and paid:
            undo_payment(paid[one % len(paid)], user=None)

    def check(self, party: int) -> None:
        assert wrong_balances() == []
        for balance, amount in Instalment.objects.values_list("balance", "amount"):
            assert 0 <= balance <= amount
        active = Payment.objects.filter(undone_at__isnull=True)
        left = [left_of(payment) for payment in active]
        assert min(left, default=Decimal(0)) >= 0
        owed = sum(Instalment.objects.values_list("balance", flat=True), Decimal(0))
        came = sum(active.values_list("amount", flat=True), Decimal(0))
        assert owed == Decimal("450.43") - came + sum(left, Decimal(0))
        credit = customers_credit([party]).get((party, "EUR"), Decimal(0))
        assert credit == sum(left, Decimal(0))
