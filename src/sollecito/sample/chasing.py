"""Reminders that Giulia sent by hand, and the holds that people set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sollecito.sample import days
from sollecito.sample.customers import read_table
from sollecito.sample.documents import RateKey, SampleDocument, rate_key
from sollecito.sample.draws import generator
from sollecito.sample.open_items import open_rows
from sollecito.sample.takings import Paid

TEXTS = ("sollecito_1", "sollecito_2", "sollecito_3", "sollecito_3")
STEPS = (10, 22, 40)
CLEARANCE = 4
SHARE = 0.5
UNREACHED = frozenset({1, 2, 3, 16, 18, 19, 20})
RELEASES = {
    "O05": (-1, "RiBa tornata insoluta"),
    "O42": (-96, "Addebito SDD tornato insoluto"),
}


@dataclass(frozen=True, slots=True)
class SampleReminder:
    """Sollecito a mano: one message for all ``keys``, which are of one customer."""

    day: date
    customer: int
    keys: tuple[RateKey, ...]
    text: str


@dataclass(frozen=True, slots=True)
class SampleHold:
    """Blocco: on an instalment (``key``) or on a whole customer."""

    day: date
    kind: str
    until: date | None
    reason: str
    key: RateKey | None = None
    customer: int | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SampleRelease:
    """Sblocco of an instalment whose collection came back."""

    day: date
    key: RateKey
    reason: str


def keys_of_open(documents: Sequence[SampleDocument]) -> dict[str, tuple[int, RateKey]]:
    """Return customer and key of every open instalment by its label."""
    return {
        rate.label: (document.customer.code, rate_key(document, seq))
        for document in documents
        if document.is_open
        for seq, rate in enumerate(document.rates, start=1)
    }


def reminders_of(
    documents: Sequence[SampleDocument], paid: Sequence[Paid], today: date
) -> list[SampleReminder]:
    """Return the reminders by day; those of one customer and day are one message."""
    single = [*_open_ones(documents, today), *_paid_ones(paid)]
    groups: defaultdict[tuple[date, int, str], list[RateKey]] = defaultdict(list)
    for one in single:
        groups[one.day, one.customer, one.text].extend(one.keys)
    return [
        SampleReminder(day, customer, tuple(keys), text)
        for (day, customer, text), keys in sorted(groups.items())
    ]


def holds_of(documents: Sequence[SampleDocument], today: date) -> list[SampleHold]:
    """Return the holds that people set, by day."""
    keys = keys_of_open(documents)
    holds = []
    for row in read_table("holds.csv"):
        target, _, customer = row["target"].partition(":")
        holds.append(
            SampleHold(
                day=days.on_or_before(today + timedelta(days=int(row["from"]))),
                kind=row["kind"],
                until=today + timedelta(days=int(row["until"])) if row["until"] else None,
                reason=row["reason"],
                key=None if customer else keys[target][1],
                customer=int(customer) if customer else None,
                amount=Decimal(row["amount"]) if row["amount"] else None,
            )
        )
    return sorted(holds, key=lambda one: one.day)


def releases_of(documents: Sequence[SampleDocument], today: date) -> list[SampleRelease]:
    """Return the collections that came back unpaid, by day."""
    keys = keys_of_open(documents)
    return [
        SampleRelease(days.on_or_before(today + timedelta(days=offset)), keys[label][1], reason)
        for label, (offset, reason) in sorted(RELEASES.items(), key=lambda item: item[1])
    ]


def _open_ones(documents: Sequence[SampleDocument], today: date) -> Iterator[SampleReminder]:
    keys = keys_of_open(documents)
    for row in open_rows():
        customer, key = keys[row["label"]]
        for offset, text in zip(row["reminded"].split(), TEXTS, strict=False):
            day = days.on_or_before(today + timedelta(days=int(offset)))
            yield SampleReminder(day, customer, (key,), text)


def _paid_ones(paid: Sequence[Paid]) -> Iterator[SampleReminder]:
    rng = generator("reminders")
    for item in paid:
        code = item.document.customer.code
        due = item.rate.due_date
        if code in UNREACHED or item.document.is_open or due is None or rng.random() > SHARE:
            continue
        for step, text in zip(STEPS, TEXTS, strict=False):
            day = days.on_or_after(due + timedelta(days=step))
            if day + timedelta(days=CLEARANCE) > item.day:
                break
            yield SampleReminder(day, code, (rate_key(item.document, item.seq),), text)
