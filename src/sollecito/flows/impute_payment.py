"""Imputa prima a spese e interessi (art. 1194 c.c.): what of a payment they take, and its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sollecito.accounts.models import Company
from sollecito.domain.imputation import AccruedDebt, ImputedPart, impute_accessories
from sollecito.domain.transitions import WAITING, Command
from sollecito.dunning.models import Reminder
from sollecito.dunning.positions import position_on
from sollecito.flows.allocate_money import lock_instalments
from sollecito.flows.gather_interest import charge_interest, counting_of
from sollecito.flows.withdraw_messages import withdraw_rows
from sollecito.ledger.models import Instalment, InterestTaken, Party, Payment
from sollecito.outbox.models import Message

WITHDRAWN = "È arrivato un incasso che ha pagato interessi e spese: il messaggio va rifatto."


def accrued_debts(payer: Party, day: date) -> list[AccruedDebt]:
    """What the customer's open items bear up to a day, less all that was collected already.

    In euro, of what is still open today. The costs are due once a document, on its oldest row.
    """
    position = position_on(payer, "EUR", day)
    counting = replace(counting_of(payer, day), are_all_collected_counted=True)
    seen: set[int] = set()
    found = []
    rows = [row for row in position.rows if row.balance > 0]
    for each in charge_interest(rows, position.owed, counting):
        document = each.row.document
        costs = Decimal(0) if document.pk in seen else each.flat
        seen.add(document.pk)
        found.append(AccruedDebt(each.row.pk, each.row.due_date, document.date, costs, each.due))
    return found


def impute_payment(payer: Party, amount: Decimal, day: date) -> list[ImputedPart]:
    """What of money of a day goes to costs and interest, the oldest debts first.

    Within the payment's own transaction: all that is open of the customer is locked, so that two
    payments do not take the same interest.
    """
    mine = Instalment.objects.filter(party=payer, currency="EUR", amount__gt=0)
    lock_instalments(payer.company, set(mine.values_list("pk", flat=True)))
    return impute_accessories(amount, accrued_debts(payer, day))


def save_imputed(payment: Payment, parts: Iterable[ImputedPart]) -> None:
    """Write the rows; queued messages about their instalments ask for too much and are withdrawn.

    ``payment.interest`` is the sum of ``parts``.
    """
    rows = [
        InterestTaken(
            company=payment.company,
            payment=payment,
            instalment_id=part.key,
            interest=part.interest,
            costs=part.costs,
        )
        for part in parts
    ]
    InterestTaken.objects.bulk_create(rows)
    _withdraw(payment.company, {row.instalment_id for row in rows})


def _withdraw(company: Company, ids: Collection[int]) -> None:
    about = Reminder.objects.filter(company=company, instalment__in=ids).values("content")
    waiting = Message.objects.filter(content__in=about, status__in=WAITING)
    for is_automatic, command in ((True, Command.SEND_BACK), (False, Command.CANCEL)):
        mine = waiting.filter(content__is_automatic=is_automatic)
        withdraw_rows(mine.select_for_update(of=("self",)), command, WITHDRAWN)
