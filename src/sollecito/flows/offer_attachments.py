"""What a reminder may carry: courtesy copies, own PDFs, statements of account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sollecito.domain.money import Language, format_date
from sollecito.domain.statements import StatementOrder, read_key
from sollecito.domain.wording import Enclosures
from sollecito.flows import clock
from sollecito.flows.make_courtesy_copy import name_copy
from sollecito.formats.mime import clean_file_name
from sollecito.ledger.models import Document, Instalment

STATEMENT, CARD, NOTICE = "statement", "card", "notice"
LABELS = {STATEMENT: "Estratto conto", CARD: "Scheda contabile"}
INVOICES = "invoices"
COPY, OWN = "copy", "own"
NAMES = {
    "it": {
        COPY: "Copia di cortesia",
        OWN: "Documento",
        STATEMENT: "Estratto conto",
        CARD: "Scheda contabile",
    },
    "en": {
        COPY: "Courtesy copy",
        OWN: "Document",
        STATEMENT: "Statement of account",
        CARD: "Account card",
    },
}


@dataclass(frozen=True, slots=True)
class AttachmentChoice:
    """Allegato proposed: ``key`` names it in a form.

    ``copy:12``, ``own:12``, ``statement``, ``card``; with ``@2026-03-31`` of a day.
    """

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
    choices.append(_statement(rows, STATEMENT, is_on=is_on))
    if len({row.party_id for row in rows}) == 1:
        choices.append(_statement(rows, CARD, is_on=CARD in (keys or ())))
        dated = sorted(key for key in keys or () if "@" in key)
        choices += [_statement(rows, key, is_on=True) for key in dated if order_of(rows[0], key)]
    return tuple(choices)


def offer_notice(row: Instalment, wanted: Sequence[str] | None) -> AttachmentChoice:
    """The formal notice itself as a PDF, with its calculation: on unless a person took it off."""
    label = "Messa in mora"
    name = clean_file_name(f"{label} {row.party.name[:60].rstrip(' .')}.pdf")
    return AttachmentChoice(NOTICE, label, name, wanted is None or NOTICE in wanted)


def order_of(row: Instalment, key: str) -> StatementOrder | None:
    """The statement that a key names; ``None`` where it names another file."""
    return read_key(key, clock.today(row.document.company.time_zone))


def _statement(rows: Sequence[Instalment], key: str, *, is_on: bool) -> AttachmentChoice:
    """Estratto conto, or scheda contabile; one of a day says which."""
    label = LABELS[key.partition("@")[0]]
    order = order_of(rows[0], key)
    at = f" al {format_date(order.day)}" if order and "@" in key else ""
    contact = rows[0].party.payment_contact
    is_joint = contact and len({row.party_id for row in rows}) > 1
    whose = contact.name if contact and is_joint else rows[0].party.name
    name = f"{label} {whose[:60].rstrip(' .')}{at.replace('/', '-')}.pdf"
    return AttachmentChoice(key, label + at, clean_file_name(name), is_on)


def count_enclosures(choices: Iterable[AttachmentChoice]) -> Enclosures:
    """What the text may say of the attachments that are on."""
    kinds = [choice.key.partition(":")[0] for choice in choices if choice.is_on]
    heads = {kind.partition("@")[0] for kind in kinds}
    return Enclosures(kinds.count(COPY), kinds.count(OWN), bool(heads & LABELS.keys()))


def say_attachment(choice: AttachmentChoice, language: Language) -> str:
    """What an attachment is, for who gets it."""
    number = choice.document.number if choice.document else ""
    kind = choice.key.partition(":")[0].partition("@")[0]
    return f"{NAMES[language][kind]} {number}".strip()
