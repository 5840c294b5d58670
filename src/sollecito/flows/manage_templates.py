"""A company's own models: made out of others, taken away."""

from __future__ import annotations

import re
import unicodedata

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.placeholders import clean_value
from sollecito.dunning.models import Step, Template
from sollecito.dunning.template_queries import OWN_MODEL, TemplateBook, template_book
from sollecito.dunning.texts import CATALOGUE
from sollecito.flows import audit, clock
from sollecito.flows.check_text import WrittenText, has_private_subject, speaks
from sollecito.flows.field_problems import require_none
from sollecito.flows.save_template import TextPlace, store_version

LONGEST_CODE = 40
RESERVED = ("nuovo",)
"""Words of the addresses of the pages."""


class TemplateInUseError(Exception):
    """A rule still names the model."""


def copy_template(company: Company, code: str, name: str, *, user: User | None) -> Template:
    """Make a model of the company's own out of another, with its texts in every language.

    Raises FieldsRefusedError.
    """
    book, title = template_book(company), clean_value(name)[:100]
    require_none({"name": _check_name(book, title), "code": _check_source(book, code)})
    with transaction.atomic():
        template = Template.objects.create(
            company=company, code=_free_code(company, title), base=book.base_of(code), name=title
        )
        for language in speaks(template.base):
            text = book.text(code, language)
            private = book.text(code, language, reader="private").subject
            written = WrittenText(
                text.subject, text.text, private if has_private_subject(text.base) else ""
            )
            place, note = (
                TextPlace(template.code, language),
                f"Copiato da «{title_of(book, code)}».",
            )
            store_version(template, place, written, user=user, note=note)
        _write_down(template, user, "template_made", f"Modello «{title}» creato.")
    return template


def archive_template(template: Template, *, user: User | None) -> None:
    """Take a model of the company's own away; its versions stay for the history.

    Raises TemplateInUseError where a rule names it.
    """
    steps = Step.objects.filter(
        company=template.company, template=template.code, retired_at__isnull=True
    )
    names = sorted(set(steps.values_list("policy__name", flat=True)))
    if names:
        raise TemplateInUseError(
            f"Il modello è usato dalla regola «{names[0]}»: scegline lì un altro, poi toglilo."
        )
    template.archived_at = clock.now()
    template.save(update_fields=["archived_at"])
    _write_down(template, user, "template_archived", f"Modello «{template}» tolto.")


def title_of(book: TemplateBook, code: str) -> str:
    """What the company calls a model."""
    template = book.options_of(code)
    return (template.name if template else "") or (
        CATALOGUE[code].name if code in CATALOGUE else code
    )


def _check_name(book: TemplateBook, title: str) -> Problem | None:
    if not title:
        return Problem("name", "Il modello non ha un nome.", "Scrivi come si chiama.")
    taken = {row.name.casefold() for row in book.templates.values()}
    taken |= {model.name.casefold() for model in CATALOGUE.values()}
    if title.casefold() in taken:
        return Problem("name", f"C'è già un modello «{title}».", "Scegli un altro nome.")
    return None


def _check_source(book: TemplateBook, code: str) -> Problem | None:
    if book.knows(code) and book.is_included(code):
        return None
    return Problem("code", f"Il modello «{code}» non c'è.", "Scegline uno dall'elenco.")


def _free_code(company: Company, title: str) -> str:
    """``nostro-sollecito``, with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_CODE - 5] or "modello"
    rows = Template.objects.filter(company=company, code__startswith=stem)
    taken = {*CATALOGUE, OWN_MODEL, *RESERVED, *rows.values_list("code", flat=True)}
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return next(code for code in (stem, *numbered) if code not in taken)


def _write_down(template: Template, user: User | None, action: str, text: str) -> None:
    audit.record(template.company, user, action, target=f"template:{template.pk}", text=text)
