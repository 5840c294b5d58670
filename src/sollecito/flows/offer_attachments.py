"""What a reminder may carry: courtesy copies, own PDFs, the statement; and their bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sollecito.domain.money import Language
from sollecito.domain.wording import Enclosures, ReminderFacts
from sollecito.flows.keep_file import open_file
from sollecito.flows.make_courtesy_copy import PDF, make_courtesy_copy, name_copy
from sollecito.formats.mime import MailAttachment, clean_file_name
from sollecito.formats.pdf.statement import make_statement
from sollecito.ledger.models import Document, Instalment

STATEMENT = "statement"
INVOICES = "invoices"
COPY, OWN = "copy", "own"
NAMES = {
    "it": {COPY: "Copia di cortesia", OWN: "Documento", STATEMENT: "Estratto conto"},
    "en": {COPY: "Courtesy copy", OWN: "Document", STATEMENT: "Statement of account"},
}


@dataclass(frozen=True, slots=True)
class AttachmentChoice:
    """Allegato proposed: ``key`` names it in a form (``copy:12``, ``own:12``, ``statement``)."""

    key: str
    label: str
    name: str
    is_on: bool
    document: Document | None = None


class NotAttachedError(Exception):
    """What was to go with a message cannot; as text it says what, and what to do."""


class CopyNotMadeError(NotAttachedError):
    """The courtesy copy was asked for and the original file cannot be read."""

    def __init__(self, document: Document) -> None:
        """Say which document, and what to do."""
        super().__init__(
            f"La copia di cortesia del documento {document.number} non si può fare: togli "
            "l'allegato, oppure carica un PDF sul documento."
        )


def offer_attachments(
    rows: Sequence[Instalment], *, wanted: Iterable[str] | None, needs_list: bool
) -> tuple[AttachmentChoice, ...]:
    """Every attachment there could be, each on or off.

    ``wanted``: keys, or ``invoices`` for all documents; ``None`` leaves it to the customer's own
    setting. The list is always on where the text cannot hold all items.
    """
    keys = None if wanted is None else set(wanted)
    choices: list[AttachmentChoice] = []
    for document, party in {row.document: row.party for row in rows}.items():
        has_own = document.own_pdf is not None
        on_all = party.auto_copy if keys is None else INVOICES in keys
        if document.own_pdf is not None:
            key = f"{OWN}:{document.pk}"
            is_on = on_all or key in (keys or ())
            name = clean_file_name(document.own_pdf.name)
            choices.append(AttachmentChoice(key, f"PDF {document.number}", name, is_on, document))
        if document.file is not None and document.source == Document.Source.FILE:
            key = f"{COPY}:{document.pk}"
            is_on = (on_all and not has_own) or key in (keys or ())
            label = f"Copia di cortesia {document.number}"
            choices.append(AttachmentChoice(key, label, name_copy(document), is_on, document))
    is_on = needs_list or STATEMENT in (keys or ())
    contact = rows[0].party.payment_contact
    is_joint = contact and len({row.party_id for row in rows}) > 1
    whose = contact.name if contact and is_joint else rows[0].party.name
    name = clean_file_name(f"Estratto conto {whose[:60].rstrip(' .')}.pdf")
    choices.append(AttachmentChoice(STATEMENT, "Estratto conto", name, is_on))
    return tuple(choices)


def count_enclosures(choices: Iterable[AttachmentChoice]) -> Enclosures:
    """What the text may say of the attachments that are on."""
    kinds = [choice.key.partition(":")[0] for choice in choices if choice.is_on]
    return Enclosures(kinds.count(COPY), kinds.count(OWN), STATEMENT in kinds)


def say_attachment(choice: AttachmentChoice, language: Language) -> str:
    """What an attachment is, for who gets it."""
    number = choice.document.number if choice.document else ""
    return f"{NAMES[language][choice.key.partition(':')[0]]} {number}".strip()


def open_attachment(
    choice: AttachmentChoice, list_open: Callable[[], ReminderFacts]
) -> MailAttachment:
    """The attachment's bytes; a courtesy copy is made now if it never was.

    ``list_open`` gives all open items of the customer, for the statement. Raises
    CopyNotMadeError.
    """
    if choice.document is None:
        return MailAttachment(choice.name, PDF, make_statement(list_open()))
    is_own = choice.key.startswith(OWN)
    stored = choice.document.own_pdf if is_own else make_courtesy_copy(choice.document)
    if stored is None:
        raise CopyNotMadeError(choice.document)
    return MailAttachment(choice.name, PDF, open_file(stored))
