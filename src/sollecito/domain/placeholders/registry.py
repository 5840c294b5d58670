"""Every placeholder by name, and which of them a model may use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from sollecito.domain.money import Language
from sollecito.domain.placeholders.debts import DEBTS
from sollecito.domain.placeholders.events import EVENTS
from sollecito.domain.placeholders.people import PEOPLE
from sollecito.domain.placeholders.shapes import Family, Placeholder

PLACEHOLDERS: Mapping[str, Placeholder] = MappingProxyType(
    {placeholder.name: placeholder for placeholder in (*PEOPLE, *DEBTS, *EVENTS)}
)
ALIASES: Mapping[str, str] = MappingProxyType({"partita": "partite", "importo": "importo"})
"""``%Partita`` and ``%Importo`` of those who come from another programme, in any case."""

Reader = Literal["business", "private"]
FAMILIES: Mapping[str, frozenset[Family]] = MappingProxyType(
    {
        "promemoria": frozenset(),
        "sollecito_1": frozenset({Family.INTEREST}),
        "sollecito_2": frozenset({Family.INTEREST}),
        "sollecito_3": frozenset({Family.LAST, Family.INTEREST}),
        "messa_in_mora_impresa": frozenset({Family.FORMAL}),
        "messa_in_mora_privato": frozenset({Family.FORMAL}),
        "estratto_conto": frozenset({Family.STATEMENT, Family.INTEREST}),
        "ringraziamento": frozenset({Family.TAKINGS}),
        "promessa_non_mantenuta": frozenset({Family.PROMISE}),
        "piano_proposto": frozenset({Family.PLAN}),
        "piano_confermato": frozenset({Family.PLAN}),
        "piano_rata_in_scadenza": frozenset({Family.PLAN}),
        "piano_rata_non_pagata": frozenset({Family.PLAN}),
        "effetto_insoluto": frozenset({Family.RETURNED, Family.INTEREST}),
        "invio_documento": frozenset(),
        "ente_pubblico": frozenset({Family.PUBLIC, Family.INTEREST}),
        "agente_riepilogo": frozenset({Family.AGENT}),
        "agente_preavviso": frozenset({Family.FOREWARNING}),
        "telefonata": frozenset(),
        "sms_promemoria": frozenset(),
        "sms_sollecito_1": frozenset(),
        "sms_sollecito_2": frozenset(),
        "sms_sollecito_3": frozenset({Family.LAST}),
        "sms_link": frozenset(),
        "sms_privato": frozenset(),
        "sms_promessa": frozenset({Family.PROMISE}),
        "sms_piano": frozenset({Family.PLAN}),
        "sms_effetto": frozenset({Family.RETURNED}),
        "sms_ringraziamento": frozenset({Family.TAKINGS}),
    }
)
"""What each model may use beside the base family."""
OF_NO_DEBT = frozenset(
    {"ringraziamento", "sms_ringraziamento", "agente_riepilogo", "agente_preavviso"}
)
"""Models of messages that ask for nothing: what is asked has no value in them."""
TO_ANYBODY = frozenset({"sms_privato"})
"""Models that say neither amount nor reason: only who writes and to whom."""
WITHOUT_ENGLISH = frozenset({"pa.riferimenti"})
"""Placeholders that only Italian texts have a value for."""

_PEOPLE = frozenset(item.name for item in PEOPLE)
_DATES = frozenset({"incassi.aggiornati_al"})
_BASE_OF_DEBTS = frozenset(item.name for item in DEBTS if item.family is Family.BASE)


def allowed_names(
    model: str = "sollecito_1", reader: Reader = "business", language: Language = "it"
) -> frozenset[str]:
    """The names that a text of ``model`` may use; interest never for private readers.

    A company's own text follows the model it was copied from. Raises ``KeyError`` for an unknown
    model.
    """
    families = FAMILIES[model] | {Family.BASE}
    if reader == "private":
        families -= {Family.INTEREST}
    names = frozenset(name for name, item in PLACEHOLDERS.items() if item.family in families)
    if model in TO_ANYBODY:
        names &= _PEOPLE
    if model in OF_NO_DEBT:
        names -= _BASE_OF_DEBTS - _DATES
    return names - WITHOUT_ENGLISH if language == "en" else names


def sample_values(language: Language) -> dict[str, str]:
    """The samples of every placeholder, for the preview of a model without customers."""
    return {
        name: item.sample_en if language == "en" else item.sample_it
        for name, item in PLACEHOLDERS.items()
    }
