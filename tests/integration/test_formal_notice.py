"""Messa in mora: PDF with its calculation, for PEC or registered letter, never without a person."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from sollecito.domain.policies import Approval, Policy, Step, StepKind
from sollecito.domain.presets import PRESETS
from sollecito.dunning.models import Draft
from sollecito.flows import clock
from sollecito.flows.compose_automatic import automatic_options
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.edit_company import edit_company
from sollecito.flows.edit_customer import edit_customer
from sollecito.flows.open_attachment import open_attachment
from sollecito.flows.preview_reminders import preview_reminders
from sollecito.flows.reminder_options import LETTER, PEC, ReminderDraft, ReminderOptions
from sollecito.ledger.models import ContactPoint, Instalment
from sollecito.outbox.models import Message, Sender
from tests.ledger_rows import add_document
from tests.programmes import add_policy, plan_on
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]
FORMAL = "messa_in_mora_impresa"
SEAT = {"street": "Via Roma 1", "postcode": "20100", "city": "Milano", "province": "MI"}


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    made = make_world()
    own = {"representative": "Paola Ventura", "pec": "noi@pec.example", "phone": "0573 1"}
    edit_company(made.company, user=None, changes={**SEAT, **own, "contact_name": "Anna Neri"})
    edit_customer(made.party, user=None, changes={**SEAT, "street": "Via Verdi 2"})
    ContactPoint.objects.create(
        company=made.company, party=made.party, kind="pec", value="cliente@pec.example"
    )
    Sender.objects.create(
        company=made.company,
        channel="pec",
        from_address="noi@pec.example",
        host="smtp.pec.example",
        is_default=True,
    )
    return made


def draft_of(world: World, **options: Any) -> ReminderDraft:
    chosen = ReminderOptions(model=FORMAL, **options)
    made = compose_reminders(world.company, [world.instalment.pk], options=chosen)
    assert made.drafts, made.refused
    return made.drafts[0]


def text_of(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


CALCULATION = (
    "Capitale: 122,00 €",
    "Interessi di mora al 17/04/2026: 0,58 €",
    "Indennizzo forfettario (art. 6 D.Lgs. 231/2002): 40,00 €",
    "la somma di 162,58 €",
    "01/04/2026 - 17/04/2026, 17 giorni, 10,15%, 122,00 €: 0,58 €",
    "artt. 1219 e 2943 c.c.",
    "interruzione della prescrizione",
)


def test_a_registered_letter_is_a_pdf_with_its_calculation(world: World) -> None:
    made = preview_reminders(
        world.company,
        [world.instalment.pk],
        token="t",
        options=ReminderOptions(model=FORMAL, channel=LETTER),
    )
    (mail,) = made.mails
    text = text_of(mail.raw)
    for words in (*CALCULATION, "a mezzo lettera raccomandata con avviso di ricevimento"):
        assert words in text, words
    assert "e-mail all'indirizzo" not in text


def test_a_pec_carries_the_same_as_a_pdf(world: World) -> None:
    draft = draft_of(world, channel=PEC)
    assert "a mezzo PEC all'indirizzo cliente@pec.example" in draft.text
    (notice,) = [each for each in draft.attachments if each.key == "notice"]
    assert notice.is_on
    file = open_attachment(notice, draft)
    assert file.name.startswith("Messa in mora")
    text = text_of(file.content)
    for words in CALCULATION:
        assert words in text, words


def test_who_writes_may_leave_the_pdf_out_and_open_it_before(world: World) -> None:
    draft = draft_of(world, channel=PEC, attachments=("statement",))
    assert [each.key for each in draft.attachments if each.is_on] == ["statement"]
    row = str(world.instalment.pk)
    asked = {"righe": row, "quale": "notice", "modello": FORMAL, "canale": str(PEC)}
    answer = enter(world.owner).get(reverse("web:reminder_attachment"), asked)
    assert "Capitale: 122,00 €" in text_of(answer.content)


def test_a_reminder_by_pec_has_no_such_attachment(world: World) -> None:
    options = ReminderOptions(model="sollecito_2", channel=PEC)
    (draft,) = compose_reminders(world.company, [world.instalment.pk], options=options).drafts
    assert "notice" not in [each.key for each in draft.attachments]


def test_a_step_of_a_rule_carries_it_too(world: World) -> None:
    step = Step(StepKind.FORMAL_NOTICE, 45, channels=("pec",))
    options = automatic_options(world.company, [world.party], step, PEC)
    (draft,) = compose_reminders(world.company, [world.instalment.pk], options=options).drafts
    assert "notice" in [each.key for each in draft.attachments if each.is_on]


def test_to_a_person_it_claims_no_interest_and_no_flat_sum(world: World) -> None:
    options = ReminderOptions(model="messa_in_mora_privato", channel=LETTER)
    (draft,) = compose_reminders(world.company, [world.instalment.pk], options=options).drafts
    for words in ("40,00 €", "0,58 €", "231"):
        assert words not in draft.text
    assert "art. 1219" in draft.text


@pytest.mark.parametrize("approval", [None, Approval.AUTOMATIC])
def test_a_person_always_reviews_it(world: World, approval: Approval | None) -> None:
    (row,) = add_document(world.party, "500", day=date(2026, 1, 1), due=date(2026, 1, 15))
    Instalment.objects.exclude(pk=row.pk).update(balance=0)
    Message.objects.all().delete()
    step = Step(StepKind.FORMAL_NOTICE, 20, channels=("pec",), approval=approval)
    policy = Policy("Formale", (step,), approval=Approval.AUTOMATIC)
    assert policy.needs_review(step)
    add_policy(world.company, steps=(step,), approval=Approval.AUTOMATIC)
    with clock.pretend(date(2026, 4, 20)):
        plan_on(world.company, date(2026, 4, 20))
    drafts = Draft.objects.filter(company=world.company, is_open=True)
    assert [each.step.kind for each in drafts] == ["messa_in_mora"]
    assert "formal_notice" in drafts[0].review
    assert not Message.objects.exclude(status="draft").exists()


def test_no_ready_rule_sends_one_without_a_person_and_none_begins_with_it() -> None:
    for policy in PRESETS.values():
        kinds = [step.kind for step in policy.steps]
        assert kinds[0] is not StepKind.FORMAL_NOTICE
        for step in policy.steps:
            if step.kind is StepKind.FORMAL_NOTICE:
                assert policy.needs_review(step)


def test_nobody_is_offered_one_as_the_next_reminder(world: World) -> None:
    """By hand it is chosen by name: what fits by itself is never a formal notice."""
    for _ in range(4):
        made = compose_reminders(world.company, [world.instalment.pk])
        assert not made.drafts[0].model.startswith("messa_in_mora")
    assert world.instalment.balance == Decimal("122.00")
