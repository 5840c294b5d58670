"""Piani di rientro: are the rates a plan, what is paid of each, and is it kept or broken?

Money that comes in for the instalments of a plan pays its rates in their order. Source: the
product's specification of reminders, hold ``arrangement``; office practice (row 26).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from sollecito.domain.documents import Problem
from sollecito.domain.money import format_date, format_money

NOTHING = Decimal(0)
MOST_RATES = 120


@dataclass(frozen=True, slots=True)
class Rate:
    """Rata del piano, as agreed."""

    due_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RateStanding:
    """What is left of one rate, once money received was counted in order."""

    seq: int
    due_date: date
    amount: Decimal
    left: Decimal


class PlanState(StrEnum):
    """A plan's state by its payments."""

    ON_TRACK = "on_track"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """How a plan stands on a day. ``missed`` is the rate that broke it, ``next`` the one to pay."""

    state: PlanState
    rates: tuple[RateStanding, ...]
    next: RateStanding | None = None
    missed: RateStanding | None = None


def check_rates(
    rates: Sequence[Rate], balance: Decimal, today: date, *, currency: str = "EUR"
) -> tuple[Problem, ...]:
    """What keeps these rates from being a plan for a balance.

    Dates go up and do not lie in the past, amounts are positive and sum to the balance.
    """
    found = []
    if not rates:
        return (Problem("rates", "Il piano non ha rate.", "Scrivi almeno una data e un importo."),)
    if len(rates) > MOST_RATES:
        found.append(Problem("rates", f"Le rate sono più di {MOST_RATES}.", "Riducine il numero."))
    if any(rate.amount <= NOTHING for rate in rates):
        found.append(Problem("rates", "Ogni rata ha un importo maggiore di zero.", "Correggilo."))
    days = [rate.due_date for rate in rates]
    if any(later <= earlier for earlier, later in pairwise(days)):
        hint = "Scrivile dalla più vicina alla più lontana, una per giorno."
        found.append(Problem("rates", "Le date delle rate non sono in ordine.", hint))
    if days[0] < today:
        hint = f"La prima rata può essere dal {format_date(today)}."
        found.append(Problem("rates", "La prima data è già passata.", hint))
    total = sum((rate.amount for rate in rates), NOTHING)
    if total != balance:
        said, wanted = format_money(total, currency), format_money(balance, currency)
        hint = "Correggi gli importi: la loro somma è quello che resta da pagare."
        found.append(Problem("rates", f"Le rate fanno {said}, il residuo è {wanted}.", hint))
    return tuple(found)


def stand(
    rates: Sequence[Rate], received: Decimal, today: date, tolerance_days: int
) -> PlanStanding:
    """How a plan stands: each rate takes its part of what was received, in order.

    Broken from the day after a rate's date and its tolerance, while something of it is missing.
    """
    rest, found = max(received, NOTHING), []
    for seq, rate in enumerate(rates, start=1):
        taken = min(rest, rate.amount)
        rest -= taken
        found.append(RateStanding(seq, rate.due_date, rate.amount, rate.amount - taken))
    unpaid = [rate for rate in found if rate.left > NOTHING]
    if not unpaid:
        return PlanStanding(PlanState.KEPT, tuple(found))
    first = unpaid[0]
    if today > first.due_date + timedelta(days=tolerance_days):
        return PlanStanding(PlanState.BROKEN, tuple(found), next=first, missed=first)
    return PlanStanding(PlanState.ON_TRACK, tuple(found), next=first)


def split_evenly(balance: Decimal, count: int) -> list[Decimal]:
    """Equal parts in cents; the last one takes what is left over."""
    part = (balance / count).quantize(Decimal("0.01"))
    return [part] * (count - 1) + [balance - part * (count - 1)]


def monthly_dates(first: date, count: int) -> list[date]:
    """The same day of every month; the last of a month that lacks it."""
    found = []
    for n in range(count):
        year, month = divmod(first.year * 12 + first.month - 1 + n, 12)
        day = first.day
        while True:
            try:
                found.append(date(year, month + 1, day))
                break
            except ValueError:
                day -= 1
    return found
