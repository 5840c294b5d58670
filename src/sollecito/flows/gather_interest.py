"""Interest on open items up to a day: what came in late closes its rows, the rest runs on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
from sollecito.domain.wording import InterestClaim, Item
from sollecito.dunning.notice_queries import insolvent_since, notices_delivered
from sollecito.dunning.rates import published_rates
from sollecito.ledger.models import Allocation, Instalment, Party

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Charged:
    """Rata con i suoi interessi; ``since``: the notice from which they run, for consumers."""

    row: Instalment
    interest: Interest
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Counting:
    """How interest of one customer is counted: its terms, the day asked, the last day, the rates.

    ``until`` is before ``day`` where an insolvency froze it.
    """

    terms: InterestTerms
    kind: CustomerKind
    day: date
    until: date
    rates: Sequence[PublishedRate]


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
    found = []
    for row in sorted(late, key=lambda each: (each.due_date, each.pk)):
        notice = notices.get(row.pk)
        start = first_day_counted_from(row.due_date, counting.kind, notice)
        if start is None or start >= counting.until:
            continue
        made = _interest_from(start, owed[row.pk], paid[row.pk], counting)
        if made is not None:
            found.append(Charged(row, made, None if start == row.due_date else start))
    return found


def claim_interest(rows: Sequence[Instalment], items: Sequence[Item], until: date) -> InterestClaim:
    """What the overdue items of one message bear up to ``until``; the flat sum once a document."""
    balances = {_key_of_item(item): item.balance for item in items}
    owed = {row.pk: balances[_key_of_row(row)] for row in rows if _key_of_row(row) in balances}
    found: list[Charged] = []
    for party in {row.party_id: row.party for row in rows}.values():
        mine = [row for row in rows if row.pk in owed and row.party_id == party.pk]
        found += charge_interest(mine, owed, counting_of(party, until))
    return sum_charged(found)


def sum_charged(found: Sequence[Charged]) -> InterestClaim:
    """All of it, as a message or a statement says it."""
    missing = [day for each in found if (day := each.interest.unpublished_from)]
    return InterestClaim(
        interest=sum((each.interest.interest for each in found), NOTHING),
        flat=sum_flats((each.row.document_id, each.interest) for each in found),
        rows=tuple(row for each in found for row in each.interest.rows),
        unpublished_from=min(missing, default=None),
    )


def late_payments(ids: Iterable[int]) -> dict[int, list[PartPayment]]:
    """What was allocated to each instalment and not undone, by day."""
    found: dict[int, list[PartPayment]] = defaultdict(list)
    rows = Allocation.objects.filter(instalment__in=list(ids), undone_at__isnull=True)
    for pk, day, amount in rows.order_by("date").values_list("instalment", "date", "amount"):
        found[pk].append(PartPayment(day, amount))
    return found


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


def _key_of_row(row: Instalment) -> tuple[str, str, date, int]:
    document = row.document
    return (document.number, document.series, document.date, row.seq)


def _key_of_item(item: Item) -> tuple[str, str, date, int]:
    return (item.number, item.series, item.document_date, item.seq)
