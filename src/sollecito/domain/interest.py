"""Late-payment interest: row by row, simple, on 365 days also in leap years.

Sources: D.Lgs. 231/2002 as changed by D.Lgs. 192/2012 (art. 2, 4, 5, 6); D.Lgs. 198/2021 art. 4
and D.L. 1/2012 art. 62 for food; art. 1224 and 1284 c.c. for the legal rate; ris. Agenzia delle
Entrate 296/E of 14 July 2008 for the divisor.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from sollecito.domain.documents import CustomerKind
from sollecito.domain.money import to_cents

YEAR = Decimal(36500)
"""Days of a year times a hundred."""
ONE_DAY = timedelta(days=1)
NOTHING = Decimal(0)
FLAT = Decimal("40.00")
"""For each late payment, without formal notice (art. 6 c. 2)."""
EIGHT_POINTS_FROM = date(2013, 1, 1)
"""Contracts concluded from here on: 8 points over the reference rate, before 7 (D.Lgs. 192/2012
art. 3); the flat sum is due for them alone."""
DECREE_FROM = date(2002, 8, 8)
"""Contracts concluded before are outside D.Lgs. 231/2002 (art. 11)."""
FOUR_FOOD_POINTS_FROM = date(2015, 7, 4)
NEW, OLD = Decimal(8), Decimal(7)
FOOD, OLD_FOOD = Decimal(4), Decimal(2)


class Regime(StrEnum):
    """Which law sets the rate."""

    LATE_PAYMENT = "231"
    LEGAL = "legal"
    AGRIFOOD = "agrifood"
    AGREED = "agreed"
    """A rate written in the contract (art. 5)."""


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """Tasso pubblicato: per cent a year, first and last day included, and where it is said.

    The reference rate of the ECB for ``231`` and ``agrifood``, the rate itself for ``legal``.
    """

    first: date
    last: date
    percent: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class InterestRow:
    """One row of the calculation: both days counted; ``interest`` is rounded to the cent."""

    first: date
    last: date
    days: int
    percent: Decimal
    base: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class Interest:
    """Interessi: the sum of the rows, the flat sum, and the first day without a known rate."""

    interest: Decimal
    flat: Decimal
    rows: tuple[InterestRow, ...]
    unpublished_from: date | None = None

    @property
    def total(self) -> Decimal:
        """Interest and flat sum."""
        return self.interest + self.flat


@dataclass(frozen=True, slots=True)
class PartPayment:
    """Money that reduced the debt at the end of a day."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class InterestTerms:
    """Condizioni di mora of a customer: the law, the agreed rate, the date of the contract."""

    regime: Regime
    percent: Decimal | None = None
    contract_date: date | None = None


class InterestRefusedError(Exception):
    """What was asked for makes no sense; the text says what to correct."""


def regime_of(kind: CustomerKind) -> Regime:
    """The regime of a kind of customer: consumers and condominiums never get the decree's rate.

    Art. 1 c. 2 lett. b; Cass. 14410/2024 for condominiums.
    """
    consumers = {CustomerKind.PRIVATE, CustomerKind.CONDOMINIUM}
    return Regime.LEGAL if kind in consumers else Regime.LATE_PAYMENT


def terms_of(
    kind: CustomerKind, written: str, percent: Decimal | None, contract_date: date | None
) -> InterestTerms:
    """What a customer's card says, else what fits its kind.

    Consumers and condominiums never get the decree's rates, whatever the card says; a rate agreed
    with them stays theirs.
    """
    proposed = regime_of(kind)
    regime = Regime(written) if written else proposed
    if regime is Regime.AGREED and percent is not None:
        return InterestTerms(regime, percent)
    if proposed is Regime.LEGAL or regime is Regime.AGREED:
        regime = proposed
    return InterestTerms(regime, contract_date=contract_date)


def first_day_counted_from(due_date: date, kind: CustomerKind, notice: date | None) -> date | None:
    """The day after which interest runs, as ``compute_interest`` takes it; ``None``: it does not.

    For businesses and public bodies the due date (art. 4 D.Lgs. 231/2002); for consumers and
    condominiums the later of it and the day the formal notice arrived (art. 1219, 1224 c.c.).
    """
    if regime_of(kind) is not Regime.LEGAL:
        return due_date
    return max(due_date, notice) if notice else None


def sum_flats(found: Iterable[tuple[Hashable, Decimal]]) -> Decimal:
    """The flat sums of several debts: once for each document, whose name comes first.

    Art. 6 D.Lgs. 231/2002; CJEU C-585/20: for each invoice.
    """
    return sum(dict(found).values(), Decimal("0.00"))


def compute_interest(
    amount: Decimal,
    due_date: date,
    until: date,
    published: Sequence[PublishedRate],
    *,
    regime: Regime = Regime.LATE_PAYMENT,
    contract_date: date | None = None,
    payments: Iterable[PartPayment] = (),
) -> Interest:
    """Interest of a debt from the day after ``due_date`` to ``until``, both counted.

    A part payment closes a row on its day; the rest runs on. Nothing is extrapolated: the rows
    end with the last published rate, and ``unpublished_from`` says from when one is missing.

    Args:
        amount: what was due, VAT included, positive; for split payment the taxable part alone.
        due_date: the last day to pay; for consumers the day the formal notice arrived.
        until: the last day counted.
        published: the known rates of the regime, in any order, without overlaps.
        regime: which law sets the rate.
        contract_date: of contracts concluded before 2013, or before the decree.
        payments: what came in after the due date, or before it.

    Raises InterestRefusedError.
    """
    _check(amount, regime, contract_date)
    if contract_date and contract_date > due_date:
        raise InterestRefusedError("Il contratto non può essere successivo alla scadenza.")
    rates = sorted(published, key=lambda rate: rate.first)
    if until > due_date and (not rates or due_date + ONE_DAY < rates[0].first):
        since = f" prima del {rates[0].first:%d/%m/%Y}" if rates else ""
        raise InterestRefusedError(f"Per questo regime non ci sono tassi{since}.")
    rows: list[InterestRow] = []
    unpublished: date | None = None
    for first, last, base in _periods(amount, due_date, until, payments):
        known, missing = _split(first, last, rates, regime)
        rows += [_row(*part, _points(regime, part[0], contract_date), base) for part in known]
        if missing:
            unpublished = missing
            break
    is_late = bool(rows) or unpublished is not None
    return Interest(
        interest=sum((row.interest for row in rows), Decimal("0.00")),
        flat=_flat(regime, contract_date) if is_late else Decimal("0.00"),
        rows=tuple(rows),
        unpublished_from=unpublished,
    )


def _check(amount: Decimal, regime: Regime, contract_date: date | None) -> None:
    if amount <= 0:
        raise InterestRefusedError("L'importo deve essere maggiore di zero.")
    is_decree = regime in {Regime.LATE_PAYMENT, Regime.AGRIFOOD}
    if is_decree and contract_date and contract_date < DECREE_FROM:
        raise InterestRefusedError(
            "Il D.Lgs. 231/2002 vale per i contratti conclusi dall'8 agosto 2002: "
            "per questo usa il tasso legale."
        )


def _periods(
    amount: Decimal, due_date: date, until: date, payments: Iterable[PartPayment]
) -> Iterable[tuple[date, date, Decimal]]:
    """First day, last day and what was owed in between, as payments came in."""
    base, first = amount, due_date + ONE_DAY
    for payment in sorted(payments, key=lambda each: each.day):
        if payment.day >= until or base <= 0:
            break
        if payment.day >= first:
            yield first, payment.day, base
            first = payment.day + ONE_DAY
        base -= payment.amount
    if base > 0 and first <= until:
        yield first, until, base


def _split(
    first: date, last: date, rates: Sequence[PublishedRate], regime: Regime
) -> tuple[list[tuple[date, date, Decimal]], date | None]:
    """The parts of a period by published rate, and the first day that has none."""
    parts: list[tuple[date, date, Decimal]] = []
    day = first
    for rate in rates:
        if day > last:
            break
        if rate.first <= day <= rate.last:
            end = min(rate.last, last)
            parts += [(start, stop, rate.percent) for start, stop in _cut(day, end, regime)]
            day = end + ONE_DAY
    return parts, day if day <= last else None


def _cut(first: date, last: date, regime: Regime) -> Iterable[tuple[date, date]]:
    """The food points changed within a half-year."""
    if regime is Regime.AGRIFOOD and first < FOUR_FOOD_POINTS_FROM <= last:
        yield first, FOUR_FOOD_POINTS_FROM - ONE_DAY
        first = FOUR_FOOD_POINTS_FROM
    yield first, last


def _points(regime: Regime, day: date, contract_date: date | None) -> Decimal:
    """Points over the published rate on a day."""
    if regime in {Regime.LEGAL, Regime.AGREED}:
        return NOTHING
    is_old = (contract_date or day) < EIGHT_POINTS_FROM or day < EIGHT_POINTS_FROM
    points = OLD if is_old else NEW
    if regime is Regime.AGRIFOOD:
        points += FOOD if day >= FOUR_FOOD_POINTS_FROM else OLD_FOOD
    return points


def _row(first: date, last: date, percent: Decimal, points: Decimal, base: Decimal) -> InterestRow:
    days, whole = (last - first).days + 1, percent + points
    return InterestRow(first, last, days, whole, base, to_cents(base * whole * days / YEAR))


def _flat(regime: Regime, contract_date: date | None) -> Decimal:
    if regime in {Regime.LEGAL, Regime.AGREED}:
        return Decimal("0.00")
    return Decimal("0.00") if contract_date and contract_date < EIGHT_POINTS_FROM else FLAT
