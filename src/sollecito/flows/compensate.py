"""Compensazione: what we owe a customer is set against what it owes us, on both sides.

Art. 1241 c.c. It is a closing without money of our instalments, with the parts of our debts that
it closed beside it; one undo takes both back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.money import format_date, format_money
from sollecito.domain.settling import ClosingKind
from sollecito.flows.allocate_money import lock_instalments
from sollecito.flows.check_closing import ClosingOrder
from sollecito.flows.close_debts import close_debts
from sollecito.flows.touch_instalments import touch_customer
from sollecito.ledger.models import OffsetPart, Party, Payable, Payment
from sollecito.ledger.payable_queries import payables_of

NOTHING = Decimal(0)


class OffsetRefusedError(Exception):
    """Nothing was compensated; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Offset:
    """Ordine di compensazione: ``ours`` are instalments of the customer, ``theirs`` our debts.

    Both map an id to what is closed of it, and come to the same sum.
    """

    ours: Mapping[int, Decimal]
    theirs: Mapping[int, Decimal]
    day: date
    note: str = ""
    user: User | None = None


def compensate(party: Party, offset: Offset) -> Payment:
    """Close both sides; ``undo_payments.undo_payment`` of what is returned reopens both.

    Raises OffsetRefusedError: sums that differ, more than is left of either, another customer or
    currency; and ``allocate_money.UnknownInstalmentError``.
    """
    with transaction.atomic():
        rows = lock_instalments(party.company, offset.ours)
        list(Payable.objects.select_for_update().filter(pk__in=offset.theirs).order_by("pk"))
        debts = {row.pk: (row, left) for row, left in payables_of(party)}
        _check(party, rows, debts, offset)
        names = _name([debts[pk][0] for pk in sorted(offset.theirs)])
        reason = f"con {names}" + (f". {offset.note.strip()}" if offset.note.strip() else "")
        order = ClosingOrder(
            ClosingKind.OFFSET, offset.day, offset.ours, reason=reason[:300], user=offset.user
        )
        group, _count = close_debts(party.company, order)
        payment = Payment.objects.get(company=party.company, group=group)
        OffsetPart.objects.bulk_create(
            OffsetPart(company=party.company, payable_id=pk, payment=payment, amount=amount)
            for pk, amount in sorted(offset.theirs.items())
        )
        touch_customer(party)
    return payment


def _check(
    party: Party, rows: list[Any], debts: dict[int, tuple[Payable, Decimal]], offset: Offset
) -> None:
    amounts = [*offset.ours.values(), *offset.theirs.values()]
    if not offset.ours or not offset.theirs or any(amount <= 0 for amount in amounts):
        raise OffsetRefusedError("Scrivi quanto compensare, da una parte e dall'altra.")
    ours, theirs = sum(offset.ours.values(), NOTHING), sum(offset.theirs.values(), NOTHING)
    if ours != theirs:
        raise OffsetRefusedError(
            f"Le due parti devono fare la stessa somma: noi chiudiamo {format_money(ours)}, "
            f"loro {format_money(theirs)}."
        )
    if missing := set(offset.theirs) - set(debts):
        raise OffsetRefusedError(f"Il nostro debito {min(missing)} non è più aperto.")
    for pk, amount in offset.theirs.items():
        row, left = debts[pk]
        if amount > left:
            most = format_money(left, row.currency)
            raise OffsetRefusedError(f"Del nostro debito {row} restano {most}.")
    currencies = {debts[pk][0].currency for pk in offset.theirs} | {row.currency for row in rows}
    if len(currencies) > 1 or any(row.party_id != party.pk for row in rows):
        raise OffsetRefusedError("Si compensa con un solo cliente e in una sola valuta.")


def _name(rows: list[Payable]) -> str:
    return ", ".join(f"{row} del {format_date(row.date)}" for row in rows)
