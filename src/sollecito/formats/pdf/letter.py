"""A message as a letter on A4: the address where the window of the envelope is, then the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sollecito.domain.placeholders import clean_value
from sollecito.formats.pdf.compiler import compile_pdf, tidy

if TYPE_CHECKING:
    from sollecito.domain.money import Language
    from sollecito.domain.wording import ItemTable

TEMPLATE = "letter.typ"
ENCLOSED = {"it": "Allegati", "en": "Enclosures"}


@dataclass(frozen=True, slots=True)
class Letter:
    """Lettera. ``sender`` and ``recipient`` are lines, the name first; ``text`` is plain.

    ``table`` stands where its own words are in the text, ``enclosures`` are named under it. Only
    name and address are in the window, so that an envelope does not tell what is in it.
    """

    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    subject: str
    text: str
    day: date
    language: Language = "it"
    table: ItemTable | None = None
    enclosures: tuple[str, ...] = ()


def make_letter(letter: Letter) -> bytes:
    """The PDF/A of one letter, the same bytes each time."""
    return compile_pdf(TEMPLATE, describe_letter(letter), day=letter.day)


def describe_letter(letter: Letter) -> dict[str, Any]:
    """All that the letter says, as text: paragraphs of lines, and the table between them."""
    before, words, after = letter.text, "", ""
    if letter.table is not None:
        before, words, after = letter.text.partition(letter.table.text)
    table = letter.table if words else None
    return {
        "language": letter.language,
        "subject": clean_value(letter.subject),
        "sender": tidy(list(letter.sender)),
        "recipient": tidy(list(letter.recipient)),
        "before": _paragraphs(before),
        "after": _paragraphs(after),
        "table": _describe_table(table) if table else None,
        "enclosed": ENCLOSED[letter.language],
        "enclosures": tidy([clean_value(name) for name in letter.enclosures]),
    }


def _paragraphs(text: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.strip():
            blocks[-1].append(clean_value(line))
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def describe_rows(table: ItemTable) -> list[dict[str, Any]]:
    """The rows of a table, as its template wants them."""
    return [{"cells": list(row.cells), "note": row.note, "role": row.role} for row in table.rows]


def _describe_table(table: ItemTable) -> dict[str, Any]:
    return {
        "headers": list(table.headers),
        "figures": sorted(table.figures),
        "rows": describe_rows(table),
        "total": list(table.total),
    }
