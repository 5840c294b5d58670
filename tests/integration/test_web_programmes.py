"""Solleciti automatici as pages: who may change what, the editor, activation, the switches."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.accounts.models import AuditEntry
from sollecito.dunning.models import ActivationOrder, Policy, PolicyChoice, SkippedStep
from sollecito.flows import continue_activation
from sollecito.flows.edit_customer import edit_customer
from sollecito.ledger.models import Instalment
from sollecito.outbox.models import Instance
from sollecito.web.views import programme_edit, programme_start, programmes
from sollecito.worker.tick import tick
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture
from tests.work_rows import add_debtors

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    return enter(world.owner)


def said(answer: Any) -> str:
    return str(answer.content.decode())


def filled(page: Any, **changes: str) -> dict[str, Any]:
    """What the editor's form would send as it is."""
    form, steps = page.context["form"], page.context["steps"]
    bound = [*form, *steps.management_form, *(field for step in steps for field in step)]
    data = {}
    for field in bound:
        value = field.value()
        if value is not None and value is not False and value != "":
            data[field.html_name] = "on" if value is True else value
    return data | changes


def test_the_list_says_what_each_rule_governs_and_will_send(client: Client, world: World) -> None:
    page = said(client.get(reverse("web:programmes"), {"calcola": "1"}))
    assert "Dal 15° giorno, ogni 5" in page
    assert "ogni 5 giorni finché non è pagata" in page
    assert "comunicazion" in page
    assert "dal 22/04/2026" in page  # reminded by hand on the 17th
    asks = said(client.get(reverse("web:programmes")))
    assert "?calcola=1" in asks


def test_a_preset_becomes_a_rule_that_sleeps_until_activated(client: Client) -> None:
    path = f"{reverse('web:programme_new')}?modello=gentile"
    data = filled(client.get(path), azione="attiva")
    answer = client.post(path, data)
    row = Policy.objects.get(name="Gentile")
    assert answer["Location"] == reverse("web:programme_activate", args=[row.pk])
    assert not row.is_active
    assert [step.offset_days for step in row.steps.order_by("offset_days")] == [-3, 3, 10, 20, 45]
    page = client.get(answer["Location"], {"inizio": "next", "tetto": "5"})
    assert page.context["outlook"].governed == 1
    assert "Niente parte prima della prima revisione" in said(page)
    done = {"per": "tutti", "inizio": "highest", "tetto": "5"}
    assert client.post(answer["Location"], done).status_code == 302
    row.refresh_from_db()
    assert (row.is_active, row.is_default, row.day_cap) == (True, True, 5)
    assert SkippedStep.objects.count() == 1
    assert AuditEntry.objects.filter(action="policy_activated", user__isnull=False).exists()


def test_on_a_big_ledger_numbers_and_activation_come_after_the_page(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programme_start, "COUNTED_AT_ONCE", 0)
    monkeypatch.setattr(continue_activation, "CHUNK", 1)
    path = reverse("web:programme_activate", args=[world.policy.pk])
    page = client.get(path, {"inizio": "next", "tetto": "5"})
    assert "outlook" not in page.context
    assert "inizio=next&amp;tetto=5&amp;calcola=1" in said(page)
    counted = client.get(path, {"inizio": "next", "tetto": "5", "calcola": "1"})
    assert counted.context["outlook"].governed == 1
    chosen = {"per": "tutti", "inizio": "next", "tetto": "5"}
    assert client.post(path, chosen).status_code == 302
    assert client.post(path, chosen).status_code == 302, "a second click"
    order = ActivationOrder.objects.get()
    bar = reverse("web:programme_starting", args=[order.pk])
    shown = said(client.get(reverse("web:programmes")))
    assert bar in shown
    assert "1 di 1 rate guardate" in shown
    assert not client.get(bar).has_header("HX-Refresh")
    tick("worker")
    assert client.get(bar)["HX-Refresh"] == "true"
    shown = said(client.get(reverse("web:programmes")))
    assert bar not in shown
    assert "Regola attiva. 1 rate sono in gioco" in shown


def test_what_is_wrong_stands_beside_its_field_and_saves_nothing(
    client: Client, world: World
) -> None:
    path = reverse("web:programme", args=[world.policy.pk])
    page = client.get(path)
    wrong = filled(page, azione="salva", name="")
    assert "non ha un nome" in said(client.post(path, wrong))
    assert "almeno un giorno" in said(client.post(path, filled(page, min_gap_days="0")))
    second = {
        "passi-TOTAL_FORMS": "2",
        "passi-1-kind": "sollecito",
        "passi-1-offset_days": "15",
        "passi-1-channels": "email",
    }
    answer = client.post(path, filled(page) | second)
    assert "non vengono dopo" in said(answer)
    assert "passi-1-offset_days_error" in said(answer)
    assert "solo l&#x27;ultimo passo può essere ricorsivo" in said(answer)
    other = filled(page, **{"passi-0-channels": "piccione"})
    assert "passi-0-channels" in said(client.post(path, other))
    step = Policy.objects.get().steps.get()
    assert (step.offset_days, step.channels) == (15, ["email"])


def test_without_scripts_a_step_is_added_tried_and_taken_out(client: Client, world: World) -> None:
    path = reverse("web:programme", args=[world.policy.pk])
    page = client.get(path)
    more = client.post(path, filled(page, azione="aggiungi"))
    assert len(more.context["steps"].forms) == 2
    assert Policy.objects.get().steps.count() == 1
    tried = client.post(path, filled(page, azione="prova"))
    assert "Nei prossimi 30 ne manda" in said(tried)
    assert tried.context["view"].months_ahead


def test_changing_a_rule_in_use_says_what_changes_and_asks(client: Client, world: World) -> None:
    path = reverse("web:programme", args=[world.policy.pk])
    data = filled(client.get(path), azione="salva", **{"passi-0-offset_days": "25"})
    asked = client.post(path, data)
    assert asked.status_code == 200
    assert asked.context["changes"].moved + asked.context["changes"].gone > 0
    assert "Prima di salvare" in said(asked)
    assert Policy.objects.get().steps.get().offset_days == 15
    assert client.post(path, data | {"azione": "conferma"}).status_code == 302
    assert Policy.objects.get().steps.get().offset_days == 25


def test_a_large_ledger_is_compared_in_part_and_in_full_when_asked(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_debtors(world.company, 2)
    for module in (programme_edit, programmes):
        monkeypatch.setattr(module, "MOST_INSTALMENTS", 1)
    path = reverse("web:programme", args=[world.policy.pk])
    page = client.get(path)
    asked = client.post(path, filled(page, azione="salva"))
    assert "Guardate le prime 1 rate aperte di" in said(asked)
    whole = client.post(path, filled(page, azione="confronta_tutte"))
    assert "non cambia niente" in said(whole)
    assert "Guardate le prime" not in said(whole)
    trial = reverse("web:programme_trial", args=[world.policy.pk])
    assert "Guardale tutte" in said(client.get(trial))
    assert "Guardale tutte" not in said(client.get(f"{trial}?tutte=1"))
    assert "Contale tutte" in said(client.get(f"{reverse('web:programmes')}?calcola=1"))
    assert "Contale tutte" not in said(client.get(f"{reverse('web:programmes')}?calcola=tutte"))


def test_two_rules_do_not_share_a_name(client: Client, world: World) -> None:
    path = f"{reverse('web:programme_new')}?modello=quindicesimo"
    page = client.post(path, filled(client.get(path), azione="salva"))
    assert "già una regola" in said(page)
    assert Policy.objects.count() == 1


def test_every_coming_step_is_skipped_with_one_click(client: Client, world: World) -> None:
    trial = client.get(reverse("web:programme_trial", args=[world.policy.pk]))
    coming = trial.context["view"].coming
    assert all(item.skip for item in coming)
    line, _number = coming[0].skip[0]
    data = {"rata": line.instalment, "passo": line.step, "volta": 1, "torna": world.policy.pk}
    assert client.post(reverse("web:programme_skip"), data).status_code == 302
    assert SkippedStep.objects.get().instalment_id == line.instalment
    again = client.post(reverse("web:programme_skip"), data, follow=True)
    assert SkippedStep.objects.count() == 1, "twice changes nothing"
    undo = reverse("web:programme_unskip", args=[SkippedStep.objects.get().pk])
    assert f'action="{undo}' in again.content.decode()
    client.post(undo)
    assert not SkippedStep.objects.exists()
    assert "già tornato" in said(client.post(undo, follow=True))
    gone = client.post(reverse("web:programme_skip"), data | {"volta": 9999}, follow=True)
    assert "Aggiorna la pagina" in said(gone)


def test_only_the_owner_changes_rules_and_the_office_pauses_a_customer(world: World) -> None:
    office, viewer = enter(world.office), enter(world.viewer)
    path = reverse("web:programme", args=[world.policy.pk])
    assert office.get(path).status_code == viewer.get(path).status_code == 200
    assert "disabled" in said(office.get(path))
    assert office.post(path, {"azione": "salva"}).status_code == 403
    customer = reverse("web:programme_customer", args=[world.party.pk])
    other = Policy.objects.create(company=world.company, name="Altra")
    data = {"is_paused": "on", "policy": other.pk}
    assert office.post(customer, data).status_code == 302
    row = PolicyChoice.objects.get()
    assert (row.is_paused, row.policy_id) == (True, None)
    assert viewer.post(customer, data).status_code == 403
    card = said(viewer.get(reverse("web:customer", args=[world.party.pk])))
    assert "no, li ferma" in card


def test_a_category_has_a_rule_of_its_own(client: Client, world: World) -> None:
    edit_customer(world.party, user=None, changes={"segment": "Grandi & lenti"})
    page = said(client.get(reverse("web:programme_choices")))
    assert "Grandi &amp; lenti" in page
    path = f"{reverse('web:programme_segment')}?categoria=Grandi%20%26%20lenti"
    other = Policy.objects.create(company=world.company, name="Altra")
    assert client.post(path, {"policy": other.pk, "needs_review": "on"}).status_code == 302
    row = PolicyChoice.objects.get()
    assert (row.segment, row.policy_id, row.needs_review) == ("Grandi & lenti", other.pk, True)
    assert client.get(reverse("web:programme_segment")).status_code == 404


def test_an_instalment_has_its_own_and_the_company_its_default(
    client: Client, world: World
) -> None:
    path = reverse("web:programme_instalment", args=[world.instalment.pk])
    client.post(path, {"policy": world.policy.pk})
    assert PolicyChoice.objects.get().instalment_id == world.instalment.pk
    client.post(reverse("web:programme_company"), {"policy": ""})
    assert not Policy.objects.get().is_default
    assert "nessuna regola" in said(client.get(reverse("web:programme_choices")))


def test_stopping_a_rule_says_what_stops(client: Client, world: World) -> None:
    path = reverse("web:programme_stop", args=[world.policy.pk])
    assert "non riceve più solleciti automatici" in said(client.get(path))
    assert Policy.objects.get().is_active
    client.post(path)
    assert not Policy.objects.get().is_active
    assert (
        client.post(reverse("web:programme_duplicate", args=[world.policy.pk])).status_code == 302
    )
    copy = Policy.objects.exclude(pk=world.policy.pk).get()
    client.post(reverse("web:programme_remove", args=[copy.pk]))
    assert Policy.objects.count() == 1


def test_the_switches_are_shown_while_they_are_on(world: World) -> None:
    office, owner = enter(world.office), enter(world.owner)
    assert office.post(reverse("web:programmes_pause")).status_code == 302
    assert "Solleciti automatici fermi" in said(office.get(reverse("web:home")))
    assert office.post(reverse("web:programmes_resume")).status_code == 403
    assert owner.post(reverse("web:programmes_resume")).status_code == 302
    assert "Solleciti automatici fermi<" not in said(owner.get(reverse("web:home")))
    assert office.post(reverse("web:programmes_pause_all")).status_code == 403
    owner.post(reverse("web:programmes_pause_all"))
    assert Instance.objects.get().automation_paused_at
    assert "per tutta l’installazione" in said(owner.get(reverse("web:home")))
    owner.post(reverse("web:programmes_resume_all"))
    assert not Instance.objects.get().automation_paused_at


def test_closures_are_added_checked_and_taken_away(client: Client, world: World) -> None:
    path = reverse("web:settings_closures")
    good = {"first_date": "2026-08-10", "last_date": "2026-08-14", "note": "Ferie"}
    assert client.post(path, good).status_code == 302
    assert world.company.closures.count() == 2
    page = said(client.post(path, good | {"last_date": "2026-08-01"}))
    assert "finisce prima di cominciare" in page
    client.post(reverse("web:settings_closure_remove", args=[world.closure.pk]))
    assert world.company.closures.get().note == "Ferie"


def test_the_customers_day_is_on_its_card(client: Client, world: World) -> None:
    path = reverse("web:customer_edit", args=[world.party.pk])
    page = client.get(path)
    data = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    contacts = page.context["contacts"]
    data |= {field.html_name: field.value() for field in contacts.management_form}
    data = {k: v for k, v in data.items() if v is not None and v is not False}
    data |= {field.html_name: field.value() for row in contacts for field in row if field.value()}
    data |= {"payment_day": "10", "grace_days": ""}
    assert client.post(path, data).status_code == 302
    world.party.refresh_from_db()
    assert (world.party.payment_day, world.party.grace_days) == (10, 0)
    card = said(client.get(reverse("web:customer", args=[world.party.pk])))
    assert "giorno 10 del mese" in card
    assert Instalment.objects.filter(party=world.party).exists()
