"""What a person says on the phone: the script with its values in place."""

from __future__ import annotations

from sollecito.domain.money import Language
from sollecito.domain.placeholders import render
from sollecito.domain.wording import ReminderFacts, Wording
from sollecito.dunning.template_queries import TemplateBook
from sollecito.dunning.texts import SCRIPT
from sollecito.flows.fill_text import FilledText
from sollecito.flows.reminder_options import ReminderOptions


def fill_call(
    book: TemplateBook, facts: ReminderFacts, wording: Wording, options: ReminderOptions
) -> FilledText:
    """The script, or what the person made of it; its subject is the list's."""
    chosen = book.text(SCRIPT, facts.language)
    text = write_script(book, wording, facts.language) if options.text is None else options.text
    named = wording.values["documenti"]
    subject = f"{'Call' if facts.language == 'en' else 'Telefonata'}: {named}"
    return FilledText(subject, text.strip(), chosen.version)


def write_script(book: TemplateBook, wording: Wording, language: Language) -> str:
    """What to say; to anybody but who pays, only name, company and number."""
    return render(book.text(SCRIPT, language).text, wording.values).text
