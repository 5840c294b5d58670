"""Rows of a document that enters the ledger: the document itself and its instalments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sollecito.domain.documents import InstalmentDraft, ParsedDocument, Reference
from sollecito.domain.sdi import is_public_format
from sollecito.flows.importing.incoming import Incoming, as_json
from sollecito.ledger.models import Document, ImportBatch, Instalment
from sollecito.ledger.sources import GROSS_ROWS, Amounts

SEARCH_LENGTH = 500


def make_document(one: Incoming, batch: ImportBatch | None) -> Document:
    """A new row, not saved, still without customer and file."""
    document = Document(company=one.company, batch=batch)
    fill_document(document, one)
    return document


def fill_document(row: Document, one: Incoming) -> None:
    """Write everything that the file says on a row, new or corrected."""
    document = one.document
    row.kind, row.number, row.year = document.kind.value, document.number[:60], document.date.year
    row.series, row.date, row.currency = document.series[:20], document.date, document.currency[:3]
    row.total, row.expected = one.terms.total, one.terms.expected
    row.source, row.fingerprint = one.source, one.fingerprint
    row.reasons = list(document.reasons)
    row.warnings = [as_json(problem) for problem in one.warnings]
    is_gross = any(problem.code == GROSS_ROWS for problem in one.warnings)
    row.amounts = Amounts.PENDING if is_gross else ""
    row.search_text = compute_search_text(document)
    fill_file(row, one)


def fill_file(row: Document, one: Incoming) -> None:
    """Write what only a FatturaPA file knows: a row that came by sheet gets it later."""
    document = one.document
    row.type_code = document.type_code[:4]
    row.file_key, row.position = one.file_key[:200], document.position
    row.recipient_code = document.recipient_code[:7]
    row.is_public_body = is_public_format(document.transmission_format)
    row.references = [_reference(each) for each in document.references]


def _reference(reference: Reference) -> dict[str, str]:
    return {
        "kind": reference.kind,
        "number": reference.number,
        "date": reference.date.isoformat() if reference.date else "",
        "cup": reference.cup,
        "cig": reference.cig,
    }


def compute_search_text(document: ParsedDocument) -> str:
    """Number, series and references, as the search box finds them."""
    words = [document.number, document.series]
    for reference in document.references:
        words += [reference.number, reference.cig, reference.cup]
    return " ".join(dict.fromkeys(word for word in words if word)).lower()[:SEARCH_LENGTH]


def make_instalments(one: Incoming, row: Document) -> list[Instalment]:
    """Instalments of a document, not saved; a paid advance has nothing left."""
    drafts = one.terms.instalments
    return [
        Instalment(
            company_id=row.company_id,
            document=row,
            party_id=row.party_id,
            kind=row.kind,
            of=len(drafts),
            currency=row.currency,
            balance=Decimal("0.00") if is_paid_advance(draft) else draft.amount,
            **columns_of_draft(draft),
        )
        for draft in drafts
    ]


def is_paid_advance(draft: InstalmentDraft) -> bool:
    """TP03: collected before or at issue."""
    return draft.is_advance and draft.amount > 0


def columns_of_draft(draft: InstalmentDraft) -> dict[str, Any]:
    """What a draft says, as columns of an instalment."""
    return {
        "seq": draft.seq,
        "due_date": draft.due_date,
        "due_date_assumed": draft.due_date_assumed,
        "amount": draft.amount,
        "method": draft.method[:4],
        "is_advance": draft.is_advance,
        "iban": draft.iban[:34],
        "beneficiary": draft.beneficiary[:200],
        "bank": draft.bank[:100],
        "bic": draft.bic[:11],
        "discount_amount": draft.discount_amount,
        "discount_until": draft.discount_until,
        "payment_code": draft.payment_code[:60],
    }
