"""A reminder by hand: what is composed, what leaves, once."""

from __future__ import annotations

import email
import email.policy
import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from sollecito.accounts.models import AuditEntry, Company, User
from sollecito.channels.local_mailbox import list_mail, read_mail
from sollecito.domain.transitions import IllegalMoveError
from sollecito.dunning.models import Hold, Reminder
from sollecito.dunning.queries import message_rows
from sollecito.flows import clock
from sollecito.flows.check_text import WrittenText
from sollecito.flows.choose_amounts import choose_amounts
from sollecito.flows.deliver import deliver
from sollecito.flows.preview_reminders import Seen, preview_reminders, preview_rows
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.save_template import TextPlace, save_template
from sollecito.flows.send_reminder import SendOutcome, new_token, send_reminders, undo_sending
from sollecito.ledger.models import Allocation, Instalment, Payment
from sollecito.outbox.models import Attachment, Content, Message, Sender
from sollecito.outbox.queries import Lane
from tests.builders import Row
from tests.reminders import (
    COMPANY_IBAN,
    DOCUMENT_IBAN,
    EMAIL,
    TODAY,
    add_account,
    add_email,
    import_invoice,
    make_company,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_the_day(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MAILBOX = tmp_path / "mailbox"
    with clock.pretend(TODAY):
        yield


@pytest.fixture
def company() -> Company:
    return make_company(email="amministrazione@azienda.example", contact_name="Giulia Neri")


@pytest.fixture
def instalment(company: Company) -> Instalment:
    (row,) = import_invoice(company, number="124/A")
    add_email(row.party)
    return row


def send(company: Company, *rows: Instalment, **options: Any) -> SendOutcome:
    keywords = {key: options.pop(key) for key in ("separate", "seen", "can_undo") if key in options}
    token = options.pop("token", None) or new_token()
    user = options.pop("user", None)
    return send_reminders(
        company,
        [row.pk for row in rows],
        token=token,
        user=user,
        options=ReminderOptions(**options),
        **keywords,
    )


def opened(content: Content) -> EmailMessage:
    return email.message_from_bytes(bytes(content.raw or b""), policy=email.policy.default)


def text_of(content: Content) -> str:
    body = opened(content).get_body(("plain",))
    assert body is not None
    return cast("str", body.get_content())


def pay(row: Instalment, amount: str) -> None:
    payment = Payment.objects.create(
        company=row.company,
        party=row.party,
        date=TODAY,
        amount=Decimal(amount),
        source="hand",
        recorded_at=clock.now(),
    )
    Allocation.objects.create(
        company=row.company,
        instalment=row,
        payment=payment,
        amount=Decimal(amount),
        date=TODAY,
        created_at=clock.now(),
    )


def test_it_asks_for_the_balance_and_stays_in_the_local_mailbox(
    company: Company, instalment: Instalment, settings: Settings
) -> None:
    pay(instalment, "22.00")
    outcome = send(company, instalment)
    (content,) = outcome.contents
    assert outcome.refused == ()
    assert content.channel == "file"
    text = text_of(content)
    assert "100,00 €" in text
    assert "già pagato 22,00 €" in text
    assert "fattura 124/A del 01/03/2026" in content.subject
    assert deliver(Lane("file"), worker_id="w") == 1
    (kept,), _ = list_mail(settings.MAILBOX)
    mail = read_mail(settings.MAILBOX, kept.id)
    assert mail is not None
    assert hashlib.sha256(mail.raw).hexdigest() == content.sha256
    assert mail.recipients == (EMAIL,)


def test_what_is_seen_is_what_leaves(company: Company, instalment: Instalment) -> None:
    token = new_token()
    preview = preview_reminders(company, [instalment.pk], token=token)
    (shown,) = preview.mails
    assert not Content.objects.exists()
    with clock.pretend(TODAY, at=clock.PRETENDED_TIME.replace(minute=7)):
        outcome = send(
            company,
            instalment,
            token=token,
            seen={shown.key: Seen(shown.moment, shown.sha256)},
        )
    (content,) = outcome.contents
    assert bytes(content.raw or b"") == shown.raw
    assert content.sha256 == shown.sha256
    assert content.message_id == shown.message_id


def test_a_payment_after_the_preview_shows_a_new_one_and_sends_nothing(
    company: Company, instalment: Instalment
) -> None:
    token = new_token()
    (shown,) = preview_reminders(company, [instalment.pk], token=token).mails
    pay(instalment, "22.00")
    outcome = send(
        company, instalment, token=token, seen={shown.key: Seen(shown.moment, shown.sha256)}
    )
    assert outcome.contents == ()
    assert "100,00 €" in outcome.changed[0].draft.text
    assert not Content.objects.exists()


def test_a_double_click_sends_once(company: Company, instalment: Instalment) -> None:
    token = new_token()
    first = send(company, instalment, token=token)
    second = send(company, instalment, token=token)
    assert second.already_sent
    assert second.contents == first.contents
    assert Message.objects.count() == 1


def test_undo_truly_cancels(company: Company, instalment: Instalment) -> None:
    token = new_token()
    send(company, instalment, token=token, can_undo=True)
    message = Message.objects.get()
    assert timedelta(seconds=5) < message.not_before - timezone.now() <= timedelta(seconds=10)
    assert deliver(Lane("file"), worker_id="w") == 0
    assert undo_sending(company, token, user=None) == 1
    Message.objects.update(not_before=timezone.now() - timedelta(hours=1))
    assert deliver(Lane("file"), worker_id="w") == 0
    assert Message.objects.get().status == "cancelled"
    assert Reminder.objects.get().is_void
    assert undo_sending(company, token, user=None) == 0


def test_undo_counts_messages_not_their_recipients(
    company: Company, instalment: Instalment
) -> None:
    token = new_token()
    copies = {"cc": ("studio@cliente.example",), "bcc": ("io@azienda.example",)}
    send(company, instalment, token=token, can_undo=True, **copies)
    assert Message.objects.count() == 3
    assert undo_sending(company, token, user=None) == 1


def test_undo_after_the_window_refuses(company: Company, instalment: Instalment) -> None:
    token = new_token()
    send(company, instalment, token=token)
    deliver(Lane("file"), worker_id="w")
    with pytest.raises(IllegalMoveError):
        undo_sending(company, token, user=None)
    assert Message.objects.get().status == "accepted"


def test_several_of_one_customer_make_one_message(company: Company) -> None:
    (first,) = import_invoice(company, number="1")
    (second,) = import_invoice(company, number="2", rows=(Row("244.00", "2026-04-04"),))
    (stranger,) = import_invoice(
        company, number="3", buyer_vat="00743110157", buyer_name="Altro S.p.A."
    )
    add_email(first.party)
    add_email(stranger.party, "altro@altro.example")
    outcome = send(company, first, second, stranger)
    assert len(outcome.contents) == 2
    rows = message_rows(company)
    assert [(row["to"], row["instalments"]) for row in rows] == [
        (EMAIL, [first.pk, second.pk]),
        ("altro@altro.example", [stranger.pk]),
    ]
    assert "366,00 €" in text_of(outcome.contents[0])
    assert "Altro" not in text_of(outcome.contents[0])
    assert len(send(company, first, second, separate=True).contents) == 2


def test_different_currencies_never_share_a_message(company: Company) -> None:
    (euro,) = import_invoice(company, number="1")
    (dollar,) = import_invoice(company, number="2", currency="USD")
    add_email(euro.party)
    texts = [text_of(content) for content in send(company, euro, dollar).contents]
    assert len(texts) == 2
    assert [("€" in text, "USD" in text) for text in texts] == [(True, False), (False, True)]


def test_recipients_copies_and_blind_copies(company: Company, instalment: Instalment) -> None:
    add_email(instalment.party, "generale@cliente.example", purpose="general")
    outcome = send(
        company,
        instalment,
        cc=("agente@azienda.example", EMAIL.upper()),
        bcc=("io@azienda.example",),
    )
    (content,) = outcome.contents
    raw = bytes(content.raw or b"")
    assert b"io@azienda.example" not in raw
    rows = {row["to"]: row["role"] for row in message_rows(company)}
    assert rows == {
        EMAIL: "to",
        "generale@cliente.example": "to",
        "agente@azienda.example": "cc",
        "io@azienda.example": "bcc",
    }


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"to": ()}, "no_recipient"),
        ({"to": ("a@b.it", "b@b.it", "c@b.it", "d@b.it")}, "too_many_recipients"),
        ({"to": ("chi sa",)}, "bad_address"),
        ({"iban": "IT00X0542811101000000123456"}, "iban_check_digits"),
        ({"text": "{{ boh }}", "is_template": True}, "unknown"),
        ({"text": "{{ iban }}", "is_template": True}, "incomplete"),
        ({"text": "  "}, "empty"),
        ({"model": "boh"}, "no_model"),
        ({"channel": "fax"}, "no_channel"),
    ],
)
def test_what_must_be_put_right_first(
    company: Company, instalment: Instalment, options: dict[str, Any], reason: str
) -> None:
    outcome = send(company, instalment, **options)
    assert [(each.instalment, each.reason) for each in outcome.refused] == [(instalment.pk, reason)]
    assert outcome.refused[0].message
    assert not Content.objects.exists()


def test_rules_one_to_three_refuse_by_hand_too(company: Company) -> None:
    (paid,) = import_invoice(company, number="1")
    (held,) = import_invoice(company, number="2")
    (note,) = import_invoice(company, number="3", type_code="TD04")
    (good,) = import_invoice(company, number="4")
    add_email(good.party)
    pay(paid, "122.00")
    Hold.objects.create(
        company=company,
        kind="promise",
        instalment=held,
        from_date=TODAY,
        until_date=date(2026, 4, 30),
        created_at=clock.now(),
    )
    outcome = send(company, paid, held, note, good)
    assert {each.instalment: each.reason for each in outcome.refused} == {
        paid.pk: "settled",
        held.pk: "hold_promise",
        note.pk: "not_collectible",
    }
    assert message_rows(company)[0]["instalments"] == [good.pk]


def test_unknown_instalments_and_those_of_others_are_refused(instalment: Instalment) -> None:
    other = Company.objects.create(name="Altra", vat_number="00743110157")
    outcome = send_reminders(other, [instalment.pk, 999_999], token="t")
    assert {each.reason for each in outcome.refused} == {"not_found"}
    assert not Content.objects.exists()


def test_the_account_is_the_documents_own(company: Company) -> None:
    add_account(company)
    (own,) = import_invoice(company, number="1", rows=(Row(due="2026-03-31", iban=DOCUMENT_IBAN),))
    (default,) = import_invoice(company, number="2")
    add_email(own.party)
    assert "IBAN IT60 X054 2811 1010 0000 0123 456" in text_of(send(company, own).contents[0])
    assert "IBAN IT18 Z999 9099" in text_of(send(company, default).contents[0])
    both = text_of(send(company, own, default).contents[0])
    assert "Per 1 (122,00 €): bonifico su IBAN IT60" in both
    assert "Per 2 (122,00 €): bonifico su IBAN IT18" in both
    chosen = send(company, own, iban=COMPANY_IBAN)
    assert "IT60" not in text_of(chosen.contents[0])
    assert any("conto diverso da quello in fattura" in words for words in chosen.warnings)


def test_without_iban_phone_or_contact_the_default_text_still_leaves() -> None:
    company = make_company()
    (row,) = import_invoice(company)
    outcome = send(company, row, to=(EMAIL,))
    text = text_of(outcome.contents[0])
    assert "{{" not in text
    assert "IBAN" not in text
    assert "basta rispondere a questa e-mail." in text
    assert any("su che conto pagare" in words for words in outcome.warnings)


def test_the_tone_follows_due_date_and_history(company: Company) -> None:
    first, second = import_invoice(
        company,
        number="1",
        total="244.00",
        rows=(Row(due="2026-03-31", condition="TP01"), Row(due="2026-04-30", condition="TP01")),
    )
    add_email(first.party)
    assert send(company, second).contents[0].kind == "promemoria"
    assert send(company, first).contents[0].kind == "sollecito_1"
    with clock.pretend(date(2026, 4, 27)):
        again = send(company, first)
    (content,) = again.contents
    assert content.kind == "sollecito_2"
    assert "La nostra precedente comunicazione è del 17/04/2026." in text_of(content)
    earlier = Content.objects.get(kind="sollecito_1")
    assert opened(content)["In-Reply-To"] == earlier.message_id
    both = send(company, first, second)
    assert "Nei prossimi giorni scade anche" in text_of(both.contents[0])
    assert both.contents[0].reminders.count() == 2


def test_the_companys_own_text_and_the_commands_text(
    company: Company, instalment: Instalment
) -> None:
    own = WrittenText(
        "Da saldare: {{ documenti }}",
        "Buongiorno,\n%Partita\nImporto da saldare: %Importo\nCordiali Saluti",
    )
    save_template(company, TextPlace("own"), own, user=None)
    assert send(company, instalment).contents[0].kind == "sollecito_1"
    Sender.objects.create(company=company, host="smtp.example", from_address="noi@azienda.example")
    (content,) = send(company, instalment).contents
    assert content.subject == "Da saldare: fattura 124/A del 01/03/2026"
    assert (content.kind, content.template_version) == ("sollecito_1", "own/it/1")
    assert text_of(content).replace("\r\n", "\n").rstrip() == (
        "Buongiorno,\nFattura 124/A del 01/03/2026\n"
        "  scadenza 31/03/2026 (17 giorni), importo 122,00 €, da pagare 122,00 €\n"
        "Totale da pagare: 122,00 €\nImporto da saldare: 122,00 €\nCordiali Saluti"
    )
    written = send(company, instalment, text="Paga %Importo, {{ cliente.nome }}", is_template=True)
    assert text_of(written.contents[0]).rstrip() == "Paga 122,00 €, Cliente di prova S.r.l."
    typed = send(company, instalment, text="Paga %Importo")
    assert text_of(typed.contents[0]).rstrip() == "Paga %Importo"
    assert any("Nel testo c'è ancora" in words for words in typed.warnings)


def test_the_courtesy_copy_goes_along_where_the_card_says_so(
    company: Company, instalment: Instalment
) -> None:
    assert list(opened(send(company, instalment).contents[0]).iter_attachments()) == []
    party = instalment.party
    party.auto_copy = True
    party.save()
    (content,) = send(company, instalment).contents
    (attached,) = opened(content).iter_attachments()
    assert attached.get_filename() == "Fattura 124-A del 2026-03-01.pdf"
    assert cast("bytes", attached.get_content()).startswith(b"%PDF-")
    assert "In allegato la copia di cortesia del documento." in text_of(content)
    row = Attachment.objects.get()
    assert row.sha256 == hashlib.sha256(cast("bytes", attached.get_content())).hexdigest()
    assert (
        list(opened(send(company, instalment, attachments=()).contents[0]).iter_attachments()) == []
    )
    asked = send(company, instalment, attachments=("invoices", "statement"))
    assert len(list(opened(asked.contents[0]).iter_attachments())) == 2


def test_more_than_twenty_items_carry_the_whole_list(company: Company) -> None:
    rows = [import_invoice(company, number=str(n))[0] for n in range(1, 23)]
    add_email(rows[0].party)
    (content,) = send(company, *rows).contents
    text = text_of(content)
    assert "e altre 2: l'elenco completo è in allegato" in text
    assert "Totale da pagare: 2.684,00 €" in text
    assert len(list(opened(content).iter_attachments())) == 1


def test_own_account_writes_in_its_own_name(company: Company, instalment: Instalment) -> None:
    Sender.objects.create(
        company=company, host="smtp.example", from_address="giulia@azienda.example"
    )
    (content,) = send(company, instalment).contents
    mail = opened(content)
    assert (content.channel, content.envelope_from) == ("email", "giulia@azienda.example")
    assert mail["From"].addresses[0].addr_spec == "giulia@azienda.example"
    assert mail["Reply-To"] is None
    assert mail["Auto-Submitted"] is None
    assert content.message_id.endswith("@azienda.example>")
    assert send(company, instalment, channel="file").contents[0].channel == "file"


def test_the_instances_sender_lets_replies_go_to_the_company(
    company: Company, instalment: Instalment, settings: Settings
) -> None:
    settings.SMTP_URL, settings.SMTP_FROM = "smtp://127.0.0.1:1", "posta@istanza.example"
    (content,) = send(company, instalment).contents
    mail = opened(content)
    assert mail["From"].addresses[0].addr_spec == "posta@istanza.example"
    assert mail["Reply-To"].addresses[0].addr_spec == "amministrazione@azienda.example"
    assert "amministrazione@azienda.example" in text_of(content)


def test_who_sent_what_is_written_down(company: Company, instalment: Instalment) -> None:
    user = User.objects.create_user("giulia@azienda.example", name="Giulia Neri")
    (content,) = send(company, instalment, user=user).contents
    entry = AuditEntry.objects.get(action="reminder_sent")
    assert (entry.user, entry.target) == (user, f"instalment:{instalment.pk}")
    assert EMAIL in entry.text
    assert entry.details["sha256"] == content.sha256
    reminder = Reminder.objects.get()
    assert (reminder.frozen_balance, reminder.issued_date) == (Decimal("122.00"), TODAY)


def test_a_dry_run_stores_nothing(company: Company, instalment: Instalment) -> None:
    preview = preview_reminders(company, [instalment.pk], token="t")
    (row,) = preview_rows(preview.mails)
    assert row["id"] is None
    assert (row["to"], row["status"], row["instalments"]) == (EMAIL, "draft", [instalment.pk])
    assert set(row) == set(_stored_row(company, instalment))
    assert Content.objects.count() == 1


def _stored_row(company: Company, instalment: Instalment) -> dict[str, Any]:
    send(company, instalment)
    return message_rows(company)[0]


def test_the_withholding_is_named_only_where_the_amount_leaves_it_out(company: Company) -> None:
    net, gross = (
        import_invoice(
            company, number=number, withheld=("20.00",), rows=(Row(amount, "2026-03-31"),)
        )
        for number, amount in (("1", "102.00"), ("2", "122.00"))
    )
    add_email(net[0].party)
    told = text_of(send(company, net[0]).contents[0])
    assert "L'importo è al netto della ritenuta d'acconto (20,00 €)." in told
    assert send(company, gross[0]).refused  # until a person says whether it is gross or net
    choose_amounts(gross[0].document, "gross", user=None)
    outcome = send(company, gross[0])
    assert "ritenuta" not in text_of(outcome.contents[0])


def test_warnings_speak_and_stop_nothing(company: Company) -> None:
    (row,) = import_invoice(company, rows=(Row(due=""),))
    add_email(row.party)
    with clock.pretend(date(2026, 5, 2)):
        send(company, row)
        outcome = send(company, row)
    assert len(outcome.contents) == 1
    said = " ".join(outcome.warnings)
    for words in ("fuori dall'orario", "già stato incassato", "Hai già scritto", "presunta"):
        assert words in said
