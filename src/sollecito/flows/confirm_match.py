"""A proposal becomes payments: money to instalments, what was kept on the way closed beside it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.matching import Gap, Proposal
from sollecito.domain.settling import NAMES, ClosingKind
from sollecito.flows import clock
from sollecito.flows.learn_payers import learn_payer
from sollecito.flows.match_credit import match_credit
from sollecito.flows.record_payments import record_payment
from sollecito.ledger.models import BankMovement, Instalment, MovementMatch, Party, Payment

Status = BankMovement.Status
CLOSED_AS = {Gap.FEE: ClosingKind.COSTS, Gap.DISCOUNT: ClosingKind.DISCOUNT}
"""Anything else was withheld."""


class MovementRefusedError(Exception):
    """Nothing was matched; the message says why and what to do."""


def confirm_proposal(
    movement: BankMovement,
    proposal: Proposal,
    *,
    user: User | None,
    is_automatic: bool = False,
    remember: bool = True,
) -> None:
    """Record a proposal: money to its instalments, what was withheld or kept closed beside it.

    Raises MovementRefusedError where the movement is not open any more, PaymentRefusedError where
    an instalment is not.
    """
    with transaction.atomic():
        row = lock_movement(movement)
        party = Party.objects.get(company_id=row.company_id, pk=proposal.party)
        credit_notes = _net(row, proposal, user)
        money = _less_credits(proposal)
        closed = {part.item: part.closed for part in proposal.parts if part.closed}
        group = str(uuid.uuid4())
        paid = pay_from(row, party, money, amount=row.amount, group=group, user=user)
        payments = [paid]
        if closed:
            source = CLOSED_AS.get(proposal.gap, ClosingKind.WITHHELD)
            note = f"{NAMES[source]}."
            total = sum(closed.values(), Decimal(0))
            payments.append(
                pay_from(
                    row, party, closed, amount=total, group=group, user=user,
                    source=source, note=note,
                )
            )  # fmt: skip
        MovementMatch.objects.bulk_create(
            MovementMatch(
                company_id=row.company_id,
                movement=row,
                payment=payment,
                reason=proposal.reason[:300],
                score=proposal.score,
                is_automatic=is_automatic,
                credits=credit_notes if payment is paid else [],
                user=user,
                created_at=clock.now(),
            )
            for payment in payments
        )
        BankMovement.objects.filter(pk=row.pk).update(status=Status.MATCHED)
        if remember:
            learn_payer(row, party, user=user)


def lock_movement(movement: BankMovement) -> BankMovement:
    """The row, waiting and incoming; MovementRefusedError otherwise."""
    row = BankMovement.objects.select_for_update().get(pk=movement.pk)
    if row.status != Status.OPEN:
        raise MovementRefusedError("Il movimento non è più da abbinare: ricarica la pagina.")
    if row.amount <= 0:
        raise MovementRefusedError("Si abbinano solo i movimenti in entrata.")
    return row


def _net(row: BankMovement, proposal: Proposal, user: User | None) -> list[int]:
    """Credit notes of the proposal come off its largest instalment first."""
    notes = [part for part in proposal.parts if part.amount < 0]
    if not notes:
        return []
    target = max((part for part in proposal.parts if part.amount > 0), key=lambda each: each.amount)
    rows = Instalment.objects.filter(company_id=row.company_id).select_related("party", "company")
    return [
        match_credit(
            rows.get(pk=note.item), rows.get(pk=target.item), amount=-note.amount, user=user
        ).pk
        for note in notes
    ]


def _less_credits(proposal: Proposal) -> dict[int, Decimal]:
    money = {part.item: part.amount for part in proposal.parts if part.amount > 0}
    netted = -sum((part.amount for part in proposal.parts if part.amount < 0), Decimal(0))
    if netted:
        largest = max(money, key=lambda item: money[item])
        money[largest] -= netted
    return {item: amount for item, amount in money.items() if amount > 0}


def pay_from(
    row: BankMovement,
    party: Party,
    parts: Mapping[int, Decimal],
    *,
    amount: Decimal,
    group: str,
    user: User | None,
    source: str = Payment.Source.BANK,
    note: str = "",
) -> Payment:
    """A payment of a movement: instalment → what of ``amount`` goes to it."""
    return record_payment(
        row.company,
        parts,
        amount=amount,
        day=row.booking_date,
        party=party,
        user=user,
        source=source,
        note=(note or row.text)[:300],
        group=group,
        **({} if parts else {"currency": row.currency}),
    )
