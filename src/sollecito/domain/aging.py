"""How late money is: the ageing of open balances, in the five classes that Italians read.

Days late count from the due date as written, never from a day moved by a holiday.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum


class Bucket(StrEnum):
    """Fascia di anzianità."""

    NOT_DUE = "not_due"
    DAYS_1_30 = "1_30"
    DAYS_31_60 = "31_60"
    DAYS_61_90 = "61_90"
    OVER_90 = "over_90"
    NO_DATE = "no_date"


LAST_DAYS: dict[Bucket, int] = {
    Bucket.NOT_DUE: 0,
    Bucket.DAYS_1_30: 30,
    Bucket.DAYS_31_60: 60,
    Bucket.DAYS_61_90: 90,
}


@dataclass(frozen=True, slots=True)
class Period:
    """Due dates of a bucket, both included; ``None`` is open on that side."""

    first: date | None
    last: date | None


def days_overdue(due_date: date, today: date) -> int:
    """Days late: 0 on the day itself, negative before."""
    return (today - due_date).days


def find_bucket(due_date: date | None, today: date) -> Bucket:
    """The bucket of a due date; ``None`` (unknown, or only assumed) is a class of its own."""
    if due_date is None:
        return Bucket.NO_DATE
    late = days_overdue(due_date, today)
    return next((bucket for bucket, last in LAST_DAYS.items() if late <= last), Bucket.OVER_90)


def due_period(bucket: Bucket, today: date) -> Period:
    """The due dates that fall in a bucket, for queries; ``NO_DATE`` has none.

    Raises:
        ValueError: for ``NO_DATE``.
    """
    if bucket is Bucket.NO_DATE:
        raise ValueError("no due date: no period")
    order = list(LAST_DAYS.values())
    place = list(Bucket).index(bucket)
    first = None if bucket is Bucket.OVER_90 else today - timedelta(days=order[place])
    last = None if place == 0 else today - timedelta(days=order[place - 1] + 1)
    return Period(first, last)


def sum_buckets(items: Iterable[tuple[date | None, Decimal]], today: date) -> dict[Bucket, Decimal]:
    """Balances by bucket, all six present; items are (due date, balance) of one currency."""
    sums = dict.fromkeys(Bucket, Decimal("0.00"))
    for due_date, balance in items:
        sums[find_bucket(due_date, today)] += balance
    return sums
