"""Take the movements of an import back, with the payments made from them."""

from __future__ import annotations

from sollecito.accounts.models import User
from sollecito.dunning.models import ReturnedMovement
from sollecito.flows.undo_payments import undo_payment
from sollecito.flows.undo_return import undo_return
from sollecito.ledger.models import BankStatement, ImportBatch, Payable, Payment


def undo_statements(batch: ImportBatch, *, user: User | None) -> None:
    """Undo what was matched to the movements of a batch, then delete them and their statements.

    Payments stay in the history as undone; what they had settled is open again. Debts of ours
    that the batch brought go too, unless something of them was compensated.
    """
    Payable.objects.filter(batch=batch, offsets__isnull=True).delete()
    statements = BankStatement.objects.filter(batch=batch)
    payments = Payment.objects.filter(
        movement_match__movement__statement__in=statements, undone_at__isnull=True
    )
    for payment in payments.select_related("company"):
        undo_payment(payment, user=user)
    returned = ReturnedMovement.objects.filter(movement__statement__in=statements)
    for link in returned.select_related("payment"):
        undo_return(link, user=user)
    statements.delete()
