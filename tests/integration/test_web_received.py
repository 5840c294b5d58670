"""Pages of what came back: the message, the card, the doubts, the answers, the proof."""

from __future__ import annotations

import hashlib
import html
import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.domain.schedule import PlannedFacts
from sollecito.dunning.models import CustomerReply
from sollecito.dunning.plan_queries import planned_facts
from sollecito.flows import clock
from sollecito.flows.explain_decision import explain_decision
from sollecito.flows.take_in_mail import take_in_mail
from sollecito.ledger.models import ContactPoint, Instalment
from sollecito.outbox.models import Content, Mailbox, Message, Sender, Suppression
from tests.arrived import OURS, bounce, make_sender, reply
from tests.command_line import call
from tests.pec_provider import make_receipt
from tests.signed_mail import PROVIDER, provider_signer
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    return enter(world.owner)


def address_of(world: World) -> str:
    return str(world.content.messages.get().address)


def dead(world: World) -> Suppression:
    """The customer's address comes back as unknown."""
    Content.objects.filter(pk=world.content.pk).update(message_id=OURS)
    raw = bounce("postfix_utente_sconosciuto").replace(
        b"rossi@cliente.example", address_of(world).encode()
    )
    take_in_mail(world.company, raw)
    return Suppression.objects.get(company=world.company)


def by_pec(world: World) -> Sender:
    """The world's communication left by PEC, and both receipts arrived."""
    sender = make_sender(world.company, "pec")
    Content.objects.filter(pk=world.content.pk).update(channel="pec", sender=sender)
    Message.objects.filter(content=world.content).update(status="accepted")
    about = {"message_id": world.content.message_id, "recipients": [address_of(world)]}
    for kind, more in (
        ("accettazione", {}),
        ("avvenuta-consegna", {"about": address_of(world), "original": b"From: x\r\n\r\nx"}),
    ):
        raw = make_receipt(kind, **about, **more)  # type: ignore[arg-type]  # as the case says
        take_in_mail(world.company, raw, sender=sender)
    return sender


def page(client: Client, name: str, *arguments: object) -> str:
    return client.get(reverse(f"web:{name}", args=arguments)).content.decode()


def test_both_receipts_are_on_the_message_with_their_words(client: Client, world: World) -> None:
    by_pec(world)
    shown = page(client, "message", world.content.pk)
    assert "Ricevuta di accettazione" in shown
    assert "Ricevuta di avvenuta consegna" in shown
    assert "Consegnata" in shown
    assert "Cartella di prova" in shown
    assert shown.count("Firma integra") == 2
    assert PROVIDER in shown


def test_a_receipt_that_was_changed_does_not_count_and_waits_to_be_looked_at(
    client: Client, world: World
) -> None:
    sender = make_sender(world.company, "pec")
    Content.objects.filter(pk=world.content.pk).update(channel="pec", sender=sender)
    Message.objects.filter(content=world.content).update(status="accepted")
    raw = make_receipt(
        "avvenuta-consegna",
        about=address_of(world),
        message_id=world.content.message_id,
        recipients=[address_of(world)],
    )
    changed = raw.replace(b"\nRicevuta:", b"\nricevuta:")
    take_in_mail(world.company, changed, sender=sender)
    assert world.content.messages.get().status == "accepted"
    assert "1 ricevuta da guardare" in page(client, "home")
    listed = page(client, "loose")
    assert "Ricevuta da guardare: la firma non torna" in listed
    assert reverse("web:message", args=[world.content.pk]) in listed
    shown = page(client, "message", world.content.pk)
    assert "cambiata dopo essere stata firmata" in html.unescape(shown)
    take_in_mail(world.company, raw, sender=sender)
    assert world.content.messages.get().status == "delivered"


def test_who_signs_in_the_provider_s_place_is_said(client: Client, world: World) -> None:
    sender = make_sender(world.company, "pec")
    Content.objects.filter(pk=world.content.pk).update(channel="pec", sender=sender)
    raw = make_receipt(
        "accettazione",
        message_id=world.content.message_id,
        recipients=[address_of(world)],
        signer=provider_signer("mario@truffa.example"),
    )
    take_in_mail(world.company, raw, sender=sender)
    shown = html.unescape(page(client, "message", world.content.pk))
    assert "l’indirizzo del certificato non è quello del gestore" in shown
    assert "mario@truffa.example" in shown


def test_the_proof_folder_holds_what_left_and_every_receipt(client: Client, world: World) -> None:
    by_pec(world)
    answer = client.get(reverse("web:message_proof", args=[world.content.pk]))
    folder = zipfile.ZipFile(io.BytesIO(answer.content))
    address = address_of(world)
    names = ["indice.txt", "messaggio.eml", "01-accettazione.eml", f"02-consegna-{address}.eml"]
    assert folder.namelist() == names
    left = Content.objects.get(pk=world.content.pk)
    assert folder.read("messaggio.eml") == bytes(left.raw or b"")
    index = folder.read("indice.txt").decode()
    for name in names[1:]:
        assert hashlib.sha256(folder.read(name)).hexdigest() in index
    assert "completa: contiene il messaggio" in index
    assert index.count(f"Firma integra: Gestore di Prova S.p.A. <{PROVIDER}>") == 2
    again = client.get(reverse("web:message_proof", args=[world.content.pk]))
    assert again.content == answer.content


def test_a_dead_address_is_on_the_card_with_its_cure(client: Client, world: World) -> None:
    row = dead(world)
    card = page(client, "customer", world.party.pk)
    assert "tornato indietro" in card
    assert "User unknown" in card
    assert "Correggi" in card
    assert "Riprova" in card
    assert "indirizzo tornato indietro" in page(client, "home")
    client.post(reverse("web:address_retry", args=[row.pk]), {"cliente": world.party.pk})
    assert "tornato indietro" not in page(client, "customer", world.party.pk)


def test_a_dead_address_is_no_recipient_until_it_is_corrected(client: Client, world: World) -> None:
    dead(world)
    drawer = reverse("web:reminder_new") + f"?righe={world.instalment.pk}"
    Instalment.objects.filter(pk=world.instalment.pk).update(balance=1)
    point = ContactPoint.objects.get(party=world.party, value=address_of(world))
    ContactPoint.objects.filter(party=world.party).exclude(pk=point.pk).delete()
    assert f'value="{point.value}"' not in client.get(drawer).content.decode()
    ContactPoint.objects.filter(pk=point.pk).update(value="nuovo@cliente.example")
    assert "tornato indietro" not in page(client, "customer", world.party.pk)


def test_an_answer_waits_on_the_card_and_holds_the_programme(client: Client, world: World) -> None:
    take_in_mail(world.company, reply("Pago domani.", answers=world.content.message_id))
    row = CustomerReply.objects.get()
    card = page(client, "customer", world.party.pk)
    assert "Pago domani." in card
    assert "Segna come letta" in card
    assert "1 risposta da leggere" in page(client, "home")
    assert "Pago domani." in page(client, "replies")
    assert "Pago domani." in page(client, "customer_time_line", world.party.pk)
    assert facts_of(world).is_paused
    client.post(reverse("web:reply_seen", args=[row.pk]))
    row.refresh_from_db()
    assert row.seen_by == world.owner
    assert not facts_of(world).is_paused
    assert "Segna come letta" not in page(client, "customer", world.party.pk)
    assert "Pago domani." in page(client, "customer_time_line", world.party.pk)


def facts_of(world: World) -> PlannedFacts:
    today = clock.today(world.company.time_zone)
    return planned_facts(world.company, [world.instalment.pk], today)[world.instalment.pk].facts


def test_why_says_that_the_customer_answered(world: World) -> None:
    take_in_mail(world.company, reply(answers=world.content.message_id))
    row = Instalment.objects.filter(company=world.company, balance__gt=0, party=world.party).last()
    if row is not None:
        assert "ha risposto" in explain_decision(row).sentence


def test_doubts_show_what_is_known_and_are_decided_there(client: Client, world: World) -> None:
    row = world.content.messages.get()
    Message.objects.filter(pk=row.pk).update(
        status="unknown", reason="Connessione caduta dopo il punto"
    )
    shown = page(client, "uncertain")
    for words in (row.address, world.party.name, "Considera inviato", "Reinvia", "due volte"):
        assert words in shown
    assert "1 invio incerto" in page(client, "home")
    answer = client.post(
        reverse("web:message_resolve", args=[row.pk]), {"verdetto": "accepted", "da": "incerti"}
    )
    assert answer.headers["Location"] == reverse("web:uncertain")
    assert "Nessun invio incerto" in page(client, "uncertain")


def test_a_receipt_of_a_lost_message_is_kept_and_shown(client: Client, world: World) -> None:
    take_in_mail(world.company, bounce("postfix_utente_sconosciuto"))
    assert "1 ricevuta da guardare" in page(client, "home")
    shown = page(client, "loose")
    assert "Tornato indietro" in shown
    assert "Undelivered Mail Returned to Sender" in shown


def test_a_mailbox_that_is_not_read_is_said(client: Client, world: World) -> None:
    sender = make_sender(world.company, "pec")
    Mailbox.objects.create(
        company=world.company,
        sender=sender,
        folder="INBOX",
        next_read_at=clock.real_now(),
        problem="Il server IMAP non risponde",
    )
    assert "non si legge" in page(client, "home")
    found = {each["check"]: each for each in call("doctor", "--json").value}
    assert not found["mailboxes"]["ok"]
    assert "non risponde" in found["mailboxes"]["message"]


def test_the_original_of_what_arrived_is_handed_over(client: Client, world: World) -> None:
    raw = reply(answers=world.content.message_id)
    mail = take_in_mail(world.company, raw)
    assert mail
    answer = client.get(reverse("web:received_eml", args=[mail.pk]))
    assert answer.content == raw
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_script_takes_in_files_and_writes_the_proof(world: World, tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "risposta.eml").write_bytes(reply(answers=world.content.message_id))
    (folder / "altra.eml").write_bytes(reply(answers="<no@x>", number=2))
    files = [str(folder / "risposta.eml"), str(folder / "altra.eml")]
    rows = call("receipts", "add", *files, "--json").value
    assert [(row["kind"], row["content"]) for row in rows] == [
        ("posta", world.content.pk),
        (None, None),
    ]
    target = folder / "prova.zip"
    message = world.content.messages.get()
    call("messages", "proof", str(message.pk), str(target))
    assert "messaggio.eml" in zipfile.ZipFile(target).namelist()
