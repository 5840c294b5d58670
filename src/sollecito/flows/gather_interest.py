"""Interest on open items up to a day: what came in late closes its rows, the rest runs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sollecito.domain.documents import CustomerKind
from sollecito.domain.interest import (
    Interest,
    InterestRefusedError,
    InterestTerms,
    PartPayment,
    PublishedRate,
    Regime,
    compute_interest,
    first_day_counted_from,
    sum_flats,
    terms_of,
)
from sollecito.domain.wording import InterestClaim
from sollecito.dunning.notice_queries import insolvent_since, notices_delivered
from sollecito.dunning.rates import published_rates
from sollecito.ledger.interest_queries import costs_collected, interest_collected, late_payments
from sollecito.ledger.models import Instalment, Party

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Charged:
    """Rata con i suoi interessi; ``since``: the notice from which they run, for consumers.

    ``collected``: what payments took already of its interest, ``costs`` of its document's flat sum.
    """

    row: Instalment
    interest: Interest
    since: date | None = None
    collected: Decimal = NOTHING
    costs: Decimal = NOTHING

    @property
    def due(self) -> Decimal:
        """Interest still to be paid."""
        return max(self.interest.interest - self.collected, NOTHING)

    @property
    def flat(self) -> Decimal:
        """What is still to be paid of the flat sum, once for the whole document."""
        return max(self.interest.flat - self.costs, NOTHING)


@dataclass(frozen=True, slots=True)
class Counting:
    """How interest of one customer is counted: its terms, the day asked, the last day, the rates.

    ``until`` is before ``day`` where an insolvency froze it. ``are_all_collected_counted``: also
    interest that was collected after the day comes off.
    """

    terms: InterestTerms
    kind: CustomerKind
    day: date
    until: date
    rates: Sequence[PublishedRate]
    are_all_collected_counted: bool = False


def counting_of(party: Party, until: date, regime: Regime | None = None) -> Counting:
    """The customer's own terms, or the law asked for; frozen at the opening of an insolvency."""
    kind = CustomerKind(party.kind)
    terms = terms_of(kind, party.interest_regime, party.interest_percent, party.contract_date)
    if regime is not None and regime is not terms.regime:
        terms = InterestTerms(regime, contract_date=party.contract_date)
    opened = insolvent_since(party.pk)
    rates = published_rates(terms.regime, party.company)
    if terms.percent is not None:
        rates = [PublishedRate(date.min, date.max, terms.percent, "contratto")]
    return Counting(terms, kind, until, min(opened or until, until), rates)


def charge_interest(
    rows: Sequence[Instalment], owed: Mapping[int, Decimal], counting: Counting
) -> list[Charged]:
    """What each overdue row bears, of which ``owed`` is open on the day; the oldest due first.

    The rows are one customer's, with document and company loaded.
    """
    late = [row for row in rows if row.due_date < counting.until and row.currency == "EUR"]
    if not late:
        return []
    paid = late_payments(row.pk for row in late)
    notices = notices_delivered(late[0].company, [row.pk for row in late])
    upto = None if counting.are_all_collected_counted else counting.day
    collected = interest_collected([row.pk for row in late], upto)
    costs = costs_collected({row.document_id for row in late}, upto)
    found = []
    for row in sorted(late, key=lambda each: (each.due_date, each.pk)):
        notice = notices.get(row.pk)
        start = first_day_counted_from(row.due_date, counting.kind, notice)
        if start is None or start >= counting.until:
            continue
        made = _interest_from(start, owed[row.pk], paid[row.pk], counting)
        if made is not None:
            took = (collected.get(row.pk, NOTHING), costs.get(row.document_id, NOTHING))
            found.append(Charged(row, made, None if start == row.due_date else start, *took))
    return found


def sum_charged(found: Sequence[Charged]) -> InterestClaim:
    """All of it, as a message or a statement says it."""
    missing = [day for each in found if (day := each.interest.unpublished_from)]
    return InterestClaim(
        interest=sum((each.due for each in found), NOTHING),
        flat=sum_flats((each.row.document_id, each.flat) for each in found),
        rows=tuple(row for each in found for row in each.interest.rows),
        unpublished_from=min(missing, default=None),
        collected=sum((each.interest.interest - each.due for each in found), NOTHING),
    )


def _interest_from(
    start: date, owed: Decimal, paid: Sequence[PartPayment], counting: Counting
) -> Interest | None:
    """None for days without a law."""
    later = [each for each in paid if start < each.day <= counting.day]
    debt = owed + sum((each.amount for each in later), NOTHING)
    contract = counting.terms.contract_date
    try:
        return compute_interest(
            debt,
            start,
            counting.until,
            counting.rates,
            regime=counting.terms.regime,
            contract_date=contract if contract and contract <= start else None,
            payments=later,
        )
    except InterestRefusedError:
        return None
