"""Telefonate and notes: written down, and what follows from each outcome."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.accounts.models import AuditEntry
from sollecito.domain.calls import CallOutcome
from sollecito.domain.policies import Step, StepKind
from sollecito.dunning.call_queries import calls_to_make
from sollecito.dunning.models import Draft, Hold, PhoneCall, Promise
from sollecito.flows.check_text import WrittenText
from sollecito.flows.edit_customer import Contact, add_contact
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.prepare_call import prepare_call
from sollecito.flows.record_call import CallReport, record_call
from sollecito.flows.save_template import TemplateRefusedError, TextPlace, save_template
from sollecito.outbox.models import Content
from sollecito.outbox.queries import ready_lanes
from tests.programmes import add_policy, approve_on, open_drafts, plan_on
from tests.web_rows import TODAY, World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    made = make_world()
    Hold.objects.all().delete()
    return made


def call(world: World, outcome: CallOutcome, **more: Any) -> PhoneCall:
    report = CallReport(outcome, **more)
    return record_call(world.party, [world.instalment], report, user=world.owner)


def test_nobody_answers_and_it_is_to_do_on_the_next_working_day(world: World) -> None:
    made = call(world, CallOutcome.NO_ANSWER)
    (task,) = calls_to_make(world.company)
    assert task.due_date == date(2026, 4, 20)  # from a Friday
    assert task.follows == made
    assert task.rows == str(world.instalment.pk)
    open_task = PhoneCall.objects.get(pk=task.pk)
    report = CallReport(CallOutcome.CALL_BACK, day=date(2026, 5, 4))
    record_call(world.party, [world.instalment], report, user=world.owner, task=open_task)
    assert [each.due_date for each in calls_to_make(world.company)] == [date(2026, 5, 4)]
    assert calls_to_make(world.company, date(2026, 5, 3)) == []
    assert not Hold.objects.exists()


def test_a_date_is_a_promise(world: World) -> None:
    call(world, CallOutcome.WILL_PAY, day=date(2026, 4, 24), amount=Decimal(50), note="lunedì")
    promise = Promise.objects.get()
    assert (promise.date, promise.amount) == (date(2026, 4, 24), Decimal(50))
    assert "lunedì" in promise.hold.reason


def test_who_says_to_have_paid_is_believed_for_five_working_days(world: World) -> None:
    for outcome in (CallOutcome.SAYS_PAID, CallOutcome.GAVE_TO_AGENT):
        Hold.objects.all().delete()
        call(world, outcome, note="CRO 0012345")
        hold = Hold.objects.get()
        assert hold.kind == Hold.Kind.CLAIMED_PAID
        assert hold.until_date == date(2026, 4, 24)
        assert "CRO 0012345" in hold.reason


def test_a_dispute_stops_what_is_disputed(world: World) -> None:
    call(world, CallOutcome.DISPUTES, amount=Decimal(30), note="un pezzo rotto")
    hold = Hold.objects.get()
    assert (hold.kind, hold.amount, hold.instalment) == ("dispute", Decimal(30), world.instalment)


@pytest.mark.parametrize(
    ("outcome", "more", "field"),
    [
        (CallOutcome.WILL_PAY, {}, "day"),
        (CallOutcome.CALL_BACK, {"day": date(2026, 4, 16)}, "day"),
        (CallOutcome.DISPUTES, {"note": " "}, "note"),
        (CallOutcome.WILL_PAY, {"day": date(2026, 5, 1), "amount": Decimal(9999)}, "amount"),
    ],
)
def test_what_an_outcome_lacks_is_said_and_nothing_is_written(
    world: World, outcome: CallOutcome, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldsRefusedError) as refused:
        call(world, outcome, **more)
    assert list(refused.value.problems) == [field]
    assert not PhoneCall.objects.exists()
    assert not Hold.objects.exists()


def test_every_outcome_is_in_the_history(world: World) -> None:
    days: dict[CallOutcome, date] = dict.fromkeys(
        (CallOutcome.WILL_PAY, CallOutcome.CALL_BACK), date(2026, 4, 24)
    )
    for outcome in CallOutcome:
        Hold.objects.all().delete()
        call(world, outcome, day=days.get(outcome), note="nota di prova", person="Rossi")
    texts = list(AuditEntry.objects.filter(action="call_made").values_list("text", flat=True))
    assert len(set(texts)) == len(CallOutcome)
    assert all("nota di prova" in text and "Con Rossi." in text for text in texts)


def test_the_script_says_who_what_and_how_much(world: World) -> None:
    add_contact(world.party, Contact("phone", "+39 06 1234567", person="Bianchi"), user=None)
    prepared = prepare_call(world.party, [], user=world.owner)
    assert [point.value for point in prepared.phones] == ["+39 06 1234567"]
    for words in (world.company.name, "122,00 €", "31/03/2026", "non vi disturbo"):
        assert words in prepared.script
    Hold.objects.create(
        company=world.company,
        party=world.party,
        kind="legal",
        from_date=date(2026, 4, 1),
        created_at=world.message.not_before,
    )
    assert prepare_call(world.party, [], user=world.owner).script == ""


@pytest.fixture
def client(world: World) -> Client:
    return enter(world.office)


def test_the_pages(world: World, client: Client) -> None:
    path = reverse("web:customer_call", args=[world.party.pk]) + f"?righe={world.instalment.pk}"
    assert "Parlo con chi segue i pagamenti?" in client.get(path).content.decode()
    empty = client.post(path, {"esito": "will_pay"}).content.decode()
    assert "Scrivi il giorno." in empty
    data = {"esito": "will_pay", "giorno": "2026-04-24", "importo": "50,00", "persona": "Neri"}
    assert client.post(path, data).status_code == 302
    assert Promise.objects.get().amount == 50
    sent = client.post(path, {"esito": "not_received"})
    assert sent["Location"].endswith(f"?righe={world.instalment.pk}&modello=invio_documento")
    client.post(path, {"esito": "no_answer"})
    tasks = client.get(reverse("web:tasks")).content.decode()
    assert "Da chiamare" in tasks
    (task,) = calls_to_make(world.company)
    client.post(reverse("web:call_drop", args=[task.pk]))
    assert calls_to_make(world.company) == []


def test_a_note_stays_in_the_history(world: World, client: Client) -> None:
    path = reverse("web:customer_note", args=[world.party.pk])
    assert client.post(path, {"testo": "  "}).status_code == 200
    assert client.post(path, {"testo": "Chiude il lunedì <b>"}).status_code == 302
    story = client.get(reverse("web:customer_time_line", args=[world.party.pk])).content.decode()
    assert "Chiude il lunedì &lt;b&gt;" in story


def call_step(world: World) -> None:
    """A rule whose step of today is a call; nothing was said before."""
    steps = (Step(StepKind.REMINDER, 17, channels=("call",)),)
    add_policy(world.company, steps=steps, working_days_only=False)
    world.instalment.reminders.all().delete()


def test_a_rule_asks_for_a_call_and_the_call_settles_it(world: World) -> None:
    call_step(world)
    plan_on(world.company, TODAY, everything=True)
    (lacking,) = open_drafts(world.company)
    assert Draft.objects.get(content=lacking).obstacle == "no_recipient"
    add_contact(world.party, Contact("phone", "0573 1234567", person="Bianchi"), user=None)
    plan_on(world.company, TODAY, everything=True)
    (draft,) = open_drafts(world.company)
    assert approve_on(world.company, TODAY).refused == ()
    (asked,) = calls_to_make(world.company)
    assert (asked.party, asked.rows) == (world.party, str(world.instalment.pk))
    content = Content.objects.get(pk=draft)
    assert "non vi disturbo" in bytes(content.raw or b"").decode()
    assert ready_lanes() == []
    client = enter(world.office)
    assert "lo chiede la regola" in client.get(reverse("web:tasks")).content.decode()
    path = reverse("web:customer_call", args=[world.party.pk])
    query = f"?messaggio={asked.message}&righe={asked.rows}"
    client.post(path + query, {"esito": "will_pay", "giorno": "2026-04-24"})
    assert content.messages.get().status == "accepted"
    assert calls_to_make(world.company) == []
    assert Promise.objects.get().amount == 122
    assert PhoneCall.objects.get().outcome == "will_pay"


def test_the_script_is_a_model_that_a_company_writes(world: World) -> None:
    text = "Buongiorno, chiamo per {{ documenti }}. Quando arrivano {{ importo }}?"
    save_template(world.company, TextPlace("telefonata"), WrittenText("", text), user=world.owner)
    prepared = prepare_call(world.party, [world.instalment], user=world.owner)
    assert prepared.script.startswith("Buongiorno, chiamo per fattura")
    assert "{{" not in prepared.script
    wrong = WrittenText("", "{{ boh }}")
    with pytest.raises(TemplateRefusedError):
        save_template(world.company, TextPlace("telefonata"), wrong, user=world.owner)


def test_a_call_without_rows_leads_to_the_copy_of_what_is_open(
    world: World, client: Client
) -> None:
    address = reverse("web:customer_call", args=[world.party.pk])
    answer = client.post(address, {"esito": "not_received", "numero": ""})
    assert answer.status_code == 302
    assert "modello=invio_documento" in answer["Location"]
    assert str(world.instalment.pk) in answer["Location"]
