"""The text of an SMS: which model, its values written short, how long it is."""

from __future__ import annotations

import re

from sollecito.domain.documents import CustomerKind, Problem
from sollecito.domain.money import format_money
from sollecito.domain.placeholders import allowed_names, check_sms, render
from sollecito.domain.sms import LONGEST, Alphabet, PartPrice, measure, normalise, parse_price
from sollecito.domain.wording import ReminderFacts, Wording, say_in_sms
from sollecito.dunning.template_queries import ModelText, TemplateBook
from sollecito.dunning.texts import CATALOGUE, sms_of
from sollecito.dunning.texts.catalogue import PRIVATE_SMS
from sollecito.flows.fill_text import FilledText, missing_values
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.ledger.models import Party
from sollecito.outbox.models import Sender

CONSUMERS = frozenset({CustomerKind.PRIVATE, CustomerKind.CONDOMINIUM})
AMOUNT = re.compile(r"\d[.,]\d{2}(?!\d)|€|\beur", re.IGNORECASE)
SHORTEST_NAME = 20
FIRST, BEFORE_DUE = "sollecito_1", "promemoria"
WITHOUT = {
    "iban": (" IBAN {{ iban }}.", " Bonifico su IBAN {{ iban }}."),
    "mittente.telefono": (
        *(" Info {{ mittente.telefono }}", " Per una data: {{ mittente.telefono }}"),
        *(" Per un accordo: {{ mittente.telefono }}", " Tel {{ mittente.telefono }}"),
        *(" Call {{ mittente.telefono }}", " To agree a plan: {{ mittente.telefono }}"),
    ),
}
"""Words of the default texts that go where the company has no such thing at all."""


def choose_sms_text(
    book: TemplateBook, code: str, facts: ReminderFacts, party: Party
) -> ModelText | None:
    """The SMS that says what a mail of ``code`` would; none where an SMS must not say it.

    Consumers get the only one without amount and reason.
    """
    base = book.base_of(code)
    if CATALOGUE[base].is_sms:
        return book.text(PRIVATE_SMS if party.kind in CONSUMERS else code, facts.language)
    if base == "estratto_conto":
        base = FIRST if facts.is_overdue else BEFORE_DUE
    sms = sms_of(base, is_private=party.kind in CONSUMERS, has_page=bool(facts.link))
    return book.text(sms, facts.language) if sms else None


def fill_sms(
    party: Party,
    chosen: ModelText | None,
    facts: ReminderFacts,
    wording: Wording,
    options: ReminderOptions,
) -> FilledText:
    """The text as a person wrote it, else the model's with its values in place; no subject.

    ``chosen`` is that of ``choose_sms_text``; none is a problem.
    """
    if chosen is None and options.text is None:
        message = "Per questo modello non c'è un SMS."
        problem = Problem("no_sms_model", message, "Scegli un altro modello, oppure l'e-mail.")
        return FilledText("", "", "", (("model", problem),))
    values = say_in_sms(_with_short_name(wording.values), facts.language)
    chosen = chosen or TemplateBook().text("sms_sollecito_1", facts.language)
    template = chosen.text
    for name, passages in WITHOUT.items():
        if not values.get(name):
            for words in passages:
                template = template.replace(words, "")
    text = options.text
    problems: list[tuple[str, Problem]] = []
    if text is None or options.is_template:
        template = template if text is None else text
        problems += [("text", each) for each in check_sms(template, allowed_names(chosen.base))]
        filled = render(template, values)
        text = filled.text
        problems += missing_values("text", filled.missing)
    text = normalise(text)
    return FilledText("", text, chosen.version, (*problems, *_check(text, party)))


def describe_size(text: str, *, numbers: int = 1, price: PartPrice | None = None) -> str:
    """How many parts a text takes and what it costs, in words: what is shown before sending."""
    size = measure(text)
    words = [f"{size.parts} SMS, {len(text)} caratteri."]
    if size.alphabet is Alphabet.UCS2:
        dear = " ".join(size.unusual[:5])
        words.append(f"Con «{dear}» in un SMS stanno 70 caratteri invece di 160.")
    if numbers > 1:
        words.append(f"A {numbers} numeri.")
    if price:
        words.append(f"Circa {format_money(price.of(size.parts, numbers), price.currency)}.")
    return " ".join(words)


def price_of(sender: Sender | None) -> PartPrice | None:
    """What a part costs, where it was written in the account."""
    kept = sender.gateway_settings if sender else {}
    return parse_price(kept.get("price"), kept.get("currency"))


def _check(text: str, party: Party) -> list[tuple[str, Problem]]:
    problems = []
    if len(text) > LONGEST:
        message = f"L'SMS ha {len(text)} caratteri: al massimo {LONGEST}."
        problems.append(("text", Problem("sms_too_long", message, "Accorcialo.")))
    if party.kind in CONSUMERS and AMOUNT.search(text):
        message = "A un privato o a un condominio un SMS non dice né importo né motivo."
        hint = "Togli l'importo: i dettagli vanno per e-mail o a voce."
        problems.append(("text", Problem("sms_private_amount", message, hint)))
    return problems


def _with_short_name(values: dict[str, str]) -> dict[str, str]:
    """A name that is short already needs no other."""
    if values["azienda.nome_breve"] or len(values["azienda.nome"]) > SHORTEST_NAME:
        return values
    return {**values, "azienda.nome_breve": values["azienda.nome"]}
