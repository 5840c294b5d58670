"""What a thank-you says: how much came, when, on which documents, and what is left of them."""

from __future__ import annotations

from collections.abc import Sequence

from sollecito.domain.money import Language, format_date, format_money
from sollecito.domain.wording.facts import ReminderFacts, TakingPart, Takings
from sollecito.domain.wording.naming import full_number, join_words, kind_word, name_item

WHOLE: dict[Language, str] = {"it": "saldo", "en": "paid in full"}
PARTLY: dict[Language, str] = {"it": "acconto", "en": "on account"}
NAMES = ("incasso.importo", "incasso.data", "incasso.documenti", "nota.residuo")


def say_takings(facts: ReminderFacts) -> dict[str, str]:
    """The values of a thank-you; empty where the message is none."""
    takings, language = facts.occasion.takings, facts.language
    if takings is None:
        return dict.fromkeys(NAMES, "")
    return {
        "incasso.importo": format_money(takings.amount, takings.currency, language),
        "incasso.data": format_date(takings.date, language),
        "incasso.documenti": ", ".join(
            _name(part, language) for part in takings.parts if part.amount
        ),
        "nota.residuo": _rest(takings, takings.parts, language),
    }


def _name(part: TakingPart, language: Language) -> str:
    words = PARTLY if part.left > 0 else WHOLE
    return f"{name_item(part.item, language)} ({words[language]})"


def _rest(takings: Takings, parts: Sequence[TakingPart], language: Language) -> str:
    """What is left: ``Restano da pagare 720,00 € sulla fattura 124/A``, with a full stop."""
    left = [
        f"{format_money(part.left, takings.currency, language)} {_on(part, language)}"
        for part in parts
        if part.left > 0
    ]
    if not left:
        return ""
    said = join_words(left, language)
    if language == "en":
        head, _, first = said.partition(" on ")
        return f"{head} remain due on {first}."
    return f"Restano da pagare {said}."


def _on(part: TakingPart, language: Language) -> str:
    word = kind_word(part.item.kind, language)
    number = full_number(part.item.number, part.item.series)
    return f"on {word} {number}" if language == "en" else f"sulla {word} {number}"
