"""Who answers for several customers gets one message, with each customer's own part in it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sollecito.accounts.models import AuditEntry, Company
from sollecito.domain import policies as values
from sollecito.domain.asking import STATEMENT
from sollecito.dunning.models import Draft, Reminder
from sollecito.dunning.time_line import EntryKind, time_line
from sollecito.flows import clock
from sollecito.flows.approve_reminders import approve_reminders
from sollecito.flows.choose_contact import choose_contact, delete_contact
from sollecito.flows.compose_automatic import compose_automatic
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.edit_customer import Contact
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.forecast_reminders import forecast_reminders
from sollecito.flows.freeze_mail import prepare_mail
from sollecito.flows.hold_reminders import hold_reminders
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.merge_customers import merge_customers
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.promise_payment import promise_payment, settle_promises
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.reminder_options import PEC, SMS, ReminderOptions
from sollecito.flows.save_contact import add_address, save_contact
from sollecito.flows.send_reminder import send_reminders
from sollecito.flows.suppress_address import lift_suppression, suppress_address
from sollecito.formats.mail_html import make_html
from sollecito.formats.pdf.statement import describe_statement
from sollecito.ledger.contact_queries import (
    email_addresses,
    pec_addresses,
    phone_points,
    shared_addresses,
)
from sollecito.ledger.models import ContactPoint, Instalment, Party, PaymentContact
from sollecito.ledger.queries import customers_without_contact
from sollecito.outbox.models import Content, Message, Sender, Suppression
from tests.ledger_rows import add_document, add_party
from tests.programmes import add_policy, approve_on, issued_days, open_drafts, plan_on
from tests.reminders import add_email, add_phone

DUE, TODAY = date(2026, 3, 31), date(2026, 4, 15)
STUDIO = "contabilita@studio.example"
NAMES = ("Condominio Via dei Tigli", "Condominio Cartavela", "Condominio Le Magnolie")


@pytest.fixture
def company(db: None) -> Company:
    made = Company.objects.create(
        name="Noi S.r.l.", vat_number="99900010473", email="noi@noi.example", phone="0573 1",
        reader_gap_days=7,
    )  # fmt: skip
    made.refresh_from_db()
    return made


@pytest.fixture
def studio(company: Company) -> PaymentContact:
    """The administrator of some condominiums."""
    return save_contact(
        company, name="Studio Pontelieve", addresses=[Contact("email", STUDIO)], user=None
    )


def owe(
    company: Company,
    name: str,
    *amounts: str,
    contact: PaymentContact | None = None,
    due: date = DUE,
    **fields: Any,
) -> list[Instalment]:
    """A customer, who answers for it, and an invoice for each amount."""
    party = add_party(company, name, **fields)
    add_email(party, f"{name.rsplit(maxsplit=1)[-1].lower()}@cliente.example")
    if contact:
        choose_contact(party, contact, user=None)
    return [add_document(party, amount, due=due)[0] for amount in amounts]


@pytest.fixture
def owed(company: Company, studio: PaymentContact) -> list[Instalment]:
    """An instalment of each of three condominiums."""
    amounts = ("1180", "944", "590")
    return [
        owe(company, name, amount, contact=studio)[0]
        for name, amount in zip(NAMES, amounts, strict=True)
    ]


def composed(content: int) -> Any:
    """What a draft would say."""
    draft = Draft.objects.select_related("content", "party", "policy", "step", "company").get(
        pk=content
    )
    reminders = list(draft.content.reminders.filter(is_void=False))
    with clock.pretend(TODAY):
        (made,) = compose_automatic(draft, reminders).drafts
    return made


def spoken_of(content: int) -> set[int]:
    rows = Reminder.objects.filter(content=content, is_void=False)
    return set(rows.values_list("instalment_id", flat=True))


def test_three_condominiums_get_one_message(company: Company, owed: list[Instalment]) -> None:
    add_policy(company, 15)
    plan_on(company, TODAY)
    (content,) = open_drafts(company)
    draft = Draft.objects.get(pk=content)
    assert (draft.amount, draft.customers, draft.addressee) == (
        Decimal(2714), 3, "Studio Pontelieve",
    )  # fmt: skip
    assert spoken_of(content) == {row.pk for row in owed}
    assert [row.address for row in Message.objects.filter(content=content)] == [STUDIO]
    plan_on(company, TODAY, everything=True)
    assert open_drafts(company) == [content]


def test_it_lists_them_one_under_the_other(company: Company, owed: list[Instalment]) -> None:
    add_policy(company, 15)
    plan_on(company, TODAY)
    made = composed(*open_drafts(company))
    lines = [line.strip() for line in made.text.splitlines()]
    assert [line for line in lines if line in NAMES] == sorted(NAMES)
    sums = dict(zip(NAMES, ("1.180,00", "944,00", "590,00"), strict=True))
    for row in owed:
        place = lines.index(row.party.name)
        assert lines[place + 1].startswith(f"Fattura {row.document.number} ")
        assert lines[place + 3] == f"Subtotale: {sums[row.party.name]} €"
    assert "Totale da pagare: 2.714,00 €" in lines
    values_ = made.wording.values
    assert values_["importo"] == "2.714,00 €"
    assert values_["cliente.nome"] == f"{NAMES[0]}, {NAMES[1]} e {NAMES[2]}"
    page = make_html(made.text, made.wording.table)
    assert all(f"<strong>{name}</strong>" in page for name in NAMES)
    assert page.count("Subtotale") == 3
    assert "<table" in page


def test_each_time_line_shows_it(company: Company, owed: list[Instalment]) -> None:
    add_policy(company, 15)
    plan_on(company, TODAY)
    (content,) = open_drafts(company)
    assert not approve_on(company, TODAY).refused
    for row in owed:
        entries = time_line(row.party, kinds=frozenset({EntryKind.MESSAGE}))
        assert [entry.row.pk for entry in entries] == [content]
        assert issued_days(row.pk) == [TODAY]
    assert Message.objects.filter(content=content).count() == 1


def test_the_forecast_says_what_leaves(company: Company, owed: list[Instalment]) -> None:
    add_policy(company, 15, repeat=30)
    with clock.pretend(TODAY):
        days = [day for day in forecast_reminders(company, 32) if day.messages]
    assert [(day.day, day.messages, day.amount) for day in days] == [
        (TODAY, 1, Decimal(2714)),
        (TODAY + timedelta(days=30), 1, Decimal(2714)),
    ]
    plan_on(company, TODAY)
    assert not approve_on(company, TODAY).refused
    with clock.pretend(TODAY + timedelta(days=1)):
        later = [day for day in forecast_reminders(company, 31) if day.messages]
    assert [(day.day, day.messages) for day in later] == [(TODAY + timedelta(days=30), 1)]


def test_a_payment_takes_one_item_out(company: Company, owed: list[Instalment]) -> None:
    add_policy(company, 15)
    plan_on(company, TODAY)
    approve_on(company, TODAY)
    (before,) = Content.objects.all()
    pay_instalment(owed[2], amount=Decimal(590), day=TODAY)
    assert set(before.messages.values_list("status", flat=True)) == {"draft"}
    plan_on(company, TODAY)
    (content,) = open_drafts(company)
    assert spoken_of(content) == {owed[0].pk, owed[1].pk}
    assert not approve_on(company, TODAY).refused
    text = Content.objects.get(pk=content).text
    assert NAMES[2] not in text
    assert "2.124,00 €" in text


def test_a_hold_of_one_customer_leaves_the_others(company: Company, owed: list[Instalment]) -> None:
    add_policy(company, 15)
    plan_on(company, TODAY)
    with clock.pretend(TODAY):
        hold_reminders(owed[0].party, "arrangement", user=None)
    plan_on(company, TODAY)
    (content,) = open_drafts(company)
    assert spoken_of(content) == {owed[1].pk, owed[2].pk}


def test_a_broken_promise_is_told_to_its_customer_alone(
    company: Company, owed: list[Instalment]
) -> None:
    add_policy(company, 15)
    with clock.pretend(date(2026, 4, 1)):
        promise_payment(owed[0], day=date(2026, 4, 3), amount=None, user=None)
    with clock.pretend(TODAY):
        settle_promises(company)
    plan_on(company, TODAY)
    found = sorted(spoken_of(content) for content in open_drafts(company))
    assert {frozenset(each) for each in found} == {
        frozenset({owed[0].pk}), frozenset({owed[1].pk, owed[2].pk}),
    }  # fmt: skip


def test_who_leaves_the_contact_is_written_to_alone(
    company: Company, owed: list[Instalment]
) -> None:
    add_policy(company, 15)
    plan_on(company, TODAY)
    approve_on(company, TODAY)
    (before,) = Content.objects.all()
    choose_contact(owed[0].party, None, user=None)
    assert set(before.messages.values_list("status", flat=True)) == {"draft"}
    plan_on(company, TODAY)
    found = {frozenset(spoken_of(content)) for content in open_drafts(company)}
    assert found == {frozenset({owed[0].pk}), frozenset({owed[1].pk, owed[2].pk})}
    addresses = Message.objects.filter(content__in=open_drafts(company), status="draft")
    assert set(addresses.values_list("address", flat=True)) == {"tigli@cliente.example", STUDIO}
    assert AuditEntry.objects.filter(target=f"party:{owed[0].party_id}").exists()


def test_a_draft_of_who_left_meanwhile_is_not_approved(
    company: Company, owed: list[Instalment]
) -> None:
    add_policy(company, 15)
    plan_on(company, TODAY)
    Party.objects.filter(pk=owed[0].party_id).update(payment_contact=None)
    (refused,) = approve_on(company, TODAY).refused
    assert refused.reason == "no_longer_due"
    plan_on(company, TODAY)
    assert len(open_drafts(company)) == 2


def test_who_joins_the_contact_joins_its_message(
    company: Company, studio: PaymentContact, owed: list[Instalment]
) -> None:
    (stranger,) = owe(company, "Condominio Nuovo", "100")
    add_policy(company, 15)
    plan_on(company, TODAY)
    assert len(open_drafts(company)) == 2
    choose_contact(stranger.party, studio, user=None)
    plan_on(company, TODAY)
    (content,) = open_drafts(company)
    assert spoken_of(content) == {stranger.pk, *(row.pk for row in owed)}


@pytest.mark.parametrize(
    "fields",
    [{"language": "en"}, {"kind": "privato"}, {"kind": "estero"}, {"kind": "ente_pubblico"}],
)
def test_who_reads_otherwise_has_a_message_of_its_own(
    company: Company, studio: PaymentContact, fields: dict[str, str]
) -> None:
    (one,) = owe(company, NAMES[0], "100", contact=studio)
    (other,) = owe(company, NAMES[1], "200", contact=studio)
    Party.objects.filter(pk=other.party_id).update(**fields)
    Company.objects.filter(pk=company.pk).update(reader_gap_days=0, customer_day_cap=0)
    company.refresh_from_db()
    add_policy(company, 15)
    plan_on(company, TODAY)
    found = {frozenset(spoken_of(content)) for content in open_drafts(company)}
    assert found == {frozenset({one.pk}), frozenset({other.pk})}


def test_the_same_address_alone_joins_nobody(company: Company) -> None:
    rows = [owe(company, name, "100")[0] for name in NAMES[:2]]
    for row in rows:
        add_email(row.party, STUDIO, purpose="payments")
        row.party.contact_points.exclude(value=STUDIO).delete()
    add_policy(company, 15)
    plan_on(company, TODAY)
    assert len(open_drafts(company)) == 2
    assert shared_addresses(company) == [(STUDIO, 2)]


def test_by_hand_it_is_one_message_too(company: Company, owed: list[Instalment]) -> None:
    (stranger,) = owe(company, "Ditta Estranea", "70")
    ids = [*(row.pk for row in owed), stranger.pk]
    with clock.pretend(TODAY):
        outcome = send_reminders(company, ids, token="t", options=ReminderOptions())
        apart = compose_reminders(company, ids, separate=True)
        notice = ReminderOptions(model="messa_in_mora_privato")
        formal = compose_reminders(company, ids, options=notice)
    assert not outcome.refused
    joint, alone = sorted(outcome.contents, key=lambda each: -each.reminders.count())
    assert spoken_of(joint.pk) == {row.pk for row in owed}
    assert spoken_of(alone.pk) == {stranger.pk}
    assert [row.address for row in joint.messages.all()] == [STUDIO]
    assert (len(apart.drafts), len(formal.drafts)) == (4, 4)


def test_a_statement_lists_every_customer(company: Company, owed: list[Instalment]) -> None:
    (more,) = owe(company, "Condominio Piccolo", "55", contact=owed[0].party.payment_contact,
                  due=date(2026, 5, 31))  # fmt: skip
    with clock.pretend(TODAY):
        options = ReminderOptions(model=STATEMENT, attachments=("statement",))
        ids = [*(row.pk for row in owed), more.pk]
        (made,) = compose_reminders(company, ids, options=options).drafts
        mail = prepare_mail(made, token="t")
        described = describe_statement(made.facts)
    assert made.wording.values["saldo.totale"] == "2.769,00 €"
    assert made.wording.values["saldo.a_scadere"] == "55,00 €"
    (attached,) = mail.attachments
    assert attached.name == "Estratto conto Studio Pontelieve.pdf"
    assert attached.content.startswith(b"%PDF")
    roles = [row["role"] for row in described["tables"][0]["rows"]]
    assert roles == ["heading", "", "subtotal"] * 4
    assert described["debtor"] == {
        "name": "Studio Pontelieve", "lines": [*NAMES, "Condominio Piccolo"],
    }  # fmt: skip


def test_namesakes_are_told_apart(company: Company, studio: PaymentContact) -> None:
    codes = ("90999010474", "90999020473")
    rows = [owe(company, NAMES[0], "10", contact=studio, tax_code=code)[0] for code in codes]
    with clock.pretend(TODAY):
        (made,) = compose_reminders(company, [row.pk for row in rows]).drafts
    assert {item.customer for item in made.facts.items} == {
        f"{NAMES[0]} (C.F. {code})" for code in codes
    }


def test_a_programmes_statement_asks_for_all_of_them(
    company: Company, owed: list[Instalment]
) -> None:
    add_document(owed[1].party, "30", due=date(2026, 4, 10))
    steps = (values.Step(values.StepKind.STATEMENT, 15),)
    add_policy(company, 15, steps=steps)
    plan_on(company, TODAY)
    (content,) = open_drafts(company)
    assert Draft.objects.get(pk=content).amount == Decimal(2744)
    assert not approve_on(company, TODAY).refused
    assert "2.744,00 €" in Content.objects.get(pk=content).text


def test_the_contact_is_reached_in_the_place_of_its_customers(
    company: Company, studio: PaymentContact
) -> None:
    (one,) = owe(company, NAMES[0], "10", contact=studio)
    (other,) = owe(company, NAMES[1], "10", contact=studio)
    pks = [one.party_id, other.party_id]
    assert email_addresses(pks) == {pk: [STUDIO] for pk in pks}
    add_phone(one.party, "333 1111111")
    assert [each.value for each in phone_points(pks)[pks[0]]] == ["333 1111111"]
    add_address(studio, Contact("phone", "333 2222222"), user=None)
    assert {pk: each[0].value for pk, each in phone_points(pks).items()} == dict.fromkeys(
        pks, "333 2222222"
    )
    own = {"company": company, "party": one.party, "kind": "pec"}
    ContactPoint.objects.create(**own, value="uno@pec.example")
    add_address(studio, Contact("pec", "studio@pec.example"), user=None)
    assert pec_addresses(pks) == {pks[0]: ["uno@pec.example"], pks[1]: ["studio@pec.example"]}
    with clock.pretend(TODAY):
        ids = [one.pk, other.pk]
        by_pec = compose_reminders(company, ids, options=ReminderOptions(channel=PEC))
        by_sms = compose_reminders(company, ids, options=ReminderOptions(channel=SMS))
    assert len(by_pec.drafts) + len(by_pec.refused) == 2
    assert {refused.reason for refused in by_sms.refused} <= {"no_channel"}


def test_an_address_that_comes_back_stops_all_of_them(
    company: Company, owed: list[Instalment]
) -> None:
    add_policy(company, 15)
    plan_on(company, TODAY)
    suppress_address(company, STUDIO, reason="5.1.1")
    plan_on(company, TODAY)
    drafts = Draft.objects.filter(company=company, is_open=True)
    assert set(drafts.values_list("obstacle", flat=True)) == {"no_recipient"}
    assert spoken_of(drafts[0].pk) == {row.pk for row in owed}
    lift_suppression(company, Suppression.objects.get().pk, user=None)
    plan_on(company, TODAY)
    assert Draft.objects.get(company=company, is_open=True).obstacle == ""


def test_who_has_a_contact_with_an_address_lacks_none(
    company: Company, studio: PaymentContact
) -> None:
    (row,) = owe(company, NAMES[0], "10", contact=studio)
    row.party.contact_points.all().delete()
    assert not customers_without_contact(company).exists()
    choose_contact(row.party, None, user=None)
    assert customers_without_contact(company).get() == row.party


def test_a_merge_keeps_who_answers(company: Company, studio: PaymentContact) -> None:
    (kept,) = owe(company, NAMES[0], "10")
    (other,) = owe(company, NAMES[1], "10", contact=studio)
    merge_customers(kept.party, [other.party])
    assert Party.objects.get(pk=kept.party_id).payment_contact == studio


def test_without_its_contact_each_answers_for_itself(
    company: Company, studio: PaymentContact, owed: list[Instalment]
) -> None:
    add_policy(company, 15)
    plan_on(company, TODAY)
    assert delete_contact(studio, user=None) == 3
    plan_on(company, TODAY)
    assert len(open_drafts(company)) == 3
    assert not ContactPoint.objects.filter(value=STUDIO).exists()


def test_a_bad_contact_is_refused_in_words(company: Company, studio: PaymentContact) -> None:
    def problems(**data: Any) -> dict[str, str]:
        with pytest.raises(FieldsRefusedError) as caught:
            save_contact(company, user=None, **data)
        return {name: problem.message for name, problem in caught.value.problems.items()}

    assert problems(name=" ") == {"name": "Manca il nome del contatto."}
    assert problems(name="studio  PONTELIEVE") == {"name": "«Studio Pontelieve» c'è già."}
    bad = problems(name="Altro", addresses=[Contact("email", "non va")])
    assert bad == {"contact_0": "«non va» non è un indirizzo e-mail."}
    elsewhere = Company.objects.create(name="Altri S.r.l.", vat_number="99900020472")
    theirs = save_contact(elsewhere, name="Loro", user=None)
    with pytest.raises(FieldsRefusedError):
        choose_contact(add_party(company), theirs, user=None)


def test_its_new_address_is_used_at_once(
    company: Company, studio: PaymentContact, owed: list[Instalment]
) -> None:
    add_policy(company, 15)
    plan_on(company, TODAY)
    new = [Contact("email", "nuova@studio.example")]
    save_contact(company, studio, name=studio.name, addresses=new, user=None)
    plan_on(company, TODAY)
    (content,) = open_drafts(company)
    assert [row.address for row in Message.objects.filter(content=content, status="draft")] == [
        "nuova@studio.example"
    ]
    with clock.pretend(TODAY):
        assert not approve_reminders(company, [content], user=None).refused


def test_a_sheet_says_who_answers_for_whom(company: Company, studio: PaymentContact) -> None:
    lines = [
        "cliente;codice_fiscale;email;contatto_pagamenti",
        "Condominio A;90999010474;a@cliente.example;studio pontelieve",
        "Condominio B;90999020473;b@cliente.example;Studio Nuovo",
        "Condominio C;90999030472;c@cliente.example;Studio Nuovo",
    ]

    def bring(*rows: str) -> dict[str, str]:
        sheet = NamedFile("clienti.csv", content="\n".join(rows).encode())
        import_files([sheet], company=company, sheets=import_sheet)
        found = Party.objects.filter(company=company, payment_contact__isnull=False)
        return dict(found.values_list("name", "payment_contact__name"))

    wanted = {
        "Condominio A": "Studio Pontelieve",
        "Condominio B": "Studio Nuovo",
        "Condominio C": "Studio Nuovo",
    }
    assert bring(*lines) == wanted
    without = [line.rpartition(";")[0] for line in lines]
    assert bring(*without) == wanted
    assert bring(lines[0], lines[1].replace("studio pontelieve", "Studio Nuovo")) == wanted | {
        "Condominio A": "Studio Nuovo"
    }
    assert PaymentContact.objects.filter(company=company).count() == 2


def test_an_sms_to_the_contact_speaks_of_all(company: Company, studio: PaymentContact) -> None:
    gateway = {"gateway": "http", "gateway_settings": {"url": "http://127.0.0.1:9/"}}
    Sender.objects.create(
        company=company, channel="sms", from_name="Noi", is_default=True, **gateway
    )
    add_address(studio, Contact("phone", "333 1234567"), user=None)
    firms = [owe(company, f"Ditta {name}", "100", contact=studio)[0] for name in ("uno", "due")]
    with clock.pretend(TODAY):
        ids = [row.pk for row in firms]
        (made,) = compose_reminders(company, ids, options=ReminderOptions(channel=SMS)).drafts
        Party.objects.filter(pk=firms[1].party_id).update(kind="condominio")
        (guarded,) = compose_reminders(company, ids, options=ReminderOptions(channel=SMS)).drafts
    assert [box.address for box in made.to] == ["+393331234567"]
    assert "200,00" in made.text
    assert "+1" in made.text
    assert "200,00" not in guarded.text
