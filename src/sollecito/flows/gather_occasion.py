"""What a model says beside the items of its message: totals of the customer, how it travels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from sollecito.accounts.models import Company
from sollecito.domain.asking import STATEMENT
from sollecito.domain.wording import Occasion, PromiseMade, ReminderFacts, StatementTotals
from sollecito.dunning.hold_queries import last_return
from sollecito.dunning.plan_queries import open_totals
from sollecito.dunning.promise_queries import unspoken_promise
from sollecito.flows import clock
from sollecito.flows.claim_interest import claim_interest
from sollecito.formats.mime import Mailbox
from sollecito.ledger.models import Instalment

RETURNED, WITH_INTEREST = "effetto_insoluto", "messa_in_mora_impresa"
PROMISE = "promessa_non_mantenuta"
FORMAL = frozenset({"messa_in_mora_impresa", "messa_in_mora_privato"})


def gather_occasion(
    rows: Sequence[Instalment],
    model: str,
    facts: ReminderFacts,
    to: Sequence[Mailbox],
    *,
    channel: str = "",
    with_interest: bool = False,
) -> Occasion:
    """The occasion of a model about some rows; what it has no use for is left out.

    They are of one customer, but for a statement. The rows have their company and customer loaded.
    ``with_interest``: the step asks for it.
    """
    made = replace(_occasion(rows, model, facts, to), channel=channel)
    if with_interest and made.claim is None and model not in FORMAL:
        return replace(made, claim=claim_interest(rows, facts.items, facts.today))
    return made


def _occasion(
    rows: Sequence[Instalment], model: str, facts: ReminderFacts, to: Sequence[Mailbox]
) -> Occasion:
    company = rows[0].document.company
    if model == STATEMENT:
        return Occasion(totals=_totals(company, {row.party_id for row in rows}, facts))
    if model in FORMAL:
        means = ", ".join(box.address for box in to)
        if model != WITH_INTEREST:
            return Occasion(means=means)
        return Occasion(means=means, claim=claim_interest(rows, facts.items, facts.today))
    if model == RETURNED:
        return _returned(rows, facts)
    if model == PROMISE:
        return _promise(rows, facts)
    return facts.occasion


def _returned(rows: Sequence[Instalment], facts: ReminderFacts) -> Occasion:
    """What came back unpaid, and what the bank charged."""
    shown = last_return([row.pk for row in rows])
    if shown is None:
        return facts.occasion
    fee, day = shown.fee, shown.due_date
    return replace(facts.occasion, bank_fee=fee, effect=shown.effect, effect_date=day)


def _promise(rows: Sequence[Instalment], facts: ReminderFacts) -> Occasion:
    """What was promised and has not come."""
    promise = unspoken_promise(rows)
    if promise is None:
        return facts.occasion
    left = sum((item.balance for item in facts.items), Decimal(0))
    missing = min(promise.amount - (promise.owed - left), left)
    return replace(facts.occasion, promise=PromiseMade(promise.date, missing))


def _totals(company: Company, parties: Collection[int], facts: ReminderFacts) -> StatementTotals:
    as_of = clock.pretended_day(company.time_zone)
    totals = open_totals(company, parties, facts.today, as_of=as_of)
    owed = [sums for (_, currency), sums in totals.items() if currency == facts.currency]
    overdue = sum((late for late, _ in owed), Decimal(0))
    upcoming = sum((coming for _, coming in owed), Decimal(0))
    credit = sum((credit.amount for credit in facts.credits), Decimal(0))
    return StatementTotals(overdue, upcoming, credit)
