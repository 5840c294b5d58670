"""Letters: made as a PDF with the address in the window, printed together, posted by a person."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from sollecito.accounts.models import Company
from sollecito.domain.policies import Step, StepKind
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows import clock
from sollecito.flows.attach_own_pdf import attach_own_pdf
from sollecito.flows.deliver import deliver
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.keep_leases import expire_messages
from sollecito.flows.preview_reminders import preview_reminders
from sollecito.flows.print_letters import Post, Posted, note_return, post_letters, print_letters
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.ledger.models import Agent, Instalment, Party
from sollecito.outbox.models import Content, Message
from sollecito.outbox.queries import Lane, letters_to_post, ready_lanes
from tests.programmes import add_policy, approve_on, plan_on
from tests.reminders import TODAY, import_invoice, make_company
from tests.web_rows import enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db(transaction=True)
LETTER = ReminderOptions(channel="letter")


@pytest.fixture
def day() -> Iterator[None]:
    with clock.pretend(TODAY):
        yield


@pytest.fixture
def company(day: None) -> Company:
    return make_company(
        email="noi@noi.example", contact_name="Giulia Neri", street="Via Uno 1", city="Pistoia"
    )


def owe(company: Company, number: str = "124/A", **address: str) -> Instalment:
    (row,) = import_invoice(company, number=number)
    home = {"street": "Via del Maglio 3", "postcode": "51030", "city": "Serravalle"} | address
    type(row.party).objects.filter(pk=row.party_id).update(**home)
    return row


def send(company: Company, *rows: Instalment, separate: bool = False) -> Any:
    ids = [row.pk for row in rows]
    return send_reminders(company, ids, token=new_token(), options=LETTER, separate=separate)


def words_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_letter_waits_for_its_person(company: Company) -> None:
    row = owe(company)
    (content,) = send(company, row).contents
    raw = bytes(content.raw or b"")
    assert raw.startswith(b"%PDF")
    assert content.sha256 == hashlib.sha256(raw).hexdigest()
    assert "Via del Maglio 3" in words_of(raw)
    assert "Pistoia, 17/04/2026" in words_of(raw)
    assert "Oggetto: Pagamento non ancora ricevuto" in words_of(raw)
    assert ready_lanes() == []
    assert deliver(Lane("letter"), worker_id="w") == 0


def test_it_neither_leaves_nor_expires_by_itself(company: Company) -> None:
    send(company, owe(company))
    assert Content.objects.get().expires_at is None
    assert expire_messages() == 0
    assert Message.objects.get().status == "queued"
    assert Reminder.objects.get().issued_date == TODAY


def test_an_incomplete_address_is_refused_with_the_cure(company: Company) -> None:
    (refused,) = send(company, owe(company, street="")).refused
    assert refused.reason == "no_recipient"
    assert "scheda del cliente" in refused.message


def test_all_of_them_in_one_file(company: Company) -> None:
    rows = [owe(company, "1"), owe(company, "2")]
    send(company, *rows, separate=True)
    chosen = list(letters_to_post(company).values_list("pk", flat=True))
    made = print_letters(company, chosen)
    assert len(PdfReader(io.BytesIO(made)).pages) == 2
    assert print_letters(company, []) == b""


def test_what_is_enclosed_is_named_and_printed_with_it(company: Company) -> None:
    row = owe(company)
    ids = [row.pk]
    options = ReminderOptions(channel="letter", attachments=("invoices", "statement"))
    (content,) = send_reminders(company, ids, token=new_token(), options=options).contents
    raw = bytes(content.raw or b"")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages]
    assert "Allegati:" in pages[0]
    assert "Copia di cortesia 124/A" in pages[0]
    assert "Estratto conto" in pages[0]
    assert "basta scrivere a noi@noi.example" in pages[0].replace("\n", " ")
    assert len(pages) == 3
    assert [each.media_type for each in content.attachments.all()] == ["application/pdf"] * 2
    assert hashlib.sha256(raw).hexdigest() == content.sha256
    chosen = list(letters_to_post(company).values_list("pk", flat=True))
    assert len(PdfReader(io.BytesIO(print_letters(company, chosen))).pages) == 3


def test_the_same_letter_is_the_same_bytes(company: Company) -> None:
    row = owe(company)
    options = ReminderOptions(channel="letter", attachments=("invoices",))
    token = new_token()
    first, again = (
        preview_reminders(company, [row.pk], token=token, options=options).mails[0]
        for _turn in range(2)
    )
    assert first.raw == again.raw


def test_an_enclosure_that_is_locked_is_named(company: Company) -> None:
    row = owe(company)
    writer, locked = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt("segreta")
    writer.write(locked)
    attach_own_pdf(row.document, user=None, name="nostra.pdf", content=locked.getvalue())
    options = ReminderOptions(channel="letter", attachments=(f"own:{row.document_id}",))
    (refused,) = send_reminders(company, [row.pk], token=new_token(), options=options).refused
    assert "nostra.pdf" in refused.message
    assert "non si può unire alla lettera" in refused.message


def test_a_rule_with_the_agent_in_copy_writes_letters_too(company: Company) -> None:
    steps = (Step(StepKind.REMINDER, 10, channels=("letter",), cc_agent=True),)
    add_policy(company, steps=steps)
    row = owe(company)
    agent = Agent.objects.create(company=company, name="Davide", email="davide@noi.example")
    Party.objects.filter(pk=row.party_id).update(agent=agent)
    plan_on(company, TODAY, everything=True)
    assert Draft.objects.get(is_open=True).obstacle == ""
    assert approve_on(company, TODAY).contents


def test_posted_and_received(company: Company) -> None:
    send(company, owe(company))
    row = Message.objects.get()
    posted = Posted(TODAY, Post.WITH_RECEIPT, "12345678901-2")
    assert post_letters(company, [row.pk], posted, user=None) == 1
    row.refresh_from_db()
    assert (row.status, row.reference) == ("accepted", "12345678901-2")
    assert "raccomandata con ricevuta di ritorno, n. 12345678901-2" in row.text
    assert not letters_to_post(company)
    assert post_letters(company, [row.pk], posted, user=None) == 0
    assert note_return(row, day=TODAY, is_delivered=True, user=None).status == "delivered"


def test_one_that_comes_back(company: Company) -> None:
    send(company, owe(company))
    row = Message.objects.get()
    post_letters(company, [row.pk], Posted(TODAY), user=None)
    assert note_return(row, day=TODAY, is_delivered=False, user=None).status == "bounced"


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        (Posted(date(2099, 1, 1)), "day"),
        (Posted(TODAY, Post.REGISTERED, "1" * 41), "number"),
        (Posted(TODAY, Post.REGISTERED, "12"), "number"),
    ],
)
def test_what_cannot_be_marked(company: Company, posted: Posted, field: str) -> None:
    send(company, owe(company, "1"), owe(company, "2"), separate=True)
    chosen = list(letters_to_post(company).values_list("pk", flat=True))
    with pytest.raises(FieldsRefusedError) as refused:
        post_letters(company, chosen, posted, user=None)
    assert set(refused.value.problems) == {field}
    assert letters_to_post(company).count() == 2


def test_a_payment_takes_it_off_the_pile(company: Company) -> None:
    row = owe(company)
    send(company, row)
    pay_instalment(row, amount=Decimal("122.00"), day=TODAY)
    assert not letters_to_post(company)
    assert Message.objects.get().status == "cancelled"


def test_a_step_writes_letters(company: Company) -> None:
    add_policy(company, steps=(Step(StepKind.REMINDER, 10, channels=("letter",)),))
    owe(company)
    plan_on(company, TODAY, everything=True)
    assert Draft.objects.get(is_open=True).obstacle == ""
    assert approve_on(company, TODAY).contents
    assert letters_to_post(company).count() == 1


@pytest.mark.usefixtures("on_the_day")
def test_the_page() -> None:
    world = make_world()
    row = owe(world.company, "77/A")
    send(world.company, row)
    message = letters_to_post(world.company).get()
    client = enter(world.owner)
    page = client.get("/comunicazioni/lettere/").content.decode()
    assert "Via del Maglio 3" in page
    acts = "/comunicazioni/lettere/scelte/"
    printed = client.post(acts, {"lettera": message.pk, "passo": "stampa"})
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    wrong = client.post(acts, {"lettera": message.pk, "day": "boh", "kind": "ordinaria"})
    assert wrong.status_code == 200
    form = {"lettera": message.pk, "day": "17/04/2026", "kind": "raccomandata_ar", "number": "1-2"}
    client.post(acts, form)
    message.refresh_from_db()
    assert message.status == "accepted"
    back = f"/comunicazioni/lettere/{message.pk}/"
    client.post(back, {"day": "2026-04-17", "esito": "ricevuta"})
    message.refresh_from_db()
    assert message.status == "delivered"
    assert client.get(f"/comunicazioni/{message.content_id}/").status_code == 200
