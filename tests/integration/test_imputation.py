"""Money that names nothing goes to costs and interest first (art. 1194 c.c.) if a person says.

The world's invoice is of 122,00, due on 31 March; on 17 April it bears 0,58 and the 40,00 flat sum.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from sollecito.domain.account_card import make_account_card
from sollecito.domain.documents import CustomerKind
from sollecito.domain.settling import ClosingKind
from sollecito.domain.statements import Form, StatementOrder
from sollecito.domain.wording import InterestClaim
from sollecito.dunning.account_entries import account_entries
from sollecito.dunning.fact_queries import customers_credit
from sollecito.dunning.positions import position_on
from sollecito.dunning.queries import unmatched_payments
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.documenting.credit import interest, payments
from sollecito.flows.gather_interest import charge_interest, counting_of, sum_charged
from sollecito.flows.list_open_positions import list_open_positions
from sollecito.flows.make_account_statement import make_account_statement
from sollecito.flows.receive_money import Receipt, receive_money
from sollecito.flows.record_payments import PaymentRefusedError, pay_instalment
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.flows.spend_credit import left_of
from sollecito.flows.undo_import import why_not_undone
from sollecito.flows.undo_payments import undo_payment
from sollecito.ledger.models import Instalment, InterestTaken, Party, Payment
from sollecito.outbox.models import Message
from tests.ledger_rows import add_document
from tests.web_rows import TODAY, World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]
NOTHING = Decimal("0.00")


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    return make_world()


def receive(world: World, amount: str, *, day: date = TODAY, **more: Any) -> Payment:
    options = {"party": world.party, "instalments": [world.instalment.pk], **more}
    receipt = Receipt(Decimal(amount), day, is_interest_first=True, **options)
    return receive_money(world.company, receipt)


def asked(world: World, day: date = TODAY) -> tuple[Decimal, Decimal]:
    """Interest and flat sum that pages and notices ask for on a day."""
    claim = claim_of(world, day)
    return claim.interest, claim.flat


def claim_of(world: World, day: date) -> InterestClaim:
    party = Party.objects.select_related("company").get(pk=world.party.pk)
    position = position_on(party, "EUR", day)
    return sum_charged(charge_interest(position.rows, position.owed, counting_of(party, day)))


def rows_of(payment: Payment) -> list[tuple[Decimal, Decimal]]:
    rows = InterestTaken.objects.filter(payment=payment).order_by("pk")
    return list(rows.values_list("costs", "interest"))


def balance(world: World) -> Decimal:
    return Instalment.objects.get(pk=world.instalment.pk).balance


def test_costs_and_interest_come_before_the_capital(world: World) -> None:
    assert asked(world) == (Decimal("0.58"), Decimal(40))
    payment = receive(world, "100")
    assert rows_of(payment) == [(Decimal(40), Decimal("0.58"))]
    assert balance(world) == Decimal("62.58")
    assert (payment.amount, payment.interest) == (Decimal(100), Decimal("40.58"))
    assert left_of(payment) == 0
    assert asked(world) == (NOTHING, NOTHING)


def test_what_is_not_enough_for_both_touches_no_capital(world: World) -> None:
    first = receive(world, "30")
    assert rows_of(first) == [(Decimal(30), NOTHING)]
    second = receive(world, "10.20")
    assert rows_of(second) == [(Decimal(10), Decimal("0.20"))]
    assert balance(world) == 122
    assert asked(world) == (Decimal("0.38"), NOTHING)
    assert unmatched_payments(world.party.pk) == []
    assert customers_credit([world.party.pk]) == {}
    assert customers_credit([world.party.pk], as_of=TODAY) == {}


def test_interest_runs_on_what_is_left_and_the_collected_comes_off(world: World) -> None:
    receive(world, "100")
    later = claim_of(world, date(2026, 5, 17))
    assert [(row.base, row.days) for row in later.rows] == [
        (Decimal("122.00"), 17),
        (Decimal("62.58"), 30),
    ]
    assert later.collected == Decimal("0.58")
    assert later.interest == sum(row.interest for row in later.rows) - later.collected
    assert later.flat == 0


def test_a_day_before_it_came_still_asks_for_all(world: World) -> None:
    before = asked(world, date(2026, 4, 16))
    receive(world, "100")
    assert asked(world, date(2026, 4, 16)) == before


def test_undoing_it_restores_what_was_asked(world: World) -> None:
    before = (balance(world), asked(world), position_on(world.party, "EUR", TODAY).balance)
    undo_payment(receive(world, "100"), user=None)
    after = (balance(world), asked(world), position_on(world.party, "EUR", TODAY).balance)
    assert after == before


def test_the_flat_sum_is_once_a_document_and_the_oldest_debts_are_first(world: World) -> None:
    rows = add_document(world.party, "1000", "1000", day=date(2026, 1, 1), due=date(2026, 1, 31))
    payment = receive(world, "500", instalments=[world.instalment.pk, *(row.pk for row in rows)])
    taken = list(payment.interest_taken.order_by("pk").values_list("instalment", "costs"))
    flat = Decimal(40)
    assert taken == [(rows[0].pk, flat), (rows[1].pk, NOTHING), (world.instalment.pk, flat)]
    closed = list(payment.allocations.values_list("instalment", flat=True))
    assert closed == [rows[0].pk]
    assert asked(world) == (NOTHING, NOTHING)


def test_money_recorded_late_does_not_take_interest_twice(world: World) -> None:
    receive(world, "40.58")
    earlier = receive(world, "10", day=date(2026, 4, 10))
    assert rows_of(earlier) == []
    assert balance(world) == 112


def test_the_scheda_says_both_and_its_balance_is_what_is_open(world: World) -> None:
    before = position_on(world.party, "EUR", TODAY).balance
    receive(world, "100")
    card = make_account_card(account_entries(world.party, "EUR"), None, TODAY)
    said = [(str(row.entry.cause), row.entry.amount) for row in card.rows]
    assert said.index(("INTERESSI", Decimal("40.58"))) < said.index(("INC", Decimal(-100)))
    assert card.closing == position_on(world.party, "EUR", TODAY).balance
    assert card.closing == before - Decimal("59.42")


def test_the_year_end_list_asks_for_what_is_left(world: World) -> None:
    receive(world, "40.20")
    (row,) = [
        each
        for each in list_open_positions(world.company, TODAY, with_interest=True)
        if each.row and each.row.pk == world.instalment.pk
    ]
    assert (row.owed, row.interest) == (Decimal(122), Decimal("0.38"))


def test_a_formal_notice_says_what_was_collected(world: World) -> None:
    receive(world, "40.20")
    options = ReminderOptions(model="messa_in_mora_impresa")
    (draft,) = compose_reminders(world.company, [world.instalment.pk], options=options).drafts
    assert "Interessi di mora al 17/04/2026: 0,38 €" in draft.text
    assert "Interessi già incassati: -0,20 €" in draft.text
    assert "40,00 €" not in draft.text
    assert "la somma di 122,38 €" in draft.text


@pytest.mark.parametrize(
    ("english", "words"), [(False, "Interessi già incassati"), (True, "Interest collected already")]
)
def test_the_statement_says_what_was_collected(world: World, words: str, *, english: bool) -> None:
    receive(world, "40.20")
    order = StatementOrder(Form.OPEN_ITEMS, TODAY, with_interest=True)
    made = make_account_statement(world.party, "EUR", order, language="en" if english else "it")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    assert words in text
    assert "0.38" in text.replace(",", ".")


def test_the_dossier_says_it_too(world: World) -> None:
    receive(world, "40.20")
    assert "Già incassati: 0,20 €." in interest(world.party, TODAY).note
    assert "di cui a spese e interessi 40,20 €" in str(payments(world.party).rows)


def test_a_queued_message_about_them_is_made_anew(world: World) -> None:
    send_reminders(world.company, [world.instalment.pk], user=world.owner, token=new_token())
    waiting = Message.objects.filter(status="queued")
    assert waiting.exists()
    receive(world, "10")
    assert not waiting.exists()


def test_money_that_names_what_it_pays_is_refused(world: World) -> None:
    for more in (
        {"parts": {world.instalment.pk: Decimal(50)}},
        {"party": None},
        {"rest": ClosingKind.ALLOWANCE},
    ):
        with pytest.raises(PaymentRefusedError, match="non dice che cosa paga"):
            receive(world, "50", **more)
    with pytest.raises(PaymentRefusedError, match="maggiore di zero"):
        receive(world, "0")
    assert not InterestTaken.objects.exists()


def test_a_consumer_before_any_notice_owes_nothing_but_capital(world: World) -> None:
    Party.objects.filter(pk=world.party.pk).update(kind=CustomerKind.PRIVATE)
    world.party.refresh_from_db()
    payment = receive(world, "100")
    assert rows_of(payment) == []
    assert balance(world) == 22


def test_an_import_whose_interest_was_collected_stays(world: World) -> None:
    batch = world.document.batch
    assert batch is not None
    undone = "annulla prima l'incasso"
    assert undone not in why_not_undone(batch)
    world.instalment.reminders.all().delete()
    receive(world, "10")
    assert undone in why_not_undone(batch)


def test_the_form_of_a_customer_offers_it_and_never_by_itself(world: World) -> None:
    client = enter(world.owner)
    path = reverse("web:payment_new")
    page = client.get(path, {"cliente": world.party.pk}).content.decode()
    assert "interessi per 0,58 € e spese (indennizzo) per 40,00 €" in page
    assert 'name="interessi"' in page
    assert "checked" not in page.split('name="interessi"')[1].split(">")[0]
    chosen = client.get(path, {"righe": str(world.instalment.pk)}).content.decode()
    assert 'name="interessi"' not in chosen
    data = {"cliente": world.party.pk, "giorno": TODAY.isoformat(), "mezzo": "bonifico"}
    page = client.post(path, data | {"importo": "10"}, follow=True).content.decode()
    assert balance(world) == 112
    assert not InterestTaken.objects.exists()


def test_the_page_of_the_document_shows_it_apart_and_takes_it_back(world: World) -> None:
    client = enter(world.owner)
    data = {"cliente": world.party.pk, "giorno": TODAY.isoformat(), "mezzo": "bonifico"}
    data |= {"importo": "100", "interessi": "on"}
    page = client.post(reverse("web:payment_new"), data, follow=True).content.decode()
    assert "40,58 € sono andati a spese e interessi" in page
    document = reverse("web:document", args=[world.document.pk])
    page = client.get(document).content.decode()
    assert "interessi 0,58 €, spese 40,00 €: fuori dal residuo" in page
    line = client.get(reverse("web:customer_time_line", args=[world.party.pk])).content.decode()
    assert "di cui a spese e interessi 40,58 €" in line
    interest = reverse("web:customer_interest", args=[world.party.pk])
    page = client.get(interest, {"al": "2026-05-17"}).content.decode()
    assert "Già incassati" in page
    payment = Payment.objects.get(interest__gt=0)
    client.post(reverse("web:payment_undo", args=[payment.pk]))
    assert balance(world) == 122
    assert "fuori dal residuo" not in client.get(document).content.decode()


def test_the_form_says_why_it_refuses(world: World) -> None:
    add_document(world.party, "50", due=date(2026, 2, 28))
    data = {"cliente": world.party.pk, "giorno": TODAY.isoformat(), "mezzo": "bonifico"}
    data |= {"importo": "50", "interessi": "on", f"quota_{world.instalment.pk}": "50"}
    page = enter(world.owner).post(reverse("web:payment_new"), data).content.decode()
    assert "che non dice che cosa paga" in page
    english = enter(world.owner).post(
        reverse("web:payment_new"), data, headers={"accept-language": "en"}
    )
    assert "does not say what it pays" in english.content.decode()
    assert not InterestTaken.objects.exists()


def test_paying_an_instalment_by_its_name_stays_capital(world: World) -> None:
    payment = pay_instalment(world.instalment, amount=Decimal(50), day=TODAY)
    assert payment.interest == 0
    assert balance(world) == 72
