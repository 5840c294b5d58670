"""A draft → the letter to print: address in the window, text, table, and what is enclosed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sollecito.domain.money import format_date
from sollecito.domain.wording.values import say_address
from sollecito.flows.choose_postal import postal_lines
from sollecito.flows.offer_attachments import NOTICE, NotAttachedError, say_attachment
from sollecito.flows.reminder_options import ReminderDraft
from sollecito.formats.mime import MailAttachment
from sollecito.formats.pdf.joining import PdfNotJoinedError, join_pdfs
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


class EnclosureNotJoinedError(NotAttachedError):
    """A file that the company put on a document cannot become pages of the letter."""

    def __init__(self, name: str) -> None:
        """Say which one, and what to do."""
        super().__init__(
            f"«{name}» non si può unire alla lettera: è protetto o danneggiato. Togli l'allegato, "
            "oppure carica sul documento un PDF senza protezione."
        )


def make_letter_of(
    draft: ReminderDraft, day: date, enclosures: Sequence[MailAttachment] = ()
) -> bytes:
    """One PDF: the letter, then what it encloses; the same draft and day give the same bytes.

    Raises EnclosureNotJoinedError.
    """
    letter = _make(draft, day)
    if not enclosures:
        return letter
    try:
        return join_pdfs([letter, *(each.content for each in enclosures)])
    except PdfNotJoinedError as error:
        raise EnclosureNotJoinedError(enclosures[error.position - 1].name) from error


def _make(draft: ReminderDraft, day: date) -> bytes:
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
            enclosures=tuple(
                say_attachment(choice, draft.facts.language)
                for choice in draft.attachments
                if choice.is_on and choice.key != NOTICE
            ),
        )
    )
