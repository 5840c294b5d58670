"""Holds that people set and lift, and what they leave in the list for this morning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sollecito.domain.hold_details import (
    Effect,
    HoldDetails,
    Insolvency,
    Presented,
    ProcedureKind,
)
from sollecito.domain.schedule import HoldKind
from sollecito.sample import days
from sollecito.sample.customers import read_table
from sollecito.sample.days import DAY
from sollecito.sample.deliveries import import_day
from sollecito.sample.documents import RateKey, SampleDocument, rate_key

RETURNED = {"O05": (-1, Decimal("6.50")), "O42": (-96, Decimal("6.50"))}
"""What the bank sent back unpaid: when, and what it charged for it."""
OPENED_DAYS, HEARING_DAYS, CHEQUE_DAYS = -150, 45, 12
EVE = "eve"
GAP = timedelta(days=5)
CREDITED = "c04-TD04"
"""The credit note that ended a dispute of a part of its invoice."""
OF_THIS_MORNING = {
    "O05": 0,
    "O10": -3,
    "O13": -3,
    "O16": 20,
    "O17": 20,
    "O18": 20,
    "O22": 15,
    "O29": 10,
    "O31": 10,
    "O36": 10,
    "O42": 20,
    "O57": 3,
    "O58": 3,
}
"""What is asked for this morning, and from which step on nobody sent it before."""
LEFT_FROM = -5
BROKEN_PLAN = "O42"
SKIPPED = {"O50": (-6, 20)}
"""Of what nobody wants more reminders, since when, and from which step on."""


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
    details: HoldDetails | None = None


@dataclass(frozen=True, slots=True)
class SampleRelease:
    """Sblocco of an instalment: its effect came back unpaid, or what was disputed is settled."""

    day: date
    key: RateKey
    fee: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class SampleSkip:
    """Passi saltati in anticipo: those of the default rule from ``offset`` days on."""

    day: date
    key: RateKey
    offset: int


@dataclass(frozen=True, slots=True)
class SampleMorning:
    """Ciò che resta per stamattina: from ``day`` on nobody sends these steps, or later ones.

    ``steps`` are days from the due date. Of ``broken``, whose plan was broken, the steps before
    its own are skipped.
    """

    day: date
    steps: dict[RateKey, int]
    broken: RateKey


def keys_of_open(documents: Sequence[SampleDocument]) -> dict[str, tuple[int, RateKey]]:
    """Return customer and key of every open instalment by its label."""
    return {
        rate.label: (document.customer.code, rate_key(document, seq))
        for document in documents
        if document.is_open
        for seq, rate in enumerate(document.rates, start=1)
    }


def holds_of(documents: Sequence[SampleDocument], today: date) -> list[SampleHold]:
    """Return the holds that people set, by day."""
    keys = keys_of_open(documents)
    holds = list(_settled_disputes(documents, today))
    for row in read_table("holds.csv"):
        target, _, customer = row["target"].partition(":")
        holds.append(
            SampleHold(
                day=days.on_or_before(today + timedelta(days=int(row["from"]))),
                kind=row["kind"],
                until=_until(today, row["until"]),
                reason=row["reason"],
                key=None if customer else keys[target][1],
                customer=int(customer) if customer else None,
                amount=Decimal(row["amount"]) if row["amount"] else None,
                details=_details(today, row["kind"]),
            )
        )
    return sorted(holds, key=lambda one: one.day)


def releases_of(documents: Sequence[SampleDocument], today: date) -> list[SampleRelease]:
    """Return the holds that end by what happens, by day."""
    keys = keys_of_open(documents)
    releases = [
        SampleRelease(days.on_or_before(today + timedelta(days=offset)), keys[label][1], fee)
        for label, (offset, fee) in RETURNED.items()
    ]
    invoice, credit = _disputed(documents)
    day = import_day(credit.date, today)
    releases.append(SampleRelease(day, rate_key(invoice)))
    return sorted(releases, key=lambda one: one.day)


def skips_of(documents: Sequence[SampleDocument], today: date) -> list[SampleSkip]:
    """Return the steps that people skip before their day comes, by day."""
    keys = keys_of_open(documents)
    return [
        SampleSkip(days.on_or_before(today + timedelta(days=day)), keys[label][1], offset)
        for label, (day, offset) in SKIPPED.items()
    ]


def morning_of(documents: Sequence[SampleDocument], today: date) -> SampleMorning:
    """Return what nobody sends any more before today."""
    keys = keys_of_open(documents)
    return SampleMorning(
        day=today + timedelta(days=LEFT_FROM),
        steps={keys[label][1]: step for label, step in OF_THIS_MORNING.items()},
        broken=keys[BROKEN_PLAN][1],
    )


def _until(today: date, text: str) -> date | None:
    """The last held day. On the eve the hold is over by the last working day before today.

    What is reminded then waits today for its distance; where that day is too far back for it,
    the hold lasts.
    """
    if text != EVE:
        return today + timedelta(days=int(text)) if text else None
    eve = days.before(today)
    return eve - DAY if today - eve < GAP else today + DAY


def _details(today: date, kind: str) -> HoldDetails | None:
    if kind == HoldKind.IN_COLLECTION:
        return Presented(Effect.CHEQUE, due_date=today + timedelta(days=CHEQUE_DAYS))
    if kind == HoldKind.INSOLVENCY:
        return Insolvency(
            ProcedureKind.LIQUIDATION,
            opened_date=days.on_or_before(today + timedelta(days=OPENED_DAYS)),
            curator="Avv. Ludovica Inventari",
            pec="lg99.borgolieve@pec.example",
            hearing_date=today + timedelta(days=HEARING_DAYS),
        )
    return None


def _settled_disputes(documents: Sequence[SampleDocument], today: date) -> Iterator[SampleHold]:
    invoice, credit = _disputed(documents)
    yield SampleHold(
        day=import_day(invoice.date, today),
        kind="dispute",
        until=None,
        reason="Contestata in parte: materiale reso, in attesa della nota di credito",
        key=rate_key(invoice),
        amount=credit.amounts.collectible,
    )


def _disputed(documents: Sequence[SampleDocument]) -> tuple[SampleDocument, SampleDocument]:
    by_label = {document.label: document for document in documents}
    credit = by_label[CREDITED]
    return by_label[credit.linked], credit
