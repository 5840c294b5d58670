"""Nuovo documento: one typed by hand, of any kind, with its instalments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.arrivals import Arrival
from sollecito.domain.documents import (
    DocumentKind,
    ParsedDocument,
    PartyData,
    PaymentRow,
    Problem,
)
from sollecito.domain.money import format_money
from sollecito.flows import audit
from sollecito.flows.attach_own_pdf import attach_own_pdf, check_pdf
from sollecito.flows.field_problems import check_codes, check_present, require_none
from sollecito.flows.import_documents import import_documents
from sollecito.flows.importing.customers import party_data
from sollecito.flows.importing.incoming import prepare_incoming
from sollecito.ledger.models import Document, Party

MAX_INSTALMENTS = 60


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What a person typed. ``instalments`` are (due date, amount); ``pdf`` is (name, bytes)."""

    kind: DocumentKind
    number: str
    day: date | None
    total: Decimal | None
    instalments: Sequence[tuple[date, Decimal]] = ()
    series: str = ""
    currency: str = "EUR"
    iban: str = ""
    customer: Party | None = None
    new_customer: PartyData | None = None
    note: str = ""
    pdf: tuple[str, bytes] | None = None


def create_document(company: Company, new: NewDocument, *, user: User | None) -> Document:
    """Enter a document; its customer is a known one, or is found or made like an import's.

    Without instalments it has one, due after the company's usual days. Raises
    FieldsRefusedError on ``number``, ``day``, ``total``, ``instalments``, ``customer``,
    ``vat_number``, ``tax_code``, ``pdf``.
    """
    require_none(_check(new))
    parsed = _as_parsed(new)
    with transaction.atomic():
        one = prepare_incoming(company, parsed, source=Document.Source.HAND)
        if new.customer:
            one.party = new.customer
        import_documents([one])
        row = one.row
        if one.arrival is not Arrival.NEW or row is None:
            require_none({"number": _taken(new)})
        assert row is not None  # noqa: S101  require_none raised otherwise
        if new.note:
            row.note = new.note
            row.save(update_fields=["note"])
        if new.pdf:
            attach_own_pdf(row, user=user, name=new.pdf[0], content=new.pdf[1])
        audit.record(
            company,
            user,
            "document_created",
            target=f"document:{row.pk}",
            text=f"Documento {row.number} inserito a mano.",
        )
    return row


def _as_parsed(new: NewDocument) -> ParsedDocument:
    total = new.total or Decimal(0)
    return ParsedDocument(
        kind=new.kind,
        number=new.number.strip(),
        series=new.series.strip(),
        date=new.day or date.min,
        seller=PartyData(),
        buyer=party_data(new.customer) if new.customer else new.new_customer or PartyData(),
        currency=new.currency,
        written_total=total,
        payments=tuple(
            PaymentRow(amount=amount, due_date=day, iban=new.iban.replace(" ", "").upper())
            for day, amount in new.instalments
        ),
    )


def _check(new: NewDocument) -> dict[str, Problem | None]:
    has_customer = new.customer or (new.new_customer and new.new_customer.name.strip())
    return {
        "number": check_present(new.number, "il numero"),
        "day": None if new.day else Problem("missing", "Manca la data.", "Scrivila."),
        "total": None
        if new.total and new.total > 0
        else Problem("total", "Il totale deve essere maggiore di zero.", "Correggilo."),
        "instalments": _check_instalments(new),
        "customer": None
        if has_customer
        else Problem("missing", "Manca il cliente.", "Scegline uno."),
        "pdf": check_pdf(new.pdf[1]) if new.pdf else None,
        **check_codes(new.new_customer or PartyData()),
    }


def _check_instalments(new: NewDocument) -> Problem | None:
    if not new.instalments or not new.total:
        return None
    if len(new.instalments) > MAX_INSTALMENTS:
        return Problem("too_many", f"Al massimo {MAX_INSTALMENTS} rate.", "Togline qualcuna.")
    if any(amount <= 0 for _, amount in new.instalments):
        return Problem("amount_sign", "Ogni rata deve essere maggiore di zero.", "Correggi.")
    found = sum((amount for _, amount in new.instalments), Decimal(0))
    if found == new.total:
        return None
    words = (format_money(found, new.currency), format_money(new.total, new.currency))
    return Problem("sum", f"Le rate fanno {words[0]}, il totale è {words[1]}.", "Correggi le rate.")


def _taken(new: NewDocument) -> Problem:
    return Problem(
        "number_taken",
        f"C'è già un documento di questo tipo con il numero {new.number} nello stesso anno.",
        "Cambia il numero, oppure modifica quello che c'è.",
    )
