"""The past: documents of 18 months that were paid or netted, drawn with a fixed seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sollecito.domain.money import CENT, to_cents
from sollecito.sample import days
from sollecito.sample.amounts import compute_amounts, tax_case
from sollecito.sample.customers import Customer, composition, customers
from sollecito.sample.days import DAY
from sollecito.sample.documents import SELF_DOCUMENT, SampleDocument, SampleRate
from sollecito.sample.draws import draw_net, end_of_month, generator
from sollecito.sample.open_items import DELIVERY_DAYS

START = -540
MARGIN = 10
JITTER = 6
STOPPED_PAYING = {22: -270, 23: -290}
RATE_STEP = 30
MAIN_TYPES = ("TD24", "TD06", "FT", "TD07", "R", SELF_DOCUMENT, "TD01")
SMALL_NET = (80, 300)
AT_SIGHT = frozenset({"R", "TD07"})
RECENT_RECEIPT_CUSTOMER = 25


def past_documents(today: date, opened: Sequence[SampleDocument]) -> list[SampleDocument]:
    """Return what every customer had beside its open documents.

    Advances, proformas, credit notes and debit notes are added by ``related.py``.
    """
    taken = Counter((document.customer.code, document.type_code) for document in opened)
    with_three = Counter(
        document.customer.code for document in opened if len(document.rates) == len("123")
    )
    return [
        document
        for customer in customers().values()
        for document in _Past(today, customer).draw(taken, with_three[customer.code])
    ]


class _Past:
    """The drawn documents of one customer."""

    def __init__(self, today: date, customer: Customer) -> None:
        self.today = today
        self.customer = customer
        self.rng: Random = generator("documents", customer.code)
        self.counts = composition()[customer.code]

    def draw(self, taken: Counter[tuple[int, str]], open_with_three: int) -> list[SampleDocument]:
        """Return the main documents, oldest first."""
        types = [
            type_code
            for type_code in MAIN_TYPES
            for _ in range(self.counts[type_code] - taken[self.customer.code, type_code])
        ]
        self.rng.shuffle(types)
        if "TD24" in types:
            types.append(types.pop(types.index("TD24")))
        rates = [3] * (self.counts["three_rates"] - open_with_three)
        rates += [2] * self.counts["two_rates"]
        return [
            self._document(index, type_code, day, rates)
            for index, (type_code, day) in enumerate(
                zip(types, self._dates(len(types)), strict=True)
            )
        ]

    def _dates(self, count: int) -> list[date]:
        longest = RATE_STEP * 3 if self.counts["three_rates"] else self.customer.days + RATE_STEP
        latest = -(longest + self.customer.delay[0] + MARGIN)
        latest = min(latest, STOPPED_PAYING.get(self.customer.code, latest))
        step = (latest - START) / max(count - 1, 1)
        offsets = [START + round(step * index) for index in range(count)]
        offsets[:-1] = [offset + self.rng.randint(0, JITTER) for offset in offsets[:-1]]
        return [days.on_or_before(self.today + timedelta(days=one)) for one in offsets]

    def _document(self, index: int, type_code: str, day: date, rates: list[int]) -> SampleDocument:
        if type_code == "TD07" and self.customer.code == RECENT_RECEIPT_CUSTOMER:
            day = days.before(self.today - DAY)
        label = f"c{self.customer.code:02d}-{type_code}-{index:02d}"
        net = self._net(type_code)
        amounts = compute_amounts(net, tax_case(self.customer, type_code))
        count = rates.pop(0) if type_code == "TD01" and rates else 1
        notes = self.rng.randint(2, 6) if type_code == "TD24" else 0
        document = SampleDocument(
            label=label,
            customer=self.customer,
            type_code=type_code,
            date=day,
            amounts=amounts,
            rates=(),
            currency=self._currency(index),
            method=self.customer.method,
            is_transported=type_code == "TD01" and bool(self.counts["transported"]),
            delivery_notes=notes,
        )
        return replace(document, rates=rates_of(document, count))

    def _net(self, type_code: str) -> Decimal:
        if type_code == "TD07":
            return Decimal(self.rng.randrange(*SMALL_NET, 10))
        return draw_net(self.rng, self.customer)

    def _currency(self, index: int) -> str:
        return "GBP" if self.customer.country == "GB" and index == 0 else "EUR"


def rates_of(document: SampleDocument, count: int) -> tuple[SampleRate, ...]:
    """Return the instalments of a drawn document: equal parts, the last takes the cents left."""
    amount = document.amounts.collectible
    part = to_cents(amount / count - CENT / 2) if count > 1 else amount
    parts = [part] * (count - 1) + [amount - part * (count - 1)]
    return tuple(
        SampleRate(document.label, one, _due_date(document, place, count))
        for place, one in enumerate(parts, start=1)
    )


def _due_date(document: SampleDocument, place: int, count: int) -> date:
    customer = document.customer
    if document.type_code in AT_SIGHT:
        return document.date
    if count > 1:
        return document.date + timedelta(days=RATE_STEP * place)
    due = document.date + timedelta(days=customer.days)
    if customer.series == "PA":
        due += timedelta(days=DELIVERY_DAYS)
    return end_of_month(due) if customer.is_end_of_month else due
