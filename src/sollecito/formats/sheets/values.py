"""What a sheet says, as values: rows, documents, customers, open items."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from sollecito.domain.documents import DocumentKind, ParsedDocument, PartyData, Problem

Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta
DecimalMark = Literal[",", ".", ""]
"""Which mark parts the cents in this file; empty where nothing in it tells."""


class Column(StrEnum):
    """Colonna of a sheet; the values are the header names of the documented format."""

    KIND = "tipo"
    NUMBER = "numero"
    SERIES = "sezionale"
    DATE = "data"
    CUSTOMER = "cliente"
    VAT_NUMBER = "partita_iva"
    TAX_CODE = "codice_fiscale"
    CUSTOMER_CODE = "codice_cliente"
    EMAIL = "email"
    PEC = "pec"
    PHONE = "telefono"
    STREET = "indirizzo"
    POSTCODE = "cap"
    CITY = "comune"
    PROVINCE = "provincia"
    COUNTRY = "nazione"
    TOTAL = "totale"
    CURRENCY = "valuta"
    DUE_DATE = "scadenza"
    AMOUNT = "importo_rata"
    SEQ = "rata"
    BALANCE = "residuo"
    COLLECTED = "incassato"
    COLLECTED_DATE = "data_incasso"
    STATE = "stato"
    METHOD = "modalita"
    IBAN = "iban"
    AGENT = "agente"
    AGENT_EMAIL = "agente_email"
    CONTACT = "referente"
    PURPOSE = "scopo"
    LANGUAGE = "lingua"
    SEGMENT = "categoria"
    PAYMENT_CONTACT = "contatto_pagamenti"


class SheetKind(StrEnum):
    """What a sheet holds, found by its header."""

    DOCUMENTS = "documents"
    CUSTOMERS = "customers"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``line`` is its place in the file, from 1, blank rows counted."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Foglio as read: the header as written and what stands below it.

    ``problems`` holds the one error that made it unreadable; then there are no rows.
    """

    name: str
    header: tuple[str, ...] = ()
    header_line: int = 0
    rows: tuple[Row, ...] = ()
    decimal_mark: DecimalMark = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a row says of one instalment beyond its terms. Amounts are positive.

    ``collected`` is what came in already, ``None`` when the sheet does not say; ``seq`` and
    ``of`` are rata 2 di 3 where written.
    """

    line: int
    collected: Decimal | None = None
    collected_date: dt.date | None = None
    seq: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class SheetDocument:
    """A document of a sheet; ``settlements`` go with ``document.payments``, one each."""

    document: ParsedDocument
    settlements: tuple[Settlement, ...]
    customer_code: str = ""
    emails: tuple[str, ...] = ()
    agent: str = ""
    agent_email: str = ""

    @property
    def line(self) -> int:
        """The first of its rows."""
        return self.settlements[0].line


@dataclass(frozen=True, slots=True)
class SheetCustomer:
    """A row of a sheet of customers. ``purpose`` is payments or general.

    ``payment_contact`` names who answers for the customer's payments, where it is somebody else.
    """

    line: int
    party: PartyData
    customer_code: str = ""
    emails: tuple[str, ...] = ()
    purpose: str = "payments"
    contact: str = ""
    language: str = ""
    segment: str = ""
    agent: str = ""
    agent_email: str = ""
    payment_contact: str = ""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A row of the list of what is open: which instalment it means, and how much of it.

    ``balance`` is ``None`` where the list gives no amount; ``due_date`` and ``seq`` likewise.
    """

    line: int
    number: str
    series: str = ""
    date: dt.date | None = None
    kind: DocumentKind | None = None
    party: PartyData = field(default_factory=PartyData)
    customer_code: str = ""
    due_date: dt.date | None = None
    seq: int | None = None
    balance: Decimal | None = None
