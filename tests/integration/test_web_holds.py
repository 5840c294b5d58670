"""Sospendi i solleciti…, Perché?, promesse e piani, as pages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from sollecito.dunning.models import Hold, Promise, RepaymentPlan
from tests.programmes import add_policy
from tests.web_rows import TODAY, World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def world() -> World:
    return make_world()


def hold_url(world: World) -> str:
    return reverse("web:instalment_hold", args=[world.instalment.pk])


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ({"ambito": "instalment", "tipo": "legal"}, "instalment_id"),
        ({"ambito": "document", "tipo": "snooze", "fino_al": "2026-05-01"}, "document_id"),
        ({"ambito": "instalment", "tipo": "insolvency"}, "party_id"),
    ],
)
def test_a_hold_is_set_where_it_was_meant(world: World, typed: dict[str, str], target: str) -> None:
    client = enter(world.office)
    assert client.post(hold_url(world), typed).status_code == 302
    hold = Hold.objects.get(kind=typed["tipo"])
    assert getattr(hold, target) is not None
    assert client.post(reverse("web:hold_release", args=[hold.pk])).status_code == 302
    hold.refresh_from_db()
    assert hold.released_at is not None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"tipo": "snooze"}, "Scrivi fino a quando"),
        ({"tipo": "dispute"}, "Scrivi che cosa contesta"),
        ({"tipo": "legal", "importo": "10"}, "Un importo serve solo"),
        ({"tipo": "promise", "fino_al": "2026-04-16"}, "già passata"),
        ({"tipo": "promise", "fino_al": "2026-04-20", "importo": "500"}, "Si può promettere"),
        ({"tipo": "snooze", "fino_al": "31/02/2026"}, "Scrivi la data come"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    world: World, typed: dict[str, str], words: str
) -> None:
    page = enter(world.office).post(hold_url(world), {"ambito": "instalment", **typed})
    assert words in page.content.decode()
    assert not Hold.objects.exists()


def test_a_promise_is_recorded_with_its_day_and_amount(world: World) -> None:
    typed = {"ambito": "party", "tipo": "promise", "fino_al": "2026-04-20", "importo": "100,00"}
    enter(world.office).post(hold_url(world), typed)
    promise = Promise.objects.get()
    assert (promise.amount, promise.owed) == (Decimal(100), Decimal(122))
    card = enter(world.viewer).get(reverse("web:customer", args=[world.party.pk]))
    assert "Promessa" in card.content.decode()


def test_why_says_the_rule_and_the_day(world: World) -> None:
    add_policy(world.company, 15, name="Dal quindicesimo")
    address = reverse("web:instalment_why", args=[world.instalment.pk])
    page = enter(world.viewer).get(address).content.decode()
    assert "Dal quindicesimo" in page
    assert "si aspetta fino al 22/04/2026" in page  # reminded by hand today
    earlier = enter(world.viewer).get(address, {"giorno": "2026-04-01"}).content.decode()
    assert "Prossimo passo il 15/04/2026" in earlier


def test_a_plan_is_worked_out_corrected_proposed_accepted_and_withdrawn(world: World) -> None:
    client = enter(world.office)
    start = {"righe": str(world.instalment.pk), "rate": "2", "prima": "2026-04-30"}
    more = {"tolleranza": "5", "promemoria": "3"}
    page = client.post(reverse("web:plan_new"), {**start, **more, "azione": "proponi"})
    assert page.content.decode().count("61,00") == 2
    wrong = {"giorno_1": "2026-04-30", "rata_1": "61", "giorno_2": "2026-05-30", "rata_2": "60"}
    page = client.post(reverse("web:plan_new"), {**start, **more, **wrong, "azione": "salva"})
    assert "il residuo è 122,00" in page.content.decode()
    right = {**wrong, "rata_2": "61"}
    client.post(reverse("web:plan_new"), {**start, **more, **right, "azione": "salva"})
    plan = RepaymentPlan.objects.get()
    client.post(
        reverse("web:plan_accept", args=[plan.pk]), {"giorno": TODAY.isoformat(), "da": "Rossi"}
    )
    plan.refresh_from_db()
    assert (plan.status, plan.accepted_by) == ("accepted", "Rossi")
    assert "Sospesa per accordo" in client.get(reverse("web:scadenzario")).content.decode()
    client.post(reverse("web:plan_withdraw", args=[plan.pk]))
    assert not Hold.objects.filter(released_at__isnull=True).exists()


def test_who_may_only_read_suspends_nothing(world: World) -> None:
    client = enter(world.viewer)
    assert client.post(hold_url(world), {"tipo": "legal"}).status_code == 403
    assert client.get(reverse("web:plan_new")).status_code == 403
    assert client.get(reverse("web:instalment_why", args=[world.instalment.pk])).status_code == 200
