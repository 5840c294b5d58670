"""``{{ partite }}``: what is asked, as text and as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sollecito.domain.documents import Reference
from sollecito.domain.money import Language, format_date, format_money
from sollecito.domain.wording.facts import Item, MixedCurrenciesError
from sollecito.domain.wording.naming import (
    full_number,
    kind_word,
    name_instalment,
    name_item,
    say_days,
)

TEXT_ROWS = 20
HEADERS: dict[Language, tuple[str, ...]] = {
    "it": (
        "Documento",
        "Data",
        "Rata",
        "Scadenza",
        "Giorni di ritardo",
        "Importo",
        "Già pagato",
        "Da pagare",
    ),
    "en": ("Document", "Date", "Instalment", "Due", "Days late", "Amount", "Paid", "To pay"),
}
NUMERIC_FROM = 4
"""Columns from this one on are figures, set to the right."""
REFERENCE_WORDS: dict[Language, dict[str, str]] = {
    "it": {
        "order": "ordine",
        "contract": "contratto",
        "agreement": "convenzione",
        "reception": "ricezione",
        "delivery_note": "DDT",
    },
    "en": {
        "order": "order",
        "contract": "contract",
        "agreement": "agreement",
        "reception": "goods receipt",
        "delivery_note": "delivery note",
    },
}


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the table; ``note`` stands under the document (the customer's references)."""

    cells: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ItemTable:
    """Tabella delle partite: columns without values are gone. ``text`` is the same as plain text.

    ``figures`` are the columns to be set to the right.
    """

    text: str
    headers: tuple[str, ...]
    rows: tuple[TableRow, ...]
    total: tuple[str, str]
    figures: frozenset[int]


def sort_items(items: Sequence[Item]) -> tuple[Item, ...]:
    """The oldest first."""
    return tuple(
        sorted(items, key=lambda i: (i.due_date, i.document_date, i.series, i.number, i.seq))
    )


def sum_balances(items: Sequence[Item]) -> Decimal:
    """What is asked. Raises ``MixedCurrenciesError``: a message has one currency."""
    if len({item.currency for item in items}) > 1:
        raise MixedCurrenciesError
    return sum((item.balance for item in items), Decimal(0))


def make_item_table(
    items: Sequence[Item], today: date, language: Language, *, limit: int | None = TEXT_ROWS
) -> ItemTable:
    """The items as text and table, oldest first; at most ``limit`` rows, and how many others."""
    ordered = sort_items(items)
    shown = ordered[:limit]
    total = format_money(sum_balances(ordered), ordered[0].currency, language)
    label = "Total to pay" if language == "en" else "Totale da pagare"
    rest = _say_rest(len(ordered) - len(shown), language)
    lines = [line for item in shown for line in _text_lines(item, today, language)]
    lines += [*rest, f"{label}: {total}"]
    columns = _columns(shown, today, language)
    rows = [
        TableRow(tuple(cell(item) for _, cell in columns), say_references(item, language))
        for item in shown
    ]
    rows += [TableRow((words, *[""] * (len(columns) - 1))) for words in rest]
    headers = tuple(header for header, _ in columns)
    figures = frozenset(
        at for at, header in enumerate(headers) if header in HEADERS[language][NUMERIC_FROM:]
    )
    return ItemTable("\n".join(lines), headers, tuple(rows), (label, total), figures)


def say_references(item: Item, language: Language) -> str:
    """The customer's references: ``ordine 4500012345, CIG Z000000001, DDT 88 del 12/02/2026``."""
    words: dict[str, None] = {}
    for reference in item.references:
        words.update(dict.fromkeys(_reference_words(reference, language)))
    return ", ".join(words)


def _reference_words(reference: Reference, language: Language) -> list[str]:
    words = []
    noun = REFERENCE_WORDS[language].get(reference.kind)
    if noun and reference.number:
        of = " of " if language == "en" else " del "
        day = of + format_date(reference.date, language) if reference.date else ""
        words.append(f"{noun} {reference.number}{day}")
    if reference.cig:
        words.append(f"CIG {reference.cig}")
    if reference.cup:
        words.append(f"CUP {reference.cup}")
    return words


def _text_lines(item: Item, today: date, language: Language) -> list[str]:
    title = name_item(item, language)
    instalment = name_instalment(item, language)
    lines = [title[0].upper() + title[1:] + (f", {instalment}" if instalment else "")]
    references = say_references(item, language)
    if references:
        lines.append(f"  {'ref.' if language == 'en' else 'rif.'} {references}")
    return [*lines, "  " + ", ".join(_amounts(item, today, language))]


def _amounts(item: Item, today: date, language: Language) -> list[str]:
    due, amount, paid, to_pay = (
        ("due", "amount", "paid", "to pay")
        if language == "en"
        else ("scadenza", "importo", "già pagato", "da pagare")
    )
    days = (today - item.due_date).days
    late = f" ({say_days(days, language)})" if days > 0 else ""
    words = [
        f"{due} {format_date(item.due_date, language)}{late}",
        f"{amount} {format_money(item.amount, item.currency, language)}",
    ]
    if item.paid:
        words.append(f"{paid} {format_money(item.paid, item.currency, language)}")
    return [*words, f"{to_pay} {format_money(item.balance, item.currency, language)}"]


def _columns(
    items: Sequence[Item], today: date, language: Language
) -> list[tuple[str, Callable[[Item], str]]]:
    """Header and cell of each column that has values."""

    def money(amount: Decimal, item: Item) -> str:
        return format_money(amount, item.currency, language) if amount else ""

    def days(item: Item) -> str:
        late = (today - item.due_date).days
        return str(late) if late > 0 else ""

    def number(item: Item) -> str:
        word = kind_word(item.kind, language)
        return f"{word[0].upper()}{word[1:]} {full_number(item.number, item.series)}"

    joint = "of" if language == "en" else "di"
    cells: tuple[Callable[[Item], str], ...] = (
        number,
        lambda item: format_date(item.document_date, language),
        lambda item: f"{item.seq} {joint} {item.of}" if item.of > 1 else "",
        lambda item: format_date(item.due_date, language),
        days,
        lambda item: money(item.amount, item),
        lambda item: money(item.paid, item),
        lambda item: format_money(item.balance, item.currency, language),
    )
    columns = zip(HEADERS[language], cells, strict=True)
    return [(header, cell) for header, cell in columns if any(cell(item) for item in items)]


def _say_rest(count: int, language: Language) -> list[str]:
    if count <= 0:
        return []
    if language == "en":
        return [f"and {count} more: the complete list is attached"]
    rest = "un'altra" if count == 1 else f"altre {count}"
    return [f"e {rest}: l'elenco completo è in allegato"]
