"""A pro-forma and its invoice must not both be asked for: propose which replaces which."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import CENT
from sollecito.flows.touch_instalments import touch_documents
from sollecito.ledger.models import Document

REPLACING = frozenset(
    {
        DocumentKind.INVOICE,
        DocumentKind.E_INVOICE,
        DocumentKind.FEE_NOTE,
        DocumentKind.E_FEE_NOTE,
    }
)
WINDOW_DAYS = 365
MENTION = re.compile(r"pro[\s-]?forma", re.IGNORECASE)


def propose_replacements(documents: Sequence[Document]) -> list[Document]:
    """Link invoices to the pro-formas of the same customer that they seem to replace.

    An invoice not older than the pro-forma, naming it, or within a year and of the same amount
    (± 0.01). One
    invoice for one pro-forma, oldest first. Only a proposal (``is_replacement_confirmed`` null):
    a person confirms. Returns the invoices that got one.
    """
    customers = {row.party_id for row in documents}
    pro_formas = list(
        Document.objects.filter(party__in=customers, kind=DocumentKind.PRO_FORMA)
        .filter(replaced_by__isnull=True)
        .order_by("date", "number")
    )
    if not pro_formas:
        return []
    invoices = _unlinked_invoices({row.party_id for row in pro_formas})
    linked = []
    for pro_forma in pro_formas:
        candidates = invoices[pro_forma.party_id]
        invoice = next((each for each in candidates if _replaces(each, pro_forma)), None)
        if invoice is not None:
            invoice.replaces = pro_forma
            candidates.remove(invoice)
            linked.append(invoice)
    Document.objects.bulk_update(linked, ["replaces"])
    touch_documents([*linked, *(row.replaces for row in linked if row.replaces)])
    return linked


def _unlinked_invoices(customers: set[int]) -> dict[int, list[Document]]:
    """Invoices that replace nothing, those that name a pro-forma first, then the oldest."""
    found: dict[int, list[Document]] = defaultdict(list)
    rows = Document.objects.filter(party__in=customers, kind__in=REPLACING, replaces__isnull=True)
    for row in sorted(rows, key=lambda row: (not _mentions_any(row), row.date, row.number)):
        found[row.party_id].append(row)
    return found


def _mentions_any(invoice: Document) -> bool:
    return any(MENTION.search(str(reason)) for reason in invoice.reasons)


def _replaces(invoice: Document, pro_forma: Document) -> bool:
    if invoice.date < pro_forma.date or invoice.currency != pro_forma.currency:
        return False
    if _names(invoice, pro_forma.number):
        return True
    if (invoice.date - pro_forma.date).days > WINDOW_DAYS:
        return False
    amounts = {(pro_forma.total, invoice.total), (pro_forma.expected, invoice.expected)}
    return any(abs(one - other) <= CENT for one, other in amounts)


def _names(invoice: Document, number: str) -> bool:
    if any(reference.get("number") == number for reference in invoice.references):
        return True
    named = re.compile(rf"(?<![\w/]){re.escape(number)}(?![\w/])")
    return any(
        MENTION.search(str(reason)) and named.search(str(reason)) for reason in invoice.reasons
    )
