"""The language of placeholders: what a text may say, and what comes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.money import Language
from sollecito.domain.placeholders import (
    PLACEHOLDERS,
    Duty,
    Shape,
    allowed_names,
    check_subject,
    check_template,
    names_in,
    render,
    render_subject,
    sample_values,
)
from sollecito.dunning.texts import MODELS, WITHOUT, default_text


def test_every_placeholder_has_a_meaning_and_two_samples() -> None:
    assert len(PLACEHOLDERS) == 79
    for item in PLACEHOLDERS.values():
        assert item.meaning
        assert item.sample_it
        assert item.sample_en
        assert not (item.shape is Shape.VALUE and item.duty is Duty.OPTIONAL), item.name
        if item.shape is not Shape.BLOCK:
            assert "\n" not in item.sample_it + item.sample_en


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("reader", ["business", "private"])
def test_default_texts_are_without_problems(model: str, language: Language, reader: str) -> None:
    text = default_text(model, language, reader="private" if reader == "private" else "business")
    allowed = allowed_names(model, "business")
    assert check_subject(text.subject, allowed) == []
    assert check_template(text.text, allowed) == []
    rendered = render(text.text, sample_values(language))
    assert rendered.missing == ()
    assert "{{" not in rendered.text
    assert text.subject


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("model", MODELS)
def test_default_texts_do_without_bank_phone_and_consequence(
    model: str, language: Language
) -> None:
    text = default_text(model, language, without=tuple(WITHOUT)).text
    assert not set(WITHOUT) & set(names_in(text))
    absent = dict.fromkeys(WITHOUT, "")
    assert render(text, sample_values(language) | absent).missing == ()


def test_private_readers_get_their_own_subjects() -> None:
    for model in ("promemoria", "sollecito_1", "sollecito_2", "sollecito_3"):
        for language in ("it", "en"):
            subject = default_text(model, language, reader="private").subject
            assert not {"importo"} & set(names_in(subject))
            assert "sollecito" not in subject.lower()
            assert "reminder" not in subject.lower()


def test_an_unknown_name_is_shown_where_it_is() -> None:
    problems = check_template("Buongiorno,\nvi devo {{ importo }} e {{ importto }}.")
    assert [(p.code, p.line, p.column) for p in problems] == [("unknown", 2, 25)]
    assert "importo" in problems[0].hint
    assert "Riga 2, carattere 25" in problems[0].message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("vedi {{ partite }}", "not_alone"),
        ("{{ nota.link }} qui", "not_alone"),
        ("Le partite: %Partita", "not_alone"),
        ("{{ promessa.data }}", "not_here"),
        ("{{ conseguenza }}", "not_here"),
        ("{{ }}", "unknown"),
        ("{{ importo }", "unclosed"),
        ("importo }}", "unclosed"),
        ("{{ importo\n}}", "unclosed"),
    ],
)
def test_what_cannot_be_saved(text: str, code: str) -> None:
    assert code in {problem.code for problem in check_template(text)}


@pytest.mark.parametrize(
    "text", ["{{importo}}", "{{ IMPORTO }}", "%IMPORTO", "  {{ partite }}  ", "%partita"]
)
def test_what_can_be_saved(text: str) -> None:
    assert check_template(text) == []


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("{{ partite }}", "not_in_subject"),
        ("uno\ndue", "many_lines"),
        ("x" * 151, "too_long"),
        ("{{ boh }}", "unknown"),
    ],
)
def test_subjects_that_cannot_be_saved(subject: str, code: str) -> None:
    assert code in {problem.code for problem in check_subject(subject)}


def test_a_value_is_never_read_again() -> None:
    rendered = render(
        "{{ cliente.nome }}: {{ importo }}",
        {"cliente.nome": "{{ importo }} %Importo S.r.l.", "importo": "5,00 €"},
    )
    assert rendered.text == "{{ importo }} %Importo S.r.l.: 5,00 €"


def test_values_lose_line_breaks_and_control_characters() -> None:
    values = {"cliente.nome": "Rossi\r\nBcc: x@y.it\x00\u2028\u202eS.r.l.", "importo": "1"}
    assert render("{{ cliente.nome }}", values).text == "Rossi Bcc: x@y.it S.r.l."
    assert "\n" not in render_subject("{{ cliente.nome }}", values).text


def test_blocks_keep_their_lines() -> None:
    values = {"firma": "Anna\n  ragioneria\x07\n"}
    assert render("Saluti\n{{ firma }}", values).text == "Saluti\nAnna\n  ragioneria"


def test_an_empty_line_goes_with_its_blank_line() -> None:
    text = "a\n\n{{ nota.importo }}\n{{ nota.crediti }}\n\nb\n{{ nota.link }}\nc"
    assert render(text, {}).text == "a\n\nb\nc"
    assert render(text, {"nota.crediti": "Credito."}).text == "a\n\nCredito.\n\nb\nc"


def test_blank_lines_of_the_writer_stay() -> None:
    assert render("a\n\n\nb", {}).text == "a\n\n\nb"


def test_missing_needed_values_are_named_once() -> None:
    rendered = render("{{ iban }} {{ iban }}\n{{ firma }}\n{{ partite }}", {"iban": " "})
    assert rendered.missing == ("iban", "firma", "partite")
    assert "{{ firma }}" in rendered.text


def test_a_long_subject_shortens_the_documents_only() -> None:
    values = {"azienda.nome": "A" * 80, "documenti": "D" * 60, "termine": "24/04/2026"}
    subject = "{{ azienda.nome }}: {{ documenti }}, chiediamo un riscontro entro il {{ termine }}"
    rendered = render_subject(subject, values, ("D" * 40, "5 documenti"))
    assert rendered.text == f"{'A' * 80}: 5 documenti, chiediamo un riscontro entro il 24/04/2026"
    assert render_subject(subject, values | {"documenti": "ft 1"}, ("x",)).text.count("ft 1") == 1


@given(st.text(alphabet="{}%nome importoPartita\n.", max_size=200), st.text(max_size=30))
def test_no_text_breaks_checking_or_rendering(text: str, value: str) -> None:
    check_template(text)
    check_subject(text)
    rendered = render_subject(text, dict.fromkeys(PLACEHOLDERS, value))
    assert "\n" not in rendered.text
    assert len(rendered.text) <= 150
    render(text, dict.fromkeys(PLACEHOLDERS, value))
