"""Every word of the screens has its English one, and Django finds it."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from tools import messages

ENTRIES = messages.read_catalogue()
USES = messages.find_uses()
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?\w+>")
SAME_IN_BOTH = {
    "No",
    "SMS",
    "%(count)s file",
    "Cc",
    "E-mail",
    "IBAN",
    "Menu",
    "PEC",
    "Password",
    "e-mail",
    "—",
    *("file", "File", "Gateway", "Alias", "Twilio", "Skebby / Aruba SMS", "STARTTLS", "TLS"),
    "%(when)s: %(phase)s",
}
"""Words that English and Italian share."""
ITALIAN = re.compile(
    r"\b(?:il|lo|gli|una|che|di|del|della|dei|delle|dal|nel|non|con|rata|cliente|clienti"
    r"|scadenza|sollecito|solleciti|incasso|fattura|fatture|sono|questo|questa)\b",
    re.IGNORECASE,
)
ITALIAN_NAMES = (
    "Fatture e corrispettivi",
    "Sistema di Interscambio",
    "Agenzia delle Entrate",
    "sollecito tier",
)


def forms(text: str) -> list[str]:
    """The words of a key or of an entry, without its context."""
    return text.rpartition("\x04")[2].split("\0")


def test_every_message_of_the_screens_has_english() -> None:
    missing = [
        f"{message.singular!r} at {places[0]}"
        for message, places in sorted(USES.items())
        if not ENTRIES.get(message.key)
    ]
    assert len(USES) > 500
    assert missing == []


def test_no_entry_is_left_from_a_message_that_is_gone() -> None:
    assert ENTRIES.keys() - {message.key for message in USES} == {""}


def test_placeholders_are_the_same_in_both_languages() -> None:
    for key, text in ENTRIES.items():
        for italian, english in zip(forms(key), forms(text), strict=True):
            assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(italian)), key


def test_percent_signs_are_doubled_where_django_formats() -> None:
    single = re.compile(r"(?<!%)%(?![%(sd])")
    wrong = [key for key, text in ENTRIES.items() if single.search(key.replace("%%", "") + text)]
    assert wrong == []


def test_english_differs_from_italian_but_for_words_that_are_shared() -> None:
    same = {
        forms(key)[0] for key, text in ENTRIES.items() if key and forms(key)[0] == forms(text)[0]
    }
    assert same == SAME_IN_BOTH


def test_no_italian_word_is_left_in_the_english() -> None:
    left = []
    for key, text in ENTRIES.items():
        words = text.replace("Sollecito", "").replace("sollecito resume", "")
        words = words.replace("sollecito company add", "")
        for name in ITALIAN_NAMES:
            words = words.replace(name, "")
        if key and ITALIAN.search(words):
            left.append(text)
    assert left == []


def test_the_compiled_catalogue_is_the_one_of_the_source() -> None:
    compiled = messages.CATALOGUE.with_suffix(".mo").read_bytes()
    assert compiled == messages.compile_catalogue(ENTRIES)


@pytest.mark.parametrize("number", [1, 2])
def test_django_finds_each_message_in_english(number: int) -> None:
    with translation.override("en"):
        for message in USES:
            said = look_up(message, number)
            expected = forms(ENTRIES[message.key])
            assert said == expected[number - 1 if message.plural else 0], message


def look_up(message: messages.Message, number: int) -> str:
    """What Django says of a message in the language that is active."""
    singular, plural, context = message.singular, message.plural, message.context
    if plural and context:
        return translation.npgettext(context, singular, plural, number)
    if plural:
        return translation.ngettext(singular, plural, number)
    if context:
        return translation.pgettext(context, singular)
    return translation.gettext(singular)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{% trans "Salva" %}', messages.Message("Salva")),
        ("{% translate 'L\\'ora' as hour %}", messages.Message("L'ora")),
        ('{% trans "Il 10% è suo" %}', messages.Message("Il 10%% è suo")),
        ('{% trans "Al" context "giorno" %}', messages.Message("Al", context="giorno")),
        ('{{ name|default:_("nessuno") }}', messages.Message("nessuno")),
        ('{% icon "mail" label=_("Inviati") %}', messages.Message("Inviati")),
        (
            "{% blocktrans with n=row.n|day %}del {{ n }}: 5%{% endblocktrans %}",
            messages.Message("del %(n)s: 5%%"),
        ),
        (
            """{% blocktrans trimmed count n=rows|length %}
  {{ n }} rata

  sola
{% plural %}
  {{ n }} rate
{% endblocktrans %}""",
            messages.Message("%(n)s rata sola", "%(n)s rate"),
        ),
        (
            '{% blocktranslate context "posta" %}Da{% endblocktranslate %}',
            messages.Message("Da", context="posta"),
        ),
    ],
)
def test_templates_are_read_as_django_reads_them(template: str, expected: messages.Message) -> None:
    assert list(messages.text_messages(template)) == [(expected, 1)]


def test_comments_of_a_template_hold_no_messages() -> None:
    template = '{# {% trans "Uno" %} #}{% comment %}{% trans "Due" %}{% endcomment %}'
    assert list(messages.text_messages(template)) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("Salvato.")', [messages.Message("Salvato.")]),
        ('translation.gettext_lazy("Nome")', [messages.Message("Nome")]),
        ('ngettext("una", "molte", n)', [messages.Message("una", "molte")]),
        ('pgettext("giorno", "Al")', [messages.Message("Al", context="giorno")]),
        ('npgettext("c", "una", "molte", n)', [messages.Message("una", "molte", "c")]),
        ("_(words)", []),
    ],
)
def test_sources_are_read_by_their_calls(source: str, expected: list[messages.Message]) -> None:
    assert [message for message, _line in messages.source_messages(source)] == expected
