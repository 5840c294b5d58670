"""Numbers drawn with a fixed seed: the same every day, so that only dates move."""

from __future__ import annotations

import random
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from sollecito.sample import days
from sollecito.sample.customers import Customer

SEED = "Ventofresco Impianti 1"
TAIL = 0.05
AUGUST, AUGUST_DAYS = 8, 10
CHRISTMAS_DAYS = 6
BAD_RIBA = (8, 25)
BAD_RIBA_SHARE = 1 / 12
FORGOTTEN_SHARE = 1 / 6
FORGOTTEN = (12, 35)
FIXED_DAY = 10


def generator(purpose: str, customer: int = 0) -> random.Random:
    """Return the random numbers of one purpose and customer, the same at every call."""
    return random.Random(f"{SEED}/{purpose}/{customer}")  # noqa: S311  sample data, not secrets


def draw_net(rng: random.Random, customer: Customer) -> Decimal:
    """Return a net amount in the customer's range, in steps of 10 euro."""
    least, most = customer.net
    return Decimal(rng.randrange(least, most + 1, 10))


def draw_delay(rng: random.Random, customer: Customer) -> int:
    """Return days from the due date to the payment order; negative pays early."""
    if customer.method == "MP12":
        return rng.randint(*BAD_RIBA) if rng.random() < BAD_RIBA_SHARE else 0
    if customer.series == "R":
        return rng.randint(*FORGOTTEN) if rng.random() < FORGOTTEN_SHARE else 0
    middle, low, high = customer.delay
    place = rng.random()
    if place < TAIL:
        return low - round((TAIL - place) / TAIL * (middle - low) / 4)
    if place > 1 - TAIL:
        return high + round((place - 1 + TAIL) / TAIL * (high - middle) / 4)
    share = (place - TAIL) / (0.5 - TAIL)
    return round(
        low + share * (middle - low) if share <= 1 else middle + (share - 1) * (high - middle)
    )


def paying_day(due: date, delay: int, customer: Customer) -> date:
    """Return the day on which the money is on our account: one working day after the order.

    August and Christmas hold payments back; customer 3 pays on the 10th of the next month.
    """
    if customer.is_end_of_month and customer.method == "MP05":
        return days.after(days.on_or_after(first_of_next_month(due).replace(day=FIXED_DAY)))
    order = due + timedelta(days=delay)
    if due.month == AUGUST:
        order += timedelta(days=AUGUST_DAYS)
    elif is_christmas(due):
        order += timedelta(days=CHRISTMAS_DAYS)
    return days.after(days.on_or_after(order))


def is_christmas(day: date) -> bool:
    """Whether ``day`` lies between 15 December and 6 January."""
    return (day.month, day.day) >= (12, 15) or (day.month, day.day) <= (1, 6)


def end_of_month(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def first_of_next_month(day: date) -> date:
    """Return the first day of the month after that of ``day``."""
    return end_of_month(day) + timedelta(days=1)
