"""How long an SMS may become: the longest values that a text is written for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sollecito.domain.placeholders.registry import PLACEHOLDERS, sample_values
from sollecito.domain.placeholders.shapes import Shape
from sollecito.domain.placeholders.template import render
from sollecito.domain.sms import SmsSize, measure, normalise

if TYPE_CHECKING:
    from sollecito.domain.money import Language

AMOUNT: dict[Language, str] = {"it": "1.234.567,89 €", "en": "EUR 1,234,567.89"}
DAY: dict[Language, str] = {"it": "31/03/2026", "en": "31 Mar 2026"}
PLACE: dict[Language, str] = {"it": "12 di 24", "en": "12 of 24"}
RETURNED: dict[Language, str] = {"it": "addebito SDD", "en": "cheque"}
WIDTHS = {
    "azienda.nome_breve": 20,
    "documento.breve": 16,
    "mittente.telefono": 14,
    "mittente.nome": 30,
    "iban": 27,
    "link.breve": 60,
}
"""Characters of the longest value for which an SMS is promised to be one."""


def longest_values(language: Language) -> dict[str, str]:
    """The longest value of each placeholder that an SMS may use; samples where none is known."""
    values = {
        name: value
        for name, value in sample_values(language).items()
        if PLACEHOLDERS[name].shape is Shape.VALUE
    }
    for name in values:
        if name.endswith(("importo", ".totale", ".residuo")):
            values[name] = AMOUNT[language]
        elif name.endswith(("data", "scadenza", "termine", "oggi", "aggiornati_al")):
            values[name] = DAY[language]
    widths = {name: "x" * width for name, width in WIDTHS.items()}
    more = {"piano.rata_numero": PLACE[language], "effetto.tipo": RETURNED[language]}
    return values | widths | more


def compute_longest_sms(text: str, language: Language) -> SmsSize:
    """Size of an SMS of this text in the worst case; more than one part asks for a confirmation."""
    return measure(normalise(render(text, longest_values(language)).text))
