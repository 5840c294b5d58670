"""Which text a model has in a company: its own, in versions, else the one that ships."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from sollecito.accounts.models import Company
from sollecito.accounts.queries import has_module
from sollecito.domain.money import Language
from sollecito.domain.placeholders import Reader, names_in
from sollecito.domain.tiers import MODULES
from sollecito.dunning.models import Template, TemplateVersion
from sollecito.dunning.texts import (
    CATALOGUE,
    ITALIAN_ONLY,
    DefaultText,
    default_text,
    fit_words,
    leave_out,
)

OWN_MODEL = "own"
"""The company's own text of a reminder by hand, through its own mail account."""
OWN_BASE = "sollecito_1"
Place = tuple[str, str, str]
"""Code, language, channel (empty: every channel without a text of its own)."""


@dataclass(frozen=True, slots=True)
class ModelText:
    """Testo di un modello as it counts now. ``number`` is its version, 0 for the default's.

    ``base`` says what kind of message it is; ``version`` which text a message was made from
    (``default/it/sollecito_1``, ``sollecito_1/it/3``, ``nostro/en/letter/2``).
    """

    code: str
    base: str
    language: Language
    subject: str
    text: str
    version: str
    number: int = 0

    @property
    def is_default(self) -> bool:
        """Whether it is the text that ships."""
        return self.number == 0

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders it uses."""
        return names_in(f"{self.subject}\n{self.text}")


@dataclass(frozen=True, slots=True)
class TemplateBook:
    """Modelli di un'azienda, read once for many messages."""

    templates: Mapping[str, Template] = field(default_factory=dict)
    current: Mapping[Place, TemplateVersion] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()
    """Modules that the company's tier is without."""

    def knows(self, code: str) -> bool:
        """Whether a message may be made of it."""
        return code in CATALOGUE or code in self.templates

    def base_of(self, code: str) -> str:
        """The default that it follows; itself for a default."""
        return code if code in CATALOGUE else self.templates[code].base

    def kind_of(self, code: str) -> str:
        """What a message of a model is taken for; the text by hand is like no default."""
        return code if code == OWN_MODEL or not self.knows(code) else self.base_of(code)

    def own_codes(self) -> tuple[str, ...]:
        """The company's own models of messages that ask for open items, by name."""
        own = [
            row
            for row in self.templates.values()
            if row.code not in CATALOGUE and CATALOGUE[row.base].asks
        ]
        return tuple(row.code for row in sorted(own, key=lambda row: row.name))

    def has_text(self, code: str) -> bool:
        """Whether the company wrote it, in Italian at least."""
        version = self.current.get((code, "it", ""))
        return version is not None and not version.is_default

    def options_of(self, code: str) -> Template | None:
        """Sender, attachments and the rest; ``None`` where nothing was ever chosen."""
        return self.templates.get(code)

    def is_off(self, code: str) -> bool:
        """Whether the company took it out of its choices."""
        return code in self.templates and self.templates[code].is_off

    def is_included(self, code: str) -> bool:
        """Whether the company's tier has the part of the product that uses it."""
        return not self.knows(code) or CATALOGUE[self.base_of(code)].tier not in self.excluded

    def text(
        self,
        code: str,
        language: Language = "it",
        *,
        channel: str = "",
        reader: Reader = "business",
        without: Collection[str] = (),
    ) -> ModelText:
        """The text that counts. ``without`` leaves the words of a default out, wherever they are.

        A text of every channel reads on a letter or a PEC without the words that suit a mail only.

        Raises ``KeyError`` where there is no such model.
        """
        base = self.base_of(code)
        spoken: Language = "it" if base in ITALIAN_ONLY else language
        default = default_text(base, spoken, reader=reader, without=without, channel=channel)
        for place in dict.fromkeys([(code, spoken, channel), (code, spoken, "")]):
            version = self.current.get(place)
            if version is not None and not version.is_default:
                chosen = _written(version, code, default, reader, without)
                text = chosen.text if version.channel else fit_words(chosen.text, channel)
                return replace(chosen, text=text)
        return ModelText(code, base, spoken, default.subject, default.text, default.version)


def _written(
    version: TemplateVersion,
    code: str,
    default: DefaultText,
    reader: Reader,
    without: Collection[str],
) -> ModelText:
    """What is empty in a version is the default's; private readers have a subject of their own."""
    subject = version.subject or default.subject
    if reader == "private":
        plain = default_text(default.model, default.language)
        own_default = default.subject if default.subject != plain.subject else subject
        subject = version.private_subject or own_default
    place = "/".join(filter(None, (code, version.language, version.channel, str(version.number))))
    return ModelText(
        code=code,
        base=default.model,
        language=default.language,
        subject=subject,
        text=leave_out(version.text or default.text, without),
        version=place,
        number=version.number,
    )


def template_book(company: Company) -> TemplateBook:
    """Everything that a company made of its models."""
    rows = company.templates.filter(archived_at__isnull=True)
    templates = {row.code: row for row in rows}
    excluded = frozenset(module for module in MODULES if not has_module(company, module))
    if not templates:
        return TemplateBook(excluded=excluded)
    versions = TemplateVersion.objects.filter(
        company=company, template__in=templates.values(), is_current=True
    )
    codes = {row.pk: row.code for row in templates.values()}
    return TemplateBook(
        templates,
        {(codes[each.template_id], each.language, each.channel): each for each in versions},
        excluded,
    )


def versions_of(
    company: Company, code: str, language: str, channel: str = ""
) -> QuerySet[TemplateVersion]:
    """The versions of a text, the newest first, with who saved them."""
    rows = TemplateVersion.objects.filter(
        company=company, template__code=code, language=language, channel=channel
    )
    return rows.select_related("saved_by", "template").order_by("-number")
