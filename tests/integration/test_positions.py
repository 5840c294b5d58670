"""What was open at any date, exact for the past: pages, PDF, attachments, the year-end list."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from sollecito.accounts.models import Company
from sollecito.domain.account_card import make_account_card
from sollecito.domain.settling import ClosingKind
from sollecito.domain.statements import Form, StatementOrder, read_key
from sollecito.domain.year_end import Mark, mark_credit
from sollecito.dunning.account_entries import account_entries
from sollecito.dunning.models import Hold, Presentation
from sollecito.dunning.positions import position_on
from sollecito.flows import clock
from sollecito.flows.check_closing import ClosingOrder
from sollecito.flows.close_debts import close_debts
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.list_open_positions import list_open_positions
from sollecito.flows.make_account_statement import make_account_statement
from sollecito.flows.match_credit import match_credit
from sollecito.flows.preview_reminders import preview_reminders
from sollecito.flows.receive_money import Receipt, receive_money
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.spend_credit import left_of, spend_credit
from sollecito.flows.undo_payments import undo_payment
from sollecito.ledger.models import Instalment, Party, Payment
from tests.ledger_rows import add_document, add_party
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Noi S.r.l.", vat_number="99900010473")


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    return make_world()


def receive(party: Party, amount: str, day: date, *rows: Instalment) -> Payment:
    ids = [row.pk for row in rows]
    receipt = Receipt(Decimal(amount), day, instalments=ids, party=party)
    return receive_money(party.company, receipt)


def open_on(party: Party, day: date) -> list[Decimal]:
    """What is open, and what is in credit."""
    position = position_on(party, "EUR", day)
    return [position.total, position.credit]


def card_balance(party: Party, day: date) -> Decimal:
    return make_account_card(account_entries(party, "EUR"), None, day).closing


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_documents_and_money_count_from_their_dates(company: Company) -> None:
    party = add_party(company)
    (row,) = add_document(party, "100", day=date(2026, 1, 10))
    receive(party, "40", date(2026, 2, 5), row)
    assert open_on(party, date(2026, 1, 9)) == [0, 0]
    assert open_on(party, date(2026, 1, 10)) == [100, 0]
    assert open_on(party, date(2026, 2, 4)) == [100, 0]
    assert open_on(party, date(2026, 2, 5)) == [60, 0]


def test_an_advance_is_a_credit_until_its_invoice_is_there(company: Company) -> None:
    party = add_party(company)
    payment = receive(party, "80", date(2026, 1, 5))
    (row,) = add_document(party, "100", day=date(2026, 3, 1))
    spend_credit(payment, {row.pk: Decimal(80)}, user=None)
    assert open_on(party, date(2026, 2, 28)) == [0, 80]
    assert open_on(party, date(2026, 3, 1)) == [20, 0]


def test_a_note_is_a_credit_until_it_was_linked(company: Company) -> None:
    party = add_party(company)
    (row,) = add_document(party, "100", day=date(2026, 1, 10))
    (note,) = add_document(party, "-30", kind="nota_di_credito", day=date(2026, 2, 1))
    with clock.pretend(date(2026, 3, 1)):
        match_credit(note, row)
    assert open_on(party, date(2026, 1, 31)) == [100, 0]
    assert open_on(party, date(2026, 2, 28)) == [100, 30]
    assert open_on(party, date(2026, 3, 1)) == [70, 0]


def test_an_effect_that_came_back_was_paid_until_it_did(company: Company) -> None:
    party = add_party(company)
    (row,) = add_document(party, "100", day=date(2026, 1, 10))
    payment = receive(party, "100", date(2026, 2, 10), row)
    now = clock.now()
    hold = Hold.objects.create(
        company=company, instalment=row, kind="in_collection", from_date=START, created_at=now
    )
    undo_payment(payment, user=None)
    Presentation.objects.create(
        company=company,
        hold=hold,
        effect="riba",
        payment=payment,
        outcome=Presentation.Outcome.RETURNED,
        outcome_date=date(2026, 2, 20),
    )
    for day, owed in ((9, 100), (10, 0), (19, 0), (20, 100)):
        at = date(2026, 2, day)
        assert open_on(party, at) == [owed, 0]
        assert card_balance(party, at) == owed


def test_a_payment_that_was_a_mistake_never_was(company: Company) -> None:
    party = add_party(company)
    (row,) = add_document(party, "100", day=date(2026, 1, 10))
    undo_payment(receive(party, "100", date(2026, 2, 10), row), user=None)
    assert open_on(party, date(2026, 2, 11)) == [100, 0]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["invoice", "note", "pay", "impute", "advance", "spend", "close", "undo", "link"]
        ),
        st.integers(0, 60),
        st.integers(1, 30_000),
    ),
    max_size=14,
)


class AnyLedger(TestCase):
    """Both forms of the statement say one balance, on every day of whatever happened."""

    @given(ACTS)
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_open_items_less_credits_are_the_balance_of_the_card(self, acts: list[Any]) -> None:
        party = add_party(Company.objects.create(name="Noi", allowance_limit=Decimal(500)))
        for act, offset, cents in acts:
            self.do(party, act, START + timedelta(days=offset), Decimal(cents) / 100)
        for offset in (0, 7, 20, 33, 45, 60, 90):
            day = START + timedelta(days=offset)
            position = position_on(party, "EUR", day)
            assert position.balance == card_balance(party, day), day
            assert all(owed > 0 for owed in position.owed.values())

    def do(self, party: Party, act: str, day: date, amount: Decimal) -> None:
        rows = list(Instalment.objects.filter(balance__gt=0).order_by("pk"))
        notes = list(Instalment.objects.filter(balance__lt=0).order_by("pk"))
        paid = list(Payment.objects.filter(undone_at__isnull=True).order_by("pk"))
        if act == "invoice":
            add_document(party, amount, day=day)
        elif act == "note":
            add_document(party, -amount, kind="nota_di_credito", day=day)
        elif act == "advance":
            receive(party, str(amount), day)
        elif act == "pay" and rows:
            receive(party, str(amount), day, *rows)
        elif act == "impute" and rows:
            ids = [row.pk for row in rows]
            receive_money(
                party.company,
                Receipt(amount, day, ids, party=party, is_interest_first=True),
            )
        elif act == "spend" and rows and (free := [each for each in paid if left_of(each) > 0]):
            part = min(left_of(free[0]), rows[0].balance)
            spend_credit(free[0], {rows[0].pk: part}, user=None)
        elif act == "close" and rows:
            parts = {rows[0].pk: min(rows[0].balance, amount)}
            close_debts(party.company, ClosingOrder(ClosingKind.WITHHELD, day, parts))
        elif act == "undo" and paid:
            undo_payment(paid[-1], user=None)
        elif act == "link" and rows and notes:
            with clock.pretend(day):
                match_credit(notes[0], rows[0])


def test_the_page_has_both_forms_at_any_date(world: World) -> None:
    client = enter(world.owner)
    path = reverse("web:customer_account", args=[world.party.pk])
    page = client.get(path, {"forma": "aperte", "al": "2026-04-16"}).content.decode()
    assert "Partite aperte EUR" in page
    assert "situazione al 16/04/2026" in page
    card = client.get(path, {"al": "2026-04-16", "interessi": "on"}).content.decode()
    assert "Scheda contabile" in card
    assert "Interessi maturati, a parte" in card
    before = client.get(path, {"forma": "aperte", "al": "2020-01-01"}).content.decode()
    assert "0,00" in before


@pytest.mark.parametrize("form", ["", "aperte"])
def test_the_pdf_says_what_the_page_says(world: World, form: str) -> None:
    client = enter(world.owner)
    path = reverse("web:customer_account_pdf", args=[world.party.pk])
    asked = {"forma": form, "al": "2026-04-17", "interessi": "on"}
    answer = client.get(path, asked)
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    assert "Estratto conto" in text
    assert "17/04/2026" in text
    assert "Calcolo degli interessi" in text
    assert "non sono compresi nel totale" in text
    assert ("Saldo progressivo" in text) is (form == "")
    confirmation = text_of(client.get(path, asked | {"conferma": "on"}).content)
    assert ("Richiesta di conferma del saldo" in confirmation) is (form == "")


def test_a_pdf_of_an_empty_day_says_so(company: Company) -> None:
    party = add_party(company)
    for form in Form:
        pdf = make_account_statement(party, "EUR", StatementOrder(form, START))
        assert "Nessuna partita a questa data." in text_of(pdf)


def test_a_message_carries_the_scheda_at_a_date(world: World) -> None:
    key = "card@2026-04-10+interest"
    options = ReminderOptions(attachments=(key,), model="estratto_conto")
    (draft,) = compose_reminders(world.company, [world.instalment.pk], options=options).drafts
    chosen = [choice for choice in draft.attachments if choice.is_on]
    assert [choice.label for choice in chosen] == ["Scheda contabile al 10/04/2026"]
    made = preview_reminders(world.company, [world.instalment.pk], token="t", options=options)
    (mail,) = made.mails
    pdfs = [each for each in mail.attachments if each.name.startswith("Scheda contabile")]
    assert "Saldo progressivo" in text_of(pdfs[0].content)


def test_the_drawer_offers_both_and_opens_them(world: World) -> None:
    client = enter(world.owner)
    page = client.get(reverse("web:reminder_new"), {"righe": world.instalment.pk}).content.decode()
    assert 'value="card"' in page
    assert 'value="statement"' in page
    for key in ("card", "statement", "card@2026-03-31"):
        asked = {"righe": world.instalment.pk, "quale": key}
        answer = client.get(reverse("web:reminder_attachment"), asked)
        assert answer["Content-Type"] == "application/pdf", key


@pytest.mark.parametrize("key", ["carta", "card@2026-02-30", "card@ieri", "statement+x", "copy:1"])
def test_what_names_no_statement_is_none(key: str) -> None:
    assert read_key(key, START) is None


def test_the_year_end_list_is_exact_and_goes_into_a_sheet(world: World) -> None:
    client = enter(world.owner)
    path = reverse("web:customers_year_end")
    page = client.get(path, {"al": "2026-04-16", "interessi": "on"}).content.decode()
    assert world.party.name in page
    csv = client.get(path, {"al": "2026-04-16", "formato": "csv", "interessi": "on"})
    assert csv["Content-Disposition"].startswith("attachment")
    text = csv.content.decode("utf-8-sig")
    assert "interessi e indennizzo" in text.splitlines()[0]
    listed = list(list_open_positions(world.company, date(2026, 4, 16)))
    xlsx = client.get(path, {"al": "2026-04-16", "formato": "xlsx"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx.content))
    rows = book.get_sheet_by_index(0).to_python()[1:]
    total = sum(Decimal(str(row[10])) for row in rows)
    assert total == sum(row.owed for row in listed)
    assert client.get(path, {"al": "xx", "quali": "boh"}).status_code == 200


def test_credits_are_listed_and_what_the_accountant_asks_for_is_marked(company: Company) -> None:
    day = date(2026, 12, 31)
    party = add_party(company)
    add_document(party, "2500", day=date(2026, 1, 1), due=date(2026, 6, 29))
    (disputed,) = add_document(party, "9000", day=date(2026, 1, 1), due=date(2026, 2, 1))
    receive(party, "70", date(2026, 3, 1))
    Hold.objects.create(
        company=company,
        instalment=disputed,
        kind="dispute",
        from_date=date(2026, 3, 1),
        created_at=clock.now(),
    )
    found = list(list_open_positions(company, day))
    assert [(row.owed, row.marks) for row in found] == [
        (Decimal(9000), (Mark.DISPUTE,)),
        (Decimal(2500), (Mark.SMALL,)),
        (Decimal(-70), ()),
    ]


@pytest.mark.parametrize(
    ("owed", "due", "marks"),
    [
        ("2500.00", date(2026, 6, 30), [Mark.SMALL]),
        ("2500.01", date(2026, 6, 30), []),
        ("10.00", date(2026, 7, 1), []),
        ("9000.00", date(2017, 6, 30), [Mark.PRESCRIBED]),
        ("9000.00", date(2017, 7, 1), []),
    ],
)
def test_marks_begin_on_their_day(owed: str, due: date, marks: list[Mark]) -> None:
    day = date(2026, 12, 31)
    assert list(mark_credit(Decimal(owed), due, day, holds=(), last_act=None)) == marks
    late = mark_credit(Decimal(9000), date(2017, 1, 1), day, holds=(), last_act=day)
    assert late == ()
