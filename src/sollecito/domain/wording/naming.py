"""How documents, days and spans are called, in Italian and English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import MONTHS_EN, Language, format_date
from sollecito.domain.wording.facts import Item

BRIEF_LIMIT = 16
REASON_LIMIT = 140
MOST_NAMED = 3

SINGULAR: dict[Language, dict[DocumentKind, str]] = {
    "it": {
        DocumentKind.INVOICE: "fattura",
        DocumentKind.E_INVOICE: "fattura",
        DocumentKind.FEE_NOTE: "parcella",
        DocumentKind.E_FEE_NOTE: "parcella",
        DocumentKind.PRO_FORMA: "proforma",
        DocumentKind.RECEIPT: "ricevuta",
        DocumentKind.CREDIT_NOTE: "nota di credito",
    },
    "en": {
        DocumentKind.INVOICE: "invoice",
        DocumentKind.E_INVOICE: "invoice",
        DocumentKind.FEE_NOTE: "fee note",
        DocumentKind.E_FEE_NOTE: "fee note",
        DocumentKind.PRO_FORMA: "pro-forma",
        DocumentKind.RECEIPT: "receipt",
        DocumentKind.CREDIT_NOTE: "credit note",
    },
}
PLURAL = {
    "fattura": "fatture",
    "parcella": "parcelle",
    "proforma": "proforme",
    "ricevuta": "ricevute",
    "nota di credito": "note di credito",
    "invoice": "invoices",
    "fee note": "fee notes",
    "pro-forma": "pro-formas",
    "receipt": "receipts",
    "credit note": "credit notes",
}
BRIEF = {
    "fattura": "ft",
    "parcella": "parc.",
    "proforma": "prof.",
    "ricevuta": "ric.",
    "nota di credito": "nc",
    "invoice": "inv",
    "fee note": "fee",
    "pro-forma": "pro",
    "receipt": "rec",
    "credit note": "cn",
}


def full_number(number: str, series: str) -> str:
    """Number with its series: ``124`` and ``A`` → ``124/A``."""
    return f"{number}/{series}" if series else number


def kind_word(kind: DocumentKind, language: Language) -> str:
    """``fattura``, ``invoice``: pro-formas are always called so."""
    return SINGULAR[language][kind]


def name_document(
    kind: DocumentKind, number: str, series: str, day: date, language: Language
) -> str:
    """``fattura 124/A del 28/02/2026``, ``invoice 124/A of 28 February 2026``."""
    of = "of" if language == "en" else "del"
    number = full_number(number, series)
    return f"{kind_word(kind, language)} {number} {of} {format_date(day, language)}"


def name_item(item: Item, language: Language) -> str:
    """The document of an item, without its instalment."""
    return name_document(item.kind, item.number, item.series, item.document_date, language)


def name_instalment(item: Item, language: Language) -> str:
    """``rata 2 di 3``; empty where the document has one only."""
    if item.of <= 1:
        return ""
    if language == "en":
        return f"instalment {item.seq} of {item.of}"
    return f"rata {item.seq} di {item.of}"


def first_of_each_document(items: Sequence[Item]) -> list[Item]:
    """One item a document, in the order given."""
    found: dict[object, Item] = {}
    for item in items:
        found.setdefault(item.document_key, item)
    return list(found.values())


def name_customers(names: Sequence[str], language: Language) -> str:
    """``a, b e c``; of more than three the first, and how many others."""
    if len(names) <= MOST_NAMED:
        return join_words(names, language)
    rest = len(names) - 1
    return f"{names[0]} and {rest} others" if language == "en" else f"{names[0]} e altri {rest}"


def others(count: int, language: Language) -> str:
    """``un altro documento``, ``altri 4 documenti``."""
    if language == "en":
        return "one other document" if count == 1 else f"{count} other documents"
    return "un altro documento" if count == 1 else f"altri {count} documenti"


def name_documents(items: Sequence[Item], language: Language) -> str:
    """The document with its instalment, or the first and how many others."""
    documents = first_of_each_document(items)
    name = name_item(documents[0], language)
    if len(documents) > 1:
        joint = "and" if language == "en" else "e"
        return f"{name} {joint} {others(len(documents) - 1, language)}"
    instalments = _name_instalments(items, language)
    return f"{name}, {instalments}" if instalments else name


def shorter_documents(items: Sequence[Item], language: Language) -> tuple[str, ...]:
    """Shorter ways to say ``name_documents``, for subjects that are too long."""
    documents = first_of_each_document(items)
    name = name_item(documents[0], language)
    count = len(documents)
    if language == "en":
        counted = f"{count} documents" if count > 1 else "one document"
    else:
        counted = f"{count} documenti" if count > 1 else "un documento"
    return (name, counted) if count == 1 else (counted,)


def list_documents(items: Sequence[Item], language: Language) -> str:
    """All documents, separated by commas."""
    return ", ".join(name_item(item, language) for item in first_of_each_document(items))


def brief_document(items: Sequence[Item], language: Language) -> str:
    """``ft 124/A +1``, at most 16 characters, the number's end kept."""
    documents = first_of_each_document(items)
    word = BRIEF[kind_word(documents[0].kind, language)]
    tail = f" +{len(documents) - 1}" if len(documents) > 1 else ""
    number = full_number(documents[0].number, documents[0].series)
    room = BRIEF_LIMIT - len(word) - 1 - len(tail)
    return f"{word} {number[-room:]}{tail}"


def payment_reason(items: Sequence[Item], language: Language) -> str:
    """Causale, at most 140 characters: ``fatture 124/A e 131/A del 2026``."""
    documents = first_of_each_document(items)
    if len(documents) == 1:
        return name_documents(items, language)[:REASON_LIMIT]
    for shown in range(len(documents), 0, -1):
        reason = _reason(documents[:shown], len(documents) - shown, language)
        if len(reason) <= REASON_LIMIT:
            return reason
    return name_documents(items, language)[:REASON_LIMIT]


def join_words(words: Sequence[str], language: Language) -> str:
    """``a, b e c``."""
    joint = " and " if language == "en" else " e "
    if len(words) <= 1:
        return "".join(words)
    return ", ".join(words[:-1]) + joint + words[-1]


def say_due(items: Sequence[Item], language: Language) -> str:
    """The due date, or the span, with its preposition."""
    first = min(item.due_date for item in items)
    last = max(item.due_date for item in items)
    if language == "it":
        if first == last:
            return f"il {format_date(first)}"
        return f"tra il {format_date(first)} e il {format_date(last)}"
    if first == last:
        return f"on {format_date(first, 'en')}"
    return f"between {_short_start(first, last)} and {format_date(last, 'en')}"


def say_days(days: int, language: Language) -> str:
    """``1 giorno``, ``17 days``."""
    if language == "en":
        return f"{days} day" if days == 1 else f"{days} days"
    return f"{days} giorno" if days == 1 else f"{days} giorni"


def say_delay(items: Sequence[Item], today: date, language: Language) -> str:
    """Days late, or the span; items not yet due count as 0."""
    days = sorted(max((today - item.due_date).days, 0) for item in items)
    if days[0] == days[-1]:
        return say_days(days[0], language)
    if language == "en":
        return f"{days[0]} to {say_days(days[-1], language)}"
    return f"da {days[0]} a {say_days(days[-1], language)}"


def short_date_en(day: date) -> str:
    """``31 Mar 2026``."""
    return f"{day.day} {MONTHS_EN[day.month - 1][:3]} {day.year}"


def list_dates(days: Sequence[date], language: Language) -> str:
    """``del 07/04/2026 e del 13/04/2026``; ``on 7 and 13 April 2026``."""
    ordered = sorted(set(days))
    if language == "it":
        return join_words([f"del {format_date(day)}" for day in ordered], "it")
    months = [list(group) for _, group in groupby(ordered, key=lambda day: (day.year, day.month))]
    words = [
        join_words([str(day.day) for day in month], "en")
        + f" {MONTHS_EN[month[0].month - 1]} {month[0].year}"
        for month in months
    ]
    return f"on {join_words(words, 'en')}"


def say_phone(phone: str, language: Language) -> str:
    """As written; in English with the country's prefix."""
    if language == "en" and phone and not phone.startswith(("+", "00")):
        return f"+39 {phone}"
    return phone


def _short_start(first: date, last: date) -> str:
    if first.year != last.year:
        return format_date(first, "en")
    if first.month != last.month:
        return f"{first.day} {MONTHS_EN[first.month - 1]}"
    return str(first.day)


def _name_instalments(items: Sequence[Item], language: Language) -> str:
    if len(items) == 1:
        return name_instalment(items[0], language)
    if items[0].of <= 1:
        return ""
    numbers = join_words([str(item.seq) for item in sorted(items, key=lambda i: i.seq)], language)
    if language == "en":
        return f"instalments {numbers} of {items[0].of}"
    return f"rate {numbers} di {items[0].of}"


def _reason(documents: Sequence[Item], left_out: int, language: Language) -> str:
    """``fatture 1 e 2 del 2025 e parcella 7 del 2026 e altre 3``."""
    of = "of" if language == "en" else "del"
    parts = []
    for (word, year), group in groupby(
        documents, key=lambda item: (kind_word(item.kind, language), item.document_date.year)
    ):
        numbers = [full_number(item.number, item.series) for item in group]
        noun = word if len(numbers) == 1 else PLURAL[word]
        parts.append(f"{noun} {join_words(numbers, language)} {of} {year}")
    if left_out:
        parts.append(others(left_out, language))
    return join_words(parts, language)
