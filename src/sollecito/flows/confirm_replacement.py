"""A pro-forma and the invoice that seems to replace it: a person says whether it does."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.flows import audit, clock
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.touch_instalments import touch_documents
from sollecito.flows.withdraw_messages import withdraw_for_instalments
from sollecito.ledger.models import Allocation, Document, Instalment, Payment
from sollecito.ledger.queries import with_derived_balance


class NoReplacementError(Exception):
    """The document is not proposed as the replacement of a pro-forma."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Questo documento non è proposto in sostituzione di una proforma.")


def confirm_replacement(invoice: Document, *, user: User | None) -> None:
    """The invoice replaces the pro-forma: payments move to it, and only it is asked for.

    Payments move to the oldest open instalments of the invoice; what exceeds them stays as the
    customer's credit. Raises NoReplacementError.
    """
    pro_forma = _proposed(invoice)
    with transaction.atomic():
        ids = _lock(invoice, pro_forma)
        _move_payments(pro_forma, invoice)
        _close(pro_forma, invoice, user)
        Document.objects.filter(pk=invoice.pk).update(is_replacement_confirmed=True)
        refresh_balances(ids)
        withdraw_for_instalments(invoice.company, ids)
        text = f"{invoice.number} sostituisce la proforma {pro_forma.number}."
        for document in (invoice, pro_forma):
            target = f"document:{document.pk}"
            audit.record(invoice.company, user, "replacement_confirmed", target=target, text=text)


def reject_replacement(invoice: Document, *, user: User | None) -> None:
    """They are two different credits: both are asked for. Raises NoReplacementError."""
    pro_forma = _proposed(invoice)
    with transaction.atomic():
        Document.objects.filter(pk=invoice.pk).update(is_replacement_confirmed=False)
        touch_documents([invoice, pro_forma])
        text = f"{invoice.number} e la proforma {pro_forma.number} sono due crediti diversi."
        for document in (invoice, pro_forma):
            target = f"document:{document.pk}"
            audit.record(invoice.company, user, "replacement_rejected", target=target, text=text)


def _close(pro_forma: Document, invoice: Document, user: User | None) -> None:
    """Nothing is left of a replaced pro-forma; the entry says why, and is no money."""
    today = clock.today(pro_forma.company.time_zone)
    for row in with_derived_balance(Instalment.objects.filter(document=pro_forma)):
        if row.derived <= 0:
            continue
        entry = Payment.objects.create(
            company_id=row.company_id,
            party_id=row.party_id,
            date=today,
            amount=row.derived,
            currency=row.currency,
            note=f"Sostituita da {invoice.number}"[:300],
            source=Payment.Source.REPLACED,
            user=user,
            recorded_at=clock.now(),
        )
        Allocation.objects.create(
            company_id=row.company_id,
            instalment=row,
            payment=entry,
            amount=row.derived,
            date=today,
            created_at=clock.now(),
        )


def _proposed(invoice: Document) -> Document:
    if invoice.replaces is None or invoice.is_replacement_confirmed is not None:
        raise NoReplacementError
    return invoice.replaces


def _lock(invoice: Document, pro_forma: Document) -> list[int]:
    """Lock the instalments of both in id order, as the gate and payments do."""
    rows = Instalment.objects.filter(document__in=[invoice, pro_forma]).order_by("id")
    return list(rows.select_for_update().values_list("pk", flat=True))


def _move_payments(pro_forma: Document, invoice: Document) -> None:
    """Give the money allocated to the pro-forma to the invoice, oldest instalment first."""
    given = Allocation.objects.filter(
        instalment__document=pro_forma, payment__isnull=False, undone_at__isnull=True
    ).order_by("date", "id")
    open_rows = Instalment.objects.filter(document=invoice, balance__gt=0)
    left = {row: row.balance for row in open_rows.order_by("due_date", "seq")}
    for allocation in given:
        rest = allocation.amount
        payment: Payment | None = allocation.payment
        for row, missing in left.items():
            part = min(rest, missing)
            if part <= 0:
                continue
            Allocation.objects.create(
                company_id=allocation.company_id,
                instalment=row,
                payment=payment,
                amount=part,
                date=allocation.date,
                created_at=allocation.created_at,
            )
            left[row] -= part
            rest -= part
        allocation.undone_at = clock.now()
        allocation.save(update_fields=["undone_at"])
