"""Set and lift holds (blocchi): "Sospendi i solleciti…"."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from sollecito.accounts.models import Company, User
from sollecito.accounts.queries import work_calendar
from sollecito.domain.hold_details import CLAIMED_PAID_DAYS, HoldDetails, describe_details
from sollecito.domain.working_days import add_working_days
from sollecito.dunning.models import Hold
from sollecito.flows import audit, clock
from sollecito.flows.detail_hold import check_details, write_details
from sollecito.flows.hand_over_debt import hand_over
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.flows.withdraw_messages import withdraw_for_instalments
from sollecito.ledger.models import Document, Instalment, Party

Held = Party | Document | Instalment


def hold_reminders(
    target: Held,
    kind: str,
    *,
    user: User | None,
    until: date | None = None,
    amount: Decimal | None = None,
    reason: str = "",
    details: HoldDetails | None = None,
) -> Hold:
    """Hold a customer, a document or an instalment, from today.

    ``until`` is the last held day, ``None`` until somebody lifts it (who says that he has paid
    is believed for five working days); ``amount`` only for a dispute of a part; ``details`` what
    the kind must know. Messages that may no longer leave are withdrawn at once.

    Raises FieldsRefusedError where a day or an address of the details cannot be.
    """
    company = target.company
    name = type(target).__name__.lower()
    today = clock.today(company.time_zone)
    check_details(kind, details, today)
    if kind == Hold.Kind.CLAIMED_PAID and until is None:
        until = add_working_days(today, CLAIMED_PAID_DAYS, work_calendar(company))
    with transaction.atomic():
        touched = list(_instalments(target).order_by("id").select_for_update())
        hold = Hold.objects.create(
            company=company,
            kind=kind,
            from_date=today,
            until_date=until,
            amount=amount,
            reason=reason[:300],
            user=user,
            created_at=clock.now(),
            **{name: target},
        )
        write_details(hold, details)
        withdraw_for_instalments(company, [row.pk for row in touched])
        touch_instalments([row.pk for row in touched])
        audit.record(
            company,
            user,
            "hold_set",
            target=f"{name}:{target.pk}",
            text=_say_set(hold, details),
            details={"kind": kind, "until": until.isoformat() if until else None},
        )
    return hold


def _say_set(hold: Hold, details: HoldDetails | None) -> str:
    said = (describe_details(details) if details else "", hold.reason)
    return " ".join(filter(None, (f"Solleciti sospesi: {hold.get_kind_display()}.", *said)))


def release_hold(hold: Hold, *, user: User | None, is_mistake: bool = False) -> None:
    """Lift one hold; lifting it twice changes nothing.

    Of a customer who ceased or died one writes to the liquidator or the heirs from now on, unless
    the hold was a mistake. Raises HoldRefusedError where a dead person's heirs are not known.
    """
    with transaction.atomic():
        if not is_mistake and hold.released_at is None:
            hand_over(hold, user=user)
        lifted = Hold.objects.filter(pk=hold.pk, released_at__isnull=True)
        if not lifted.update(released_at=clock.now()):
            return
        name = next(n for n in ("party", "document", "instalment") if getattr(hold, f"{n}_id"))
        touch_instalments(_instalments(getattr(hold, name)).values_list("pk", flat=True))
        audit.record(
            hold.company,
            user,
            "hold_released",
            target=f"{name}:{getattr(hold, f'{name}_id')}",
            text=f"Solleciti ripresi: {hold.get_kind_display()}.",
        )


def holds_on(company: Company, instalment: Instalment) -> QuerySet[Hold]:
    """Holds not lifted that concern an instalment, its document or its customer."""
    return Hold.objects.filter(company=company, released_at__isnull=True).filter(
        Q(instalment=instalment) | Q(document=instalment.document_id) | Q(party=instalment.party_id)
    )


def _instalments(target: Held) -> QuerySet[Instalment]:
    if isinstance(target, Instalment):
        return Instalment.objects.filter(pk=target.pk)
    if isinstance(target, Document):
        return Instalment.objects.filter(document=target)
    return Instalment.objects.filter(party=target, balance__gt=0)
