"""Keys that differ where the sources do, not the documents: series apart or not, paper or file."""

from __future__ import annotations

from sollecito.domain.arrivals import is_same_number
from sollecito.domain.documents import DocumentKind, ParsedDocument
from sollecito.ledger.models import Document

_PAPER = {
    DocumentKind.E_INVOICE: DocumentKind.INVOICE,
    DocumentKind.E_FEE_NOTE: DocumentKind.FEE_NOTE,
}


def sister_kinds(kind: DocumentKind) -> set[DocumentKind]:
    """The same kind on paper, or as an electronic file."""
    pairs = [*_PAPER.items(), *((paper, electronic) for electronic, paper in _PAPER.items())]
    return {other for one, other in pairs if one is kind}


def is_same_key(row: Document, document: ParsedDocument) -> bool:
    """Whether one writes its series in the number and the other apart."""
    numbers = (row.number, row.series), (document.number, document.series)
    return row.kind == document.kind and is_same_number(*numbers)


def is_like_key(row: Document, document: ParsedDocument) -> bool:
    """Whether the keys differ only by paper or file, or by a series that one of them lacks."""
    if row.number != document.number:
        return False
    if row.kind == document.kind:
        return not (row.series and document.series)
    return row.kind in sister_kinds(document.kind) and row.series == document.series
