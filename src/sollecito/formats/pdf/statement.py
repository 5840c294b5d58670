"""The statement of account (estratto conto a partite aperte) of one customer, as a PDF."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sollecito.domain.money import format_date, format_money
from sollecito.domain.wording import make_item_table, make_wording
from sollecito.domain.wording.values import say_address
from sollecito.formats.pdf.compiler import compile_pdf, tidy
from sollecito.formats.pdf.letter import describe_rows

if TYPE_CHECKING:
    from sollecito.domain.wording import ReminderFacts

TEMPLATE = "statement.typ"
WORDS = {
    "it": {
        "title": "Estratto conto",
        "at": "Situazione al",
        "takings": "Incassi registrati fino al",
        "to": "Spett.le",
        "overdue": "Scaduto",
        "upcoming": "A scadere",
        "total": "Totale da pagare",
        "reservation": "Salvo errori e omissioni.",
        "page": "pagina",
        "of": "di",
    },
    "en": {
        "title": "Statement of account",
        "at": "As of",
        "takings": "Payments recorded up to",
        "to": "To",
        "overdue": "Overdue",
        "upcoming": "Not yet due",
        "total": "Total to pay",
        "reservation": "Errors and omissions excepted.",
        "page": "page",
        "of": "of",
    },
}


def make_statement(facts: ReminderFacts) -> bytes:
    """The PDF/A with every item of ``facts``, overdue and not, and how to pay.

    Raises ``MixedCurrenciesError``: a statement has one currency.
    """
    return compile_pdf(TEMPLATE, tidy(describe_statement(facts)), day=facts.today)


def describe_statement(facts: ReminderFacts) -> dict[str, Any]:
    """All that the statement says, as text."""
    language = facts.language
    words = WORDS[language]
    values = make_wording(facts).values
    table = make_item_table(facts.items, facts.today, language, limit=None)
    overdue = sum((item.balance for item in facts.items if item.due_date < facts.today), Decimal(0))
    upcoming = sum((item.balance for item in facts.items), Decimal(0)) - overdue
    subtotals = [(words["overdue"], overdue), (words["upcoming"], upcoming)]
    return {
        "language": language,
        "words": words,
        "date": format_date(facts.today, language),
        "takings": format_date(facts.takings_until, language),
        "creditor": {
            "name": facts.creditor.name,
            "lines": _present(values["azienda.sede"], values["azienda.id_fiscale"]),
        },
        "debtor": {
            "name": facts.debtor.name,
            "lines": _debtor_lines(facts, values["cliente.id_fiscale"]),
        },
        "headers": list(table.headers),
        "figures": sorted(table.figures),
        "rows": describe_rows(table),
        "subtotals": [
            [label, format_money(amount, facts.currency, language)] for label, amount in subtotals
        ],
        "total": table.total[1],
        "notes": _present(
            *values["come_pagare"].split("\n"), values["nota.crediti"], values["nota.escluse"]
        ),
    }


def _debtor_lines(facts: ReminderFacts, tax_id: str) -> list[str]:
    """Address and code; of who answers for several customers, their names."""
    if facts.served:
        return [each.name for each in facts.served]
    return _present(say_address(facts.debtor.address, facts.language), tax_id)


def _present(*parts: str) -> list[str]:
    return [part for part in parts if part]
