"""Sospendi i solleciti…, Perché?, promesse e piani, as pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sollecito.accounts.models import AuditEntry
from sollecito.domain.repayment import Rate
from sollecito.dunning.models import Hold, HoldTask, Promise, RepaymentPlan
from sollecito.flows import clock
from sollecito.flows.agree_plan import PlanOffer, accept_plan, propose_plan
from sollecito.outbox.models import Content
from sollecito.web.forms.hold_details import FIELDS
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
        ({"ambito": "instalment", "tipo": "insolvency", "aperta_il": "2026-04-01"}, "party_id"),
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
        ({"tipo": "insolvency"}, "Scrivi quando si è aperta"),
        ({"tipo": "insolvency", "aperta_il": "2030-01-01"}, "La data non è plausibile"),
        (
            {"tipo": "insolvency", "aperta_il": "2026-04-01", "pec_curatore": "x"},
            "indirizzo e-mail",
        ),
        ({"tipo": "ceased", "email": "eredi"}, "indirizzo e-mail"),
        ({"tipo": "in_collection", "ambito": "party"}, "Un effetto è di una rata"),
        ({"tipo": "promise", "fino_al": "2026-04-16"}, "da oggi in poi"),
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


def test_what_a_hold_knows_is_seen_wherever_it_is_shown(world: World) -> None:
    client = enter(world.office)
    typed = {
        "ambito": "instalment",
        "tipo": "in_collection",
        "effetto": "assegno",
        "banca": "Banca di Prova",
        "scadenza_effetto": "2026-05-20",
    }
    assert client.post(hold_url(world), typed).status_code == 302
    words = "Assegno con scadenza 20/05/2026. Banca: «Banca di Prova»."
    pages = (
        reverse("web:document", args=[world.document.pk]),
        reverse("web:customer", args=[world.party.pk]),
        reverse("web:instalment_why", args=[world.instalment.pk]),
    )
    for page in pages:
        assert words in client.get(page).content.decode()
    assert words in AuditEntry.objects.get(action="hold_set").text
    client.cookies.load({"django_language": "en"})
    for page in pages:
        text = client.get(page).content.decode()
        assert "Cheque due 20/05/2026. Bank: “Banca di Prova”." in text


def test_an_effect_of_a_document_is_of_each_of_its_instalments(world: World) -> None:
    client = enter(world.office)
    client.post(hold_url(world), {"ambito": "document", "tipo": "in_collection", "effetto": "sdd"})
    hold = Hold.objects.get(kind="in_collection")
    assert (hold.instalment, hold.presentation.effect) == (world.instalment, "sdd")


def test_the_bank_s_answer_is_told_from_the_tasks(world: World) -> None:
    client = enter(world.office)
    client.post(hold_url(world), {"ambito": "instalment", "tipo": "in_collection"})
    hold = Hold.objects.get(kind="in_collection")
    assert "1 esito da verificare in banca" in client.get(reverse("web:home")).content.decode()
    assert "Verifica l’esito" in client.get(reverse("web:tasks")).content.decode()
    client.post(reverse("web:tasks_collected"), {"solo": hold.pk})
    world.instalment.refresh_from_db()
    assert world.instalment.balance == 0
    wrong = client.post(reverse("web:hold_returned", args=[hold.pk]), {"spese": "2000"})
    assert "vanno da 0,00 a 1.000,00" in wrong.content.decode()
    client.post(reverse("web:hold_returned", args=[hold.pk]), {"spese": "6,50"})
    world.instalment.refresh_from_db()
    assert (world.instalment.balance, world.instalment.round) == (Decimal("122.00"), 2)
    assert "Nessun compito" in client.get(reverse("web:tasks")).content.decode()


def test_an_effect_never_presented_is_to_be_completed(world: World) -> None:
    hold = Hold.objects.create(
        company=world.company,
        kind="in_collection",
        instalment=world.instalment,
        from_date=TODAY,
        created_at=clock.now(),
    )
    client = enter(world.office)
    assert "1 effetto scaduto e mai presentato" in client.get(reverse("web:home")).content.decode()
    later = {"effetto": "riba", "banca": "Banca di Prova", "scadenza_effetto": "2026-06-01"}
    client.post(reverse("web:hold_detail", args=[hold.pk]), later)
    assert "Nessun compito" in client.get(reverse("web:tasks")).content.decode()


def test_a_procedure_is_completed_and_its_tasks_are_ticked_off(world: World) -> None:
    client = enter(world.office)
    address = reverse("web:customer_hold", args=[world.party.pk])
    client.post(address, {"tipo": "insolvency", "aperta_il": "2026-04-01"})
    home = client.get(reverse("web:home")).content.decode()
    assert "3 compiti per procedure e clienti cessati" in home
    hold = Hold.objects.get(kind="insolvency")
    page = client.get(reverse("web:hold_detail", args=[hold.pk])).content.decode()
    assert 'value="2026-04-01"' in page
    whole = {
        "procedura": "liquidazione_giudiziale",
        "aperta_il": "2026-04-01",
        "curatore": "Avv. Prova",
        "pec_curatore": "lg@pec.example",
        "udienza": "2026-09-30",
    }
    client.post(reverse("web:hold_detail", args=[hold.pk]), whole)
    card = client.get(reverse("web:customer", args=[world.party.pk])).content.decode()
    for words in ("Curatore: «Avv. Prova»", "entro il 31/08/2026", "Scaduto all’apertura"):
        assert words in card
    task = HoldTask.objects.get(errand="insinuazione")
    client.post(reverse("web:task_done", args=[task.pk]))
    task.refresh_from_db()
    assert (task.done_date, task.user) == (TODAY, world.office)
    page = client.get(reverse("web:tasks")).content.decode()
    assert "Domanda di insinuazione" in page.split("<h2>Fatti</h2>")[1]
    client.post(reverse("web:task_reopen", args=[task.pk]))
    task.refresh_from_db()
    assert task.done_date is None
    done = "Compito fatto: domanda di insinuazione al passivo."
    assert done in client.get(reverse("web:customer", args=[world.party.pk])).content.decode()


def test_a_dead_person_is_not_written_to_unless_it_was_a_mistake(world: World) -> None:
    client = enter(world.office)
    address = reverse("web:customer_hold", args=[world.party.pk])
    client.post(address, {"tipo": "ceased", "fine": "deceduto"})
    hold = Hold.objects.get(kind="ceased")
    release = reverse("web:hold_release", args=[hold.pk])
    page = client.post(release, follow=True).content.decode()
    assert "prima scrivi chi sono gli eredi" in page
    client.post(release, {"errore": "1"})
    hold.refresh_from_db()
    assert hold.released_at is not None
    assert world.party.contact_points.get().value == "cliente@prima.example"


def test_the_form_shows_the_fields_of_each_reason(world: World) -> None:
    page = enter(world.office).get(hold_url(world)).content.decode()
    for kind, names in FIELDS.items():
        part = page.split(f'class="only for-{kind}"')[1]
        assert [name for name in names if f'name="{name}"' not in part] == []


def test_who_may_only_read_suspends_nothing(world: World) -> None:
    client = enter(world.viewer)
    assert client.post(hold_url(world), {"tipo": "legal"}).status_code == 403
    assert client.get(reverse("web:plan_new")).status_code == 403
    assert client.get(reverse("web:instalment_why", args=[world.instalment.pk])).status_code == 200


def plan_of(world: World, day: str) -> RepaymentPlan:
    """A plan of two rates for the world's open instalment."""
    rates = (Rate(date.fromisoformat(day), Decimal(61)), Rate(date(2026, 6, 30), Decimal(61)))
    offer = PlanOffer(rates, tolerance_days=10)
    return propose_plan(world.company, [world.instalment.pk], offer, user=world.office)


def test_a_plan_is_written_about_with_its_own_texts(world: World) -> None:
    client = enter(world.office)
    plan = plan_of(world, "2026-04-30")
    page = client.get(reverse("web:plan", args=[plan.pk])).content.decode()
    assert "Manda la proposta" in page
    address = reverse("web:plan_write", args=[plan.pk])
    drawer = client.get(f"{address}?modello=piano_proposto").content.decode()
    assert "122,00" in drawer
    assert "2 rate" in drawer
    again = client.get(f"{address}?modello=piano_confermato", follow=True).content.decode()
    assert "Il piano è cambiato" in again
    accepted = {
        "giorno": TODAY.isoformat(),
        "da": "Rossi",
        "file": SimpleUploadedFile("si.eml", b"Subject: confermo\r\n\r\nConfermo"),
    }
    client.post(reverse("web:plan_accept", args=[plan.pk]), accepted)
    plan.refresh_from_db()
    assert plan.acceptance_file is not None
    page = client.get(reverse("web:plan", args=[plan.pk])).content.decode()
    assert "si.eml" in page
    assert "Manda la conferma" in page
    drawer = client.get(f"{address}?modello=piano_confermato").content.decode()
    fields = {
        "token": "prova-del-piano",
        "a": "cliente@prima.example",
        "oggetto": "Piano",
        "testo": "Confermiamo il piano.",
        "conto": "",
        "conto_2": "",
        "allegati_noti": "1",
    }
    shown = client.post(f"{address}?modello=piano_confermato", fields | {"passo": "anteprima"})
    seen = shown.content.decode().split('name="visto" value="')[1].split('"')[0]
    send = fields | {"passo": "invia", "visto": seen}
    client.post(f"{address}?modello=piano_confermato", send)
    content = Content.objects.latest("pk")
    assert (content.text, content.messages.get().status) == ("Confermiamo il piano.", "queued")


def test_a_late_rate_has_its_own_text(world: World) -> None:
    plan = plan_of(world, "2026-04-20")
    accept_plan(plan, day=TODAY, by="Rossi", user=world.office)
    with clock.pretend(date(2026, 4, 22)):
        client = enter(world.office)
        page = client.get(reverse("web:plan", args=[plan.pk])).content.decode()
        assert "Scrivi della rata non pagata" in page
        address = reverse("web:plan_write", args=[plan.pk])
        drawer = client.get(f"{address}?modello=piano_rata_non_pagata").content.decode()
    assert "rata 1 di 2" in drawer


def test_an_empty_acceptance_is_refused(world: World) -> None:
    plan = plan_of(world, "2026-04-30")
    sent = {"giorno": TODAY.isoformat(), "da": "Rossi", "file": SimpleUploadedFile("v.eml", b"")}
    page = enter(world.office).post(reverse("web:plan_accept", args=[plan.pk]), sent)
    assert "vuoto" in page.content.decode()
    plan.refresh_from_db()
    assert plan.status == "proposed"
