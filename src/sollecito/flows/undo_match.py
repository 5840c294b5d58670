"""Take a matched movement back: it waits again, and what it had settled is open."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.dunning.models import ReturnedMovement
from sollecito.flows import audit
from sollecito.flows.undo_payments import undo_payment
from sollecito.flows.undo_return import undo_return
from sollecito.ledger.models import BankMovement, Payment

Status = BankMovement.Status


def undo_match(movement: BankMovement, *, user: User | None) -> int:
    """Undo every payment made from a movement; return how many instalments were reopened.

    Of an effect that it brought back, put back what was before: MovementRefusedError where that
    cannot be.
    """
    payments = Payment.objects.filter(
        movement_match__movement=movement, undone_at__isnull=True
    ).select_related("company")
    with transaction.atomic():
        for link in ReturnedMovement.objects.filter(movement=movement).select_related("payment"):
            undo_return(link, user=user)
        return sum(undo_payment(payment, user=user) for payment in payments)


def set_aside(movement: BankMovement, *, user: User | None, is_ignored: bool = True) -> None:
    """Say that a movement is nothing of the customers', or that it is after all."""
    before, after = Status.OPEN, Status.IGNORED
    if not is_ignored:
        before, after = after, before
    changed = BankMovement.objects.filter(pk=movement.pk, status=before).update(status=after)
    if changed:
        word = "messo da parte" if is_ignored else "di nuovo da abbinare"
        target = f"movement:{movement.pk}"
        audit.record(
            movement.company, user, "movement_set_aside", target=target, text=f"Movimento {word}."
        )
