"""Models of communication: versions, the way back, own models, what their messages say."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from sollecito.accounts.models import AuditEntry, Company, User
from sollecito.domain.documents import CustomerKind
from sollecito.domain.policies import Policy, Step, StepKind
from sollecito.dunning.models import Template
from sollecito.dunning.template_queries import template_book, versions_of
from sollecito.dunning.texts import default_text
from sollecito.flows import clock
from sollecito.flows.check_text import WrittenText
from sollecito.flows.choose_for_template import (
    TemplateChoices,
    choose_for_template,
    declare_checked,
)
from sollecito.flows.deliver import deliver
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.manage_templates import (
    TemplateInUseError,
    archive_template,
    copy_template,
)
from sollecito.flows.planning.lines import own_texts
from sollecito.flows.preview_template import NothingToShowError, preview_template
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.restore_template import restore_default, restore_version
from sollecito.flows.save_policy import PolicyRefusedError, save_policy
from sollecito.flows.save_template import (
    NoSuchTextError,
    TemplateRefusedError,
    TextPlace,
    save_template,
)
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.flows.send_trial import send_trial
from sollecito.ledger.models import Instalment
from sollecito.outbox.models import Content, Message, Sender
from sollecito.outbox.queries import Lane
from tests.reminders import TODAY, add_account, add_email, import_invoice, make_company

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = TextPlace("sollecito_1")
SHORT = WrittenText("Da saldare: {{ documenti }}", "{{ saluto }}\n%Partita\n{{ firma }}")


@pytest.fixture(autouse=True)
def _on_the_day(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MAILBOX = tmp_path / "mailbox"
    with clock.pretend(TODAY):
        yield


@pytest.fixture
def company() -> Company:
    made = make_company(email="amministrazione@azienda.example", contact_name="Giulia Neri")
    add_account(made)
    return made


@pytest.fixture
def user() -> User:
    return User.objects.create_user("giulia@azienda.example", "quattro parole", name="Giulia Neri")


@pytest.fixture
def instalment(company: Company) -> Instalment:
    (row,) = import_invoice(company, number="124/A")
    add_email(row.party)
    return row


def send(company: Company, row: Instalment, **options: str) -> Content:
    sent = send_reminders(
        company,
        [row.pk],
        token=new_token(),
        options=ReminderOptions(**options),  # type: ignore[arg-type]  # model, language, channel
    )
    assert not sent.refused, sent.refused
    return sent.contents[0]


def opened(content: Content) -> EmailMessage:
    raw = bytes(content.raw or b"")
    return email.message_from_bytes(raw, policy=email.policy.default)


def text_of(content: Content) -> str:
    part = opened(content).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_saved_text_is_what_leaves_and_its_version_is_written_down(
    company: Company, user: User, instalment: Instalment
) -> None:
    version = save_template(company, FIRST, SHORT, user=user)
    assert version is not None
    assert (version.number, version.saved_by, version.is_current) == (1, user, True)
    content = send(company, instalment)
    assert content.subject == "Da saldare: fattura 124/A del 01/03/2026"
    assert text_of(content).startswith("Buongiorno,\nFattura 124/A del 01/03/2026\n")
    assert (content.kind, content.template_version) == ("sollecito_1", "sollecito_1/it/1")
    assert AuditEntry.objects.get(action="template_saved").user == user


def test_every_version_stays_and_one_can_go_back(
    company: Company, user: User, instalment: Instalment
) -> None:
    save_template(company, FIRST, SHORT, user=user)
    second = WrittenText("Nota", "{{ saluto }}\n{{ partite }}")
    save_template(company, FIRST, second, user=user)
    assert save_template(company, FIRST, second, user=user) is None
    restored = restore_default(company, FIRST, user=user)
    assert restored is not None
    assert restored.is_default
    assert restore_default(company, FIRST, user=user) is None
    assert template_book(company).text("sollecito_1").is_default
    assert send(company, instalment).template_version == "default/it/sollecito_1"
    first = versions_of(company, "sollecito_1", "it").get(number=1)
    again = restore_version(company, first, user=user)
    assert again is not None
    assert (again.number, again.note) == (4, "Ripresa la versione 1.")
    assert template_book(company).text("sollecito_1").subject == SHORT.subject
    rows = versions_of(company, "sollecito_1", "it")
    assert [row.number for row in rows] == [4, 3, 2, 1]
    assert [row.is_current for row in rows] == [True, False, False, False]


def test_a_text_as_it_ships_makes_no_version(company: Company, user: User) -> None:
    default = default_text("sollecito_1")
    same = WrittenText(default.subject, default.text.replace("\n", "\r\n") + "\n")
    assert save_template(company, FIRST, same, user=user) is None
    assert template_book(company).text("sollecito_1").is_default


def test_languages_and_channels_have_their_own_words(
    company: Company, user: User, instalment: Instalment
) -> None:
    save_template(company, FIRST, SHORT, user=user)
    book = template_book(company)
    assert book.text("sollecito_1", "en").version == "default/en/sollecito_1"
    letter = TextPlace("sollecito_1", channel="letter")
    save_template(company, letter, WrittenText("Lettera", "{{ partite }}"), user=user)
    book = template_book(company)
    assert book.text("sollecito_1", channel="letter").version == "sollecito_1/it/letter/1"
    assert book.text("sollecito_1", channel="pec").version == "sollecito_1/it/1"
    english = send(company, instalment, language="en")
    assert english.subject == "Payment not yet received: invoice 124/A of 1 March 2026"


@pytest.mark.parametrize(
    ("place", "written", "field", "code"),
    [
        (FIRST, WrittenText("{{ importto }}", "ok"), "subject", "unknown"),
        (FIRST, WrittenText("ok", "Vedi {{ partite }}"), "text", "not_alone"),
        (FIRST, WrittenText("ok", "{{ promessa.data }}"), "text", "not_here"),
        (FIRST, WrittenText("uno\ndue", "ok"), "subject", "many_lines"),
        (FIRST, WrittenText("ok", "ok", "{{ importo }}"), "private_subject", "not_for_private"),
        (FIRST, WrittenText("ok", "ok", "Secondo sollecito"), "private_subject", "not_for_private"),
        (FIRST, WrittenText("", "ok"), "subject", "empty"),
        (FIRST, WrittenText("ok", " \n "), "text", "empty"),
        (TextPlace("sms_promemoria"), WrittenText("", "%Partita"), "text", "not_in_sms"),
        (TextPlace("sms_privato"), WrittenText("", "{{ importo }}"), "text", "not_here"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    company: Company, place: TextPlace, written: WrittenText, field: str, code: str
) -> None:
    with pytest.raises(TemplateRefusedError) as caught:
        save_template(company, place, written, user=None)
    assert (field, code) in [(name, each.code) for name, each in caught.value.problems]
    assert not caught.value.to_confirm
    assert not Template.objects.exists()


def test_a_long_sms_is_confirmed_by_a_person(company: Company, user: User) -> None:
    place = TextPlace("sms_sollecito_1")
    long = WrittenText("", default_text("sms_sollecito_1").text + " Grazie e cordiali saluti.")
    with pytest.raises(TemplateRefusedError) as caught:
        save_template(company, place, long, user=user)
    assert caught.value.to_confirm
    [(field, problem)] = caught.value.problems
    assert (field, problem.code, problem.line) == ("text", "long_sms", 1)
    assert "2 SMS invece di uno" in problem.message
    saved = save_template(company, place, long, user=user, is_long_sms_fine=True)
    assert saved is not None
    unusual = WrittenText("", default_text("sms_sollecito_1").text.replace("non", "ñôn"))
    with pytest.raises(TemplateRefusedError, match="«ô» non è fra i caratteri") as caught:
        save_template(company, place, unusual, user=user)
    assert caught.value.to_confirm


def test_an_sms_that_no_gateway_takes_is_not_confirmed(company: Company, user: User) -> None:
    place = TextPlace("sms_promemoria")
    endless = WrittenText("", "{{ importo }} " + "paga " * 400)
    with pytest.raises(TemplateRefusedError) as caught:
        save_template(company, place, endless, user=user, is_long_sms_fine=True)
    ((field, problem),) = caught.value.problems
    assert (field, problem.code) == ("text", "sms_cap")
    assert not caught.value.to_confirm


def test_texts_that_are_not_there(company: Company) -> None:
    for place in (
        TextPlace("boh"),
        TextPlace("sollecito_1", channel="sms"),
        TextPlace("ente_pubblico", "en"),
        TextPlace("sms_promemoria", channel="letter"),
    ):
        with pytest.raises(NoSuchTextError):
            save_template(company, place, SHORT, user=None)


def test_an_own_model_in_the_drawer_and_in_a_rule(
    company: Company, user: User, instalment: Instalment
) -> None:
    made = copy_template(company, "sollecito_1", "Nostro sollecito", user=user)
    assert (made.code, made.base) == ("nostro-sollecito", "sollecito_1")
    assert {row.language for row in made.versions.all()} == {"it", "en"}
    save_template(company, TextPlace(made.code), SHORT, user=user)
    content = send(company, instalment, model=made.code)
    assert content.subject == "Da saldare: fattura 124/A del 01/03/2026"
    assert (content.kind, content.template_version) == ("sollecito_1", "nostro-sollecito/it/2")
    rule = Policy(name="Nostra", steps=(Step(StepKind.FIRST, 5, template=made.code),))
    save_policy(company, rule, user=user)
    with pytest.raises(TemplateInUseError, match="Nostra"):
        archive_template(made, user=user)
    save_policy(company, Policy(name="Nostra", steps=(Step(StepKind.FIRST, 5),)), user=user)
    archive_template(made, user=user)
    assert not template_book(company).knows(made.code)
    with pytest.raises(PolicyRefusedError, match="nostro-sollecito"):
        save_policy(company, rule, user=user)
    again = copy_template(company, "sollecito_2", "Nostro  Sollecito", user=user)
    assert again.code == "nostro-sollecito-2"


@pytest.mark.parametrize("name", ["", " ", "Primo sollecito", "Nostro"])
def test_the_name_of_an_own_model(company: Company, user: User, name: str) -> None:
    copy_template(company, "promemoria", "nostro", user=user)
    with pytest.raises(FieldsRefusedError):
        copy_template(company, "promemoria", name, user=user)


def test_an_unknown_model_is_refused_with_those_there_are(
    company: Company, user: User, instalment: Instalment
) -> None:
    copy_template(company, "sollecito_1", "Nostro", user=user)
    sent = send_reminders(
        company, [instalment.pk], token=new_token(), options=ReminderOptions(model="boh")
    )
    [refused] = sent.refused
    assert refused.reason == "no_model"
    assert "nostro" in refused.message


def test_sender_and_attachments_of_a_model(
    company: Company, user: User, instalment: Instalment
) -> None:
    usual, other = (
        Sender.objects.create(
            company=company, host="smtp.example", from_address=address, is_default=is_default
        )
        for address, is_default in (
            ("noi@azienda.example", True),
            ("crediti@azienda.example", False),
        )
    )
    choices = TemplateChoices(sender=other, attach_invoices=True, attach_statement=True)
    choose_for_template(company, "sollecito_1", choices, user=user)
    content = send(company, instalment)
    assert content.sender == other
    names = [part.get_filename() or "" for part in opened(content).iter_attachments()]
    assert len(names) == 2
    assert any(name.startswith("Estratto conto") for name in names)
    assert send(company, instalment, model="sollecito_2").sender == usual
    stranger = Sender.objects.create(
        company=make_company(vat_number="99900010473"), from_address="x@y.example"
    )
    with pytest.raises(FieldsRefusedError):
        choose_for_template(company, "sollecito_1", TemplateChoices(sender=stranger), user=user)


def test_who_checked_a_text_is_written_down(company: Company, user: User) -> None:
    with pytest.raises(FieldsRefusedError):
        declare_checked(company, "messa_in_mora_impresa", "\u202e ", user=user)
    template = declare_checked(company, "messa_in_mora_impresa", "avv. Bianchi", user=user)
    assert (template.checked_words, template.checked_by) == ("avv. Bianchi", user)
    assert template_book(company).text("messa_in_mora_impresa").is_default


def test_the_preview_on_a_real_customer_and_on_the_sample(
    company: Company, user: User, instalment: Instalment
) -> None:
    shown = preview_template(company, FIRST, SHORT, party=instalment.party, user=user)
    assert shown.subject == "Da saldare: fattura 124/A del 01/03/2026"
    assert "<table" in shown.html
    assert shown.letter(company).startswith(b"%PDF")
    assert shown.check.problems == ()
    sample = preview_template(company, FIRST, SHORT)
    assert sample.subject == ("Da saldare: fattura 124/A del 28/02/2026 e un altro documento")
    wrong = preview_template(company, FIRST, WrittenText("a", "{{ boh }} b"))
    assert wrong.text == "{{ boh }} b"
    assert [each.code for _, each in wrong.check.problems] == ["unknown"]
    plan = TextPlace("piano_rata_in_scadenza")
    text = default_text("piano_rata_in_scadenza")
    real = preview_template(
        company, plan, WrittenText(text.subject, text.text), party=instalment.party
    )
    assert "piano.rata_data" in real.case.invented
    assert "{{" not in real.text
    sms = default_text("sms_sollecito_1").text
    as_sms = preview_template(
        company, TextPlace("sms_sollecito_1"), WrittenText("", sms), party=instalment.party
    )
    assert as_sms.sms is not None
    assert as_sms.sms.parts == 1
    assert "IT18Z9999099990000000000101" in as_sms.text
    assert as_sms.html == ""
    instalment.party.instalments.update(balance=0)
    with pytest.raises(NothingToShowError, match="scegli un altro cliente"):
        preview_template(company, FIRST, SHORT, party=instalment.party)


def test_a_trial_goes_to_oneself_once_and_never_to_the_customer(
    company: Company, user: User, instalment: Instalment
) -> None:
    token = new_token()
    content = send_trial(company, FIRST, SHORT, user=user, token=token, party=instalment.party)
    assert send_trial(company, FIRST, SHORT, user=user, token=token) == content
    [message] = Message.objects.all()
    assert message.address == user.email
    assert content.subject.startswith("[Prova] Da saldare")
    assert not content.reminders.exists()
    deliver(Lane("file", None), worker_id="prova")
    message.refresh_from_db()
    assert message.status == "accepted"
    assert "Questa è una prova chiesta da Giulia Neri" in text_of(content)
    assert send(company, instalment).kind == "sollecito_1"
    with pytest.raises(TemplateRefusedError):
        send_trial(company, FIRST, WrittenText("a", "{{ b }}"), user=user, token=new_token())


def test_private_persons_get_their_own_subject_and_no_interest(
    company: Company, user: User, instalment: Instalment
) -> None:
    party = instalment.party
    party.kind = CustomerKind.PRIVATE
    party.save()
    written = WrittenText(
        "Sollecito: {{ importo }}", "{{ saluto }}\n{{ nota.interessi }}\n{{ firma }}"
    )
    save_template(company, FIRST, written, user=user)
    assert send(company, instalment).subject == (
        "Azienda di prova S.r.l.: fattura 124/A del 01/03/2026"
    )
    own = WrittenText(written.subject, written.text, "Nota di {{ azienda.nome }}")
    save_template(company, FIRST, own, user=user)
    again = send(company, instalment, model="sollecito_1")
    assert again.subject == "Nota di Azienda di prova S.r.l."


def test_what_is_not_due_stays_in_the_amount_of_the_text_by_hand(
    company: Company, user: User
) -> None:
    (late,) = import_invoice(company, number="1")
    add_email(late.party)
    (early,) = import_invoice(company, number="2")
    early.due_date = date(2026, 5, 31)
    early.save()
    both = [late.pk, early.pk]
    own = copy_template(company, "sollecito_1", "Nostro", user=user)
    for model in ("sollecito_1", own.code):
        options = ReminderOptions(model=model)
        sent = send_reminders(company, both, token=new_token(), options=options)
        assert not sent.refused, sent.refused
        apart = sent.contents[0]
        assert "Totale da pagare: 122,00 €" in text_of(apart)
    save_template(company, TextPlace("own"), SHORT, user=user)
    options = ReminderOptions(model="own")
    together = send_reminders(company, both, token=new_token(), options=options).contents[0]
    assert "Totale da pagare: 244,00 €" in text_of(together)
    assert own_texts(company).kinds == {"nostro": "sollecito_1", "own": "own"}
