"""What rules and flows say in Italian, in English on English pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from sollecito.ledger.models import Instalment
from sollecito.web.said import VALUE, read_pairs, said, translate
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

ENGLISH = {"accept-language": "en"}


def test_every_pair_is_whole_and_written_once() -> None:
    pairs = list(read_pairs())
    assert len(pairs) > 400
    assert len({italian for italian, _english in pairs}) == len(pairs)
    for italian, english in pairs:
        assert english.strip(), italian
        assert italian.count(VALUE) == english.count(VALUE), italian


def test_sentences_follow_one_another_and_keep_their_values() -> None:
    text = "«ada@b» non è un indirizzo e-mail. Si scrive nome@dominio.it."
    assert translate(text) == "“ada@b” is not an e-mail address. It is written name@domain.it."
    assert translate("Manca la ragione sociale. Scrivi qualcosa qui.").startswith(
        "Missing: the company name."
    )
    assert translate("Nel testo c'è ancora {{ importo }}.") == "The text still has {{ importo }}."


def test_what_is_not_known_stays_as_it_was_written() -> None:
    assert translate("Pratica consegnata al legale") == "Pratica consegnata al legale"
    text = "Solleciti sospesi: Al legale. Pratica consegnata al legale"
    assert translate(text) == "Reminders on hold: With the lawyer. Pratica consegnata al legale"


def test_an_italian_page_says_it_in_italian() -> None:
    with translation.override("it"):
        assert said("Il file è vuoto.") == "Il file è vuoto."
    with translation.override("en"):
        assert said("Il file è vuoto.") == "The file is empty."


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("on_the_day")
def test_drawer_and_forms_speak_the_language_of_the_page() -> None:
    world: World = make_world()
    client: Client = enter(world.owner)
    open_row = Instalment.objects.filter(company=world.company, balance__gt=0).latest("pk")
    path = reverse("web:reminder_new") + f"?righe={world.instalment.pk},{open_row.pk}"
    drawer = client.get(path, headers=ENGLISH).content.decode()
    assert "Send a reminder" in drawer
    for italian in ("Hai già scritto", "Siamo fuori", "Non hai ancora"):
        assert italian not in drawer
    wrong = client.post(
        reverse("web:settings_account_new"), {"iban": "IT18Z999"}, headers=ENGLISH
    ).content.decode()
    assert "An Italian IBAN has 27 characters, here there are 8." in wrong
