"""The optional lines (``nota.…``): each a whole sentence, or empty."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sollecito.domain.money import Language, format_date, format_money
from sollecito.domain.wording.facts import Credit, Enclosures, Exclusion, Item, ReminderFacts
from sollecito.domain.wording.items import sort_items
from sollecito.domain.wording.naming import (
    first_of_each_document,
    full_number,
    join_words,
    kind_word,
    list_dates,
    name_document,
    name_instalment,
    name_item,
    say_phone,
)

CONSEQUENCES: dict[str, dict[Language, str]] = {
    "messa_in_mora": {
        "it": "invieremo una lettera formale di messa in mora",
        "en": "we will send a formal notice of default",
    },
    "forniture": {
        "it": "sospenderemo le nuove consegne e le prestazioni fino al saldo",
        "en": "we will put new deliveries and services on hold until payment",
    },
    "legale": {
        "it": "affideremo la pratica al nostro legale",
        "en": "we will pass the matter to our lawyer",
    },
}


def note_on_amount(items: Sequence[Item], currency: str, language: Language) -> str:
    """Why the amount differs from the documents' totals: withholding, split payment."""
    documents = first_of_each_document(items)
    withheld = sum((item.withheld for item in documents), Decimal(0))
    split = sum((item.split_vat for item in documents), Decimal(0))
    english = language == "en"
    parts = []
    if withheld:
        noun = "withholding tax" if english else "della ritenuta d'acconto"
        parts.append(f"{noun} ({format_money(withheld, currency, language)})")
    if split:
        noun = (
            "the VAT that you pay to the Treasury (split payment)"
            if english
            else "dell'IVA in scissione dei pagamenti"
        )
        parts.append(f"{noun} ({format_money(split, currency, language)})")
    if not parts:
        return ""
    start = "The amount is net of" if english else "L'importo è al netto"
    return f"{start} {join_words(parts, language)}."


def note_on_credits(credits_: Sequence[Credit], currency: str, language: Language) -> str:
    """Credits of the customer that are not matched yet."""
    if not credits_:
        return ""
    total = sum((credit.amount for credit in credits_), Decimal(0))
    amount = format_money(total, currency, language)
    names = join_words([_name_credit(credit, language) for credit in credits_], language)
    if language == "en":
        return f"There is also an unallocated credit of {amount} ({names})."
    return f"Risulta anche un credito di {amount} da abbinare ({names})."


def note_on_exclusions(exclusions: Sequence[Exclusion], currency: str, language: Language) -> str:
    """What is left out because it is under review."""
    whole = [_name_excluded(item, language) for item in exclusions if item.amount is None]
    parts = [
        f"{format_money(item.amount, currency, language)} "
        f"{'of' if language == 'en' else 'della'} {_name_excluded(item, language)}"
        for item in exclusions
        if item.amount is not None
    ]
    if not whole and not parts:
        return ""
    if language == "en":
        verb = "is" if len(whole) + len(parts) == 1 else "are"
        subject = join_words([*whole, *parts], "en")
        return f"{subject[0].upper()}{subject[1:]}, under review, {verb} not included."
    subject = join_words([*(f"la {name}" for name in whole), *parts], "it")
    if len(whole) == 1 and not parts:
        return f"Non è compresa {subject}, in corso di verifica."
    ending = "comprese" if not parts else "compresi"
    return f"Non sono {ending} {subject}, in corso di verifica."


def note_on_earlier(facts: ReminderFacts) -> str:
    """When the customer was written to about the same items."""
    if not facts.earlier_dates:
        return ""
    dates = list_dates(facts.earlier_dates, facts.language)
    if facts.language == "en":
        return f"We wrote {dates}."
    if len(set(facts.earlier_dates)) == 1:
        return f"La nostra precedente comunicazione è {dates}."
    return f"Le nostre precedenti comunicazioni sono {dates}."


def note_on_enclosures(enclosures: Enclosures, language: Language) -> str:
    """What is attached."""
    english = language == "en"
    parts = []
    if enclosures.courtesy_copies:
        one = enclosures.courtesy_copies == 1
        if english:
            parts.append("a courtesy copy of the document" if one else "courtesy copies")
        else:
            parts.append(f"la copia di cortesia {'del documento' if one else 'dei documenti'}")
    if enclosures.own_documents:
        one = enclosures.own_documents == 1
        if english:
            parts.append("the document" if one else "the documents")
        else:
            parts.append("il documento" if one else "i documenti")
    if enclosures.has_statement:
        parts.append("the statement of account" if english else "l'estratto conto")
    if not parts:
        return ""
    if parts == ["courtesy copies"]:
        return "Courtesy copies of the documents are attached."
    if english:
        subject = join_words(parts, "en")
        single = len(parts) == 1 and (
            enclosures.has_statement or 1 in {enclosures.courtesy_copies, enclosures.own_documents}
        )
        return f"{subject[0].upper()}{subject[1:]} {'is' if single else 'are'} attached."
    return f"In allegato {join_words(parts, 'it')}."


def note_on_sdi(items: Sequence[Item], language: Language) -> str:
    """Where the electronic original is, when one day is true for all documents."""
    days = {item.delivered_on for item in items}
    day = days.pop() if len(days) == 1 else None
    if day is None:
        return ""
    if language == "en":
        return (
            "The original e-invoice was delivered through the Italian SdI on "
            f"{format_date(day, 'en')}."
        )
    return (
        f"L'originale è stato consegnato dal Sistema di Interscambio il {format_date(day, 'it')}."
    )


def note_on_agent(facts: ReminderFacts) -> str:
    """Whom else the customer may ask."""
    if not facts.agent_name:
        return ""
    phone = say_phone(facts.agent_phone, facts.language)
    who = f"{facts.agent_name}, {phone}" if phone else facts.agent_name
    if facts.language == "en":
        return f"You may also contact {who}."
    return f"In alternativa si può sentire {who}."


def note_on_link(link: str, language: Language) -> str:
    """The customer's own page."""
    if not link:
        return ""
    title = "Documents and bank details" if language == "en" else "Documenti e dati per il bonifico"
    return f"{title}: {link}"


def list_upcoming(items: Sequence[Item], language: Language) -> str:
    """What falls due in the next days, with its title; not part of the amount."""
    if not items:
        return ""
    words = [
        ", ".join(
            part
            for part in (
                item.customer,
                name_item(item, language),
                name_instalment(item, language),
                format_date(item.due_date, language),
                format_money(item.balance, item.currency, language),
            )
            if part
        )
        for item in sort_items(items)
    ]
    if language == "en":
        title = "Falling due soon"
    else:
        title = "Nei prossimi giorni " + ("scade" if len(words) == 1 else "scadono") + " anche"
    if len(words) == 1:
        return f"{title}: {words[0]}"
    return "\n".join([f"{title}:", *(f"  {line}" for line in words)])


def list_public_references(items: Sequence[Item], language: Language) -> str:
    """What a public body's office needs to find each document; empty for other customers."""
    lines = [
        _public_reference(item, language)
        for item in first_of_each_document(sort_items(items))
        if item.office_code
    ]
    return "\n".join(lines)


def _public_reference(item: Item, language: Language) -> str:
    english = language == "en"
    word = kind_word(item.kind, language)
    parts = [f"{'office code' if english else 'CUU'} {item.office_code}"]
    for label, attribute in (("CIG", "cig"), ("CUP", "cup")):
        codes = dict.fromkeys(getattr(reference, attribute) for reference in item.references)
        parts += [f"{label} {code}" for code in codes if code]
    orders = dict.fromkeys(one.number for one in item.references if one.kind == "order")
    parts += [f"{'order' if english else 'ordine'} {number}" for number in orders if number]
    if item.sdi_id:
        parts.append(f"{'SdI identifier' if english else 'identificativo SdI'} {item.sdi_id}")
    if item.delivered_on:
        day = format_date(item.delivered_on, language)
        parts.append(f"delivered on {day}" if english else f"consegnata il {day}")
    title = f"{word[0].upper()}{word[1:]} {full_number(item.number, item.series)}"
    return f"{title}: {', '.join(parts)}"


def _name_credit(credit: Credit, language: Language) -> str:
    name = _name_source(credit, language)
    return f"{name}, {credit.customer}" if credit.customer else name


def _name_source(credit: Credit, language: Language) -> str:
    if credit.kind is not None:
        return name_document(credit.kind, credit.number, credit.series, credit.date, language)
    if language == "en":
        return f"payment of {format_date(credit.date, 'en')}"
    return f"incasso del {format_date(credit.date)}"


def _name_excluded(exclusion: Exclusion, language: Language) -> str:
    number = full_number(exclusion.number, exclusion.series)
    return f"{kind_word(exclusion.kind, language)} {number}"
