"""A draft → the letter to print: address in the window of the envelope, text, table."""

from __future__ import annotations

from datetime import date

from sollecito.domain.money import format_date
from sollecito.domain.wording.values import say_address
from sollecito.flows.choose_postal import postal_lines
from sollecito.flows.reminder_options import ReminderDraft
from sollecito.formats.pdf.letter import Letter, make_letter

SUBJECT = {"it": "Oggetto", "en": "Subject"}
FORMAL = "messa_in_mora"
"""Its text says place, day and subject itself."""


def _head(draft: ReminderDraft, day: date) -> str:
    """Place, day and subject, above the text."""
    if draft.model.startswith(FORMAL):
        return ""
    language = draft.facts.language
    place = ", ".join(filter(None, (draft.facts.creditor.address.city, format_date(day, language))))
    return f"{place}\n\n{SUBJECT[language]}: {draft.subject}\n\n"


def make_letter_of(draft: ReminderDraft, day: date) -> bytes:
    """The PDF of one letter; the same draft and day give the same bytes."""
    creditor = draft.facts.creditor
    lines = (draft.party.name, *postal_lines(draft.party))
    return make_letter(
        Letter(
            sender=(creditor.name, say_address(creditor.address, draft.facts.language)),
            recipient=lines,
            subject=draft.subject,
            text=_head(draft, day) + draft.text,
            day=day,
            language=draft.facts.language,
            table=draft.wording.table,
        )
    )
