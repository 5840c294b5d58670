"""The courtesy copy of a document: made once from its original file, then kept."""

from __future__ import annotations

from django.db import transaction

from sollecito.domain.documents import DocumentKind, ParsedDocument
from sollecito.flows.keep_file import keep_file, open_file
from sollecito.formats.fatturapa.envelope import Envelope, open_envelope
from sollecito.formats.fatturapa.parse import parse_fattura
from sollecito.formats.mime import clean_file_name
from sollecito.formats.pdf.courtesy_copy import NAME_OF_KIND
from sollecito.formats.pdf.courtesy_copy import make_courtesy_copy as render_copy
from sollecito.ledger.models import Document, StoredFile

PDF = "application/pdf"


def read_original(document: Document, *, full: bool = False) -> ParsedDocument | None:
    """The document as its kept file says it; ``None`` where there is no FatturaPA file."""
    if document.file is None or document.source != Document.Source.FILE:
        return None
    for found in open_envelope(document.file.name, open_file(document.file)):
        if not isinstance(found, Envelope):
            continue
        for parsed in parse_fattura(found.content, full=full).documents:
            if parsed.position == document.position and parsed.number == document.number:
                return parsed
    return None


def make_courtesy_copy(document: Document) -> StoredFile | None:
    """The kept copy, made now if it was not yet; ``None`` for a document without a file."""
    if document.courtesy_copy is not None:
        return document.courtesy_copy
    parsed = read_original(document, full=True)
    if parsed is None:
        return None
    pdf = render_copy(parsed)
    with transaction.atomic():
        stored = keep_file(document.company, name=name_copy(document), media_type=PDF, content=pdf)
        Document.objects.filter(pk=document.pk).update(courtesy_copy=stored)
    document.courtesy_copy = stored
    return stored


def name_copy(document: Document) -> str:
    """``Fattura 124-A del 2026-02-28.pdf``."""
    kind = NAME_OF_KIND[DocumentKind(document.kind)]
    series = f"-{document.series}" if document.series else ""
    return clean_file_name(f"{kind} {document.number}{series} del {document.date:%Y-%m-%d}.pdf")
