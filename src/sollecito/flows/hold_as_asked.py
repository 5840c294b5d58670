"""Sospendi i solleciti…: what a person asked for, of one thing or of several, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.hold_details import HoldDetails
from sollecito.dunning.models import Draft, Hold
from sollecito.flows.detail_hold import HoldRefusedError
from sollecito.flows.hold_reminders import Held, hold_reminders, release_hold
from sollecito.flows.promise_payment import promise_payment
from sollecito.ledger.models import Document, Instalment, Party


@dataclass(frozen=True, slots=True)
class HoldWish:
    """Blocco chiesto. ``until`` of a promise is the day promised."""

    kind: str
    until: date | None = None
    amount: Decimal | None = None
    reason: str = ""
    details: HoldDetails | None = None


def hold_as_asked(targets: Sequence[Held], wish: HoldWish, *, user: User | None) -> list[Hold]:
    """Hold each target; an effect is of each open instalment of a document.

    Raises PromiseRefusedError, HoldRefusedError, FieldsRefusedError; then nothing is held.
    """
    if wish.kind == Hold.Kind.IN_COLLECTION and wish.details:
        targets = [row for target in targets for row in _instalments(target)]
    if wish.amount is not None and len(targets) > 1:
        raise HoldRefusedError("L'importo è di una partita sola: lascialo vuoto, o scegline una.")
    with transaction.atomic():
        return [_hold(target, wish, user) for target in targets]


def instalments_of(draft: Draft) -> list[Instalment]:
    """What a draft asks for."""
    rows = Instalment.objects.filter(reminders__content=draft.pk).select_related("company")
    return list(rows.order_by("pk").distinct())


def customers_of(draft: Draft) -> list[Party]:
    """Whose instalments a draft asks for."""
    rows = Party.objects.filter(instalments__reminders__content=draft.pk)
    return list(rows.select_related("company").order_by("name", "pk").distinct())


def release_holds(company: Company, ids: list[int], *, user: User | None) -> int:
    """Lift holds that were set a moment ago; returns how many there were."""
    holds = Hold.objects.filter(company=company, pk__in=ids, released_at__isnull=True)
    found = list(holds.select_related("company", "party", "document", "instalment"))
    for hold in found:
        release_hold(hold, user=user, is_mistake=True)
    return len(found)


def _hold(target: Held, wish: HoldWish, user: User | None) -> Hold:
    if wish.kind == Hold.Kind.PROMISE and wish.until:
        promise = promise_payment(
            target, day=wish.until, amount=wish.amount, reason=wish.reason, user=user
        )
        return promise.hold
    return hold_reminders(
        target,
        wish.kind,
        user=user,
        until=wish.until,
        amount=wish.amount,
        reason=wish.reason,
        details=wish.details,
    )


def _instalments(target: Held) -> list[Held]:
    if isinstance(target, Party):
        raise HoldRefusedError("Un effetto è di una rata o di un documento: scegli quello.")
    if isinstance(target, Document):
        return list(target.instalments.filter(balance__gt=0).select_related("company"))
    return [target]
