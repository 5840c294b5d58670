"""Facts → the value of every placeholder of a reminder, in the message's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sollecito.domain.documents import Address
from sollecito.domain.identifiers import format_iban
from sollecito.domain.money import Language, format_date, format_money
from sollecito.domain.placeholders import clean_value
from sollecito.domain.wording import naming, notes
from sollecito.domain.wording.facts import Creditor, Debtor, ReminderFacts, Writer
from sollecito.domain.wording.items import (
    ItemTable,
    make_item_table,
    sort_items,
    sum_balances,
)
from sollecito.domain.wording.occasions import say_occasion
from sollecito.domain.wording.paying import say_how_to_pay

ITALY = "IT"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a reminder can say: ``values`` by placeholder (empty where there is none).

    ``shorter`` are shorter forms of ``documenti`` for a subject; ``table`` is ``partite``.
    """

    values: dict[str, str]
    shorter: tuple[str, ...]
    table: ItemTable

    @property
    def needs_list(self) -> bool:
        """Whether the text shows only a part of the items, so that a list must be attached."""
        return self.table.left_out > 0


def make_wording(facts: ReminderFacts) -> Wording:
    """Build every value from the facts.

    Raises ``MixedCurrenciesError`` where the items have more than one currency.
    """
    table = make_item_table(facts.items, facts.today, facts.language)
    values: dict[str, str] = {}
    for part in (_who, _to_whom, _what, _how_to_pay, _notes, say_occasion):
        values.update(part(facts))
    values["partite"] = table.text
    shorter = naming.shorter_documents(sort_items(facts.items), facts.language)
    return Wording(values, shorter, table)


def say_address(address: Address, language: Language) -> str:
    """One line: ``Via dei Collaudi 12, 51100 Pistoia (PT)``; in English with the country."""
    town = " ".join(part for part in (address.postcode, address.city) if part)
    province = f" ({address.province})" if address.province and town else ""
    country = ""
    if language == "en" and address.country in {"", ITALY} and (address.street or town):
        country = "Italy"
    elif address.country not in {"", ITALY}:
        country = address.country
    return ", ".join(part for part in (address.street, town + province, country) if part)


def say_tax_id(country: str, vat_number: str, tax_code: str, language: Language) -> str:
    """``P. IVA 99900010473``, else ``C.F. …``; ``VAT No. IT99900010473`` in English."""
    if vat_number and language == "en":
        return f"VAT No. {country or ITALY}{vat_number}"
    if vat_number:
        prefix = "" if country in {"", ITALY} else country
        return f"P. IVA {prefix}{vat_number}"
    if tax_code:
        return f"{'Tax code' if language == 'en' else 'C.F.'} {tax_code}"
    return ""


def make_signature(facts: ReminderFacts) -> str:
    """Name, role and company, phone and e-mail; what is not known is left out."""
    return sign(facts.writer, facts.creditor, facts.language)


def sign(writer: Writer, creditor: Creditor, language: Language) -> str:
    """The signature of who writes for a company."""
    company = clean_value(creditor.name)
    lines = [clean_value(writer.name)] if writer.name and writer.name != company else []
    lines.append(f"{clean_value(writer.role)}, {company}" if writer.role else company)
    phone = naming.say_phone(clean_value(writer.phone), language)
    reach = [f"tel. {phone}"] if phone else []
    if writer.email:
        reach.append(clean_value(writer.email))
    if reach:
        lines.append(" - ".join(reach))
    return "\n".join(lines)


def greet(facts: ReminderFacts) -> str:
    """``Buongiorno dott.ssa Bianchi,``; without a person, no name."""
    contact = clean_value(facts.debtor.contact)
    if facts.language == "en":
        return f"Dear {contact}," if contact else "Dear Sir or Madam,"
    return f"Buongiorno {contact}," if contact else "Buongiorno,"


def _who(facts: ReminderFacts) -> dict[str, str]:
    creditor, language = facts.creditor, facts.language
    return {
        "azienda.nome": creditor.name,
        "azienda.nome_breve": creditor.short_name,
        "azienda.id_fiscale": say_tax_id(ITALY, creditor.vat_number, creditor.tax_code, language),
        "azienda.sede": say_address(creditor.address, language),
        "azienda.pec": creditor.pec,
        "azienda.rappresentante": creditor.representative,
        "mittente.nome": facts.writer.name or creditor.name,
        "mittente.telefono": naming.say_phone(facts.writer.phone, language),
        "mittente.email": facts.writer.email,
        "firma": make_signature(facts),
        "luogo": creditor.address.city,
        "oggi": format_date(facts.today, language),
    }


def _to_whom(facts: ReminderFacts) -> dict[str, str]:
    debtor, language = facts.debtor, facts.language
    debtors = facts.served or (debtor,)
    lines = _address_lines(debtor.address, language)
    if facts.served:
        lines = [_name_with_address(each, language) for each in facts.served]
    return {
        "saluto": greet(facts),
        "cliente.nome": naming.name_customers([each.name for each in debtors], language),
        "cliente.id_fiscale": ", ".join(
            filter(None, (_tax_id(each, language) for each in debtors))
        ),
        "cliente.indirizzo": "\n".join(clean_value(line) for line in lines),
        "agente.nome": facts.agent_name,
    }


def _tax_id(debtor: Debtor, language: Language) -> str:
    return say_tax_id(debtor.vat_country, debtor.vat_number, debtor.tax_code, language)


def _name_with_address(debtor: Debtor, language: Language) -> str:
    return ", ".join(filter(None, (debtor.name, say_address(debtor.address, language))))


def _what(facts: ReminderFacts) -> dict[str, str]:
    language = facts.language
    items = sort_items(facts.items)
    oldest = items[0].due_date
    return {
        "importo": format_money(sum_balances(items), facts.currency, language),
        "documenti": naming.name_documents(items, language),
        "documenti.elenco": naming.list_documents(items, language),
        "documento.breve": naming.brief_document(items, language),
        "scadenza": naming.short_date_en(oldest) if language == "en" else format_date(oldest),
        "scadenza.frase": naming.say_due(items, language),
        "ritardo.frase": naming.say_delay(items, facts.today, language),
        "termine": format_date(facts.pay_by, language),
        "incassi.aggiornati_al": format_date(facts.takings_until, language),
        "conseguenza": notes.CONSEQUENCES.get(facts.consequence, {}).get(language, ""),
        "link.breve": facts.link,
    }


def _how_to_pay(facts: ReminderFacts) -> dict[str, str]:
    language = facts.language
    items = sort_items(facts.items)
    accounts = list(dict.fromkeys(item.account for item in items if item.account))
    account = accounts[0] if len(accounts) == 1 else None
    sentence = say_how_to_pay(
        items,
        language=language,
        is_foreign=facts.debtor.is_foreign,
        before_due=not facts.is_overdue,
    )
    return {
        "come_pagare": sentence,
        "iban": format_iban(account.iban) if account else "",
        "iban.intestatario": account.holder if account else "",
        "bic": account.bic if account else "",
        "causale": naming.payment_reason(items, language),
    }


def _notes(facts: ReminderFacts) -> dict[str, str]:
    language, currency = facts.language, facts.currency
    made: dict[str, Callable[[], str]] = {
        "partite.in_scadenza": lambda: notes.list_upcoming(facts.upcoming, language),
        "nota.agente": lambda: notes.note_on_agent(facts),
        "nota.precedenti": lambda: notes.note_on_earlier(facts),
        "nota.importo": lambda: notes.note_on_amount(facts.items, currency, language),
        "nota.crediti": lambda: notes.note_on_credits(facts.credits, currency, language),
        "nota.escluse": lambda: notes.note_on_exclusions(facts.exclusions, currency, language),
        "nota.allegati": lambda: notes.note_on_enclosures(facts.enclosures, language),
        "nota.link": lambda: notes.note_on_link(facts.link, language),
        "nota.sdi": lambda: notes.note_on_sdi(facts.items, language),
        "pa.riferimenti": lambda: notes.list_public_references(facts.items, language),
    }
    return {name: make() for name, make in made.items()}


def _address_lines(address: Address, language: Language) -> list[str]:
    town = " ".join(part for part in (address.postcode, address.city) if part)
    province = f" ({address.province})" if address.province and town else ""
    lines = [address.street, town + province]
    if address.country not in {"", ITALY}:
        lines.append(address.country)
    elif language == "en" and town:
        lines.append("Italy")
    return [line for line in lines if line]
