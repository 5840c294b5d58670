"""Documents of a sheet, as ``import_documents`` takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sollecito.accounts.models import Company
from sollecito.domain.arrivals import Arrival
from sollecito.domain.documents import InstalmentDraft
from sollecito.domain.parties import is_strong_identity
from sollecito.flows.importing.contacts import known_customer
from sollecito.flows.importing.incoming import Incoming, prepare_incoming
from sollecito.formats.sheets import SheetDocument
from sollecito.ledger.models import Document


def prepare_sheet_document(company: Company, entry: SheetDocument) -> Incoming:
    """A document of a sheet on its way into the ledger; its warnings carry its line.

    A customer code given before, under the same name, stands for the tax codes it belongs to.
    """
    document = entry.document
    known = known_customer(company, entry.customer_code, document.buyer.name)
    if known and is_strong_identity(known.identity):
        buyer = replace(
            document.buyer,
            vat_country=known.vat_country,
            vat_number=known.vat_number,
            tax_code=known.tax_code,
        )
        document = replace(document, buyer=buyer)
    one = prepare_incoming(company, document, source=Document.Source.SHEET)
    problems = tuple(replace(problem, line=entry.line) for problem in one.terms.problems)
    one.terms = replace(one.terms, problems=problems, instalments=_numbered(one, entry))
    return one


def _numbered(one: Incoming, entry: SheetDocument) -> tuple[InstalmentDraft, ...]:
    """Rata 2 di 3 stays 2, also where the sheet has no row for the first."""
    drafts = one.terms.instalments
    numbers = [part.seq for part in entry.settlements]
    if len(drafts) != len(numbers) or None in numbers or len(set(numbers)) < len(numbers):
        return drafts
    return tuple(
        replace(draft, seq=number or draft.seq)
        for draft, number in zip(drafts, numbers, strict=True)
    )


def write_counts(pairs: Sequence[tuple[SheetDocument, Incoming]]) -> None:
    """How many instalments a document has, where the sheet knows of more than it lists."""
    for entry, one in pairs:
        most = max((part.of or part.seq or 0 for part in entry.settlements), default=0)
        if one.arrival is Arrival.NEW and one.row and most > len(one.instalments):
            one.row.instalments.update(of=most)
