"""The texts that ship: every model, language and channel, on the samples of the registry."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from sollecito.domain.money import Language
from sollecito.domain.placeholders import (
    PLACEHOLDERS,
    Shape,
    allowed_names,
    check_private_subject,
    check_sms,
    check_subject,
    check_template,
    compute_longest_sms,
    longest_values,
    names_in,
    render,
    render_subject,
    sample_values,
)
from sollecito.domain.placeholders.registry import FAMILIES
from sollecito.domain.sms import Alphabet, measure
from sollecito.domain.wording import say_in_sms
from sollecito.dunning import texts
from sollecito.dunning.texts import (
    CATALOGUE,
    ITALIAN_ONLY,
    SMS_MODELS,
    WITHOUT,
    default_text,
    sms_of,
)

LANGUAGES: tuple[Language, ...] = ("it", "en")
BY_MAIL = sorted(set(CATALOGUE) - set(SMS_MODELS))
EVERY = [
    (code, language)
    for code in CATALOGUE
    for language in LANGUAGES
    if language == "it" or code not in ITALIAN_ONLY
]
PRIVATE = {
    *("promemoria", "sollecito_1", "sollecito_2", "sollecito_3", "estratto_conto"),
    *("promessa_non_mantenuta", "effetto_insoluto"),
}
PARTITE = """\
Fattura 124/A del 28/02/2026, rata 2 di 3
  scadenza 31/03/2026 (17 giorni), importo 1.220,00 €, già pagato 500,00 €, da pagare 720,00 €
Fattura 131/A del 05/03/2026
  scadenza 04/04/2026 (13 giorni), importo 2.440,00 €, da pagare 2.440,00 €
Totale da pagare: 3.160,00 €
"""
FIRST_REMINDER = f"""\
Oggetto: Pagamento non ancora ricevuto: fattura 124/A del 28/02/2026 e un altro documento

Buongiorno dott.ssa Bianchi,
al 16/04/2026 non ci risulta il pagamento di 3.160,00 €, scaduto tra il 31/03/2026 e il 04/04/2026 \
(fattura 124/A del 28/02/2026 e un altro documento).
Bonifico su IBAN IT18 Z999 9099 9900 0000 0000 101, intestato a Ventofresco Impianti S.r.l. \
(Banca di Prova). Causale: fatture 124/A e 131/A del 2026.

{PARTITE}
Se il pagamento è già partito, questo messaggio si può ignorare.
Altrimenti chiedo la cortesia di dirmi quando è previsto: basta rispondere a questa e-mail o \
chiamarmi al 0573 999 0101.

Cordiali saluti
Giulia Neri
Amministrazione clienti, Ventofresco Impianti S.r.l.
tel. 0573 999 0101 - amministrazione@ventofresco.example
"""
PASTED = """\
Buongiorno,
vi preghiamo di saldare le partite scadute:
%Partita
Importo da saldare: %Importo
Cordiali Saluti
"""


def test_a_file_for_every_model_and_no_other() -> None:
    for language in LANGUAGES:
        folder = resources.files(texts).joinpath(language)
        there = {file.name.removesuffix(".txt") for file in folder.iterdir()}
        assert there == set(CATALOGUE) - (ITALIAN_ONLY if language == "en" else set())
    assert set(FAMILIES) == set(CATALOGUE)


@pytest.mark.parametrize(("code", "language"), EVERY)
def test_every_text_can_be_saved_as_it_is(code: str, language: Language) -> None:
    model = default_text(code, language)
    allowed = allowed_names(code, language=language)
    if code in SMS_MODELS:
        assert check_sms(model.text, allowed) == []
        assert model.subject == ""
    elif not CATALOGUE[code].has_subject:
        assert check_template(model.text, allowed) == []
        assert model.subject == ""
    else:
        assert check_template(model.text, allowed) == []
        assert check_subject(model.subject, allowed) == []
        assert model.subject
    private = default_text(code, language, reader="private")
    assert (private.subject != model.subject) == (code in PRIVATE)
    assert private.text == model.text
    if code in PRIVATE:
        names = allowed_names(code, "private", language)
        assert check_private_subject(private.subject, names) == []


@pytest.mark.parametrize(("code", "language"), EVERY)
def test_every_text_reads_well_on_the_samples(code: str, language: Language) -> None:
    model, values = default_text(code, language), sample_values(language)
    shown = render(model.text, values)
    assert shown.missing == ()
    assert not re.search(r"[{}]|%[Pp]artita|\n\n\n|[ \t]\n|[ ]{2}(?!scad|due)", shown.text)
    for name in names_in(model.text):
        first = (values[name] or "").split("\n")[0]
        assert first in shown.text
    subject = render_subject(model.subject, values).text
    assert len(subject) <= 150
    if CATALOGUE[code].has_subject:
        assert PLACEHOLDERS["firma"].sample_it.split("\n")[0] in shown.text
        assert values["mittente.email"] in shown.text or code.startswith("messa_in_mora_impresa")


@pytest.mark.parametrize(("code", "language"), EVERY)
def test_notes_may_be_missing_and_leave_no_hole(code: str, language: Language) -> None:
    values = sample_values(language)
    optional = {name for name, item in PLACEHOLDERS.items() if not item.is_needed}
    shown = render(default_text(code, language).text, values | dict.fromkeys(optional, ""))
    assert shown.missing == ()
    assert "\n\n\n" not in shown.text
    assert not shown.text.startswith("\n")


@pytest.mark.parametrize("code", sorted(set(CATALOGUE) - ITALIAN_ONLY))
def test_both_languages_say_the_same_things(code: str) -> None:
    """What a text asks and offers is the same; word order and small pieces may differ."""
    blocks = [
        {name for name in names_in(default_text(code, language).text) if is_apart(name)}
        for language in LANGUAGES
    ]
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize(("code", "language"), EVERY)
def test_nobody_is_asked_to_reply_to_a_sheet_of_paper(code: str, language: Language) -> None:
    for without in ((), tuple(WITHOUT)):
        text = default_text(code, language, without=without, channel="letter").text
        assert not re.search(r"questa e-mail|this e-mail|\breply\b|questo messaggio", text)
        names = allowed_names(code, language=language)
        assert code in SMS_MODELS or check_template(text, names) == []
        by_pec = default_text(code, language, without=without, channel="pec").text
        assert not re.search(r"questa e-mail|this e-mail", by_pec)


def test_a_letter_says_where_to_write() -> None:
    text = default_text("sollecito_1", channel="letter").text
    assert "basta scrivere a {{ mittente.email }} o chiamarmi al" in text
    assert "questa lettera si può ignorare" in text
    english = default_text("piano_proposto", "en", channel="letter").text
    assert 'just write "I confirm" to {{ mittente.email }} by {{ termine }}' in english


def is_apart(name: str) -> bool:
    return PLACEHOLDERS[name].shape is not Shape.VALUE


def test_the_first_reminder_byte_for_byte() -> None:
    values = sample_values("it")
    left_out = dict.fromkeys(
        [name for name, item in PLACEHOLDERS.items() if name.startswith("nota.")]
        + ["partite.in_scadenza"],
        "",
    )
    model = default_text("sollecito_1")
    written = (
        f"Oggetto: {render_subject(model.subject, values).text}\n\n"
        f"{render(model.text, values | left_out).text}\n"
    )
    assert written == FIRST_REMINDER


@pytest.mark.parametrize("marks", ["%Partita %Importo", "%PARTITA %importo", "%partita %IMPORTO"])
def test_the_pasted_text_byte_for_byte(marks: str) -> None:
    items, amount = marks.split()
    pasted = PASTED.replace("%Partita", items).replace("%Importo", amount)
    assert check_template(pasted) == []
    assert render(pasted, sample_values("it")).text + "\n" == (
        "Buongiorno,\nvi preghiamo di saldare le partite scadute:\n"
        f"{PARTITE}Importo da saldare: 3.160,00 €\nCordiali Saluti\n"
    )


def test_private_persons_are_told_neither_amount_nor_reason_by_sms() -> None:
    for language in LANGUAGES:
        names = set(names_in(default_text("sms_privato", language).text))
        assert names == {"azienda.nome_breve", "mittente.nome", "mittente.telefono"}
    assert "importo" not in allowed_names("sms_privato")
    assert sms_of("sollecito_1", is_private=True) == "sms_privato"
    assert sms_of("sollecito_1", has_page=True) == "sms_link"
    assert sms_of("sollecito_2") == "sms_sollecito_2"
    assert sms_of("estratto_conto", is_private=True) == ""


@pytest.mark.parametrize(
    ("subject", "wrong"),
    [
        ("{{ azienda.nome }}: {{ documenti }}", False),
        ("{{ azienda.nome }}: {{ importo }}", True),
        ("{{ azienda.nome }}: %Importo", True),
        ("{{ azienda.nome }}: secondo sollecito", True),
        ("{{ azienda.nome }}: SOLLECITI", True),
        ("{{ azienda.nome }}: reminder", True),
    ],
)
def test_the_subject_of_a_private_person(subject: str, wrong: bool) -> None:  # noqa: FBT001
    codes = {each.code for each in check_private_subject(subject, allowed_names())}
    assert codes == ({"not_for_private"} if wrong else set())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ partite }}", "not_in_sms"),
        ("%Partita", "not_in_sms"),
        ("{{ nota.link }}", "not_in_sms"),
        ("{{ conseguenza }}", "not_here"),
        ("{{ boh }}", "unknown"),
        ("{{ importo }} %Importo\ncon un a capo", ""),
    ],
)
def test_what_an_sms_may_say(text: str, code: str) -> None:
    found = [each.code for each in check_sms(text, allowed_names("sms_sollecito_1"))]
    assert found == ([code] if code else [])


def test_a_value_that_one_language_lacks_is_said() -> None:
    text = "Vedi:\n{{ pa.riferimenti }}"
    assert check_template(text, allowed_names("ente_pubblico", language="it")) == []
    [problem] = check_template(text, allowed_names("ente_pubblico", language="en"))
    assert (problem.code, problem.line, problem.column) == ("not_here", 2, 1)
    assert "lingua" in problem.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("importto", "importo"),
        ("come pagare", "come_pagare"),
        ("cliente nome", "cliente.nome"),
        ("scadenze", "scadenza"),
        ("partita", "partite"),
        ("mittente.tel", "mittente.telefono"),
    ],
)
def test_the_name_that_was_meant_is_suggested(written: str, meant: str) -> None:
    [problem] = check_template(f"{{{{ {written} }}}}")
    assert meant in problem.hint


SMS = [(code, language) for code in SMS_MODELS for language in LANGUAGES]


@pytest.mark.parametrize(("code", "language"), SMS)
def test_every_sms_is_one_even_in_the_worst_case(code: str, language: Language) -> None:
    size = compute_longest_sms(default_text(code, language).text, language)
    assert (size.parts, size.alphabet) == (1, Alphabet.GSM7)
    assert size.units <= 160


def test_the_worst_case_is_the_one_that_the_texts_are_written_for() -> None:
    for language in LANGUAGES:
        values = longest_values(language)
        widths = {name: measure(values[name]).units for name in values}
        assert widths["azienda.nome_breve"] == 20
        assert widths["documento.breve"] == 16
        assert widths["mittente.telefono"] == 14
        assert widths["iban"] == 27
        assert widths["link.breve"] == 60
        assert widths["importo"] == (15 if language == "it" else 16)
    longer = default_text("sms_sollecito_1").text + " Grazie per la collaborazione."
    assert compute_longest_sms(longer, "it").parts == 2
    assert compute_longest_sms("Gruß ê", "it").alphabet is Alphabet.UCS2


@pytest.mark.parametrize(("code", "language"), SMS)
def test_an_sms_has_plain_marks_and_closed_up_numbers(code: str, language: Language) -> None:
    values = say_in_sms(sample_values(language), language)
    shown = render(default_text(code, language).text, values)
    assert shown.missing == ()
    size = measure(shown.text)
    assert (size.alphabet, size.parts) == (Alphabet.GSM7, 1)
    if "iban" in names_in(default_text(code, language).text):
        assert "IT18Z9999099990000000000101" in shown.text
    if "mittente.telefono" in names_in(default_text(code, language).text):
        assert ("+3905739990101" if language == "en" else "05739990101") in shown.text
    assert "April" not in shown.text


def test_the_first_sms_to_the_letter() -> None:
    italian = say_in_sms(sample_values("it"), "it")
    assert render(default_text("sms_sollecito_1").text, italian).text == (
        "Ventofresco: non risulta pagato 3.160,00 €, scaduto il 31/03/2026 (ft 124/A +1). "
        "IBAN IT18Z9999099990000000000101. Info 05739990101"
    )
    english = say_in_sms(sample_values("en"), "en")
    assert render(default_text("sms_effetto", "en").text, english).text == (
        "Ventofresco: RiBa 31 Mar 2026 of EUR 3,160.00 returned unpaid. "
        "Please transfer to IBAN IT18Z9999099990000000000101. +3905739990101"
    )
    typographic = {"cliente.nome": "L’Ulivo – «Olio»\u00a0S.r.l."}
    assert say_in_sms(typographic, "it")["cliente.nome"] == 'L\'Ulivo - "Olio" S.r.l.'
