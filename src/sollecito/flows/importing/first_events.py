"""What payment rows already tell: advances paid, effects that the creditor presents."""

from __future__ import annotations

from collections.abc import Iterable

from sollecito.domain.documents import DocumentKind
from sollecito.dunning.models import Hold
from sollecito.flows import clock
from sollecito.formats.fatturapa.codes import COLLECTED_BY_CREDITOR
from sollecito.ledger.models import Allocation, ImportBatch, Instalment, Payment


def add_advances(instalments: Iterable[Instalment], batch: ImportBatch | None) -> None:
    """Payments of the advances among saved instalments, on the day of their document."""
    advances = [each for each in instalments if each.is_advance and each.amount > 0]
    if not advances:
        return
    now = clock.now()
    payments = Payment.objects.bulk_create(
        Payment(
            company_id=each.company_id,
            party_id=each.party_id,
            date=each.document.date,
            amount=each.amount,
            currency=each.currency,
            method=each.method,
            note="Anticipo già incassato, come dice il documento (TP03)",
            source=Payment.Source.ADVANCE,
            batch=batch,
            recorded_at=now,
        )
        for each in advances
    )
    Allocation.objects.bulk_create(
        Allocation(
            company_id=each.company_id,
            instalment=each,
            payment=payment,
            amount=each.amount,
            date=payment.date,
            created_at=now,
        )
        for each, payment in zip(advances, payments, strict=True)
    )


def add_collection_holds(instalments: Iterable[Instalment]) -> None:
    """RiBa, MAV, direct debits: the creditor presents them, so nobody is reminded meanwhile."""
    Hold.objects.bulk_create(
        Hold(
            company_id=each.company_id,
            kind=Hold.Kind.IN_COLLECTION,
            instalment=each,
            from_date=each.document.date,
            reason="Modalità di pagamento sul documento",
            created_at=clock.now(),
        )
        for each in instalments
        if each.method in COLLECTED_BY_CREDITOR
        and each.balance > 0
        and each.document.kind != DocumentKind.CREDIT_NOTE
    )
