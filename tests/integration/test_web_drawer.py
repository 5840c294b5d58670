"""The drawer: any model, an SMS beside the mail, the chosen account in both."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.dunning.models import Hold, Reminder
from sollecito.flows import clock
from sollecito.flows.check_text import WrittenText
from sollecito.flows.choose_for_template import TemplateChoices, choose_for_template
from sollecito.flows.deliver import deliver
from sollecito.flows.hold_reminders import hold_reminders
from sollecito.flows.manage_templates import copy_template
from sollecito.flows.save_template import TextPlace, save_template
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.ledger.models import BankAccount, ContactPoint, Instalment, Party
from sollecito.outbox.models import Content
from sollecito.outbox.queries import Lane
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]
OTHER_IBAN = "IT60X0542811101000000123456"


@pytest.fixture
def world() -> World:
    made = make_world()
    made.company.is_sample = True  # what leaves is kept here, also an SMS
    made.company.save()
    ContactPoint.objects.create(
        company=made.company, party=made.party, kind="phone", value="+39 333 123 4567"
    )
    return made


@pytest.fixture
def desk(world: World) -> Client:
    return enter(world.owner)


def page(answer: Any) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def row_of(world: World) -> Instalment:
    return Instalment.objects.filter(company=world.company, balance__gt=0).latest("pk")


def opened(desk: Client, world: World, **query: str) -> tuple[str, dict[str, Any]]:
    """The drawer, and what its form would send."""
    row = row_of(world)
    query["righe"] = str(row.pk)
    answer = desk.get(reverse("web:reminder_new"), query)
    form, sms = answer.context["form"], answer.context["sms"]
    data: dict[str, Any] = {name: form[name].value() or "" for name in form.fields}
    code = answer.context["draft"]["code"]
    data |= {
        "righe": str(row.pk),
        "cc": "",
        "allegati": [each.key for each in answer.context["attachments"] if each.is_on],
        "allegati_prima": [each.key for each in answer.context["attachments"] if each.is_on],
        "allegati_noti": "1",
        "modello_prima": code,
        "conto_prima": "",
        "conto_2_prima": "",
        "sms_a": sms.numbers,
        "sms_testo": sms.text,
        "sms_prima": sms.prefill,
    }
    data.pop("copia_a_me", None)
    return page(answer), data


def test_any_model_can_be_chosen_and_the_text_follows(desk: Client, world: World) -> None:
    copy_template(world.company, "sollecito_3", "Ultimo avviso", user=world.owner)
    text = WrittenText("Avviso: {{ documenti }}", "{{ saluto }}\n%Partita\n{{ firma }}")
    save_template(world.company, TextPlace("ultimo-avviso"), text, user=world.owner)
    shown, data = opened(desk, world)
    assert "Ultimo avviso" in shown
    data |= {"modello": "ultimo-avviso", "passo": "conto"}
    changed = desk.post(reverse("web:reminder_new"), data)
    form = changed.context["form"]
    assert str(form["oggetto"].value()).startswith("Avviso: ")
    assert "Totale da pagare" in str(form["testo"].value())
    touched = data | {"testo": "Scritto da me."}
    kept = desk.post(reverse("web:reminder_new"), touched)
    assert kept.context["form"]["testo"].value() == "Scritto da me."
    assert "Il testo è cambiato a mano" in page(kept)


def test_a_link_opens_the_drawer_on_a_model(desk: Client, world: World) -> None:
    choices = TemplateChoices(attach_statement=True)
    choose_for_template(world.company, "invio_documento", choices, user=world.owner)
    _shown, data = opened(desk, world, modello="invio_documento")
    assert data["modello"] == "invio_documento"
    assert data["oggetto"].startswith("Copia di cortesia")
    assert "statement" in data["allegati"]
    answer = desk.post(reverse("web:reminder_new"), data | {"passo": "invia"})
    assert answer.status_code == 302
    content = Content.objects.latest("pk")
    assert content.kind == "invio_documento"
    off = TemplateChoices(is_off=True)
    choose_for_template(world.company, "sollecito_3", off, user=world.owner)
    shown, _data = opened(desk, world)
    assert 'value="sollecito_3"' not in shown


def test_mail_and_sms_leave_together_with_the_same_account(desk: Client, world: World) -> None:
    BankAccount.objects.create(
        company=world.company, iban=OTHER_IBAN, holder=world.company.name, bank="Banca Due"
    )
    shown, data = opened(desk, world)
    assert "Manda anche un SMS" in shown
    assert data["sms_a"] == "+393331234567"
    data |= {"anche_sms": "on", "conto": OTHER_IBAN, "passo": "conto"}
    changed = desk.post(reverse("web:reminder_new"), data)
    assert OTHER_IBAN in changed.context["sms"].text
    assert "IT60 X054 2811 1010 0000 0123 456" in changed.context["form"]["testo"].value()
    own = "Ci sentiamo? IBAN IT18Z9999099990000000000101"
    touched = desk.post(reverse("web:reminder_new"), data | {"sms_testo": own})
    assert touched.context["sms"].text == f"Ci sentiamo? IBAN {OTHER_IBAN}"
    now = data | {
        "conto_prima": OTHER_IBAN,
        "testo": changed.context["form"]["testo"].value(),
        "sms_testo": changed.context["sms"].text,
        "sms_prima": changed.context["sms"].prefill,
    }
    seen = page(desk.post(reverse("web:reminder_new"), now | {"passo": "anteprima"}))
    assert "Insieme parte l’SMS" in seen
    assert "+393331234567" in seen
    before = Content.objects.count()
    assert desk.post(reverse("web:reminder_new"), now | {"passo": "invia"}).status_code == 302
    assert Content.objects.count() == before + 2
    mail, sms = Content.objects.order_by("-pk")[:2][::-1]
    assert OTHER_IBAN in sms.text
    assert sms.messages.get().address == "+393331234567"
    assert Reminder.objects.filter(content__in=[mail, sms]).count() == 2


def test_an_sms_that_cannot_leave_stops_both(desk: Client, world: World) -> None:
    _shown, data = opened(desk, world)
    before = Content.objects.count()
    wrong = data | {"anche_sms": "on", "sms_a": "0573 999 0101", "passo": "invia"}
    answer = desk.post(reverse("web:reminder_new"), wrong)
    assert "SMS: " in page(answer)
    assert Content.objects.count() == before
    alone = data | {"sms_a": "boh", "passo": "invia"}
    assert desk.post(reverse("web:reminder_new"), alone).status_code == 302
    assert Content.objects.count() == before + 1


def test_a_statement_speaks_of_all_that_is_owed(desk: Client, world: World) -> None:
    _shown, data = opened(desk, world, modello="estratto_conto")
    answer = desk.get(
        reverse("web:reminder_new"), {"righe": data["righe"], "modello": "estratto_conto"}
    )
    ids = {int(each) for each in answer.context["chosen"].split(",")}
    owed = Instalment.objects.filter(party=row_of(world).party, balance__gt=0)
    assert ids == set(owed.values_list("pk", flat=True))
    assert str(answer.context["form"]["oggetto"].value()).startswith("Estratto conto al")


def test_a_thank_you_uses_the_same_drawer_and_is_no_reminder(desk: Client, world: World) -> None:
    path = reverse("web:payment_thank", args=[world.payment.pk])
    opened_page = desk.get(path)
    assert "Ringrazia" in page(opened_page)
    form = opened_page.context["form"]
    assert str(form["oggetto"].value()).startswith("Pagamento ricevuto, grazie: fattura")
    assert "Grazie." in str(form["testo"].value())
    reminders = Reminder.objects.count()
    data = {
        "token": form["token"].value(),
        "a": form["a"].value(),
        "cc": "",
        "oggetto": form["oggetto"].value(),
        "testo": form["testo"].value(),
        "anche_sms": "on",
        "sms_a": opened_page.context["sms"].numbers,
        "sms_testo": opened_page.context["sms"].text,
        "sms_prima": opened_page.context["sms"].prefill,
    }
    shown = page(desk.post(path, data | {"passo": "anteprima"}))
    assert "Insieme parte l’SMS" in shown
    assert "ricevuto il pagamento di" in shown
    before = Content.objects.count()
    assert desk.post(path, data | {"passo": "invia"}).status_code == 302
    assert desk.post(path, data | {"passo": "invia"}).status_code == 302, "the same token"
    mail, sms = Content.objects.order_by("-pk")[:2][::-1]
    assert Content.objects.count() == before + 2
    assert (mail.kind, sms.kind) == ("ringraziamento", "ringraziamento")
    assert Reminder.objects.count() == reminders
    assert "Hai già ringraziato per questo incasso." in page(desk.get(path))
    undo = reverse("web:reminder_undo", args=[data["token"]])
    assert desk.post(undo).status_code == 302
    assert {each.status for each in mail.messages.all()} == {"cancelled"}


def test_a_payment_of_nothing_thanks_nobody(desk: Client, world: World) -> None:
    world.payment.allocations.update(undone_at=world.payment.recorded_at)
    path = reverse("web:payment_thank", args=[world.payment.pk])
    assert "abbinalo, poi ringrazia" in page(desk.get(path))


def test_a_letter_is_written_in_the_same_drawer(desk: Client, world: World) -> None:
    Party.objects.filter(pk=world.party.pk).update(street="")
    shown, _data = opened(desk, world)
    assert "Scrivi una lettera" not in shown, "the address is not complete"
    home = {"street": "Via del Maglio 3", "postcode": "51030", "city": "Serravalle"}
    Party.objects.filter(pk=world.party.pk).update(**home)
    shown, _data = opened(desk, world)
    assert "Scrivi una lettera" in shown
    shown, data = opened(desk, world, canale="letter")
    assert "Via del Maglio 3" in shown
    assert "51030 Serravalle" in shown
    assert "questa e-mail" not in data["testo"]
    data |= {"canale": "letter", "passo": "anteprima"}
    assert "Apri la lettera (PDF)" in page(desk.post(reverse("web:reminder_new"), data))
    opened_pdf = desk.post(reverse("web:reminder_new"), data | {"passo": "html"})
    assert opened_pdf["Content-Type"] == "application/pdf"
    answer = desk.post(reverse("web:reminder_new"), data | {"passo": "invia"})
    assert answer.status_code == 302
    content = Content.objects.latest("pk")
    assert (content.channel, content.messages.get().status) == ("letter", "queued")
    assert "Via del Maglio 3" in page(desk.get(reverse("web:letters")))


def test_a_document_goes_out_of_what_is_disputed_and_is_no_reminder(
    desk: Client, world: World
) -> None:
    row = row_of(world)
    hold_reminders(row, Hold.Kind.DISPUTE, user=world.owner, reason="Mai arrivata")
    assert "Sollecita pagamento" not in page(
        desk.get(reverse("web:reminder_new"), {"righe": row.pk})
    )
    listed = page(desk.get(reverse("web:customer", args=[row.party_id])))
    assert f"righe={row.pk}&modello=invio_documento" in listed
    shown, data = opened(desk, world, modello="invio_documento")
    assert "Invia il documento" in shown
    assert "Non è un sollecito" in shown
    changed = desk.post(
        reverse("web:reminder_new"), data | {"modello": "sollecito_2", "passo": "conto"}
    )
    assert "contestata" in page(changed).lower(), "a reminder is refused, what was written stays"
    assert changed.context["form"]["modello"].value() == "invio_documento"
    answer = desk.post(reverse("web:reminder_new"), data | {"passo": "invia"})
    assert answer.status_code == 302
    content = Content.objects.latest("pk")
    content.messages.update(not_before=clock.real_now() - timedelta(minutes=1))
    deliver(Lane(content.channel), worker_id="w")
    assert content.messages.get().status == "accepted", "the gate knows that it is no reminder"
    assert Hold.objects.filter(instalment=row, released_at__isnull=True).exists()


def test_a_reminder_never_passes_as_a_copy(desk: Client, world: World) -> None:
    row = row_of(world)
    (content,) = send_reminders(world.company, [row.pk], token=new_token()).contents
    hold_reminders(row, Hold.Kind.DISPUTE, user=world.owner, reason="Mai arrivata")
    assert content.messages.get().status == "cancelled"
