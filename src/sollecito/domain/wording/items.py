"""``{{ partite }}``: what is asked, as text and as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from sollecito.domain.documents import Reference
from sollecito.domain.money import Language, format_date, format_money
from sollecito.domain.placeholders import clean_value
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
    """A row of the table; ``note`` stands under the document (the customer's references).

    With a ``role`` it has two cells, words and sum: the heading of a customer, its subtotal.
    """

    cells: tuple[str, ...]
    note: str = ""
    role: Literal["", "heading", "subtotal"] = ""


@dataclass(frozen=True, slots=True)
class ItemTable:
    """Tabella delle partite: columns without values are gone. ``text`` is the same as plain text.

    ``figures`` are the columns to be set to the right; ``left_out`` how many items it has not.
    """

    text: str
    headers: tuple[str, ...]
    rows: tuple[TableRow, ...]
    total: tuple[str, str]
    figures: frozenset[int]
    left_out: int = 0


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
    """The items as text and table, oldest first; at most ``limit`` rows, and how many others.

    Those of several customers one customer under the other, each with its heading and subtotal.
    """
    ordered = sort_items(items)
    shown = by_customer(ordered)[:limit]
    total = format_money(sum_balances(ordered), ordered[0].currency, language)
    label = "Total to pay" if language == "en" else "Totale da pagare"
    left_out = len(ordered) - len(shown)
    rest = _say_rest(left_out, language)
    columns = _columns(shown, today, language)
    lines: list[str] = []
    rows: list[TableRow] = []
    for customer, all_of_it in part_by_customer(ordered):
        mine = [item for item in shown if item.customer == customer]
        name = clean_value(customer)
        if name:
            rows.append(TableRow((name, ""), role="heading"))
            lines.append(name)
        for item in mine:
            cells = tuple(cell(item) for _, cell in columns)
            rows.append(TableRow(cells, say_references(item, language)))
            lines += _text_lines(item, today, language)
        if name:
            words = "Subtotal" if language == "en" else "Subtotale"
            owed = format_money(sum_balances(all_of_it), ordered[0].currency, language)
            rows.append(TableRow((f"{words} {name}", owed), role="subtotal"))
            lines += [f"{words}: {owed}", ""]
    lines += [*rest, f"{label}: {total}"]
    rows += [TableRow((words, *[""] * (len(columns) - 1))) for words in rest]
    headers = tuple(header for header, _ in columns)
    figures = frozenset(
        at for at, header in enumerate(headers) if header in HEADERS[language][NUMERIC_FROM:]
    )
    return ItemTable("\n".join(lines), headers, tuple(rows), (label, total), figures, left_out)


def part_by_customer(items: Sequence[Item]) -> list[tuple[str, tuple[Item, ...]]]:
    """The items of each customer, who has the oldest first, then by name.

    All of them under no name in a message about one customer.
    """
    found: dict[str, list[Item]] = {}
    for item in sort_items(items):
        found.setdefault(item.customer, []).append(item)
    in_turn = sorted(found.items(), key=lambda pair: (pair[1][0].due_date, pair[0]))
    return [(customer, tuple(mine)) for customer, mine in in_turn]


def by_customer(items: Sequence[Item]) -> tuple[Item, ...]:
    """The same items in the order in which a message lists them."""
    return tuple(item for _, mine in part_by_customer(items) for item in mine)


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
