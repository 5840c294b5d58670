"""Copies that a programme attaches: those that cannot be made are left out, or waited for."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sollecito.domain.documents import Problem
from sollecito.flows.make_courtesy_copy import make_courtesy_copy
from sollecito.flows.offer_attachments import COPY, OWN, AttachmentChoice
from sollecito.ledger.models import Document, Instalment

logger = logging.getLogger(__name__)


def leave_out_unmade(choices: Iterable[AttachmentChoice]) -> tuple[AttachmentChoice, ...]:
    """The same, with the copies off that cannot be made; the others are made now and kept."""
    return tuple(
        replace(each, is_on=False) if each.is_on and not _can_be_made(each) else each
        for each in choices
    )


def find_missing_copies(
    rows: Sequence[Instalment], choices: Sequence[AttachmentChoice]
) -> Iterator[tuple[str, Problem]]:
    """A problem for each document of ``rows`` that goes without its copy or its own PDF."""
    carried = {each.document for each in choices if each.is_on and each.document is not None}
    for document in dict.fromkeys(row.document for row in rows):
        if document not in carried:
            yield "attachments", _missing(document)


def _missing(document: Document) -> Problem:
    return Problem(
        "attachment_missing",
        f"Il programma vuole la copia del documento {document.number}, che non si può fare.",
        "Carica il PDF sul documento, oppure togli «solo con gli allegati» dal passo.",
    )


def _can_be_made(choice: AttachmentChoice) -> bool:
    kind = choice.key.partition(":")[0]
    if choice.document is None or kind not in {COPY, OWN}:
        return True
    if kind == OWN:
        return choice.document.own_pdf is not None
    try:
        return make_courtesy_copy(choice.document) is not None
    except Exception:
        logger.exception("copy of document %s", choice.document.pk)
        return False
