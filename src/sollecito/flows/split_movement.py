"""A movement shared out by a person: over several instalments, of several customers if need be.

What is missing of an instalment may be closed in the same step: withheld, bank charges, an
allowance, a discount.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.money import format_money
from sollecito.domain.settling import ClosingKind
from sollecito.flows import clock
from sollecito.flows.allocate_money import UnknownInstalmentError, lock_instalments
from sollecito.flows.check_closing import ClosingOrder
from sollecito.flows.close_debts import close_debts
from sollecito.flows.confirm_match import MovementRefusedError, lock_movement, pay_from
from sollecito.flows.learn_payers import learn_payer
from sollecito.ledger.models import BankMovement, Instalment, MovementMatch, Party, Payment

NOTHING = Decimal(0)
BY_HAND = "Abbinato a mano."
NO_MONEY = "Scrivi quanto arriva per la rata di cui chiudi il resto."


def split_movement(
    movement: BankMovement,
    shares: Mapping[int, Decimal],
    *,
    closings: Mapping[int, ClosingKind] | None = None,
    credit_to: Party | None = None,
    user: User | None,
    remember: bool = True,
) -> list[Payment]:
    """Record a payment for each customer that ``shares`` (instalment → amount) name.

    What is over becomes credit of ``credit_to``, or of the only customer there is. ``closings``
    (instalment → kind) say as what the rest of those instalments is closed; undone together. Raises
    MovementRefusedError, PaymentRefusedError and, for an allowance over the company's limit,
    FieldsRefusedError; nothing is recorded then.
    """
    why = closings or {}
    if not why.keys() <= shares.keys():
        raise MovementRefusedError(NO_MONEY)
    with transaction.atomic():
        row = lock_movement(movement)
        by_party = _group(row, shares)
        rest = row.amount - sum(shares.values(), NOTHING)
        payer = _who_keeps(row, rest, by_party, credit_to)
        if payer:
            by_party.setdefault(payer.pk, (payer, {}))
        group = str(uuid.uuid4())
        payments = []
        for party, parts in by_party.values():
            own = sum(parts.values(), NOTHING) + (rest if payer and party.pk == payer.pk else 0)
            payment = pay_from(row, party, parts, amount=own, group=group, user=user)
            payments.append(payment)
            _close_rest(payment, {pk: why[pk] for pk in parts if pk in why})
            if remember:
                learn_payer(row, party, user=user)
        beside = Payment.objects.filter(closing__beside__in=payments, source__in=set(why.values()))
        _note(row, [*payments, *beside.order_by("pk")], user)
    return payments


def _close_rest(payment: Payment, closings: Mapping[int, ClosingKind]) -> None:
    """Close what the payment left of its instalments; what has nothing left stays as it is."""
    by_kind: defaultdict[ClosingKind, list[int]] = defaultdict(list)
    for instalment, kind in closings.items():
        by_kind[kind].append(instalment)
    for kind, keys in by_kind.items():
        order = ClosingOrder(kind, payment.date, whole=keys, user=payment.user, beside=payment)
        close_debts(payment.company, order)


def _group(
    row: BankMovement, shares: Mapping[int, Decimal]
) -> dict[int, tuple[Party, dict[int, Decimal]]]:
    """Shares by customer; every instalment locked at once, in id order."""
    try:
        found: Iterable[Instalment] = lock_instalments(row.company, shares)
    except UnknownInstalmentError as error:
        raise MovementRefusedError(str(error)) from error
    groups: dict[int, tuple[Party, dict[int, Decimal]]] = {}
    for instalment in found:
        if instalment.currency != row.currency:
            raise MovementRefusedError(
                f"La rata è in {instalment.currency} e il movimento in {row.currency}."
            )
        _, parts = groups.setdefault(instalment.party_id, (instalment.party, {}))
        parts[instalment.pk] = shares[instalment.pk]
    return groups


def _who_keeps(
    row: BankMovement,
    rest: Decimal,
    groups: Mapping[int, tuple[Party, dict[int, Decimal]]],
    credit_to: Party | None,
) -> Party | None:
    """Whose credit the rest is; ``None`` where nothing is over."""
    if rest < 0:
        raise MovementRefusedError(
            f"La somma supera il movimento di {format_money(-rest, row.currency)}: "
            "correggi gli importi."
        )
    if not rest:
        return None
    if credit_to is None and len(groups) == 1:
        credit_to = next(iter(groups.values()))[0]
    if credit_to is None or credit_to.company_id != row.company_id:
        raise MovementRefusedError(
            f"Restano {format_money(rest, row.currency)}: scegli a quale cliente vanno a credito."
        )
    return credit_to


def _note(row: BankMovement, payments: Iterable[Payment], user: User | None) -> None:
    MovementMatch.objects.bulk_create(
        MovementMatch(
            company_id=row.company_id,
            movement=row,
            payment=payment,
            reason=BY_HAND,
            score=100,
            user=user,
            created_at=clock.now(),
        )
        for payment in payments
    )
    BankMovement.objects.filter(pk=row.pk).update(status=BankMovement.Status.MATCHED)
