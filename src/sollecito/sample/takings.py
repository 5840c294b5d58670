"""Payments that came in, each on a working day before today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sollecito.domain.documents import DocumentKind
from sollecito.sample import days
from sollecito.sample.deliveries import import_day
from sollecito.sample.documents import (
    SELF_DOCUMENT,
    RateKey,
    SampleDocument,
    SampleRate,
    rate_key,
)
from sollecito.sample.draws import draw_delay, generator, paying_day
from sollecito.sample.open_items import FINAL_INVOICE, open_rows

METHODS = {
    "MP02": "assegno",
    "MP05": "bonifico",
    "MP08": "carta",
    "MP12": "RiBa",
    "MP20": "SDD",
}
GROUPING_CUSTOMERS = frozenset({4, 5})
GROUPING_DAYS = 14
SISTER = 5
OVERPAYER, OVERPAID = 1, Decimal("30.00")
ON_THE_SPOT = frozenset({"R", "TD07"})
ON_TIME = frozenset({"PF", "TD02", "TD05"})
NEVER_PAID = frozenset({"TD04", SELF_DOCUMENT})


@dataclass(frozen=True, slots=True)
class SamplePayment:
    """Incasso: ``parts`` is what it pays; the rest of ``amount`` is the customer's credit.

    ``recorded_day`` is when it enters the ledger: its document must be there.
    """

    day: date
    recorded_day: date
    customer: int
    amount: Decimal
    currency: str
    method: str
    parts: tuple[tuple[RateKey, Decimal], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """One instalment and the day its money came."""

    document: SampleDocument
    seq: int
    rate: SampleRate
    amount: Decimal
    day: date


def paid_instalments(documents: Sequence[SampleDocument], today: date) -> list[Paid]:
    """Return every instalment that was paid, open ones as far as they were, by day."""
    credited = {one.linked: one.amounts.collectible for one in documents if is_credit(one)}
    proformas = {one.label for one in documents if one.kind is DocumentKind.PRO_FORMA}
    by_customer: defaultdict[int, list[SampleDocument]] = defaultdict(list)
    for one in documents:
        is_settled = one.type_code in NEVER_PAID or one.linked in proformas
        if not (one.is_open or is_settled or one.label == FINAL_INVOICE):
            by_customer[one.customer.code].append(one)
    paid = [
        item for code, own in by_customer.items() for item in _Drawn(code, today, credited).of(own)
    ]
    paid += _open_ones(documents, today)
    return sorted(paid, key=lambda item: (item.day, item.rate.label, item.seq))


def is_credit(document: SampleDocument) -> bool:
    """Whether a document is a credit note that belongs to another one."""
    return document.type_code == "TD04" and bool(document.linked)


def payments_of(paid: Sequence[Paid], today: date) -> list[SamplePayment]:
    """Return the payments: one transfer for many where the customer pays so."""
    groups = _groups(paid)
    payments = [_payment(group, today) for group in groups]
    last = max(
        (
            place
            for place, group in enumerate(groups)
            if payments[place].customer == OVERPAYER and not group[0].document.is_open
        ),
        key=lambda place: payments[place].day,
    )
    payments[last] = replace(
        payments[last],
        amount=payments[last].amount + OVERPAID,
        note="Bonifico di 30,00 oltre la fattura",
    )
    sister = max((one for one in payments if one.customer == SISTER), key=lambda one: one.day)
    payments[payments.index(sister)] = replace(sister, note="Bonifico di Girasolaio Nord")
    return sorted(payments, key=lambda one: (one.recorded_day, one.day, str(one.parts)))


class _Drawn:
    """Draws when a customer paid each of its documents."""

    def __init__(self, code: int, today: date, credited: dict[str, Decimal]) -> None:
        self.rng = generator("payments", code)
        self.today = today
        self.credited = credited

    def of(self, documents: Sequence[SampleDocument]) -> Iterator[Paid]:
        for document in sorted(documents, key=lambda one: one.label):
            left = self.credited.get(document.label, Decimal(0))
            for seq, rate in enumerate(document.rates, start=1):
                amount = rate.amount - left
                left = Decimal(0)
                day = self._day(document, rate)
                if amount > 0:
                    yield Paid(document, seq, rate, amount, day)

    def _day(self, document: SampleDocument, rate: SampleRate) -> date:
        due = rate.due_date or document.date
        delay = draw_delay(self.rng, document.customer)
        if document.type_code in ON_TIME:
            return min(days.on_or_before(due), days.before(self.today))
        if document.type_code in ON_THE_SPOT and not delay:
            return days.on_or_after(due)
        day = paying_day(due, delay, document.customer)
        while day >= self.today and delay > 0:
            delay //= 2
            day = paying_day(due, delay, document.customer)
        return min(day, days.before(self.today))


def _open_ones(documents: Sequence[SampleDocument], today: date) -> Iterator[Paid]:
    places = {
        rate.label: (document, seq, rate)
        for document in documents
        if document.is_open
        for seq, rate in enumerate(document.rates, start=1)
    }
    for row in open_rows():
        for part in row["paid"].split():
            offset, amount = part.split(":")
            day = days.on_or_before(today + timedelta(days=int(offset)))
            yield Paid(*places[row["label"]], Decimal(amount), day)


def _groups(paid: Sequence[Paid]) -> list[list[Paid]]:
    """Join what customers 4 and 5 pay within days into one transfer, on the last of them."""
    groups: list[list[Paid]] = []
    open_group: dict[int, list[Paid]] = {}
    for item in paid:
        code = item.document.customer.code
        group = open_group.get(code)
        is_near = group is not None and (item.day - group[0].day).days <= GROUPING_DAYS
        if group is not None and is_near and code in GROUPING_CUSTOMERS:
            group.append(item)
        else:
            open_group[code] = [item]
            groups.append(open_group[code])
    return groups


def _payment(group: Sequence[Paid], today: date) -> SamplePayment:
    first = group[0].document
    day = max(item.day for item in group)
    arrivals = [import_day(item.document.date, today) for item in group]
    return SamplePayment(
        day=day,
        recorded_day=max(day, *arrivals),
        customer=first.customer.code,
        amount=sum((item.amount for item in group), Decimal(0)),
        currency=first.currency,
        method=METHODS[first.method],
        parts=tuple((rate_key(item.document, item.seq), item.amount) for item in group),
    )
