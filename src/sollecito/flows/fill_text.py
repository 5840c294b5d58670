"""Choose the model of a reminder and fill its subject and text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sollecito.accounts.models import Company
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
from sollecito.dunning.texts import MODELS, WITHOUT, DefaultText, default_text
from sollecito.flows.reminder_options import OWN_MODEL, ReminderOptions

BEFORE_DUE, FIRST, SECOND, PUBLIC = "promemoria", "sollecito_1", "sollecito_2", "ente_pubblico"


@dataclass(frozen=True, slots=True)
class FilledText:
    """Oggetto e testo pronti; problems by field."""

    subject: str
    text: str
    version: str
    problems: tuple[tuple[str, Problem], ...] = ()


def choose_model(company: Company, facts: ReminderFacts, wanted: str, *, has_own_mail: bool) -> str:
    """The model asked for, else the one that fits.

    Before the due date a promemoria; after it the company's own text where it has one and writes
    through its own mail account, a public body's, the first or the second reminder. The last
    one, with its consequence, only on order.
    """
    if wanted in {*MODELS, OWN_MODEL}:
        return wanted
    if not facts.is_overdue:
        return BEFORE_DUE
    if has_own_mail and (company.reminder_text or company.reminder_subject):
        return OWN_MODEL
    if any(item.office_code for item in facts.items):
        return PUBLIC
    oldest = min(item.due_date for item in facts.items)
    chased = any(day > oldest for day in facts.earlier_dates)
    return SECOND if chased else FIRST


def fill_text(
    company: Company, model: str, facts: ReminderFacts, wording: Wording, options: ReminderOptions
) -> FilledText:
    """Subject and text as the person wrote them, else the model's with its values in place."""
    chosen = _template(company, model, facts, wording)
    problems: list[tuple[str, Problem]] = []
    subject, text = options.subject, options.text
    if subject is None or options.is_template:
        template = chosen.subject if subject is None else subject
        problems += _check("subject", template, model)
        rendered = render_subject(template, wording.values, wording.shorter)
        subject = rendered.text
        problems += missing_values("subject", rendered.missing)
    if text is None or options.is_template:
        template = chosen.text if text is None else text
        problems += _check("text", template, model)
        body = render(template, wording.values)
        text = body.text
        problems += missing_values("text", body.missing)
    return FilledText(subject.strip(), text.strip("\n"), chosen.version, tuple(problems))


def _template(company: Company, model: str, facts: ReminderFacts, wording: Wording) -> DefaultText:
    without = [name for name in WITHOUT if not wording.values[name]]
    reader = facts.debtor.reader
    if model != OWN_MODEL:
        return default_text(model, facts.language, reader=reader, without=without)
    fallback = default_text(
        FIRST if facts.is_overdue else BEFORE_DUE, facts.language, reader=reader, without=without
    )
    return replace(
        fallback,
        model=OWN_MODEL,
        subject=company.reminder_subject or fallback.subject,
        text=company.reminder_text or fallback.text,
    )


def _check(field: str, template: str, model: str) -> list[tuple[str, Problem]]:
    names = allowed_names(FIRST if model == OWN_MODEL else model)
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
