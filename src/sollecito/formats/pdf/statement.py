"""Estratto conto of one customer as a PDF: a partite aperte, or as scheda contabile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sollecito.domain.money import format_date, format_money, format_number
from sollecito.domain.wording import make_item_table, make_wording
from sollecito.domain.wording.values import say_address, say_tax_id
from sollecito.formats.pdf.compiler import compile_pdf, tidy
from sollecito.formats.pdf.letter import describe_rows
from sollecito.formats.pdf.statement_words import WORDS

if TYPE_CHECKING:
    from datetime import date

    from sollecito.domain.account_card import AccountCard
    from sollecito.domain.interest import InterestRow
    from sollecito.domain.wording import InterestClaim, ReminderFacts

TEMPLATE = "statement.typ"
Sums = list[tuple[str, Decimal]]


@dataclass(frozen=True, slots=True)
class InterestSheet:
    """Calcolo degli interessi: each row with the document that it is of, and what it comes to."""

    rows: Sequence[tuple[str, InterestRow]]
    claim: InterestClaim


@dataclass(frozen=True, slots=True)
class CardSheet:
    """Scheda contabile to print, in one currency; ``first`` is the day from which it shows."""

    card: AccountCard
    currency: str
    first: date | None = None
    is_confirmation: bool = False


def make_statement(facts: ReminderFacts, interest: InterestSheet | None = None) -> bytes:
    """The PDF/A with every item of ``facts``, overdue and not, and how to pay.

    ``facts.today`` is the day of the situation. Raises ``MixedCurrenciesError``: a statement has
    one currency.
    """
    return compile_pdf(TEMPLATE, tidy(describe_statement(facts, interest)), day=facts.today)


def make_card_statement(
    facts: ReminderFacts, sheet: CardSheet, interest: InterestSheet | None = None
) -> bytes:
    """The PDF/A with dare, avere and saldo progressivo; the items of ``facts`` are not read."""
    return compile_pdf(TEMPLATE, tidy(describe_card(facts, sheet, interest)), day=facts.today)


def describe_statement(
    facts: ReminderFacts, interest: InterestSheet | None = None
) -> dict[str, Any]:
    """All that the statement of open items says, as text."""
    language, words = facts.language, WORDS[facts.language]
    overdue = sum((item.balance for item in facts.items if item.due_date < facts.today), Decimal(0))
    total = sum((item.balance for item in facts.items), Decimal(0))
    sums = [(words["overdue"], overdue), (words["upcoming"], total - overdue)]
    tables, notes = [], []
    if facts.items:
        values = make_wording(facts).values
        table = make_item_table(facts.items, facts.today, language, limit=None)
        rows = describe_rows(table)
        tables.append(_table(list(table.headers), sorted(table.figures), rows))
        notes = _present(
            *values["come_pagare"].split("\n"), values["nota.crediti"], values["nota.escluse"]
        )
    credit = sum((each.amount for each in facts.credits), Decimal(0))
    if not facts.items and credit:
        sums.append((words["credit"], credit))
    described = _page(facts, facts.currency, sums)
    described["total"] = [words["total"], _money(facts, total)]
    return _with_interest(described | {"tables": tables, "notes": notes}, facts, interest)


def describe_card(
    facts: ReminderFacts, sheet: CardSheet, interest: InterestSheet | None = None
) -> dict[str, Any]:
    """All that the scheda contabile says, as text."""
    language, words, card = facts.language, WORDS[facts.language], sheet.card

    def money(amount: Decimal) -> str:
        return format_money(amount, sheet.currency, language)

    rows = []
    if sheet.first:
        opening = [format_date(sheet.first, language), words["opening"], "", "", ""]
        rows.append({"cells": [*opening, money(card.opening)], "note": "", "role": ""})
    for row in card.rows:
        entry = row.entry
        cells = [format_date(entry.day, language), str(entry.cause), entry.number or entry.note]
        cells += [money(amount) if amount else "" for amount in (entry.debit, entry.credit)]
        rows.append({"cells": [*cells, money(row.balance)], "note": "", "role": ""})
    headers = [words[key] for key in ("date", "cause", "number", "debit", "credit_side", "running")]
    sums = [(words["debit_total"], card.debit), (words["credit_total"], card.credit)]
    described = _page(facts, sheet.currency, sums)
    described["total"] = [words["closing"], money(card.closing)]
    described["tables"] = [_table(headers, [3, 4, 5], rows, wide=2)] if rows else []
    if sheet.is_confirmation:
        day = format_date(facts.today, language)
        described["words"] = {**words, "title": words["confirmation"]}
        described["confirmation"] = [
            words["please_confirm"].format(day=day),
            words["we_confirm"],
            words["signature"],
        ]
    return _with_interest(described, facts, interest)


def _page(facts: ReminderFacts, currency: str, sums: Sums) -> dict[str, Any]:
    """What every form has: who, to whom, on which day."""
    language, creditor, debtor = facts.language, facts.creditor, facts.debtor
    own_id = say_tax_id("IT", creditor.vat_number, creditor.tax_code, language)
    return {
        "language": language,
        "words": WORDS[language],
        "date": format_date(facts.today, language),
        "takings": format_date(facts.takings_until, language),
        "creditor": {
            "name": creditor.name,
            "lines": _present(say_address(creditor.address, language), own_id),
        },
        "debtor": {
            "name": debtor.name,
            "lines": _debtor_lines(facts),
        },
        "tables": [],
        "notes": [],
        "confirmation": [],
        "subtotals": [[label, format_money(each, currency, language)] for label, each in sums],
    }


def _debtor_lines(facts: ReminderFacts) -> list[str]:
    """Address and code; of who answers for several customers, their names."""
    if facts.served:
        return [each.name for each in facts.served]
    debtor, language = facts.debtor, facts.language
    tax_id = say_tax_id(debtor.vat_country, debtor.vat_number, debtor.tax_code, language)
    return _present(say_address(debtor.address, language), tax_id)


def _with_interest(
    described: dict[str, Any], facts: ReminderFacts, interest: InterestSheet | None
) -> dict[str, Any]:
    """The calculation row by row below, its sums beside: never in the total of the documents."""
    if interest is None:
        return described
    language, words = facts.language, WORDS[facts.language]
    rows = []
    for name, row in interest.rows:
        days = (format_date(row.first, language), format_date(row.last, language), str(row.days))
        rate = f"{row.percent:.2f}" if language == "en" else format_number(row.percent)
        amounts = (_money(facts, row.base), _money(facts, row.interest))
        rows.append({"cells": [name, *days, f"{rate}%", *amounts], "note": "", "role": ""})
    keys = ("document", "from", "to_day", "days", "rate", "base", "interest")
    table = _table([words[key] for key in keys], [3, 4, 5, 6], rows, title=words["calculation"])
    claim = interest.claim
    sums = [[words["interest_sum"], _money(facts, claim.interest)]]
    if claim.collected:
        sums.insert(0, [words["collected"], _money(facts, claim.collected)])
    if claim.flat:
        sums.append([words["flat"], _money(facts, claim.flat)])
    notes = [words["apart"]]
    if claim.unpublished_from:
        day = format_date(claim.unpublished_from, language)
        notes.append(words["unpublished"].format(day=day))
    return {
        **described,
        "tables": [*described["tables"], *([table] if rows else [])],
        "subtotals": [*described["subtotals"], *sums],
        "notes": [*described["notes"], *notes],
    }


def _table(
    headers: list[str],
    figures: list[int],
    rows: list[dict[str, Any]],
    *,
    title: str = "",
    wide: int = 0,
) -> dict[str, Any]:
    return {"title": title, "headers": headers, "figures": figures, "rows": rows, "wide": wide}


def _money(facts: ReminderFacts, amount: Decimal) -> str:
    return format_money(amount, facts.currency, facts.language)


def _present(*parts: str) -> list[str]:
    return [part for part in parts if part]
