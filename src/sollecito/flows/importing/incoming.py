"""A document on its way into the ledger: what was read, and what it became."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sollecito.accounts.models import Company
from sollecito.domain.arrivals import Arrival, DocumentKey, compute_fingerprint
from sollecito.domain.documents import ParsedDocument, Problem
from sollecito.domain.parties import identity_key
from sollecito.domain.terms import Terms, split_instalments
from sollecito.flows.importing.known_customers import Customer
from sollecito.flows.importing.originals import Original
from sollecito.ledger.models import Document, Instalment, Party, StoredFile


@dataclass(slots=True)
class Entry:
    """A document of the ledger that others may be compared with, with all its file names.

    ``xml`` is known only for one that came in this same set.
    """

    row: Document
    fingerprint: str
    customer: Customer
    other_files: list[tuple[str, int]] = field(default_factory=list)
    xml: bytes = b""


@dataclass(slots=True)
class Incoming:
    """Documento in arrivo. What follows ``original`` is set by ``import_documents``.

    ``customer`` is what its own file tells of its customer's identity, ``party`` the customer that
    a person chose, ``xml`` its file without envelope (empty for a sheet), ``own_pdf`` the firm's
    own PDF inside the XML.
    """

    company: Company
    document: ParsedDocument
    terms: Terms
    customer: str
    fingerprint: str
    source: str = Document.Source.FILE
    party: Party | None = None
    file_key: str = ""
    xml: bytes = b""
    original: Original | None = None
    arrival: Arrival = Arrival.NEW
    entry: Entry | None = None
    file: StoredFile | None = None
    own_pdf: StoredFile | None = None
    instalments: list[Instalment] = field(default_factory=list)

    @property
    def row(self) -> Document | None:
        """The document of the ledger that it is or became."""
        return self.entry.row if self.entry else None

    @property
    def key(self) -> DocumentKey:
        """Identity inside the company."""
        document = self.document
        return DocumentKey(document.kind, document.number, document.date.year, document.series)

    @property
    def nobody(self) -> str:
        """Identity of a customer of whom nothing is known: one of its own."""
        return f"!{self.key.kind}:{self.key.series}{self.key.number}:{self.key.year}"

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What the user should look at, of the file and of its terms."""
        return (*self.document.problems, *self.terms.problems)


def prepare_incoming(company: Company, document: ParsedDocument, **fields: Any) -> Incoming:
    """Compute instalments and fingerprint of a parsed document.

    ``fields`` are those of ``Incoming`` that say where it comes from.
    """
    terms = split_instalments(document, default_days=company.default_days)
    fingerprint = compute_fingerprint(
        document.date,
        document.currency,
        terms.total,
        [draft.amount for draft in terms.instalments],
    )
    customer = identity_key(document.buyer)
    return Incoming(company, document, terms, customer, fingerprint, **fields)


def as_json(problem: Problem) -> dict[str, Any]:
    """A problem as rows keep it."""
    return {
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "severity": problem.severity,
        "line": problem.line,
    }
