"""The firm's own PDF of a document: uploaded, or replaced, or taken away."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.documents import Problem
from sollecito.flows import audit
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.keep_file import keep_file
from sollecito.flows.touch_instalments import touch_documents
from sollecito.formats.mime import clean_file_name
from sollecito.ledger.models import Document

MAX_BYTES = 10 * 2**20
PDF_MARK = b"%PDF-"
MARK_WITHIN = 1024


def attach_own_pdf(document: Document, *, user: User | None, name: str, content: bytes) -> None:
    """Keep ``content`` as the document's own PDF. Raises FieldsRefusedError (field ``pdf``)."""
    problem = check_pdf(content)
    if problem:
        raise FieldsRefusedError({"pdf": problem})
    ending = "" if name.lower().endswith(".pdf") else ".pdf"
    with transaction.atomic():
        document.own_pdf = keep_file(
            document.company,
            name=clean_file_name(name + ending),
            media_type="application/pdf",
            content=content,
        )
        document.save(update_fields=["own_pdf"])
        touch_documents([document])
        audit.record(
            document.company,
            user,
            "own_pdf_attached",
            target=f"document:{document.pk}",
            text=f"PDF allegato al documento {document.number}: {document.own_pdf.name}.",
        )


def detach_own_pdf(document: Document, *, user: User | None) -> None:
    """Take the document's own PDF away; messages that carried it keep it in their bytes."""
    with transaction.atomic():
        document.own_pdf = None
        document.save(update_fields=["own_pdf"])
        audit.record(
            document.company,
            user,
            "own_pdf_detached",
            target=f"document:{document.pk}",
            text=f"PDF tolto dal documento {document.number}.",
        )


def check_pdf(content: bytes) -> Problem | None:
    """What is wrong with an uploaded file, or ``None``."""
    if len(content) > MAX_BYTES:
        return Problem(
            "pdf_too_big", "Il PDF supera 10 MB.", "Riducilo, oppure allega solo le pagine utili."
        )
    if PDF_MARK not in content[:MARK_WITHIN]:
        return Problem("not_pdf", "Il file non è un PDF.", "Salvalo in PDF e caricalo di nuovo.")
    return None
