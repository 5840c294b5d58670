"""Documents as read from a file: plain values, no rules.

Money is ``Decimal`` with two places (four or more only in unit prices), dates are ``date``.
Anything that a source may leave out is ``None`` or an empty string or tuple.
Source of names: FatturaPA technical specifications 1.9.1, schema 1.2.3; simplified 1.0.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Severity = Literal["error", "warning"]


class DocumentKind(StrEnum):
    """Tipo di documento, as users filter it; the codes on the wire."""

    INVOICE = "fattura"
    E_INVOICE = "fattura_elettronica"
    FEE_NOTE = "parcella"
    E_FEE_NOTE = "parcella_elettronica"
    PRO_FORMA = "proforma"
    RECEIPT = "ricevuta"
    CREDIT_NOTE = "nota_di_credito"


class CustomerKind(StrEnum):
    """Tipo di cliente, proposed from the file and confirmed by a person."""

    FIRM = "impresa"
    PUBLIC_BODY = "ente_pubblico"
    CONDOMINIUM = "condominio"
    PRIVATE = "privato"
    FOREIGN = "estero"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file, said to a person: what happened, and what to do.

    ``code`` is stable and English (``total_mismatch``), for tests and filters; ``message`` and
    ``hint`` are Italian sentences. ``line`` counts from 1, 0 when unknown.
    """

    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """Indirizzo. ``street`` carries the house number; ``country`` is ISO 3166 alpha-2."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    province: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class PartyData:
    """Soggetto, as written: seller or buyer."""

    name: str = ""
    vat_country: str = ""
    vat_number: str = ""
    tax_code: str = ""
    address: Address = field(default_factory=Address)
    email: str = ""
    pec: str = ""
    phone: str = ""
    is_person: bool = False
    """Nome and Cognome were given instead of Denominazione."""


@dataclass(frozen=True, slots=True)
class Line:
    """Riga di dettaglio. ``unit_price`` and ``quantity`` keep the places they were written with."""

    number: int
    description: str
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    discount: str = ""
    total: Decimal | None = None
    vat_rate: Decimal | None = None
    vat_nature: str = ""


@dataclass(frozen=True, slots=True)
class VatSummary:
    """Riepilogo IVA: one row a rate. ``due``: I immediate, D deferred, S split payment."""

    rate: Decimal | None
    nature: str
    taxable: Decimal
    tax: Decimal
    due: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Withholding:
    """Ritenuta: ``kind`` RT01–RT06."""

    kind: str
    amount: Decimal
    rate: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PensionFund:
    """Cassa previdenziale."""

    kind: str
    amount: Decimal
    rate: Decimal | None = None
    vat_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """DettaglioPagamento: one row of the payment block, as written.

    ``condition`` is TP01 (rate), TP02 (single), TP03 (advance, already paid).
    """

    amount: Decimal
    condition: str = ""
    method: str = ""
    due_date: date | None = None
    term_from: date | None = None
    term_days: int | None = None
    beneficiary: str = ""
    bank: str = ""
    iban: str = ""
    bic: str = ""
    discount_amount: Decimal | None = None
    discount_until: date | None = None
    payment_code: str = ""


ReferenceKind = Literal["order", "contract", "agreement", "reception", "invoice", "delivery_note"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Riferimento: order, contract, convention, reception, linked invoice, delivery note (DDT)."""

    kind: ReferenceKind
    number: str
    date: date | None = None
    cup: str = ""
    cig: str = ""


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """Allegato inside the XML. ``content`` is decoded; ``kind`` is the lower-case ending."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """One FatturaElettronicaBody with its header, or one document of a sheet.

    ``type_code`` is the TipoDocumento (empty for a sheet). ``position`` is the body's place in
    the file, from 1. ``lines`` and ``attachments`` are empty unless asked for (``full=True``).
    ``written_total`` is ImportoTotaleDocumento as written, ``None`` where it is absent.
    Amounts of credit notes are positive here, whatever the file says; ``problems`` are warnings.
    """

    kind: DocumentKind
    number: str
    date: date
    seller: PartyData
    buyer: PartyData
    type_code: str = ""
    series: str = ""
    position: int = 1
    currency: str = "EUR"
    written_total: Decimal | None = None
    rounding: Decimal = Decimal(0)
    vat: tuple[VatSummary, ...] = ()
    withholdings: tuple[Withholding, ...] = ()
    pension_funds: tuple[PensionFund, ...] = ()
    payments: tuple[PaymentRow, ...] = ()
    references: tuple[Reference, ...] = ()
    reasons: tuple[str, ...] = ()
    stamp_duty: Decimal | None = None
    recipient_code: str = ""
    transmission_format: str = ""
    issued_by: str = ""
    lines: tuple[Line, ...] = ()
    attachments: tuple[EmbeddedFile, ...] = ()
    has_pdf: bool = False
    """The XML carries a PDF of the seller's own among its attachments."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class InstalmentDraft:
    """Rata, as it will enter the ledger. ``amount`` is negative only for credit notes."""

    seq: int
    amount: Decimal
    due_date: date
    due_date_assumed: bool = False
    method: str = ""
    is_advance: bool = False
    """TP03: collected before or at issue; enters the ledger as paid."""
    iban: str = ""
    beneficiary: str = ""
    bank: str = ""
    bic: str = ""
    discount_amount: Decimal | None = None
    discount_until: date | None = None
    payment_code: str = ""
