"""Take payments back: one, or all that were recorded in one step."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from sollecito.accounts.models import Company, User
from sollecito.domain.money import format_date, format_money
from sollecito.domain.settling import NAMES, ClosingKind
from sollecito.dunning.models import Closing
from sollecito.flows import audit, clock
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.touch_instalments import touch_customers
from sollecito.ledger.models import Allocation, BankMovement, Instalment, MovementMatch, Payment


def undo_payment(payment: Payment, *, user: User | None) -> int:
    """Take one payment back; its instalments are open again. Twice changes nothing.

    Returns how many instalments were reopened.
    """
    return _undo(payment.company, Payment.objects.filter(pk=payment.pk), user)


def undo_group(company: Company, group: str, *, user: User | None) -> int:
    """Take back all payments recorded in one step (``mark_collected``)."""
    if not group:
        return 0
    return _undo(company, Payment.objects.filter(company=company, group=group), user)


def _undo(company: Company, payments: QuerySet[Payment], user: User | None) -> int:
    with transaction.atomic():
        keys = _with_closings(_with_their_movements(payments))
        allocations = Allocation.objects.filter(payment__in=keys, undone_at__isnull=True)
        netted = _netted_with(keys)
        _lock(allocations, netted)
        held = Payment.objects.select_for_update().filter(pk__in=keys, undone_at__isnull=True)
        active = list(held.order_by("id"))
        # Again: credit of theirs may have been matched until they were locked.
        locked = set(allocations.values_list("instalment_id", flat=True)) | _of_both(netted)
        now = clock.now()
        allocations.update(undone_at=now)
        netted.update(undone_at=now)
        BankMovement.objects.filter(matches__payment__in=active).update(
            status=BankMovement.Status.OPEN
        )
        Payment.objects.filter(pk__in=[each.pk for each in active]).update(undone_at=now)
        refresh_balances(locked)
        touch_customers(each.party_id for each in active)
        for payment in active:
            text = _say(payment)
            target = f"party:{payment.party_id}"
            details = {"payment": payment.pk}
            audit.record(company, user, "payment_undone", target=target, text=text, details=details)
    return len(locked)


def _with_closings(payments: QuerySet[Payment]) -> list[int]:
    """These and what was closed beside them: a discount, a withholding, an allowance."""
    keys = list(payments.filter(undone_at__isnull=True).values_list("pk", flat=True))
    beside = Closing.objects.filter(beside__in=keys, payment__undone_at__isnull=True)
    return [*keys, *beside.exclude(payment__in=keys).values_list("payment_id", flat=True)]


def _lock(allocations: QuerySet[Allocation], netted: QuerySet[Allocation]) -> None:
    """The instalments in id order, as whoever records money does."""
    ids = {*allocations.values_list("instalment_id", flat=True), *_of_both(netted)}
    touched = Instalment.objects.filter(pk__in=ids).order_by("id")
    list(touched.select_for_update().values_list("pk", flat=True))


def _say(payment: Payment) -> str:
    money = format_money(payment.amount, payment.currency)
    day = format_date(payment.date)
    if payment.source in set(ClosingKind):
        return f"Annullato: {NAMES[ClosingKind(payment.source)].lower()} di {money} del {day}."
    return f"Incasso di {money} del {day} annullato."


def _with_their_movements(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Payments, and those made from the same bank movements: they go together."""
    movements = list(MovementMatch.objects.filter(payment__in=payments).values_list("movement"))
    keys = [key for (key,) in movements]
    together = Payment.objects.filter(movement_match__movement__in=keys)
    own = list(payments.values_list("pk", flat=True))
    return Payment.objects.filter(pk__in={*own, *together.values_list("pk", flat=True)})


def _of_both(netted: QuerySet[Allocation]) -> set[int]:
    """Instalments of both sides of what credit notes took off."""
    pairs = netted.values_list("instalment_id", "credit_id")
    return {each for pair in pairs for each in pair if each}


def _netted_with(payments: list[int]) -> QuerySet[Allocation]:
    """Credit notes netted in the step that matched these payments to a movement."""
    rows = MovementMatch.objects.filter(payment__in=payments).values_list("credits", flat=True)
    keys = [key for each in rows for key in each]
    return Allocation.objects.filter(pk__in=keys, undone_at__isnull=True)
