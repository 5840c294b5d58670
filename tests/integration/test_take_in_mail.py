"""What arrives: each message learns its own, once; addresses, senders and customers follow."""

from __future__ import annotations

import random

import pytest
from django.utils import timezone

from sollecito.domain.arrived import Kind
from sollecito.dunning.models import CustomerReply, PolicyChoice, Reminder
from sollecito.flows.suppress_address import lift_suppression
from sollecito.flows.take_in_mail import take_in_mail
from sollecito.ledger.models import ContactPoint, Instalment
from sollecito.outbox.models import (
    Content,
    DeliveryEvent,
    Instance,
    Message,
    ReceivedMail,
    Sender,
    Suppression,
)
from tests.arrived import (
    DIREZIONE,
    OURS,
    PEC,
    ROSSI,
    UNO,
    bounce,
    make_sender,
    reply,
    states,
    write_pecs,
    write_to,
)
from tests.outbox_rows import make_company

pytestmark = pytest.mark.django_db
SAMPLES = sorted(PEC.glob("*.eml"))


def status_of(content: Content, address: str = ROSSI) -> str:
    return Message.objects.get(content=content, address=address).status


@pytest.mark.parametrize("seed", range(5))
def test_receipts_of_pec_in_any_order_and_repeated_give_the_same(seed: int) -> None:
    company = make_company()
    sender = make_sender(company, "pec")
    contents = write_pecs(company, sender)
    mails = [*SAMPLES, *SAMPLES[::2], *SAMPLES[::3]]
    random.Random(seed).shuffle(mails)
    for path in mails:
        take_in_mail(company, path.read_bytes(), sender=sender)
    found = {name[10:14]: {} for name, _ in states(company)}  # type: ignore[var-annotated]
    for (name, address), status in states(company).items():
        found[name[10:14]][address] = status
    assert found == {
        "0001": {UNO: "delivered"},
        "0002": {UNO: "delivered", DIREZIONE: "bounced"},
        "0003": {"info@pec.cliente-due.it": "bounced"},
        "0004": {UNO: "bounced"},
        "0005": {"mario.rossi@gmail.example": "accepted"},
        "0006": {UNO: "delivered"},
        "0007": {UNO: "accepted"},
    }
    assert DeliveryEvent.objects.filter(mail__isnull=False, kind="delivered").count() == 3
    assert ReceivedMail.objects.filter(company=company).count() == 11  # no anomaly, no double
    dead = set(Suppression.objects.values_list("address", flat=True))
    assert dead == {"info@pec.cliente-due.it"}
    assert contents["0001"].company_id == company.pk


def test_the_bytes_of_a_receipt_are_kept_as_they_came() -> None:
    company = make_company()
    sender = make_sender(company, "pec")
    write_pecs(company, sender)
    raw = SAMPLES[1].read_bytes()
    mail = take_in_mail(company, raw, sender=sender)
    assert mail
    mail.refresh_from_db()
    assert bytes(mail.raw) == raw
    assert (mail.kind, mail.is_complete, mail.matched_by) == (Kind.DELIVERY, True, "message_id")


def test_a_recipient_outside_pec_is_accepted_and_says_so() -> None:
    company = make_company()
    sender = make_sender(company, "pec")
    contents = write_pecs(company, sender)
    take_in_mail(company, SAMPLES[8].read_bytes(), sender=sender)
    kinds = DeliveryEvent.objects.filter(message__content=contents["0005"])
    assert set(kinds.values_list("kind", flat=True)) == {"accepted", "outside_pec"}


def test_a_receipt_of_pec_means_nothing_in_another_mailbox() -> None:
    company = make_company()
    write_pecs(company, make_sender(company, "pec"))
    assert take_in_mail(company, SAMPLES[1].read_bytes(), sender=make_sender(company)) is None
    assert set(states(company).values()) == {"accepted"}


def test_a_receipt_does_not_reach_another_company() -> None:
    ours, theirs = make_company(), make_company()
    write_pecs(ours, make_sender(ours, "pec"))
    take_in_mail(theirs, SAMPLES[1].read_bytes(), sender=make_sender(theirs, "pec"))
    assert set(states(ours).values()) == {"accepted"}
    assert not ReceivedMail.objects.exists()


@pytest.mark.parametrize("status", ["unknown", "accepted", "failed", "retry"])
def test_a_reply_by_pec_is_found_by_the_provider_s_name_for_our_message(status: str) -> None:
    company = make_company()
    sender = make_sender(company, "pec")
    content = write_pecs(company, sender)["0001"]
    content.messages.update(status=status)
    take_in_mail(company, SAMPLES[0].read_bytes(), sender=sender)
    mail = take_in_mail(company, SAMPLES[10].read_bytes(), sender=sender)
    assert mail
    assert mail.matched_by == "answered"
    answer = CustomerReply.objects.get()
    assert (answer.party, answer.is_pec) == (content.reminders.get().instalment.party, True)
    assert answer.mail.text == "Bonifico disposto oggi."
    assert PolicyChoice.objects.get(party=answer.party).is_paused
    assert status_of(content, UNO) == "accepted"


def test_a_dead_address_is_suppressed_until_a_person_lifts_it() -> None:
    company = make_company()
    content = write_to(company, [ROSSI])
    party = content.reminders.get().instalment.party
    ContactPoint.objects.create(company=company, party=party, kind="email", value=ROSSI)
    Instalment.objects.update(is_touched=False)
    take_in_mail(company, bounce("postfix_utente_sconosciuto"))
    assert status_of(content) == "bounced"
    row = Suppression.objects.get(company=company, address=ROSSI)
    assert "User unknown" in row.reason
    assert Instalment.objects.get(party=party).is_touched
    lift_suppression(company, row.pk, user=None)
    assert not Suppression.objects.filter(lifted_at__isnull=True).exists()


def test_what_waits_for_a_dead_address_goes_back_to_review() -> None:
    company = make_company()
    write_to(company, [ROSSI])
    waiting = write_to(company, [ROSSI], message_id="<2@x>", status="queued", is_automatic=True)
    by_hand = write_to(company, [ROSSI], message_id="<3@x>", status="queued")
    take_in_mail(company, bounce("postfix_utente_sconosciuto"))
    assert (status_of(waiting), status_of(by_hand)) == ("draft", "queued")


def test_a_soft_bounce_is_kept_and_blames_nobody() -> None:
    company = make_company()
    sender = make_sender(company)
    content = write_to(company, [ROSSI], sender=sender)
    take_in_mail(company, bounce("hotmail_casella_piena"), sender=sender)
    assert status_of(content) == "bounced"
    assert not Suppression.objects.exists()
    sender.refresh_from_db()
    assert sender.paused_at is None
    assert DeliveryEvent.objects.get(kind="bounced").enhanced == "5.2.2"


def test_a_delay_changes_nothing_but_is_told() -> None:
    company = make_company()
    content = write_to(company, [ROSSI])
    take_in_mail(company, bounce("postfix_rinvio"))
    assert status_of(content) == "accepted"
    assert DeliveryEvent.objects.filter(kind="delayed").count() == 1


def test_a_refused_sender_is_paused_and_the_address_is_not_to_blame() -> None:
    company = make_company()
    sender = make_sender(company)
    content = write_to(company, [ROSSI], sender=sender)
    take_in_mail(company, bounce("exchange_online_italiano"), sender=sender)
    sender.refresh_from_db()
    assert sender.paused_at
    assert "blocked" in sender.paused_reason
    assert not Suppression.objects.exists()
    assert status_of(content) == "bounced"


SILENT = """From: MAILER-DAEMON@mx.cliente.example
To: ritorni+{token}@ventofresco.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <ritorno.1@mx.cliente.example>

<{whom}>: 550 5.1.1 User unknown
"""
"""A bounce with nothing of ours in it but where it came to."""


def test_a_bounce_that_names_nothing_is_known_by_where_it_came_to() -> None:
    company, other = make_company(), make_company("Altra S.r.l.")
    make_sender(company)
    Sender.objects.update(from_address="crediti@ventofresco.example")
    content = write_to(company, [ROSSI])
    token = OURS[1:33]
    raw = SILENT.format(token=token, whom=ROSSI).encode()
    assert take_in_mail(other, raw) is None
    mail = take_in_mail(company, raw)
    assert mail
    assert mail.matched_by == "return_path"
    assert status_of(content) == "bounced"
    assert Suppression.objects.filter(company=company, address=ROSSI).exists()
    guessed = SILENT.format(token="z" * 32, whom=ROSSI).replace("ritorno.1", "ritorno.2")
    assert take_in_mail(company, guessed.encode()) is None


def test_the_instance_s_own_sender_is_paused_too() -> None:
    company = make_company()
    Instance.objects.get_or_create(pk=1)
    write_to(company, [ROSSI])
    take_in_mail(company, bounce("spf_rifiutato"))
    assert Instance.objects.get().paused_at


def test_a_stranger_s_bounce_without_our_name_does_nothing() -> None:
    company = make_company()
    content = write_to(company, [ROSSI], message_id="<altro@ventofresco.example>")
    forged = bounce("smtp32_tentativi").replace(OURS.encode(), b"<z@z>")
    assert take_in_mail(company, forged) is None
    assert status_of(content) == "accepted"
    assert not Suppression.objects.exists()


def test_a_bounce_of_a_message_this_database_lost_is_kept() -> None:
    company = make_company()
    mail = take_in_mail(company, bounce("postfix_utente_sconosciuto"))
    assert mail
    assert mail.content_id is None


@pytest.mark.parametrize("start", ["unknown", "accepted", "queued", "sending", "at_dot", "retry"])
def test_a_late_bounce_wins_over_an_acceptance(start: str) -> None:
    company = make_company()
    content = write_to(company, [ROSSI], status=start)
    take_in_mail(company, bounce("postfix_utente_sconosciuto"))
    assert status_of(content) == "bounced"


def test_each_recipient_of_one_content_has_its_own_end() -> None:
    company = make_company()
    content = write_to(company, [ROSSI, "bianchi@cliente.example", "verdi@cliente.example"])
    take_in_mail(company, bounce("due_destinatari"))
    rows = dict(content.messages.values_list("address", "status"))
    assert rows == {
        ROSSI: "bounced",
        "bianchi@cliente.example": "accepted",
        "verdi@cliente.example": "accepted",
    }


def test_a_bounce_for_an_address_we_do_not_know_settles_the_doubt_only() -> None:
    company = make_company()
    content = write_to(company, [ROSSI, "bianchi@cliente.example"], status="unknown")
    take_in_mail(company, bounce("inoltro_del_cliente"))
    assert set(content.messages.values_list("status", flat=True)) == {"accepted"}


def test_an_answer_is_attached_and_its_customer_s_automatic_messages_come_back() -> None:
    company = make_company()
    content = write_to(company, [ROSSI], status="unknown", is_automatic=True)
    party = content.reminders.get().instalment.party
    waiting = write_to(company, [ROSSI], message_id="<2@x>", status="queued", is_automatic=True)
    Reminder.objects.filter(content=waiting).update(instalment=content.reminders.get().instalment)
    take_in_mail(company, reply())
    answer = CustomerReply.objects.get()
    assert (answer.party, answer.is_pec, answer.seen_at) == (party, False, None)
    assert (status_of(content), status_of(waiting)) == ("accepted", "draft")
    assert not PolicyChoice.objects.exists()


def test_a_robot_s_answer_is_filed_and_changes_nothing() -> None:
    company = make_company()
    content = write_to(company, [ROSSI], status="unknown")
    mail = take_in_mail(company, reply(headers="Auto-Submitted: auto-replied\n"))
    assert mail
    assert mail.kind == Kind.AUTO_REPLY
    assert not CustomerReply.objects.exists()
    assert status_of(content) == "unknown"
    assert DeliveryEvent.objects.get(mail=mail).kind == Kind.AUTO_REPLY


def test_other_mail_is_not_kept() -> None:
    company = make_company()
    write_to(company, [ROSSI])
    assert take_in_mail(company, reply(answers="<altro@altrove.example>")) is None
    assert not ReceivedMail.objects.exists()


def test_an_answer_without_its_thread_is_known_by_its_reader_and_subject() -> None:
    company = make_company()
    content = write_to(company, [ROSSI], subject="Pagamento")
    raw = reply().replace(b"In-Reply-To: " + OURS.encode() + b"\n", b"")
    mail = take_in_mail(company, raw)
    assert mail
    assert (mail.content, mail.matched_by) == (content, "subject")
    assert take_in_mail(company, raw.replace(ROSSI.encode(), b"altri@x.example")) is None


def test_our_own_copy_in_the_mailbox_settles_a_doubt() -> None:
    company = make_company()
    content = write_to(company, [ROSSI], status="unknown")
    raw = f"From: crediti@ventofresco.example\nMessage-ID: {OURS}\n\nBuongiorno\n".encode()
    take_in_mail(company, raw)
    assert status_of(content) == "accepted"
    assert not CustomerReply.objects.exists()


def test_the_same_mail_counts_once_in_two_mailboxes() -> None:
    company = make_company()
    first, second = make_sender(company), make_sender(company, "pec")
    write_to(company, [ROSSI])
    for sender in (first, second, first):
        take_in_mail(company, reply(), sender=sender)
    assert CustomerReply.objects.count() == 1
    assert ReceivedMail.objects.count() == 1


def test_a_formal_notice_that_came_back_has_not_been_given() -> None:
    company = make_company()
    sender = make_sender(company, "pec")
    content = write_pecs(company, sender)["0003"]
    Reminder.objects.filter(content=content).update(kind="messa_in_mora_impresa")
    other = write_to(company, [ROSSI])
    take_in_mail(company, SAMPLES[6].read_bytes(), sender=sender)
    take_in_mail(company, bounce("postfix_utente_sconosciuto"))
    formal = Reminder.objects.get(content=content)
    courtesy = Reminder.objects.get(content=other)
    assert (formal.is_void, formal.is_failed) == (True, True)
    assert (courtesy.is_void, courtesy.is_failed) == (False, False)


def test_a_person_s_answer_from_outside_pec_comes_in_an_anomaly() -> None:
    company = make_company()
    sender: Sender = make_sender(company, "pec")
    write_pecs(company, sender)
    inner = reply(answers="<sol-2026-0001@solleciti.esempio.it>", sender=UNO).decode()
    raw = (
        "From: posta-certificata@pec.esempio.it\nX-Trasporto: errore\n"
        "Subject: ANOMALIA MESSAGGIO: R: Pagamento\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: message/rfc822\n\n'
        f"{inner}\n--b--\n"
    ).encode()
    take_in_mail(company, raw, sender=sender)
    answer = CustomerReply.objects.get()
    assert (answer.mail.kind, answer.is_pec) == (Kind.ANOMALY, False)
    assert answer.mail.arrived_at <= timezone.now()
