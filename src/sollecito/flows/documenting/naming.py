"""How a chapter names documents and moments."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import format_date, format_money
from sollecito.domain.wording.naming import full_number, name_document
from sollecito.ledger.models import Document, Party, Payment


def named(document: Document | None) -> str:
    """``fattura 12/A del 28/02/2026``; empty for none."""
    if document is None:
        return ""
    number = full_number(document.number, document.series)
    return name_document(DocumentKind(document.kind), number, "", document.date, "it")


def say_moment(party: Party, moment: datetime | None) -> str:
    """``17/04/2026 09:31`` in the company's time; empty for none."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(party.company.time_zone))
    return f"{format_date(local.date())} {local:%H:%M}"


def say_interest(payment: Payment) -> str:
    """What of a payment went to interest and costs; empty where nothing did."""
    if not payment.interest:
        return ""
    return f"di cui a spese e interessi {format_money(payment.interest, payment.currency)}"


def present(*parts: str) -> tuple[str, ...]:
    """Those that say something."""
    return tuple(part for part in parts if part)
