"""A customer that is our supplier too: what we owe it, its reminders, and compensation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sollecito.accounts.models import AuditEntry, Company
from sollecito.domain.schedule import Wait
from sollecito.domain.settling import share_oldest_first
from sollecito.flows.compensate import Offset, OffsetRefusedError, compensate
from sollecito.flows.edit_company import edit_company
from sollecito.flows.explain_decision import explain_decision
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.keep_payables import Debt, add_payable, reopen_payable, settle_payable
from sollecito.flows.undo_import import undo_import
from sollecito.flows.undo_payments import undo_payment
from sollecito.ledger.models import ImportBatch, Instalment, Party, Payable
from sollecito.ledger.payable_queries import owed_by_us, payables_of
from sollecito.ledger.queries import wrong_balances
from tests.builders import BUYER_VAT, SELLER_VAT, invoice_bytes
from tests.ledger_rows import add_document, add_party
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 1)


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    return make_world()


def owe(party: Party, amount: str, number: str = "F1") -> Payable:
    return add_payable(party, Debt(Decimal(amount), DAY, number), user=None)


def reason_of(world: World) -> str:
    answer = explain_decision(Instalment.objects.get(pk=world.instalment.pk))
    return answer.sentence


def test_both_sides_are_closed_and_one_undo_reopens_them(world: World) -> None:
    one, two = owe(world.party, "50"), owe(world.party, "100", "F2")
    theirs = {one.pk: Decimal(50), two.pk: Decimal("72.00")}
    offset = Offset({world.instalment.pk: Decimal(122)}, theirs, DAY, "accordo del 31 marzo")
    payment = compensate(world.party, offset)
    assert Instalment.objects.get(pk=world.instalment.pk).balance == 0
    assert payables_of(world.party) == [(two, Decimal(28))]
    texts = list(AuditEntry.objects.values_list("text", flat=True))
    said = "Compensazione: 122,00 €. Motivo: con F1 del 01/04/2026, F2 del 01/04/2026. accordo del"
    assert any(text.startswith(said) for text in texts)
    undo_payment(payment, user=None)
    assert Instalment.objects.get(pk=world.instalment.pk).balance == 122
    assert [(row.number, left) for row, left in payables_of(world.party)] == [
        ("F1", Decimal(50)),
        ("F2", Decimal(100)),
    ]
    assert wrong_balances() == []


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        ("50", "40", "stessa somma"),
        ("60", "60", "restano 50,00"),
        ("200", "200", "restano"),
        ("0", "0", "da una parte e dall'altra"),
    ],
)
def test_what_does_not_balance_is_refused_whole(
    world: World, ours: str, theirs: str, words: str
) -> None:
    debt = owe(world.party, "50")
    offset = Offset({world.instalment.pk: Decimal(ours)}, {debt.pk: Decimal(theirs)}, DAY)
    with pytest.raises((OffsetRefusedError, FieldsRefusedError), match=words):
        compensate(world.party, offset)
    assert payables_of(world.party) == [(debt, Decimal(50))]
    assert Instalment.objects.get(pk=world.instalment.pk).balance == 122


def test_a_debt_of_another_customer_is_not_set_against_this_one(world: World) -> None:
    stranger = owe(add_party(world.company, "Bianchi"), "50")
    offset = Offset({world.instalment.pk: Decimal(50)}, {stranger.pk: Decimal(50)}, DAY)
    with pytest.raises(OffsetRefusedError, match="non è più aperto"):
        compensate(world.party, offset)


def test_automatic_reminders_wait_while_we_owe_unless_the_company_says_otherwise(
    world: World,
) -> None:
    debt = owe(world.party, "50")
    assert "Siamo anche debitori di questo cliente per 50,00 €" in reason_of(world)
    answer = explain_decision(world.instalment).decided.answer
    assert answer == Wait(None, "customer_paused")
    edit_company(world.company, user=None, changes={"holds_when_we_owe": False})
    assert "debitori" not in reason_of(world)
    edit_company(world.company, user=None, changes={"holds_when_we_owe": True})
    settle_payable(debt, user=None)
    settle_payable(debt, user=None)
    assert "debitori" not in reason_of(world)
    reopen_payable(debt, user=None)
    assert "debitori" in reason_of(world)


def test_who_writes_by_hand_is_told(world: World) -> None:
    owe(world.party, "50")
    path = reverse("web:reminder_new")
    page = enter(world.owner).get(path, {"righe": world.instalment.pk}).content.decode()
    assert "Siamo anche debitori di questo cliente per 50,00" in page


def test_a_debt_that_makes_no_sense_is_refused_by_field(world: World) -> None:
    wrong = Debt(Decimal(0), date(2030, 1, 1), due_date=date(2029, 1, 1))
    with pytest.raises(FieldsRefusedError) as refused:
        add_payable(world.party, wrong, user=None)
    assert set(refused.value.problems) == {"amount", "day", "due_date"}


def test_on_the_card_a_debt_is_written_compensated_and_undone(world: World) -> None:
    client = enter(world.owner)
    card = reverse("web:customer", args=[world.party.pk])
    new = reverse("web:payable_new", args=[world.party.pk])
    data = {"amount": "1.000,00", "number": "F 7", "day": "2026-04-01"}
    assert client.post(new, data).status_code == 302
    assert "Loro fattura F 7" in client.get(card).content.decode()
    offset = reverse("web:customer_offset", args=[world.party.pk])
    assert 'value="122,00"' in client.get(offset).content.decode()
    bad = client.post(offset, {"importo": "5000", "giorno": "2026-04-01"}).content.decode()
    assert "stessa somma" in bad
    client.post(offset, {"importo": "122", "giorno": "2026-04-01", "nota": "lettera"})
    assert Instalment.objects.get(pk=world.instalment.pk).balance == 0
    assert owed_by_us([world.party.pk]) == {(world.party.pk, "EUR"): 878}
    page = client.get(reverse("web:document", args=[world.instalment.document_id]))
    assert "Compensazione" in page.content.decode()
    row = Payable.objects.get()
    client.post(reverse("web:payable_settle", args=[row.pk]))
    assert owed_by_us([world.party.pk]) == {}
    client.post(reverse("web:payable_reopen", args=[row.pk]))
    assert owed_by_us([world.party.pk]) == {(world.party.pk, "EUR"): 878}


def test_a_purchase_from_a_customer_is_kept_as_our_debt_where_wished() -> None:
    company = Company.objects.create(name="Noi", vat_number=SELLER_VAT, keeps_purchases=True)
    add_party(company, "Cliente", vat_number=BUYER_VAT, vat_country="IT")
    purchase = invoice_bytes(number="77", seller_vat=BUYER_VAT, buyer_vat=SELLER_VAT)
    files = [NamedFile("acquisto.xml", content=purchase)]
    report = import_files(files)
    assert "tenuto fra i vostri debiti" in report.skipped[0][1]
    row = Payable.objects.get()
    assert (row.number, row.source, row.company) == ("77", "file", company)
    assert "era già" in import_files(files).skipped[0][1]
    Company.objects.update(keeps_purchases=False)
    assert "è il cliente" in import_files(files).skipped[0][1]
    undo_import(ImportBatch.objects.order_by("pk")[0], user=None)
    assert not Payable.objects.exists()


class AnyCompensation(TestCase):
    """Whatever is compensated, both sides lose the same and get it back."""

    @given(
        st.lists(st.integers(1, 50_000), min_size=1, max_size=4),
        st.lists(st.integers(1, 50_000), min_size=1, max_size=4),
        st.lists(st.integers(1, 60_000), min_size=1, max_size=5),
    )
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_sums_stay_to_the_cent(
        self, ours: list[int], theirs: list[int], wanted: list[int]
    ) -> None:
        company = Company.objects.create(name="Noi")
        party = add_party(company)
        rows = add_document(party, *(str(Decimal(each) / 100) for each in ours))
        for number, each in enumerate(theirs):
            owe(party, str(Decimal(each) / 100), f"F{number}")
        made = []
        for cents in wanted:
            amount = Decimal(cents) / 100
            fresh = Instalment.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
            mine = share_oldest_first(amount, [(row.pk, row.balance) for row in fresh])
            debts = [(row.pk, left) for row, left in payables_of(party)]
            try:
                offset = Offset(mine, share_oldest_first(amount, debts), DAY)
                made.append(compensate(party, offset))
            except OffsetRefusedError:
                continue
            closed = sum((each.amount for each in made), Decimal(0))
            left = sum(Instalment.objects.values_list("balance", flat=True), Decimal(0))
            owed = owed_by_us([party.pk]).get((party.pk, "EUR"), Decimal(0))
            assert left == Decimal(sum(ours)) / 100 - closed >= 0
            assert owed == Decimal(sum(theirs)) / 100 - closed >= 0
        for payment in reversed(made):
            undo_payment(payment, user=None)
        amounts = [row.amount for row in rows]
        assert list(Instalment.objects.order_by("pk").values_list("balance", flat=True)) == amounts
        assert owed_by_us([party.pk]) == {(party.pk, "EUR"): Decimal(sum(theirs)) / 100}
