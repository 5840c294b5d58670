"""Effects that came back, in the statement: proposed, confirmed by a person, undone exactly."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.domain.returned_effects import (
    BACK_WITHIN,
    Effect,
    ReturnProposal,
    is_fee_of_return,
    propose_returns,
)
from sollecito.dunning.models import Hold, Presentation, ReturnedMovement
from sollecito.flows import clock
from sollecito.flows.answer_collection import return_effect
from sollecito.flows.confirm_match import MovementRefusedError
from sollecito.ledger.bank_queries import movement_of
from sollecito.ledger.models import BankMovement

Status = BankMovement.Status
Outcome = Presentation.Outcome
FEE_WITHIN = timedelta(days=3)
NOTHING = Decimal(0)


def propose_effects(
    company: Company, movements: Collection[BankMovement]
) -> dict[int, tuple[ReturnProposal, ...]]:
    """Which effects movements that wait may have brought back, by movement; nothing is stored."""
    waiting = [row for row in movements if row.status == Status.OPEN and row.amount < 0]
    if not waiting:
        return {}
    effects = _effects(company, waiting)
    found = {row.pk: propose_returns(movement_of(row), effects) for row in waiting}
    return {key: proposals for key, proposals in found.items() if proposals}


def _effects(company: Company, movements: Collection[BankMovement]) -> list[Effect]:
    """At the bank, collected subject to it, or reopened by a person and not yet seen there."""
    since = min(row.booking_date for row in movements) - BACK_WITHIN
    rows = Hold.objects.filter(company=company, kind=Hold.Kind.IN_COLLECTION)
    rows = rows.filter(instalment__due_date__gte=since, returned_by__isnull=True)
    answered = Q(presentation__outcome__in=(Outcome.COLLECTED, Outcome.RETURNED))
    rows = rows.filter(Q(released_at__isnull=True) | answered)
    found = []
    for hold in rows.select_related("instalment__document", "instalment__party", "presentation"):
        row, shown = hold.instalment, getattr(hold, "presentation", None)
        if row is None:
            continue
        found.append(
            Effect(
                hold.pk,
                row.pk,
                row.party.name,
                row.document.number,
                row.document.series,
                row.document.date,
                (shown and shown.due_date) or row.due_date,
                row.amount,
                row.currency,
                is_reopened=bool(shown and shown.outcome == Outcome.RETURNED),
            )
        )
    return found


def fee_of(movement: BankMovement) -> BankMovement | None:
    """The movement by which the bank charged the return, within three days of it."""
    near = BankMovement.objects.filter(
        company=movement.company_id,
        account=movement.account,
        status=Status.OPEN,
        amount__lt=0,
        booking_date__range=(
            movement.booking_date - FEE_WITHIN,
            movement.booking_date + FEE_WITHIN,
        ),
    ).exclude(pk=movement.pk)
    fees = [row for row in near.order_by("pk") if is_fee_of_return(movement_of(row))]
    fees.sort(key=lambda row: abs(row.booking_date - movement.booking_date))
    return fees[0] if fees else None


def confirm_return(
    movement: BankMovement,
    proposal: ReturnProposal,
    *,
    fee: Decimal = NOTHING,
    user: User | None,
) -> ReturnedMovement:
    """Reopen the instalment in a new round, with ``fee`` in its message; or close the circle.

    Raises MovementRefusedError, HoldRefusedError; nothing is changed then.
    """
    with transaction.atomic():
        row = BankMovement.objects.select_for_update().get(pk=movement.pk)
        if row.status != Status.OPEN or row.amount >= 0:
            raise MovementRefusedError("Il movimento non è più da abbinare: ricarica la pagina.")
        rows = Hold.objects.select_related("company", "instalment", "presentation")
        hold = rows.get(pk=proposal.effect.hold, company=row.company_id)
        shown = getattr(hold, "presentation", None)
        is_reopened = bool(shown and shown.outcome == Outcome.RETURNED)
        fee_row = fee_of(row) if fee else None
        link = ReturnedMovement.objects.create(
            company_id=row.company_id,
            movement=row,
            fee_movement=fee_row,
            hold=hold,
            outcome=shown.outcome if shown else "",
            outcome_date=shown.outcome_date if shown else None,
            payment=shown.payment if shown else None,
            was_released=hold.released_at is not None,
            was_reopened=is_reopened,
            reason=proposal.reason[:300],
            score=proposal.score,
            user=user,
            created_at=clock.now(),
        )
        if not is_reopened:
            return_effect(hold, fee=fee, user=user)
        settled = [row.pk, *([fee_row.pk] if fee_row else [])]
        BankMovement.objects.filter(pk__in=settled).update(status=Status.MATCHED)
    return link
