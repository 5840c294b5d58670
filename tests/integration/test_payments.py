from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sollecito.accounts.models import AuditEntry, Company
from sollecito.flows.mark_collected import mark_collected
from sollecito.flows.record_payments import PaymentRefusedError, record_payment
from sollecito.flows.undo_payments import undo_group, undo_payment
from sollecito.ledger.models import Allocation, Instalment, Payment
from sollecito.ledger.queries import derived_balance, with_derived_balance, wrong_balances
from tests.ledger_rows import add_document, add_party

DAY = date(2026, 4, 1)


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Noi S.r.l.", vat_number="99900010473")


def balances() -> list[Decimal]:
    return list(Instalment.objects.order_by("id").values_list("balance", flat=True))


def test_one_payment_closes_two_instalments_and_part_of_a_third(company: Company) -> None:
    one, two, three = add_document(add_party(company), "100", "100", "100")
    parts = {one.pk: Decimal(100), two.pk: Decimal(100), three.pk: Decimal("30.05")}
    payment = record_payment(company, parts, amount=Decimal("230.05"), day=DAY, method="bonifico")
    assert balances() == [Decimal(0), Decimal(0), Decimal("69.95")]
    assert wrong_balances() == []
    assert undo_payment(payment, user=None) == 3
    assert balances() == [Decimal(100)] * 3
    assert undo_payment(payment, user=None) == 0
    assert Payment.objects.get().undone_at is not None
    actions = AuditEntry.objects.order_by("id").values_list("action", "target")
    assert ("payment_recorded", f"instalment:{one.pk}") in actions
    assert ("payment_undone", f"party:{one.party_id}") in actions


@pytest.mark.parametrize(
    ("part", "amount", "words"),
    [
        ("100.01", "200", "restano 100,00"),
        ("0", "10", "maggiore di zero"),
        ("-5", "10", "maggiore di zero"),
        ("50", "40", "supera l'incasso"),
    ],
)
def test_wrong_amounts_are_refused_and_nothing_is_kept(
    company: Company, part: str, amount: str, words: str
) -> None:
    (row,) = add_document(add_party(company), "100")
    with pytest.raises(PaymentRefusedError, match=words):
        record_payment(company, {row.pk: Decimal(part)}, amount=Decimal(amount), day=DAY)
    assert not Payment.objects.exists()
    assert balances() == [Decimal(100)]


def test_a_settled_instalment_takes_no_more(company: Company) -> None:
    (row,) = add_document(add_party(company), "100")
    record_payment(company, {row.pk: Decimal(100)}, amount=Decimal(100), day=DAY)
    with pytest.raises(PaymentRefusedError, match="già saldata"):
        record_payment(company, {row.pk: Decimal(1)}, amount=Decimal(1), day=DAY)


def test_strangers_and_currencies_do_not_mix(company: Company) -> None:
    other = Company.objects.create(name="Altri", vat_number="99900020472")
    (one,) = add_document(add_party(company), "100")
    (two,) = add_document(add_party(company, "Bianchi"), "100")
    (pounds,) = add_document(one.party, "100", currency="GBP")
    (theirs,) = add_document(add_party(other), "100")
    for mate in (two, pounds, theirs):
        with pytest.raises(PaymentRefusedError):
            record_payment(
                company,
                {one.pk: Decimal(10), mate.pk: Decimal(10)},
                amount=Decimal(20),
                day=DAY,
            )
    assert not Payment.objects.exists()


def test_many_at_once_and_back_in_one_step(company: Company) -> None:
    rossi, bianchi = add_party(company), add_party(company, "Bianchi")
    rows = [
        *add_document(rossi, "100", "50.50"),
        *add_document(bianchi, "70"),
        *add_document(bianchi, "-20", kind="nota_di_credito"),
        *add_document(bianchi, "5", currency="USD"),
    ]
    record_payment(company, {rows[1].pk: Decimal("0.50")}, amount=Decimal("0.50"), day=DAY)
    group, count = mark_collected(company, [row.pk for row in rows], day=DAY)
    assert count == 4
    assert balances() == [Decimal(0), Decimal(0), Decimal(0), Decimal(-20), Decimal(0)]
    assert Payment.objects.filter(group=group).count() == 3
    assert undo_group(company, group, user=None) == 4
    assert balances() == [Decimal(100), Decimal(50), Decimal(70), Decimal(-20), Decimal(5)]
    assert undo_group(company, group, user=None) == 0
    assert wrong_balances() == []


def test_a_wrong_copy_of_a_balance_is_found(company: Company) -> None:
    one, two = add_document(add_party(company), "100", "100")
    Instalment.objects.filter(pk=two.pk).update(balance=Decimal("99.99"))
    assert wrong_balances() == [two.pk]
    assert one.pk not in wrong_balances()


def test_binary_sums_leave_no_dust(company: Company) -> None:
    (row,) = add_document(add_party(company), "100.10")
    for part in ("30.03", "70.07"):
        record_payment(company, {row.pk: Decimal(part)}, amount=Decimal(part), day=DAY)
    derived = with_derived_balance(Instalment.objects.all()).get()
    assert derived_balance(derived) == 0
    assert not Instalment.objects.filter(balance__gt=0).exists()
    assert not with_derived_balance(Instalment.objects.all()).filter(derived__gt=0).exists()


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(0, 3), st.integers(1, 15_000)),
        st.tuples(st.just("mark"), st.sets(st.integers(0, 3), min_size=1), st.just(0)),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
    ),
    max_size=12,
)


class AnyOrderOfPayments(TestCase):
    """Whatever is recorded and undone, in whatever order."""

    @given(ACTIONS)
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_allocations_never_exceed_and_undo_restores(self, actions: list[tuple]) -> None:  # type: ignore[type-arg]  # three shapes
        company = Company.objects.create(name="Noi")
        rows = add_document(add_party(company), "100.10", "0.01", "250.33", "99.99")
        done: list[Payment] = []
        for action, what, cents in actions:
            if action == "pay":
                amount = Decimal(cents) / 100
                try:
                    parts = {rows[what].pk: amount}
                    done.append(record_payment(company, parts, amount=amount, day=DAY))
                except PaymentRefusedError:
                    continue
            elif action == "mark":
                group, _ = mark_collected(company, [rows[n].pk for n in what], day=DAY)
                done += Payment.objects.filter(group=group)
            elif done:
                undo_payment(done[what % len(done)], user=None)
            self.check()
        for payment in done:
            undo_payment(payment, user=None)
        assert balances() == [row.amount for row in rows]
        assert not Allocation.objects.filter(undone_at__isnull=True).exists()

    def check(self) -> None:
        assert wrong_balances() == []
        for balance, amount in Instalment.objects.values_list("balance", "amount"):
            assert 0 <= balance <= amount
        for payment in Payment.objects.filter(undone_at__isnull=True):
            active = payment.allocations.filter(undone_at__isnull=True)
            assert sum(each.amount for each in active) <= payment.amount
