"""Which account writes: the one a person chose, the step's, the model's, the default one."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.urls import reverse

from sollecito.dunning.models import Reminder, Step
from sollecito.dunning.policy_book import policy_value, step_value
from sollecito.flows.compose_automatic import automatic_options, compose_automatic
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.save_policy import save_policy
from sollecito.flows.send_reminder import new_token
from sollecito.outbox.models import Content, Sender
from tests.outbox_rows import make_company
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture
from tests.work_rows import add_draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


def said(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def add_sender(world: World, address: str, **more: Any) -> Sender:
    values = {"host": "smtp.example.test", "from_address": address} | more
    return Sender.objects.create(company=world.company, **values)


@pytest.fixture
def world() -> World:
    return make_world()


def test_one_account_is_no_choice(world: World) -> None:
    add_sender(world, "ufficio@prima.example", is_default=True)
    path = reverse("web:reminder_new") + f"?righe={world.instalment.pk}"
    page = said(enter(world.owner).get(path))
    assert "ufficio@prima.example" in page
    assert 'name="mittente"' not in page


def test_the_drawer_offers_the_others_and_the_chosen_one_writes(world: World) -> None:
    usual = add_sender(world, "ufficio@prima.example", is_default=True)
    other = add_sender(world, "fatture@prima.example", from_name="Fatture Prima")
    client = enter(world.owner)
    path = reverse("web:reminder_new")
    page = said(client.get(f"{path}?righe={world.instalment.pk}"))
    assert 'name="mittente"' in page
    assert f'value="{usual.pk}" selected' in page
    assert "Fatture Prima <fatture@prima.example>" in page
    data = {
        "righe": str(world.instalment.pk),
        "token": new_token(),
        "a": "x@y.example",
        "oggetto": "Sollecito",
        "testo": "Parole mie",
        "allegati_noti": "1",
        "mittente": str(other.pk),
        "mittente_prima": str(usual.pk),
        "passo": "anteprima",
    }
    preview = said(client.post(path, data))
    assert "fatture@prima.example" in preview
    assert f'name="mittente" value="{other.pk}"' in " ".join(preview.split())
    client.post(path, data | {"passo": "invia"})
    content = Content.objects.latest("pk")
    assert content.sender == other
    assert content.envelope_from == "fatture@prima.example"
    assert b"From: Fatture Prima <fatture@prima.example>" in bytes(content.raw or b"")


def test_another_companys_account_is_not_used(world: World) -> None:
    usual = add_sender(world, "ufficio@prima.example", is_default=True)
    stranger = Sender.objects.create(
        company=make_company(), host="smtp.example.test", from_address="altri@altri.example"
    )
    options = ReminderOptions(sender_id=stranger.pk)
    composed = compose_reminders(world.company, [world.instalment.pk], options=options)
    assert composed.drafts[0].account.sender == usual


def test_a_step_has_its_own(world: World) -> None:
    add_sender(world, "ufficio@prima.example", is_default=True)
    other = add_sender(world, "fatture@prima.example")
    draft = add_draft(world.company, world.instalment)
    Step.objects.filter(pk=draft.step_id).update(sender=other)
    draft.refresh_from_db()
    step = step_value(Step.objects.get(pk=draft.step_id))
    assert automatic_options(world.company, [world.party], step, "email").sender_id == other.pk
    reminders = list(Reminder.objects.filter(content=draft.content))
    composed = compose_automatic(draft, reminders)
    assert composed.drafts[0].account.sender == other
    saved = save_policy(world.company, policy_value(draft.policy), user=None)
    assert saved.steps.get(retired_at__isnull=True).sender == other
    Sender.objects.filter(pk=other.pk).update(is_active=False)
    assert compose_automatic(draft, reminders).drafts[0].account.shown.address == (
        "ufficio@prima.example"
    )
