"""Fill the subject and text of a reminder from its model."""

from __future__ import annotations

from dataclasses import dataclass

from sollecito.domain.documents import Problem
from sollecito.domain.placeholders import (
    PLACEHOLDERS,
    allowed_names,
    check_subject,
    check_template,
    render,
    render_subject,
)
from sollecito.domain.wording import ReminderFacts, Wording
from sollecito.dunning.template_queries import ModelText, TemplateBook
from sollecito.dunning.texts import MODELS, WITHOUT
from sollecito.flows.reminder_options import ReminderOptions

OWN_WORDS = frozenset({"pec", "letter"})
"""Channels for which a model may have words of its own."""


@dataclass(frozen=True, slots=True)
class FilledText:
    """Oggetto e testo pronti; problems by field."""

    subject: str
    text: str
    version: str
    problems: tuple[tuple[str, Problem], ...] = ()


def fill_text(
    book: TemplateBook, code: str, facts: ReminderFacts, wording: Wording, options: ReminderOptions
) -> FilledText:
    """Subject and text as the person wrote them, else the model's with its values in place."""
    values = wording.values
    chosen = book.text(
        code,
        facts.language,
        channel=options.channel if options.channel in OWN_WORDS else "",
        reader=facts.debtor.reader,
        without=[name for name in WITHOUT if not values[name]],
    )
    problems = _unknown(book, options.model)
    subject, text = options.subject, options.text
    if subject is None or options.is_template:
        template = chosen.subject if subject is None else subject
        problems += _check("subject", template, chosen)
        rendered = render_subject(template, values, wording.shorter)
        subject = rendered.text
        problems += missing_values("subject", rendered.missing)
    if text is None or options.is_template:
        template = chosen.text if text is None else text
        problems += _check("text", template, chosen)
        body = render(template, values)
        text = body.text
        problems += missing_values("text", body.missing)
    return FilledText(subject.strip(), text.strip("\n"), chosen.version, tuple(problems))


def _unknown(book: TemplateBook, wanted: str) -> list[tuple[str, Problem]]:
    if not wanted or book.knows(wanted):
        return []
    names = ", ".join((*MODELS, *(code for code in book.templates if code not in MODELS)))
    message = f"Il modello «{wanted}» non c'è."
    return [("model", Problem("no_model", message, f"I modelli sono: {names}."))]


def _check(field: str, template: str, chosen: ModelText) -> list[tuple[str, Problem]]:
    names = allowed_names(chosen.base, language=chosen.language)
    found = (
        check_subject(template, names) if field == "subject" else check_template(template, names)
    )
    return [(field, problem) for problem in found]


def missing_values(field: str, names: tuple[str, ...]) -> list[tuple[str, Problem]]:
    """«Da completare»: what has no value, and that it must be filled in or taken out, by field."""
    return [
        (
            field,
            Problem(
                "incomplete",
                f"Manca: {PLACEHOLDERS[name].meaning} ({{{{ {name} }}}}).",
                "Completa i dati in Impostazioni o sulla scheda del cliente, oppure togli il "
                "segnaposto dal testo.",
            ),
        )
        for name in names
    ]
