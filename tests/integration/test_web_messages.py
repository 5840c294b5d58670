"""Comunicazioni inviate and the local mailbox, as pages."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.flows import clock
from sollecito.flows.pause_sender import pause
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.flows.undo_payments import undo_group
from sollecito.ledger.models import Document, Instalment
from sollecito.outbox.models import Content, Instance, Message
from sollecito.outbox.queries import Lane
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    return enter(world.owner)


def said(answer: Any) -> str:
    return str(answer.content.decode())


def queue_another(world: World) -> Content:
    """A second reminder, still in the queue."""
    undo_group(world.company, world.group, user=world.owner)
    row = Instalment.objects.get(company=world.company, document__number="2")
    outcome = send_reminders(world.company, [row.pk], token=new_token(), user=world.owner)
    return outcome.contents[0]


def test_the_list_says_what_to_whom_and_what_became_of_it(client: Client, world: World) -> None:
    page = said(client.get(reverse("web:messages")))
    assert world.content.subject in page
    assert world.message.address in page
    assert "Inviata" in page
    assert world.owner.name in page
    for query in ("?stato=inviate", f"?cliente={world.party.pk}", "?dal=2026-04-17&al=2026-04-17"):
        assert world.content.subject in said(client.get(reverse("web:messages") + query)), query
    for query in ("?canale=email", "?origine=mano", "?genere=solleciti"):
        assert world.content.subject in said(client.get(reverse("web:messages") + query)), query
    for query in ("?canale=pec", "?origine=regola", "?genere=estratti_conto"):
        assert world.content.subject not in said(client.get(reverse("web:messages") + query)), query
    for query in ("?stato=unknown", "?dal=2026-04-18", "?cerca=nessuno"):
        assert world.content.subject not in said(client.get(reverse("web:messages") + query)), query
    of_row = reverse("web:instalment_messages", args=[world.instalment.pk])
    assert world.content.subject in said(client.get(of_row))


def test_the_detail_shows_the_frozen_bytes(client: Client, world: World) -> None:
    page = said(client.get(reverse("web:message", args=[world.content.pk])))
    raw = bytes(world.content.raw or b"")
    assert hashlib.sha256(raw).hexdigest() in page
    assert "byte intatti" in page
    assert world.message.text in page
    eml = client.get(reverse("web:message_eml", args=[world.content.pk]))
    assert eml.content == raw
    copy = client.get(reverse("web:message_attachment", args=[world.content.pk, 1]))
    assert copy["Content-Type"] == "application/pdf"
    assert copy.content.startswith(b"%PDF")
    assert (
        client.get(reverse("web:message_attachment", args=[world.content.pk, 9])).status_code == 404
    )


def test_changed_bytes_are_told(client: Client, world: World) -> None:
    Content.objects.filter(pk=world.content.pk).update(raw=b"Subject: altro\r\n\r\nciao\r\n")
    assert "byte cambiati" in said(client.get(reverse("web:message", args=[world.content.pk])))


def test_what_waits_is_cancelled(client: Client, world: World) -> None:
    content = queue_another(world)
    page = reverse("web:message", args=[content.pk])
    assert "Annulla invio" in said(client.get(page))
    client.post(reverse("web:message_cancel", args=[content.pk]))
    assert [row.status for row in content.messages.all()] == ["cancelled"]
    after = said(client.get(page))
    assert "Annulla invio" not in after
    assert "Annullata" in after
    late = client.post(reverse("web:message_cancel", args=[world.content.pk]), follow=True)
    assert "Troppo tardi" in said(late)


@pytest.mark.parametrize(("verdict", "status"), [("accepted", "accepted"), ("resend", "queued")])
def test_a_doubt_is_settled_by_a_person(
    client: Client, world: World, verdict: str, status: str
) -> None:
    Message.objects.filter(pk=world.message.pk).update(status="unknown", reference="")
    assert "1 invio incerto" in said(client.get(reverse("web:messages")))
    page = said(client.get(reverse("web:message", args=[world.content.pk])))
    assert "Considera inviato" in page
    assert "riceve due volte" in page
    resolve = reverse("web:message_resolve", args=[world.message.pk])
    client.post(resolve, {"verdetto": verdict})
    world.message.refresh_from_db()
    assert world.message.status == status
    again = client.post(resolve, {"verdetto": verdict}, follow=True)
    assert "non è possibile" in said(again)


def test_the_local_mailbox_is_read_safely(client: Client, world: World) -> None:
    listed = said(client.get(reverse("web:mailbox")))
    assert reverse("web:mail", args=[world.mail_id]) in listed
    page = client.get(reverse("web:mail", args=[world.mail_id]))
    assert world.content.subject in said(page)
    assert "122,00" in said(page)
    assert "<dt>Data</dt>" in said(page)
    assert "17/04/2026, " in said(page)
    assert 'sandbox=""' in said(page)
    assert "unsafe" not in page["Content-Security-Policy"]
    html = client.get(reverse("web:mail_html", args=[world.mail_id]))
    policy = html["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    raw = client.get(reverse("web:mail_raw", args=[world.mail_id]))
    assert raw["Content-Type"].startswith("text/plain")
    assert raw.content == bytes(world.content.raw or b"")
    saved = client.get(reverse("web:mail_raw", args=[world.mail_id]) + "?scarica=1")
    assert saved["Content-Disposition"].startswith("attachment")
    copy = client.get(reverse("web:mail_attachment", args=[world.mail_id, 1]))
    assert copy.content.startswith(b"%PDF")


def test_a_document_is_named_with_its_series(client: Client, world: World) -> None:
    Document.objects.filter(pk=world.instalment.document_id).update(series="PF")
    number = f"{world.instalment.document.number} · PF"
    for name, pk in (
        ("message", world.content.pk),
        ("instalment_messages", world.instalment.pk),
        ("document", world.instalment.document_id),
        ("customer", world.party.pk),
    ):
        assert number in said(client.get(reverse(f"web:{name}", args=[pk]))), name


def test_a_pause_of_the_common_sender_is_said_and_released(client: Client, world: World) -> None:
    pause(Lane("email"), "Troppi invii rifiutati. Ultima risposta: blocked")
    assert "blocked" in said(client.get(reverse("web:home")))
    client.post(reverse("web:resume"))
    assert Instance.objects.get().paused_at is None
    assert "blocked" not in said(client.get(reverse("web:home")))


def test_what_did_not_arrive_is_told_on_the_home_page(client: Client, world: World) -> None:
    content = queue_another(world)
    assert "non arrivato" not in said(client.get(reverse("web:home")))
    Message.objects.filter(content=content).update(status="failed", settled_at=clock.now())
    assert "1 messaggio non arrivato" in said(client.get(reverse("web:home")))
    Instalment.objects.filter(reminders__content=content).update(balance=0)
    assert "non arrivato" not in said(client.get(reverse("web:home")))
