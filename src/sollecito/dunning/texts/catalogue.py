"""Which models of communication there are, what each is for, and how it travels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sollecito.domain import tiers


class Module(StrEnum):
    """Parte del prodotto that uses a model; a company has its models where it uses the part."""

    REMINDERS = "solleciti"
    STATEMENTS = "estratti_conto"
    DOCUMENTS = "documenti"
    TAKINGS = "incassi"
    PLANS = "piani"
    FORMAL = "messa_in_mora"
    AGENTS = "agenti"


@dataclass(frozen=True, slots=True)
class Model:
    """Modello di comunicazione. ``channels`` are those that its default text is written for.

    ``sms`` is the model of the SMS that says the same; ``asks`` means that it asks for open
    items, so that a person or a rule may choose it for a reminder. ``needs_lawyer`` texts are
    drafts to be checked by the company's lawyer before their first use. ``tier`` is the module of
    ``domain.tiers`` without which a hosted company has no such model.
    """

    code: str
    name: str
    module: Module
    sms: str = ""
    channels: tuple[str, ...] = ("email",)
    asks: bool = True
    italian_only: bool = False
    needs_lawyer: bool = False
    tier: str = ""

    @property
    def has_subject(self) -> bool:
        """Whether it is written with a subject: what is said or texted has none."""
        return self.channels[0] not in {"sms", "call"}

    @property
    def is_sms(self) -> bool:
        """Whether it is the text of an SMS: values only, no subject."""
        return self.channels == ("sms",)


_BY_LETTER = ("email", "pec", "letter")


def _sms(code: str, name: str, module: Module = Module.REMINDERS) -> Model:
    return Model(code, name, module, channels=("sms",), asks=False, tier=tiers.SMS)


def _plan(code: str, name: str, sms: str = "", *, needs_lawyer: bool = False) -> Model:
    return Model(code, name, Module.PLANS, sms, needs_lawyer=needs_lawyer, tier=tiers.PLANS)


_ALL = (
    Model("promemoria", "Promemoria", Module.REMINDERS, "sms_promemoria"),
    _sms("sms_promemoria", "SMS, promemoria"),
    Model("sollecito_1", "Primo sollecito", Module.REMINDERS, "sms_sollecito_1"),
    _sms("sms_sollecito_1", "SMS, primo sollecito"),
    Model("sollecito_2", "Secondo sollecito", Module.REMINDERS, "sms_sollecito_2"),
    _sms("sms_sollecito_2", "SMS, secondo sollecito"),
    Model("sollecito_3", "Ultimo sollecito", Module.REMINDERS, "sms_sollecito_3"),
    _sms("sms_sollecito_3", "SMS, ultimo sollecito"),
    Model(
        "ente_pubblico",
        "Ente pubblico",
        Module.REMINDERS,
        channels=("email", "pec"),
        italian_only=True,
    ),
    Model("effetto_insoluto", "Effetto insoluto", Module.REMINDERS, "sms_effetto"),
    _sms("sms_effetto", "SMS, effetto insoluto"),
    _sms("sms_link", "SMS, con la pagina del cliente"),
    _sms("sms_privato", "SMS, privati"),
    Model(
        "telefonata", "Traccia della telefonata", Module.REMINDERS, channels=("call",), asks=False
    ),
    Model("estratto_conto", "Estratto conto", Module.STATEMENTS),
    Model("invio_documento", "Invio di un documento", Module.DOCUMENTS, "sms_link"),
    Model("ringraziamento", "Ringraziamento", Module.TAKINGS, "sms_ringraziamento", asks=False),
    _sms("sms_ringraziamento", "SMS, ringraziamento", Module.TAKINGS),
    Model("promessa_non_mantenuta", "Promessa non mantenuta", Module.PLANS, "sms_promessa"),
    _sms("sms_promessa", "SMS, promessa non mantenuta", Module.PLANS),
    _plan("piano_proposto", "Piano di rientro, proposta", needs_lawyer=True),
    _plan("piano_confermato", "Piano di rientro, conferma"),
    _plan("piano_rata_in_scadenza", "Piano di rientro, rata in scadenza", "sms_piano"),
    _sms("sms_piano", "SMS, rata del piano", Module.PLANS),
    _plan("piano_rata_non_pagata", "Piano di rientro, rata non pagata"),
    Model(
        "messa_in_mora_impresa",
        "Messa in mora, imprese",
        Module.FORMAL,
        channels=_BY_LETTER,
        needs_lawyer=True,
        tier=tiers.FORMAL,
    ),
    Model(
        "messa_in_mora_privato",
        "Messa in mora, privati e condomìni",
        Module.FORMAL,
        channels=_BY_LETTER,
        needs_lawyer=True,
        tier=tiers.FORMAL,
    ),
    Model(
        "agente_riepilogo",
        "Riepilogo all’agente",
        Module.AGENTS,
        asks=False,
        italian_only=True,
    ),
    Model(
        "agente_preavviso",
        "Preavviso all’agente",
        Module.AGENTS,
        asks=False,
        italian_only=True,
        tier=tiers.AUTOMATIC,
    ),
)
CATALOGUE: Mapping[str, Model] = MappingProxyType({model.code: model for model in _ALL})
"""Every model that ships, by code."""

MODELS = tuple(model.code for model in _ALL if model.asks)
"""Models of a message that asks for open items."""
SMS_MODELS = tuple(model.code for model in _ALL if model.is_sms)
ITALIAN_ONLY = frozenset(model.code for model in _ALL if model.italian_only)
SCRIPT = "telefonata"
"""What is said on the phone."""
PRIVATE_SMS = "sms_privato"
"""The only SMS for private persons: neither amount nor reason."""


def sms_of(model: str, *, is_private: bool = False, has_page: bool = False) -> str:
    """The model of the SMS that goes with a mail's; empty where there is none.

    With ``has_page`` (the customer's page is on) an SMS that asks for money points to it.
    """
    base = CATALOGUE[model]
    if not base.sms or is_private:
        return PRIVATE_SMS if base.sms else ""
    return "sms_link" if has_page and base.module is Module.REMINDERS else base.sms
