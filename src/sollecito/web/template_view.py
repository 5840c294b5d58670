"""Models of communication as the pages show them: their list, their places, their problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.core import signing
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.domain.placeholders import (
    PLACEHOLDERS,
    Placeholder,
    Shape,
    TemplateProblem,
    allowed_names,
)
from sollecito.dunning.models import Template, TemplateVersion
from sollecito.dunning.template_queries import OWN_MODEL, TemplateBook
from sollecito.dunning.texts import CATALOGUE, MODELS, Model, Module
from sollecito.flows.check_text import WrittenText, speaks
from sollecito.flows.manage_templates import title_of
from sollecito.flows.save_template import TextPlace

MODULES: dict[Module, str | Promise] = {
    Module.REMINDERS: _("Solleciti"),
    Module.STATEMENTS: _("Estratti conto"),
    Module.DOCUMENTS: _("Invio di documenti"),
    Module.TAKINGS: _("Incassi"),
    Module.PLANS: _("Promesse e piani di rientro"),
    Module.FORMAL: _("Atti formali"),
    Module.AGENTS: _("Agenti"),
}
CHANNELS: dict[str, str | Promise] = {
    "email": _("E-mail"),
    "pec": "PEC",
    "letter": _("Lettera"),
    "sms": "SMS",
    "call": _("Telefonata"),
}
PLACES: dict[str, str | Promise] = {
    "": _("Tutti i canali"),
    "pec": _("Solo PEC"),
    "letter": _("Solo lettera"),
}
LANGUAGES: dict[str, str | Promise] = {"it": _("Italiano"), "en": _("Inglese")}
SHAPES = (
    (Shape.VALUE, _("Parole e importi, in mezzo a una frase")),
    (Shape.LINE, _("Frasi intere, da sole su una riga")),
    (Shape.BLOCK, _("Elenchi e firma, da soli su una riga")),
)
SALT = "template-preview"
LONGEST_KEY = 3500
"""Of an address: what is longer is previewed as plain text only."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One line of the list."""

    code: str
    name: str
    channels: tuple[str | Promise, ...]
    versions: tuple[tuple[str, int], ...]
    template: Template | None
    is_own: bool
    needs_lawyer: bool

    @property
    def is_changed(self) -> bool:
        """Whether some of its texts are the company's."""
        return bool(self.versions)

    @property
    def is_off(self) -> bool:
        """Whether it is out of use."""
        return self.template is not None and self.template.is_off


def list_models(book: TemplateBook) -> list[tuple[str | Promise, list[ModelRow]]]:
    """Every model that the company's tier has, by the part of the product that uses it.

    The company's own stand beside their base.
    """
    found: dict[Module, list[ModelRow]] = {module: [] for module in MODULES}
    own = [row for row in book.templates.values() if row.code not in CATALOGUE]
    for model in CATALOGUE.values():
        if not book.is_included(model.code):
            continue
        found[model.module].append(_row(book, model.code, model))
        mine = [row for row in own if row.base == model.code and row.code != OWN_MODEL]
        found[model.module] += [_row(book, row.code, model) for row in mine]
        if model.code == "sollecito_1" and book.has_text(OWN_MODEL):
            found[model.module].append(_row(book, OWN_MODEL, model))
    return [(MODULES[module], rows) for module, rows in found.items() if rows]


def choosable(book: TemplateBook) -> list[str]:
    """The models among which a person chooses one for a message that asks for open items."""
    own = [OWN_MODEL] if book.has_text(OWN_MODEL) else []
    codes = [*MODELS, *own, *(code for code in book.own_codes() if code != OWN_MODEL)]
    return [code for code in codes if book.is_included(code) and not book.is_off(code)]


def name_of(book: TemplateBook, code: str) -> str:
    """What a model is called on a page; to be said in its language."""
    if code == OWN_MODEL:
        return "Il mio sollecito"
    return title_of(book, code)


def _row(book: TemplateBook, code: str, model: Model) -> ModelRow:
    template = book.options_of(code)
    changed = tuple(
        (language, version.number)
        for (each, language, channel), version in sorted(book.current.items())
        if each == code and not channel and not version.is_default
    )
    is_checked = template is not None and bool(template.checked_words)
    return ModelRow(
        code=code,
        name=name_of(book, code),
        channels=tuple(CHANNELS[channel] for channel in model.channels),
        versions=changed,
        template=template,
        is_own=code not in CATALOGUE,
        needs_lawyer=model.needs_lawyer and not is_checked,
    )


def palette_of(place: TextPlace, base: str) -> list[tuple[str | Promise, list[Placeholder]]]:
    """The placeholders that this text may use, by where they may stand."""
    names = allowed_names(base, language=place.language)
    rows = [item for name, item in PLACEHOLDERS.items() if name in names]
    if CATALOGUE[base].is_sms:
        rows = [item for item in rows if item.shape is Shape.VALUE]
    groups = [(title, [item for item in rows if item.shape is shape]) for shape, title in SHAPES]
    return [(title, items) for title, items in groups if items]


def places_of(base: str) -> dict[str, str | Promise]:
    """The channels for which the model may have words of its own."""
    return PLACES if CATALOGUE[base].has_subject else {"": PLACES[""]}


def languages_of(base: str) -> list[tuple[str, str | Promise]]:
    """The languages that the model has."""
    return [(language, LANGUAGES[language]) for language in speaks(base)]


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem with the line it is on: what stands before, the wrong part, what follows."""

    field: str
    problem: TemplateProblem
    before: str
    wrong: str
    after: str


def show_problems(
    written: WrittenText, problems: Sequence[tuple[str, TemplateProblem]]
) -> list[ShownProblem]:
    """Each problem at its place, so that the eye finds it."""
    return [_at_its_place(field, getattr(written, field), each) for field, each in problems]


def _at_its_place(field: str, text: str, problem: TemplateProblem) -> ShownProblem:
    start = text.rfind("\n", 0, problem.start) + 1
    end = text.find("\n", problem.start)
    stop = len(text) if end < 0 else end
    wrong_end = min(max(problem.end, problem.start), stop)
    return ShownProblem(
        field,
        problem,
        text[start : problem.start],
        text[problem.start : wrong_end],
        text[wrong_end:stop],
    )


def pack(place: TextPlace, written: WrittenText, party: int | None) -> str:
    """A text on its way to its preview, signed; empty where it is too long for an address."""
    data = [place.code, place.language, place.channel, written.subject, written.text]
    key = signing.dumps([*data, written.private_subject, party], salt=SALT, compress=True)
    return key if len(key) <= LONGEST_KEY else ""


def unpack(key: str) -> tuple[TextPlace, WrittenText, int | None]:
    """The text again. Raises ``signing.BadSignature``."""
    code, language, channel, subject, text, private, party = signing.loads(key, salt=SALT)
    return TextPlace(code, language, channel), WrittenText(subject, text, private), party


def compare(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Lines with what became of them: ``same``, ``gone`` or ``new``."""
    before, after = old.split("\n"), new.split("\n")
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (("same", line) for line in before[a:b])
        else:
            yield from (("gone", line) for line in before[a:b])
            yield from (("new", line) for line in after[c:d])


def compare_versions(
    version: TemplateVersion, defaults: WrittenText, now: WrittenText
) -> dict[str, Any]:
    """An older version beside what counts now, field by field."""
    old = WrittenText(
        version.subject or defaults.subject,
        version.text or defaults.text,
        version.private_subject or defaults.private_subject,
    )
    fields = [
        (_("Oggetto"), old.subject, now.subject),
        (_("Oggetto per i privati"), old.private_subject, now.private_subject),
        (_("Testo"), old.text, now.text),
    ]
    parts = [(name, list(compare(a, b))) for name, a, b in fields if a != b]
    return {"version": version, "parts": parts}
