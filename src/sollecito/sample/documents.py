"""A document of the sample company, as a plain value from which its file is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sollecito.domain.documents import DocumentKind
from sollecito.sample.amounts import Amounts
from sollecito.sample.customers import Customer

SHEET_KINDS = {
    "FT": DocumentKind.INVOICE,
    "PF": DocumentKind.PRO_FORMA,
    "R": DocumentKind.RECEIPT,
}
FILE_KINDS = {"TD06": DocumentKind.E_FEE_NOTE, "TD04": DocumentKind.CREDIT_NOTE}
OWN_SERIES = {"TD06": "P", "PF": "PF", "R": "R", "TD17": "AF", "TD07": "A"}
SELF_DOCUMENT = "TD17"


@dataclass(frozen=True, slots=True)
class SampleRate:
    """Rata: ``amount`` is positive, also on credit notes; no ``due_date`` means none is written."""

    label: str
    amount: Decimal
    due_date: date | None


@dataclass(frozen=True, slots=True)
class SampleDocument:
    """Documento dell'azienda di esempio.

    ``type_code`` is a TipoDocumento, or ``FT`` (invoice from a sheet), ``PF``, ``R``.
    ``linked`` is the label of the document it speaks of: a credit note's invoice, the advance
    that a final invoice subtracts (``deducted``, net), the proforma that it follows.
    ``fate`` is what the SdI answers: RC MC NS NS_RESENT NONE, for public bodies EC01 EC02 DT AT
    PAMC (being retried), empty where no SdI is involved. ``progressive`` counts files from 1.
    """

    label: str
    customer: Customer
    type_code: str
    date: date
    amounts: Amounts
    rates: tuple[SampleRate, ...]
    currency: str = "EUR"
    method: str = ""
    fate: str = ""
    linked: str = ""
    deducted: Decimal = Decimal(0)
    is_open: bool = False
    is_linked_silently: bool = False
    is_transported: bool = False
    is_signed: bool = False
    delivery_notes: int = 0
    counter: int = 0
    progressive: int = 0

    @property
    def kind(self) -> DocumentKind:
        """Kind in the ledger."""
        if self.type_code in SHEET_KINDS:
            return SHEET_KINDS[self.type_code]
        return FILE_KINDS.get(self.type_code, DocumentKind.E_INVOICE)

    @property
    def series(self) -> str:
        """Number series (sezionale)."""
        return OWN_SERIES.get(self.type_code, self.customer.series)

    @property
    def is_file(self) -> bool:
        """Whether it is a FatturaPA file; the others are rows of a sheet."""
        return self.type_code not in SHEET_KINDS

    @property
    def number(self) -> str:
        """Number as written: with its series in a file, alone in a sheet (it has a column)."""
        return f"{self.counter}/{self.series}" if self.is_file else str(self.counter)

    @property
    def file_name(self) -> str:
        """Name of the FatturaPA file, without ``.p7m``."""
        return f"IT99900010473_{self.progressive:05d}.xml"


@dataclass(frozen=True, slots=True)
class RateKey:
    """How the loader finds an instalment: document kind, number as written, year, and seq."""

    kind: DocumentKind
    number: str
    year: int
    seq: int = 1


def rate_key(document: SampleDocument, seq: int = 1) -> RateKey:
    """Return the key of an instalment of this document."""
    return RateKey(document.kind, document.number, document.date.year, seq)
