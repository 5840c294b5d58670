"""The language of placeholders: ``{{ nome }}``, ``%Partita``, ``%Importo``. No logic in a text.

Checking happens when a text is saved, rendering when a message is made. A value is never read
again as a template.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sollecito.domain.placeholders.registry import (
    ALIASES,
    PLACEHOLDERS,
    WITHOUT_ENGLISH,
    allowed_names,
)
from sollecito.domain.placeholders.shapes import Rendered, Shape, TemplateProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

MARK = re.compile(r"\{\{([^{}\n]*)\}\}|%(partita|importo)\b", re.IGNORECASE)
BRACES = re.compile(r"\{\{|\}\}")
SUBJECT_LIMIT = 150
BLUNT = re.compile(r"\b(sollecit\w*|reminders?)\b", re.IGNORECASE)
"""Words that the subject of a private person's mail never has."""
AMOUNTS = frozenset(
    {
        *("importo", "saldo.totale", "saldo.scaduto", "saldo.a_scadere", "totale.dovuto"),
        *("promessa.importo", "piano.totale", "piano.prima_importo", "piano.rata_importo"),
        *("piano.residuo", "incasso.importo", "agente.totale"),
    }
)
FORMAT_CHARACTERS = "Cf"
CONTROL_CHARACTERS = frozenset({"Cc", "Cs", "Zl", "Zp"})
KEPT_JOINERS = "\u200c\u200d"


def clean_value(value: str) -> str:
    """One line without control characters or invisible direction marks."""
    return " ".join(_clean(value.replace("\n", " ")).split())


def clean_block(value: str) -> str:
    """Lines without control characters; indentation is kept, blank lines at the ends are not."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_clean(line).rstrip() for line in lines).strip("\n")


def check_template(text: str, allowed: Collection[str] | None = None) -> list[TemplateProblem]:
    """Say what is wrong in a text and where; an empty list means that it can be saved.

    ``allowed`` are the names its model may use (``allowed_names``), else those of every
    reminder.
    """
    names = allowed_names() if allowed is None else allowed
    problems: list[TemplateProblem] = []
    for match in MARK.finditer(text):
        said = _judge(text, match, names)
        if said:
            problems.append(_problem(text, match.start(), match.end(), *said))
    blanked = MARK.sub(lambda match: " " * len(match.group()), text)
    problems += [
        _problem(
            text,
            match.start(),
            match.end(),
            "unclosed",
            "Parentesi graffe spaiate.",
            "Un segnaposto si scrive {{ nome }}, su una riga sola.",
        )
        for match in BRACES.finditer(blanked)
    ]
    return sorted(problems, key=lambda problem: problem.start)


def check_sms(text: str, allowed: Collection[str]) -> list[TemplateProblem]:
    """As ``check_template``, for an SMS: values only. Its length is ``compute_longest_sms``."""
    said = ("not_in_sms", "non può stare in un SMS.", "Negli SMS si usano solo valori.")
    return check_template(text, allowed) + _only_values(text, allowed, *said)


def check_subject(text: str, allowed: Collection[str] | None = None) -> list[TemplateProblem]:
    """As ``check_template``, for a subject: one line, values only, room for the values."""
    names = allowed_names() if allowed is None else allowed
    problems = check_template(text, names) + _only_values(
        text,
        names,
        "not_in_subject",
        "non può stare nell'oggetto.",
        "Nell'oggetto si usano solo valori, per esempio {{ documenti }}.",
    )
    if "\n" in text.strip():
        at = text.index("\n")
        problems.append(
            _problem(text, at, at + 1, "many_lines", "L'oggetto è di una riga.", "Togli l'a capo.")
        )
    if len(MARK.sub("", text)) > SUBJECT_LIMIT:
        problems.append(
            _problem(
                text,
                SUBJECT_LIMIT,
                len(text),
                "too_long",
                f"L'oggetto supera {SUBJECT_LIMIT} caratteri.",
                "Accorcia le parole fisse.",
            )
        )
    return problems


def check_private_subject(text: str, allowed: Collection[str]) -> list[TemplateProblem]:
    """As ``check_subject``, for private persons: no amount, and not the word «sollecito»."""
    problems = check_subject(text, allowed)
    problems += [
        _problem(
            text,
            match.start(),
            match.end(),
            "not_for_private",
            "Nell'oggetto per i privati non si scrive l'importo.",
            "Chi gli sta accanto potrebbe leggerlo: toglilo.",
        )
        for match in MARK.finditer(text)
        if _name_of(match) in AMOUNTS
    ]
    problems += [
        _problem(
            text,
            match.start(),
            match.end(),
            "not_for_private",
            f"Nell'oggetto per i privati non si scrive «{match.group()}».",
            "Chi gli sta accanto potrebbe leggerlo: scegli altre parole.",
        )
        for match in BLUNT.finditer(text)
    ]
    return problems


def names_in(text: str) -> tuple[str, ...]:
    """The known placeholders a text uses, each once, in order."""
    found = (_name_of(match) for match in MARK.finditer(text))
    return tuple(dict.fromkeys(name for name in found if name in PLACEHOLDERS))


def render(text: str, values: Mapping[str, str]) -> Rendered:
    """Put the values in. What is optional and empty loses its line; what is needed is reported.

    A missing needed value stays written as its placeholder, so that the eye finds it.
    """
    missing: dict[str, None] = {}
    lines: list[str] = []
    dropped = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        rendered = _render_line(line, values, missing)
        if rendered is None:
            dropped = True
        elif dropped and not rendered.strip() and (not lines or not lines[-1].strip()):
            continue
        else:
            dropped = dropped and not rendered.strip()
            lines.append(rendered.rstrip())
    return Rendered("\n".join(lines).strip("\n"), tuple(missing))


def render_subject(text: str, values: Mapping[str, str], shorter: Sequence[str] = ()) -> Rendered:
    """One line of at most 150 characters.

    ``shorter`` are shorter and shorter ways to say ``{{ documenti }}``, the only part that may
    be shortened; dates and amounts never are.
    """
    rendered = _render_plain(text, values)
    for documents in shorter:
        if len(rendered.text) <= SUBJECT_LIMIT:
            break
        rendered = _render_plain(text, {**values, "documenti": documents})
    if len(rendered.text) > SUBJECT_LIMIT:
        return Rendered(rendered.text[: SUBJECT_LIMIT - 1].rstrip() + "…", rendered.missing)
    return rendered


def _render_plain(text: str, values: Mapping[str, str]) -> Rendered:
    missing: dict[str, None] = {}
    return Rendered(clean_value(MARK.sub(_replacer(values, missing), text)), tuple(missing))


def _render_line(line: str, values: Mapping[str, str], missing: dict[str, None]) -> str | None:
    """One line of the text, ``None`` when it disappears."""
    alone = MARK.fullmatch(line.strip())
    name = _name_of(alone) if alone else ""
    placeholder = PLACEHOLDERS.get(name)
    if placeholder is None or placeholder.shape is Shape.VALUE:
        return MARK.sub(_replacer(values, missing), line)
    value = values.get(name, "")
    shown = clean_block(value) if placeholder.shape is Shape.BLOCK else clean_value(value)
    if shown:
        return shown
    if not placeholder.is_needed:
        return None
    missing[name] = None
    return line


def _replacer(
    values: Mapping[str, str], missing: dict[str, None]
) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        name = _name_of(match)
        if name not in PLACEHOLDERS:
            return match.group()
        value = clean_value(values.get(name, ""))
        if value or not PLACEHOLDERS[name].is_needed:
            return value
        missing[name] = None
        return match.group()

    return replace


def _judge(
    text: str, match: re.Match[str], allowed: Collection[str]
) -> tuple[str, str, str] | None:
    """Code, message and hint of what is wrong with one mark, ``None`` when nothing is."""
    name = _name_of(match)
    if name not in PLACEHOLDERS:
        return (
            "unknown",
            f"«{name}» non è un segnaposto." if name else "Segnaposto senza nome.",
            _nearest(name, allowed),
        )
    if name not in allowed and name in WITHOUT_ENGLISH:
        return (
            "not_here",
            f"«{name}» non ha un valore per questo modello e in questa lingua.",
            "Toglilo: esiste solo nel testo italiano per gli enti pubblici.",
        )
    if name not in allowed:
        return (
            "not_here",
            f"«{name}» non è previsto per questo modello.",
            "Toglilo, o usalo nel modello a cui appartiene.",
        )
    placeholder = PLACEHOLDERS[name]
    if placeholder.shape is not Shape.VALUE and not _is_alone(text, match):
        return (
            "not_alone",
            f"«{name}» ({placeholder.shape.value}) va da solo sulla sua riga.",
            "Mettilo a capo, senza altre parole accanto.",
        )
    return None


def _only_values(
    text: str, allowed: Collection[str], code: str, message: str, hint: str
) -> list[TemplateProblem]:
    return [
        _problem(text, match.start(), match.end(), code, f"«{_name_of(match)}» {message}", hint)
        for match in MARK.finditer(text)
        if _name_of(match) in allowed and PLACEHOLDERS[_name_of(match)].shape is not Shape.VALUE
    ]


def _nearest(name: str, allowed: Collection[str]) -> str:
    names = sorted(allowed)
    close = get_close_matches(name.replace(" ", "."), names, n=3, cutoff=0.6)
    close += [item for item in names if len(name) > 2 and item.startswith(name[:3])]  # noqa: PLR2004  a beginning that says something
    found = list(dict.fromkeys(close))[:3]
    if found:
        return "Forse: " + ", ".join(found) + "."
    return "Scegli un nome dall'elenco dei segnaposti."


def _is_alone(text: str, match: re.Match[str]) -> bool:
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    before, after = text[start : match.start()], text[match.end() : end if end >= 0 else None]
    return not before.strip() and not after.strip()


def _name_of(match: re.Match[str]) -> str:
    alias = match.group(2)
    return ALIASES[alias.lower()] if alias else match.group(1).strip().lower()


def _problem(  # noqa: PLR0917  a place and three words about it
    text: str, start: int, end: int, code: str, message: str, hint: str
) -> TemplateProblem:
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return TemplateProblem(
        code=code,
        message=f"Riga {line}, carattere {column}: {message}",
        hint=hint,
        line=line,
        column=column,
        start=start,
        end=end,
    )


def _clean(line: str) -> str:
    return "".join(_kept(line))


def _kept(line: str) -> Iterator[str]:
    for character in line:
        category = unicodedata.category(character)
        if category in CONTROL_CHARACTERS:
            yield " "
        elif category != FORMAT_CHARACTERS or character in KEPT_JOINERS:
            yield character
