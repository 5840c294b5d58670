"""What a customer's account was moved by: documents, money, effects that came back, closings."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Q, Sum

from sollecito.domain.account_card import CardEntry, Cause
from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import to_cents
from sollecito.domain.sdi import SdiState
from sollecito.dunning.models import Presentation
from sollecito.ledger.models import Document, Party, Payment
from sollecito.ledger.sources import PaymentSource

CAUSES = {
    PaymentSource.ALLOWANCE: Cause.ALLOWANCE,
    PaymentSource.SETTLEMENT: Cause.SETTLEMENT,
    PaymentSource.LOSS: Cause.LOSS,
    PaymentSource.WITHHELD: Cause.WITHHELD,
    PaymentSource.COSTS: Cause.COSTS,
    PaymentSource.DISCOUNT: Cause.DISCOUNT,
    PaymentSource.OFFSET: Cause.OFFSET,
}


def account_entries(party: Party, currency: str) -> list[CardEntry]:
    """All of a customer in one currency, in no order.

    Pro-formas are no accounting document, and what the SdI rejected was never issued; money paid
    on either counts as money. Interest that a payment collected is charged on its day, so that only
    the rest lowers the balance. The sum is what is open, less the credit matched to nothing.
    """
    return [*_documents(party, currency), *_money(party, currency)]


def currencies_of(party: Party) -> list[str]:
    """In which currencies there are documents or money, the euro first."""
    found = {*Document.objects.filter(party=party).values_list("currency", flat=True)}
    found |= {*Payment.objects.filter(party=party).values_list("currency", flat=True)}
    return sorted(found, key=lambda code: (code != "EUR", code))


def _documents(party: Party, currency: str) -> Iterator[CardEntry]:
    rows = Document.objects.filter(party=party, currency=currency)
    rows = rows.exclude(kind=DocumentKind.PRO_FORMA).exclude(sdi_state=SdiState.REJECTED)
    summed = rows.annotate(amount=Sum("instalments__amount"))
    for number, kind, day, amount in summed.values_list("number", "kind", "date", "amount"):
        cause = Cause.CREDIT_NOTE if kind == DocumentKind.CREDIT_NOTE else Cause.INVOICE
        yield CardEntry(day, cause, to_cents(amount or Decimal(0)), number)


def _money(party: Party, currency: str) -> Iterator[CardEntry]:
    returned = dict(
        Presentation.objects.filter(
            payment__party=party, outcome=Presentation.Outcome.RETURNED
        ).values_list("payment_id", "outcome_date")
    )
    rows = Payment.objects.filter(party=party, currency=currency)
    rows = rows.exclude(source=PaymentSource.REPLACED)
    for row in rows.filter(Q(undone_at__isnull=True) | Q(pk__in=returned)):
        cause = CAUSES.get(PaymentSource(row.source), Cause.PAYMENT)
        yield CardEntry(row.date, cause, -row.amount, note=row.note)
        if row.interest:
            yield CardEntry(row.date, Cause.INTEREST, row.interest)
        if row.undone_at and (day := returned.get(row.pk)):
            yield CardEntry(max(day, row.date), Cause.RETURNED, row.capital)
