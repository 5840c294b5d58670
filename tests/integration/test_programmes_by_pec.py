"""Programmes that write by PEC: only the steps that say so, and a formal notice must arrive."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes

import pytest

from sollecito.accounts.models import Company
from sollecito.domain.policies import ChannelMode, Step, StepKind
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows import clock
from sollecito.flows.keep_leases import recover_leases
from sollecito.flows.resolve_unknown import resolve_unknown
from sollecito.flows.take_in_mail import take_in_mail
from sollecito.ledger.models import BankAccount, ContactPoint, Instalment
from sollecito.outbox.models import Content, Message, Sender, Suppression
from tests.arrived import make_sender
from tests.ledger_rows import add_document, add_party
from tests.pec_provider import make_receipt
from tests.programmes import add_policy, approve_on, open_drafts, plan_on
from tests.reminders import add_email

pytestmark = pytest.mark.django_db
DUE, FIRST = date(2026, 3, 31), date(2026, 4, 15)
PEC = "cliente@pec.example"


@pytest.fixture
def company() -> Company:
    made = Company.objects.create(
        name="Noi S.r.l.",
        vat_number="99900010473",
        email="noi@noi.example",
        pec="noi@pec.example",
        phone="0573 1",
        contact_name="Anna",
        short_name="Noi",
        street="Via dei Collaudi 12",
        postcode="51100",
        city="Pistoia",
        province="PT",
        representative="Paola Ventura",
    )
    BankAccount.objects.create(company=made, iban="IT18Z9999099990000000000101", is_default=True)
    return made


def owe(company: Company, *, mail: bool = False, pec: bool = True) -> Instalment:
    place = {"street": "Via Roma 1", "postcode": "51100", "city": "Pistoia", "country": "IT"}
    party = add_party(company, "Rossi S.r.l.", vat_country="IT", vat_number="07643520567", **place)
    if mail:
        add_email(party, "rossi@cliente.example")
    if pec:
        ContactPoint.objects.create(company=company, party=party, kind="pec", value=PEC)
    return add_document(party, "100.00", due=DUE)[0]


def drafts(company: Company) -> dict[str, str]:
    rows = Draft.objects.filter(company=company, is_open=True)
    return dict(rows.values_list("content__channel", "obstacle"))


def step(*channels: str, mode: ChannelMode = ChannelMode.ALL) -> tuple[Step, ...]:
    return (Step(StepKind.REMINDER, 15, channels=channels, channel_mode=mode),)


def test_a_step_by_pec_goes_to_the_pec_and_to_nothing_else(company: Company) -> None:
    make_sender(company, "pec")
    owe(company, mail=True)
    add_policy(company, steps=step("pec"))
    plan_on(company, FIRST)
    assert drafts(company) == {"pec": ""}
    assert Message.objects.get(content__channel="pec").address == PEC


def test_an_ordinary_step_never_falls_back_to_pec(company: Company) -> None:
    make_sender(company, "pec")
    owe(company)
    add_policy(company, steps=step("email", mode=ChannelMode.FIRST_THAT_WORKS))
    plan_on(company, FIRST)
    assert list(drafts(company).values()) == ["no_recipient"]
    assert "pec" not in drafts(company)


def test_what_a_step_by_pec_lacks_is_said(company: Company) -> None:
    owe(company)
    add_policy(company, steps=step("pec"))
    plan_on(company, FIRST)
    assert drafts(company) == {"pec": "channel_missing"}
    make_sender(company, "pec")
    plan_on(company, FIRST, everything=True)
    assert drafts(company) == {"pec": ""}
    ContactPoint.objects.all().delete()
    plan_on(company, FIRST, everything=True)
    assert drafts(company) == {"pec": "no_recipient"}


def test_what_is_approved_leaves_as_a_pec_with_our_name(company: Company) -> None:
    sender = make_sender(company, "pec")
    owe(company)
    add_policy(company, steps=step("pec"))
    plan_on(company, FIRST)
    done = approve_on(company, FIRST)
    assert not done.refused
    content = Content.objects.get(pk=done.contents[0])
    mail = message_from_bytes(bytes(content.raw or b""))
    assert (content.channel, content.sender) == ("pec", sender)
    assert (mail["X-TipoRicevuta"], mail["To"]) == ("completa", PEC)
    assert mail["Message-ID"] == content.message_id
    assert content.messages.get().status == "queued"


def test_a_dead_pec_is_no_recipient(company: Company) -> None:
    make_sender(company, "pec")
    owe(company)
    Suppression.objects.create(company=company, address=PEC, since=clock.now())
    add_policy(company, steps=step("pec"))
    plan_on(company, FIRST)
    assert drafts(company) == {"pec": "no_recipient"}


def test_a_formal_notice_that_came_back_is_not_followed(company: Company) -> None:
    sender = make_sender(company, "pec")
    rata = owe(company)
    add_policy(company, steps=(Step(StepKind.FORMAL_NOTICE, 15, channels=("pec",)),))
    plan_on(company, FIRST)
    assert not approve_on(company, FIRST).refused
    content = Content.objects.get(channel="pec")
    Message.objects.filter(content=content).update(status="accepted")
    raw = make_receipt(
        "errore-consegna",
        message_id=content.message_id,
        recipients=[PEC],
        about=PEC,
        error="altro",
        text="5.2.2 casella piena",
    )
    take_in_mail(company, raw, sender=sender)
    reminder = Reminder.objects.get(instalment=rata)
    assert (reminder.is_void, reminder.is_failed) == (True, True)
    plan_on(company, date(2026, 5, 20), everything=True)
    assert not open_drafts(company)
    late = make_receipt(
        "avvenuta-consegna", message_id=content.message_id, recipients=[PEC], about=PEC
    )
    take_in_mail(company, late, sender=sender)
    reminder.refresh_from_db()
    assert (reminder.is_void, reminder.is_failed) == (False, False)


def test_a_formal_notice_of_which_nobody_knows_has_not_been_given(company: Company) -> None:
    make_sender(company, "pec")
    rata = owe(company)
    add_policy(
        company,
        steps=(
            Step(StepKind.FORMAL_NOTICE, 15, channels=("pec",)),
            Step(StepKind.REMINDER, 20, channels=("pec",)),
        ),
    )
    plan_on(company, FIRST)
    assert not approve_on(company, FIRST).refused
    row = Message.objects.get(content__channel="pec")
    Message.objects.filter(pk=row.pk).update(
        status="at_dot", attempt_id="x", lease_until="2026-01-01T00:00Z"
    )
    recover_leases()
    row.refresh_from_db()
    assert row.status == "unknown"
    plan_on(company, date(2026, 5, 20), everything=True)
    assert not open_drafts(company)
    assert Reminder.objects.get(instalment=rata).is_void
    resolve_unknown(company, row.pk, verdict="accepted", user=None)
    assert not Reminder.objects.get(instalment=rata).is_void
    plan_on(company, date(2026, 5, 20), everything=True)
    assert len(open_drafts(company)) == 1


def test_the_next_channel_is_tried_when_the_mail_comes_back(company: Company) -> None:
    pec: Sender = make_sender(company, "pec")
    owe(company, mail=True)
    add_policy(company, steps=step("email", "pec", mode=ChannelMode.FIRST_THAT_WORKS))
    plan_on(company, FIRST)
    assert set(drafts(company)) == {"file"}
    approve_on(company, FIRST)
    content = Content.objects.get(channel="file")
    Message.objects.filter(content=content).update(status="accepted")
    raw = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\n"
        f"In-Reply-To: {content.message_id}\n\n<rossi@cliente.example>:\n"
        "550 5.1.1 User unknown\n"
    ).encode()
    with clock.pretend(FIRST):
        take_in_mail(company, raw)
    assert drafts(company) == {"pec": ""}
    assert pec.channel == "pec"
