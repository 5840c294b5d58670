"""Impostazioni › Modelli di comunicazione: the editor, with and without scripts."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.dunning.models import Template, TemplateVersion
from sollecito.dunning.texts import CATALOGUE, default_text
from sollecito.outbox.models import Content, Message, Sender
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]
HTMX = {"hx-request": "true"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def desk(world: World) -> Client:
    return enter(world.owner)


def page(answer: Any) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def editor(code: str = "sollecito_1", **query: str) -> str:
    more = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("web:settings_template", args=[code]) + (f"?{more}" if more else "")


def form_of(code: str = "sollecito_1", **changes: str) -> dict[str, str]:
    model = default_text(code)
    private = default_text(code, reader="private").subject
    data = {"oggetto": model.subject, "oggetto_privati": private, "testo": model.text}
    return data | {"passo": "salva", "token": "t"} | changes


def test_every_model_has_a_line_and_a_page(desk: Client) -> None:
    text = page(desk.get(reverse("web:settings_templates")))
    for code, model in CATALOGUE.items():
        assert reverse("web:settings_template", args=[code]) in text
        shown = page(desk.get(editor(code)))
        assert model.name in shown
        assert default_text(code).text.split("\n")[-1] in shown
    assert "Primo sollecito" in page(desk.get("/impostazioni/testo/")), "the address of once"


def test_a_text_is_saved_compared_and_taken_back(desk: Client, world: World) -> None:
    written = form_of(testo="{{ saluto }}\r\n%Partita\r\n{{ firma }}")
    assert desk.post(editor(), written).status_code == 302
    version = TemplateVersion.objects.get()
    assert version.text == "{{ saluto }}\n%Partita\n{{ firma }}"
    assert version.saved_by == world.owner
    shown = page(desk.get(editor()))
    assert "versione 1" in shown
    assert "Modificato, versione" in page(desk.get(reverse("web:settings_templates")))
    desk.post(editor(), form_of(testo="{{ saluto }}\n{{ partite }}"))
    compared = page(desk.get(editor(confronta="1")))
    assert "<del>%Partita</del>" in compared
    assert "<ins>{{ partite }}</ins>" in compared
    restore = reverse("web:settings_template_restore", args=["sollecito_1"])
    assert desk.post(f"{restore}?lingua=it", {"versione": "1"}).status_code == 302
    assert "Ripresa la versione 1." in page(desk.get(editor()))
    assert desk.post(f"{restore}?lingua=it").status_code == 302
    assert TemplateVersion.objects.get(is_current=True).is_default
    assert "Tornato al testo predefinito." in page(desk.get(editor()))
    same = page(desk.post(editor(), form_of(), follow=True))
    assert "Il testo è rimasto com’era." in same


def test_what_is_wrong_is_shown_at_its_place(desk: Client) -> None:
    wrong = form_of(testo="Buongiorno,\ndevi {{ importto }} entro {{ partite }}")
    shown = page(desk.post(editor(), wrong))
    assert "Riga 2, carattere 6: «importto» non è un segnaposto." in shown
    assert "Forse: importo" in shown
    assert "<mark>{{ importto }}</mark>" in shown
    assert "va da solo sulla sua riga" in shown
    assert "devi {{ importto }}" in shown, "what was written is not lost"
    assert not TemplateVersion.objects.exists()
    live = page(
        desk.post(
            reverse("web:settings_template_preview", args=["sollecito_1"]), wrong, headers=HTMX
        )
    )
    assert "<mark>{{ importto }}</mark>" in live
    assert "<html" not in live


def test_the_preview_is_on_a_real_customer(desk: Client, world: World) -> None:
    data = form_of(passo="anteprima", cliente=world.party.name[:5])
    shown = page(desk.post(editor(), data))
    assert f"Sui dati veri di {world.party.name}." in shown
    frame = shown.split('<iframe class="letter-frame letter-tall"')[1].split('src="')[1]
    mail = desk.get(frame.split('"')[0])
    assert world.document.number in mail.content.decode()
    assert "script-src 'none'" in mail["Content-Security-Policy"]
    letter = frame.split('"')[0].replace("/posta/", "/lettera/")
    assert letter in shown
    answer = desk.get(letter)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    nobody = page(desk.post(editor(), data | {"cliente": "Nessuno qui"}))
    assert "Nessun cliente «Nessuno qui» con qualcosa da pagare." in nobody
    assert "Sul caso di esempio" in nobody
    assert desk.get(frame.split('"')[0] + "x").status_code == 404, "signed"


def test_an_sms_shows_its_parts_and_asks_before_it_grows(desk: Client) -> None:
    path = editor("sms_sollecito_1")
    assert "1 SMS, 153 caratteri" in page(desk.get(path))
    long = {"testo": default_text("sms_sollecito_1").text + " Grazie e cordiali saluti."}
    refused = page(desk.post(path, long))
    assert "2 SMS invece di uno" in refused
    assert 'name="conferma_sms"' in refused
    assert not TemplateVersion.objects.exists()
    assert desk.post(path, long | {"conferma_sms": "on"}).status_code == 302
    assert TemplateVersion.objects.get().text == long["testo"]
    assert "non può stare in un SMS" in page(desk.post(path, {"testo": "{{ partite }}"}))


def test_an_sms_says_what_it_costs_and_is_tried_on_ones_own_mobile(
    desk: Client, world: World
) -> None:
    Sender.objects.create(
        company=world.company,
        channel="sms",
        gateway="twilio",
        alias="Prima",
        is_default=True,
        gateway_settings={"price": "0.05"},
    )
    code = "sms_sollecito_1"
    assert "circa 0,05 € a destinatario" in page(desk.get(editor(code)))
    data = {"testo": default_text(code).text, "token": "t1", "passo": "prova"}
    refused = page(desk.post(editor(code), data | {"cellulare": "0573 999 0101"}))
    assert "serve un cellulare" in refused
    assert not Content.objects.filter(kind="prova").exists()
    tried = page(desk.post(editor(code), data | {"cellulare": "333 123 4567"}))
    assert "Prova in partenza verso +393331234567" in tried
    content = Content.objects.get(kind="prova")
    assert (content.channel, content.messages.get().address) == ("sms", "+393331234567")


def test_a_trial_reaches_the_person_who_asked(desk: Client, world: World) -> None:
    before = Content.objects.count()
    shown = page(desk.post(editor(), form_of(passo="prova", token="uno")))
    assert "La prova è nella posta in uscita." in shown
    page(desk.post(editor(), form_of(passo="prova", token="uno")))
    assert Content.objects.count() == before + 1
    message = Message.objects.latest("pk")
    assert message.address == world.owner.email
    assert message.content.subject.startswith("[Prova] ")
    detail = desk.get(reverse("web:message", args=[message.content_id]))
    assert detail.status_code == 200
    assert desk.get(reverse("web:messages")).status_code == 200


def test_own_models_are_made_used_and_taken_away(desk: Client, world: World) -> None:
    new = reverse("web:settings_template_new")
    assert "Parti da" in page(desk.get(f"{new}?da=sollecito_3"))
    assert "Il modello non ha un nome." in page(
        desk.post(new, {"source": "sollecito_3", "name": " "})
    )
    made = desk.post(new, {"source": "sollecito_3", "name": "Ultimo avviso"})
    assert made["Location"] == reverse("web:settings_template", args=["ultimo-avviso"])
    assert "conseguenza" in page(desk.get(made["Location"]))
    away = reverse("web:settings_template_archive", args=["ultimo-avviso"])
    assert desk.post(away).status_code == 302
    assert desk.get(made["Location"]).status_code == 404
    shipped = reverse("web:settings_template_archive", args=["sollecito_1"])
    assert desk.post(shipped).status_code == 404


def test_choices_and_the_lawyers_word(desk: Client, world: World) -> None:
    choices = reverse("web:settings_template_choices", args=["sollecito_1"])
    desk.post(choices, {"attach_statement": "on"})
    template = Template.objects.get(code="sollecito_1")
    assert (template.is_off, template.attach_statement) == (True, True)
    assert "Non in uso" in page(desk.get(reverse("web:settings_templates")))
    formal = editor("messa_in_mora_impresa")
    assert "falla verificare al tuo avvocato" in page(desk.get(formal))
    checked = reverse("web:settings_template_checked", args=["messa_in_mora_impresa"])
    desk.post(checked, {"words": ""})
    assert "falla verificare" in page(desk.get(formal))
    desk.post(checked, {"words": "avv. Bianchi"})
    shown = page(desk.get(formal))
    assert "falla verificare" not in shown
    assert "Testo verificato da avv. Bianchi" in shown
    desk.post(reverse("web:settings_template_checked", args=["sollecito_1"]), {"words": "x"})
    assert not Template.objects.get(code="sollecito_1").checked_words


@pytest.mark.parametrize("code", ["ente_pubblico", "agente_riepilogo"])
def test_a_model_of_one_language(desk: Client, code: str) -> None:
    assert "Inglese" not in page(desk.get(editor(code)))
    assert desk.get(editor(code, lingua="en")).status_code == 404


def test_the_palette_has_what_the_model_may_use(desk: Client) -> None:
    def names(code: str) -> set[str]:
        shown = page(desk.get(editor(code)))
        return {part.split('"')[0] for part in shown.split('data-insert="')[1:]}

    assert "conseguenza" in names("sollecito_3")
    assert "conseguenza" not in names("sollecito_1")
    assert "partite" not in names("sms_sollecito_1")
    assert {"incasso.importo", "nota.residuo"} <= names("ringraziamento")
    assert "importo" not in names("ringraziamento")
    assert "agente.elenco" in names("agente_riepilogo")
