"""An effect did not come back after all: its instalment as it was before the statement said so."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from sollecito.accounts.models import User
from sollecito.domain.transitions import MAY_HAVE_LEFT
from sollecito.dunning.models import Hold, Presentation, Reminder, ReturnedMovement
from sollecito.flows import audit
from sollecito.flows.confirm_match import MovementRefusedError
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.flows.withdraw_messages import withdraw_for_instalments
from sollecito.ledger.models import BankMovement, Instalment

Status = BankMovement.Status


def undo_return(link: ReturnedMovement, *, user: User | None) -> None:
    """Put the effect, its hold and what was collected back; the movement waits again.

    Raises MovementRefusedError where a reminder of the new round has left: then the money that
    came is a payment of its own.
    """
    with transaction.atomic():
        if not link.was_reopened:
            _put_back(link, user)
        movements = [pk for pk in (link.movement_id, link.fee_movement_id) if pk]
        BankMovement.objects.filter(pk__in=movements).update(status=Status.OPEN)
        link.delete()


def _put_back(link: ReturnedMovement, user: User | None) -> None:
    hold = Hold.objects.select_related("company").get(pk=link.hold_id)
    row = Instalment.objects.select_for_update().get(holds=hold)
    shown = Presentation.objects.get(hold=hold)
    left = Q(content__messages__status__in=MAY_HAVE_LEFT)
    reminded = Reminder.objects.filter(left, instalment=row, round__gte=shown.round or 0)
    if shown.round != row.round or reminded.exists():
        raise MovementRefusedError(
            "Dopo il ritorno è già partito un sollecito: se la rata è stata pagata, registra "
            "l'incasso."
        )
    Instalment.objects.filter(pk=row.pk).update(round=row.round - 1)
    shown.outcome, shown.outcome_date = link.outcome, link.outcome_date
    shown.fee, shown.round = 0, None
    old = link.payment
    if old is not None:
        again = {"method": old.method, "note": old.note}
        row.company = hold.company
        shown.payment = pay_instalment(row, amount=old.amount, day=old.date, user=user, **again)
    shown.save()
    if not link.was_released:
        Hold.objects.filter(pk=hold.pk).update(released_at=None)
    withdraw_for_instalments(hold.company, [row.pk])
    touch_instalments([row.pk])
    text = "Insoluto annullato: la rata è di nuovo com'era."
    audit.record(hold.company, user, "return_undone", target=f"instalment:{row.pk}", text=text)
