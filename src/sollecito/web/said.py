"""English for what rules, formats and flows say: their sentences are Italian and know no language.

``locale/en/said.txt`` holds pairs of lines, the Italian sentence with ``{}`` for each value and
its English one. A text may be several such sentences, one after the other; what is not in the
list stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.utils.translation import get_language

PAIRS = Path(__file__).parent / "locale" / "en" / "said.txt"
VALUE = "{}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One pair: how it begins, how it is recognised, what stands between its values."""

    start: str
    pattern: re.Pattern[str]
    english: tuple[str, ...]


def said(text: str) -> str:
    """The text in the language of the page."""
    is_english = (get_language() or "").startswith("en")
    return translate(str(text)) if is_english and text else str(text)


def said_reasons(text: str) -> str:
    """Reasons of a proposal, ``Nome del cliente, importo esatto.``, each in the page's language."""
    if not (get_language() or "").startswith("en"):
        return text
    pieces = text.removesuffix(".").split(", ")
    first = pieces[0]
    known = translate(first)
    if known == first:
        known = translate(first[:1].lower() + first[1:])
    words = ", ".join([known, *map(translate, pieces[1:])])
    return f"{words[:1].upper()}{words[1:]}."


@lru_cache(maxsize=4096)
def translate(text: str) -> str:
    """The text in English, sentence by sentence as far as they are known."""
    found: list[str] = []
    rest = text.strip()
    while rest:
        step = _first(rest)
        if step is None:
            return " ".join([*found, rest])
        words, rest = step
        found.append(words)
    return " ".join(found)


def _first(text: str) -> tuple[str, str] | None:
    """The first sentence in English and what follows it; ``None`` when it is not known."""
    for each in _sentences():
        if text.startswith(each.start) and (match := each.pattern.match(text)):
            values = [_value(one) for one in match.groups()]
            words = "".join(
                part + value for part, value in zip(each.english, [*values, ""], strict=True)
            )
            return words, text[match.end() :].lstrip()
    return None


def _value(text: str) -> str:
    """A value that is itself one of the sentences, or of their pieces."""
    return next(
        (
            "".join(each.english)
            for each in _sentences()
            if each.start == text and len(each.english) == 1
        ),
        text,
    )


@cache
def _sentences() -> tuple[Sentence, ...]:
    """The pairs, the most particular first."""
    pairs = sorted(read_pairs(), key=lambda pair: -len(pair[0].replace(VALUE, "")))
    return tuple(
        Sentence(italian.split(VALUE)[0], _pattern(italian), tuple(english.split(VALUE)))
        for italian, english in pairs
    )


def read_pairs() -> Iterator[tuple[str, str]]:
    """The pairs as they are written."""
    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if line.strip() and not line.startswith("# ")]
    return zip(written[::2], written[1::2], strict=True)


def _pattern(italian: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in italian.split(VALUE)]
    end = "$" if italian.endswith(VALUE) else r"(?=\s|$)"
    return re.compile("(.+?)".join(parts) + end, re.DOTALL)
