"""Programmes that write by SMS: beside the mail, at most one a week, or where the mail fails."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from sollecito.accounts.models import Company
from sollecito.domain.policies import Approval, ChannelMode, Step, StepKind
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows import clock
from sollecito.flows.forecast_reminders import forecast_reminders
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.resolve_unknown import learn_receipt
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.ledger.models import Instalment
from sollecito.outbox.models import Content, Message, Sender
from tests.ledger_rows import add_document, add_party
from tests.programmes import add_policy, approve_on, open_drafts, plan_on
from tests.reminders import add_email, add_phone

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 31)
FIRST = date(2026, 4, 15)
MAIL, SMS = "file", "sms"


@pytest.fixture
def company(settings: Settings) -> Company:
    made = Company.objects.create(
        name="Noi S.r.l.",
        vat_number="99900010473",
        email="noi@noi.example",
        phone="0573 1",
        contact_name="Anna",
        short_name="Noi",
    )
    made.refresh_from_db()
    return made


def owe(company: Company, *, mail: bool = True, phone: str = "333 1234567") -> Instalment:
    party = add_party(company, "Rossi S.r.l.")
    if mail:
        add_email(party, "rossi@cliente.example")
    if phone:
        add_phone(party, phone)
    return add_document(party, "100.00", due=DUE)[0]


def write_by(
    company: Company,
    *channels: str,
    mode: ChannelMode = ChannelMode.ALL,
    offsets: tuple[int, ...] = (15,),
    **more: Any,
) -> None:
    steps = tuple(
        Step(StepKind.REMINDER, offset, channels=channels, channel_mode=mode) for offset in offsets
    )
    add_policy(company, steps=steps, **more)


def by_rule(company: Company) -> None:
    """Nothing waits for a person any more."""
    company.policies.update(reviewed_at=clock.real_now())
    company.takings_current_at = company.takings_answered_at = clock.real_now()
    Company.objects.filter(pk=company.pk).update(fresh_takings_days=3650)


def drafts(company: Company) -> dict[str, str]:
    rows = Draft.objects.filter(company=company, is_open=True)
    return dict(rows.values_list("content__channel", "obstacle"))


def sent(company: Company) -> list[tuple[str, str]]:
    rows = Message.objects.filter(company=company).exclude(status__in=["draft", "cancelled"])
    return list(rows.order_by("pk").values_list("content__channel", "address"))


def test_a_step_with_two_channels_is_one_communication(company: Company) -> None:
    write_by(company, "email", "sms")
    row = owe(company)
    with clock.pretend(FIRST):
        (day,) = forecast_reminders(company, 1)
    assert (day.messages, len(day.groups)) == (2, 1)
    plan_on(company, FIRST)
    assert drafts(company) == {MAIL: "", SMS: ""}
    assert len(set(Draft.objects.values_list("group", flat=True))) == 1
    assert len(approve_on(company, FIRST).contents) == 2
    assert sent(company) == [(MAIL, "rossi@cliente.example"), (SMS, "+393331234567")]
    text = Content.objects.get(channel=SMS).text
    assert text.startswith("Noi: non risulta pagato 100,00 €, scaduto il 31/03/2026")
    assert Reminder.objects.filter(instalment=row, issued_date=FIRST).count() == 2


def test_the_rest_of_a_communication_waits_for_its_person(company: Company) -> None:
    write_by(company, "email", "sms")
    owe(company)
    plan_on(company, FIRST)
    mail = Draft.objects.get(content__channel=MAIL).pk
    approve_on(company, FIRST, [mail])
    plan_on(company, FIRST, everything=True)
    assert drafts(company) == {SMS: ""}
    (done,) = approve_on(company, date(2026, 4, 16)).contents
    assert Content.objects.get(pk=done).channel == SMS


def test_the_rest_does_not_wait_for_ever(company: Company) -> None:
    write_by(company, "email", "sms")
    owe(company)
    plan_on(company, FIRST)
    approve_on(company, FIRST, [Draft.objects.get(content__channel=MAIL).pk])
    plan_on(company, date(2026, 4, 20), everything=True)
    assert drafts(company) == {}


def test_one_sms_a_week_and_the_mail_goes_all_the_same(company: Company) -> None:
    write_by(company, "email", "sms", offsets=(15, 20, 23), min_gap_days=1)
    owe(company)
    with clock.pretend(FIRST):
        days = {each.day: each.messages for each in forecast_reminders(company, 15) if each.groups}
    assert days == {FIRST: 2, date(2026, 4, 20): 1, date(2026, 4, 23): 2}
    for today, most in days.items():
        plan_on(company, today, everything=True)
        assert drafts(company) == {MAIL: "", SMS: "" if most == 2 else "sms_cap"}
        assert len(approve_on(company, today).contents) == most


def test_an_sms_by_hand_counts_for_the_week(company: Company) -> None:
    write_by(company, "sms", min_gap_days=1)
    row = owe(company)
    with clock.pretend(date(2026, 4, 10)):
        way = ReminderOptions(channel="sms")
        assert send_reminders(company, [row.pk], token=new_token(), options=way).contents
    plan_on(company, date(2026, 4, 16), everything=True)
    assert drafts(company) == {SMS: "sms_cap"}
    plan_on(company, date(2026, 4, 17), everything=True)
    assert drafts(company) == {SMS: ""}


@pytest.mark.parametrize(
    ("phone", "obstacle"), [("", "no_recipient"), ("0573 999", "no_recipient"), ("333 1234567", "")]
)
def test_without_a_mobile_it_waits_with_its_cure(
    company: Company, phone: str, obstacle: str
) -> None:
    write_by(company, "sms")
    owe(company, phone=phone)
    plan_on(company, FIRST)
    assert drafts(company) == {SMS: obstacle}


def test_with_mail_but_no_gateway_the_channel_is_missing(company: Company) -> None:
    Sender.objects.create(company=company, host="127.0.0.1", from_address="noi@noi.example")
    write_by(company, "email", "sms")
    owe(company)
    plan_on(company, FIRST)
    assert drafts(company) == {"email": "", SMS: "channel_missing"}


def test_a_public_body_is_written_to_by_mail_alone(company: Company) -> None:
    write_by(company, "email", "sms")
    row = owe(company)
    row.party.kind = "ente_pubblico"
    row.party.save()
    plan_on(company, FIRST)
    assert set(drafts(company)) == {MAIL}


def test_an_sms_by_rule_leaves_in_its_hours(company: Company) -> None:
    write_by(company, "email", "sms", approval=Approval.AUTOMATIC)
    by_rule(company)
    owe(company)
    plan_on(company, FIRST)
    assert len(sent(company)) == 2


class TestFirstThatWorks:
    @pytest.fixture(autouse=True)
    def _policy(self, company: Company) -> None:
        write_by(company, "email", "sms", mode=ChannelMode.FIRST_THAT_WORKS)

    def lose(self, company: Company, receipt: str = "bounced") -> None:
        left = Message.objects.filter(company=company)
        message = left.exclude(status__in=["draft", "cancelled"]).latest("pk")
        Message.objects.filter(pk=message.pk).update(status="accepted")
        learn_receipt(message, receipt)

    def test_only_the_first_is_proposed(self, company: Company) -> None:
        owe(company)
        with clock.pretend(FIRST):
            (day,) = forecast_reminders(company, 1)
        plan_on(company, FIRST)
        assert (day.messages, set(drafts(company))) == (1, {MAIL})

    def test_the_first_is_that_on_which_the_customer_can_be_reached(self, company: Company) -> None:
        owe(company, mail=False)
        plan_on(company, FIRST)
        assert drafts(company) == {SMS: ""}

    def test_where_nobody_can_be_reached_it_waits_on_the_first(self, company: Company) -> None:
        owe(company, mail=False, phone="")
        plan_on(company, FIRST)
        assert drafts(company) == {MAIL: "no_recipient"}

    def test_a_bounce_proposes_the_next_one_once(self, company: Company) -> None:
        row = owe(company)
        plan_on(company, FIRST)
        approve_on(company, FIRST)
        with clock.pretend(date(2026, 4, 16)):
            self.lose(company)
            self.lose(company)
        plan_on(company, date(2026, 4, 16), everything=True)
        assert drafts(company) == {SMS: ""}
        assert Draft.objects.get(is_open=True).review  # a person read the mail: the SMS as well
        assert len(approve_on(company, date(2026, 4, 16)).contents) == 1
        plan_on(company, date(2026, 4, 17), everything=True)
        assert drafts(company) == {}
        issued = Reminder.objects.filter(instalment=row, issued_date__isnull=False)
        assert sorted(issued.values_list("channel", "occurrence")) == [(MAIL, 1), (SMS, 1)]

    def test_when_the_last_one_fails_nothing_is_left_to_try(self, company: Company) -> None:
        owe(company)
        plan_on(company, FIRST)
        approve_on(company, FIRST)
        with clock.pretend(FIRST):
            self.lose(company)
        approve_on(company, FIRST)
        with clock.pretend(FIRST):
            self.lose(company)
        assert open_drafts(company) == []
        assert len(sent(company)) == 2

    def test_by_rule_it_goes_on_by_itself(self, company: Company) -> None:
        company.policies.update(approval=Approval.AUTOMATIC)
        by_rule(company)
        owe(company)
        plan_on(company, FIRST)
        assert sent(company) == [(MAIL, "rossi@cliente.example")]
        with clock.pretend(FIRST):
            self.lose(company)
        plan_on(company, FIRST)
        assert sent(company)[1:] == [(SMS, "+393331234567")]

    def test_a_delivery_proven_afterwards_stops_nothing_twice(self, company: Company) -> None:
        owe(company)
        plan_on(company, FIRST)
        approve_on(company, FIRST)
        with clock.pretend(FIRST):
            self.lose(company)
            self.lose(company, "delivered")
        assert set(drafts(company)) == {SMS}
