"""Promises and repayment plans of the sample company's customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sollecito.domain.repayment import Rate
from sollecito.sample import days
from sollecito.sample.chasing import keys_of_open
from sollecito.sample.documents import RateKey, SampleDocument, rate_key
from sollecito.sample.takings import Paid

KEPT_BY = (13, 14, 15, 17, 19, 21)
"""One promise each that was kept, about the instalment that was paid latest."""
KEPT_DAYS = 9
GRACE_WORKING_DAYS = 3
PROMISED = {
    "O31": ((-62, -45, "Mr Frost: paid with the end-of-month run"),
            (-36, -6, "Mr Frost: payment authorised, waiting for the bank")),
    "O35": ((-4, 5, "Oreste Poli al telefono: appena incassa un suo cliente"),),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SamplePromise:
    """Promessa: made on ``day``, of the whole balance, for ``date``."""

    day: date
    key: RateKey
    date: date
    reason: str


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """Piano di rientro: proposed on ``day``, accepted on ``accepted`` by a person."""

    day: date
    keys: tuple[RateKey, ...]
    rates: tuple[Rate, ...]
    tolerance_days: int
    accepted: date
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class _Plan:
    labels: tuple[str, ...]
    proposed: int
    accepted: int
    due: tuple[int, ...]
    amount: Decimal
    by: str
    text: str
    tolerance_days: int = 5


PLANS = (
    _Plan(
        ("O39", "O40", "O41"),
        proposed=-121,
        accepted=-119,
        due=(-117, -87, -57, -27, 3, 33),
        amount=Decimal("915.00"),
        by="Dina Mestolari",
        text="Confermo. Pagheremo una rata al mese come d'accordo.",
    ),
    _Plan(
        ("O42",),
        proposed=-45,
        accepted=-43,
        due=(-39, -9, 21, 51),
        amount=Decimal("732.00"),
        by="Moira Saltini",
        text="Confermo il piano in quattro rate.",
        tolerance_days=3,
    ),
)


def promises_of(
    documents: Sequence[SampleDocument], paid: Sequence[Paid], today: date
) -> list[SamplePromise]:
    """Return nine promises by day: six kept, two broken, one whose day is still to come."""
    return sorted([*_open_ones(documents, today), *_kept_ones(paid)], key=lambda one: one.day)


def plans_of(documents: Sequence[SampleDocument], today: date) -> list[SamplePlan]:
    """Return the two plans by day: one kept so far, one broken."""
    keys = keys_of_open(documents)
    return [
        SamplePlan(
            day=days.on_or_before(today + timedelta(days=plan.proposed)),
            keys=tuple(keys[label][1] for label in plan.labels),
            rates=tuple(Rate(today + timedelta(days=due), plan.amount) for due in plan.due),
            tolerance_days=plan.tolerance_days,
            accepted=days.on_or_after(today + timedelta(days=plan.accepted)),
            by=plan.by,
            text=plan.text,
        )
        for plan in PLANS
    ]


def _open_ones(documents: Sequence[SampleDocument], today: date) -> Iterator[SamplePromise]:
    keys = keys_of_open(documents)
    for label, promised in PROMISED.items():
        for made, date_, reason in promised:
            day = days.on_or_before(today + timedelta(days=made))
            yield SamplePromise(day, keys[label][1], _promised(today, date_), reason)


def _promised(today: date, offset: int) -> date:
    """Return the day promised; of a promise that is broken its days of grace are over by today."""
    day = today + timedelta(days=offset)
    while offset < 0 and days.after(day, GRACE_WORKING_DAYS) >= today:
        day -= days.DAY
    return day


def _kept_ones(paid: Sequence[Paid]) -> Iterator[SamplePromise]:
    for code in KEPT_BY:
        own = [
            one
            for one in paid
            if one.document.customer.code == code
            and one.rate.due_date
            and not one.document.is_open
            and one.amount == one.rate.amount
        ]
        latest = max(own, key=lambda one: (one.day - (one.rate.due_date or one.day), one.day))
        day = days.on_or_before(latest.day - timedelta(days=KEPT_DAYS))
        key = rate_key(latest.document, latest.seq)
        yield SamplePromise(day, key, latest.day, "Al telefono: paga per quel giorno")
