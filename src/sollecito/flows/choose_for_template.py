"""What a company chose for a model: whether it is in use, sender, attachments, who checked it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.placeholders import clean_value
from sollecito.dunning.models import Template
from sollecito.dunning.template_queries import template_book
from sollecito.flows import audit, clock
from sollecito.flows.field_problems import FieldsRefusedError, require_none
from sollecito.flows.require_model import require_model
from sollecito.flows.save_template import locked_template
from sollecito.outbox.models import Sender


@dataclass(frozen=True, slots=True)
class TemplateChoices:
    """What a message of a model starts with, where nobody says otherwise."""

    sender: Sender | None = None
    attach_invoices: bool = False
    attach_statement: bool = False
    is_off: bool = False


def choose_for_template(
    company: Company, code: str, choices: TemplateChoices, *, user: User | None
) -> Template:
    """Keep sender, attachments and use of a model. Raises FieldsRefusedError, NotIncludedError."""
    require_model(company, template_book(company), code)
    sender = choices.sender
    if sender is not None and (sender.company_id != company.pk or not sender.is_active):
        words = "Questo mittente non si può usare."
        raise FieldsRefusedError({"sender": Problem("sender", words, "Scegline un altro.")})
    with transaction.atomic():
        template = locked_template(company, code)
        template.sender = sender
        template.attach_invoices = choices.attach_invoices
        template.attach_statement = choices.attach_statement
        template.is_off = choices.is_off
        template.save()
        _write_down(template, user, "template_choices", f"Scelte del modello «{template}».")
    return template


def declare_checked(company: Company, code: str, words: str, *, user: User) -> Template:
    """Write down who checked a text that needs a lawyer, and that this user says so.

    Raises FieldsRefusedError, NotIncludedError.
    """
    require_model(company, template_book(company), code)
    said = clean_value(words)[:200]
    missing = Problem("words", "Manca chi ha verificato il testo.", "Scrivi il suo nome.")
    require_none({"words": None if said else missing})
    with transaction.atomic():
        template = locked_template(company, code)
        template.checked_words, template.checked_by = said, user
        template.checked_at = clock.now()
        template.save()
        _write_down(template, user, "template_checked", f"Testo verificato da {said}.")
    return template


def _write_down(template: Template, user: User | None, action: str, text: str) -> None:
    audit.record(template.company, user, action, target=f"template:{template.pk}", text=text)
