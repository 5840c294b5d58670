"""Interest on open items up to a day: what came in late closes its rows, the rest runs on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sollecito.domain.interest import (
    Interest,
    InterestRefusedError,
    PartPayment,
    Regime,
    compute_interest,
    sum_flats,
)
from sollecito.domain.wording import InterestClaim, Item
from sollecito.dunning.queries import instalments_to_word
from sollecito.dunning.rates import published_rates
from sollecito.ledger.models import Allocation, Instalment, Party


@dataclass(frozen=True, slots=True)
class Charged:
    """An instalment with what it bears."""

    row: Instalment
    interest: Interest


def charge_customer(party: Party, until: date, regime: Regime) -> list[Charged]:
    """The overdue euro instalments of a customer, the oldest first, with their interest."""
    open_rows = Instalment.objects.filter(
        company=party.company, party=party, currency="EUR", balance__gt=0, due_date__lt=until
    )
    rows = instalments_to_word(party.company, open_rows.values_list("pk", flat=True))
    paid = late_payments(row.pk for row in rows)
    found = []
    for row in sorted(rows, key=lambda row: (row.due_date, row.pk)):
        made = interest_of(row.balance, row, paid[row.pk], until, regime=regime)
        if made:
            found.append(Charged(row, made))
    return found


def claim_interest(
    rows: Sequence[Instalment], items: Sequence[Item], until: date, *, regime: Regime
) -> InterestClaim:
    """What the overdue items of one message bear up to ``until``; the flat sum once a document."""
    by_key = {_key_of_row(row): row for row in rows}
    overdue = [item for item in items if item.due_date < until]
    paid = late_payments(row.pk for row in rows)
    found: list[tuple[Item, Interest]] = []
    for item in overdue:
        row = by_key[_key_of_item(item)]
        made = interest_of(item.balance, row, paid[row.pk], until, regime=regime)
        if made:
            found.append((item, made))
    missing = [made.unpublished_from for _, made in found if made.unpublished_from]
    return InterestClaim(
        interest=sum((made.interest for _, made in found), Decimal("0.00")),
        flat=sum_flats((item.document_key, made) for item, made in found),
        rows=tuple(row for _, made in found for row in made.rows),
        unpublished_from=min(missing, default=None),
    )


def interest_of(
    balance: Decimal,
    row: Instalment,
    paid: Sequence[PartPayment],
    until: date,
    *,
    regime: Regime,
) -> Interest | None:
    """Interest of one instalment of which ``balance`` is open; none for days without a law."""
    late = [each for each in paid if each.day > row.due_date]
    debt = balance + sum((each.amount for each in late), Decimal(0))
    try:
        return compute_interest(
            debt,
            row.due_date,
            until,
            published_rates(regime, row.company),
            regime=regime,
            payments=late,
        )
    except InterestRefusedError:
        return None


def late_payments(ids: Iterable[int]) -> dict[int, list[PartPayment]]:
    """What was allocated to each instalment and not undone, by day."""
    found: dict[int, list[PartPayment]] = defaultdict(list)
    rows = Allocation.objects.filter(instalment__in=list(ids), undone_at__isnull=True)
    for pk, day, amount in rows.order_by("date").values_list("instalment", "date", "amount"):
        found[pk].append(PartPayment(day, amount))
    return found


def _key_of_row(row: Instalment) -> tuple[str, str, date, int]:
    document = row.document
    return (document.number, document.series, document.date, row.seq)


def _key_of_item(item: Item) -> tuple[str, str, date, int]:
    return (item.number, item.series, item.document_date, item.seq)
