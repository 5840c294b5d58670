"""A programme as it is being written, put among the company's others and played."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from sollecito.accounts.models import Company
from sollecito.domain.grouping import Caps
from sollecito.domain.policies import Policy
from sollecito.dunning.plan_queries import open_on
from sollecito.dunning.policy_book import PolicyBook, policy_book
from sollecito.flows import clock
from sollecito.flows.planning.counting import caps_of, make_counter
from sollecito.flows.planning.forecast_days import ForecastDay
from sollecito.flows.planning.playing import Player, load_known
from sollecito.ledger.models import Instalment

COMING_DAYS = 30
MOST_INSTALMENTS = 3000
NEW_POLICY = -1
"""The id of a programme, and below it of its steps, that is not saved yet."""


def with_ids(policy: Policy) -> Policy:
    """The same, with ids below zero for what is not saved yet."""
    steps = tuple(
        step if step.id else replace(step, id=NEW_POLICY - place)
        for place, step in enumerate(policy.steps)
    )
    return replace(policy, id=policy.id or NEW_POLICY, steps=steps)


def book_with(company: Company, policy: Policy) -> PolicyBook:
    """The company's programmes with this one in its new shape, as the default if nobody has it."""
    book = policy_book(company)
    book.policies[policy.id] = policy
    book.inactive -= {policy.id}
    book.is_paused = book.is_instance_paused = False
    levels = (*book.segments.values(), *book.parties.values(), *book.instalments.values())
    if all(choice.policy != policy.id for choice in (book.company, *levels)):
        book.default = policy.id
        book.company = replace(book.company, policy=None)
    book.company = replace(book.company, is_paused=False)
    return book


def caps_with(company: Company, policy: int, day_cap: int) -> Caps:
    """The company's caps, with the one of the programme as it is being written."""
    caps = caps_of(company)
    return replace(caps, per_policy=caps.per_policy | {policy: day_cap})


@dataclass(frozen=True, slots=True)
class Played:
    """Days that were played; ``counted`` of ``total`` instalments were looked at."""

    days: tuple[ForecastDay, ...] = ()
    counted: int = 0
    total: int = 0

    @property
    def is_partial(self) -> bool:
        """Whether some customers were left out."""
        return self.counted < self.total

    def only_of(self, policy: int) -> Played:
        """What of it is one programme's."""
        return replace(self, days=tuple(_only_of(day, policy) for day in self.days))


def play_days(
    company: Company, *, book: PolicyBook, caps: Caps, most: int | None = MOST_INSTALMENTS
) -> Played:
    """The next days of every programme, for so many customers as may be looked at quickly.

    ``most`` instalments, of whole customers; ``None`` for all of them, however long it takes.
    """
    today = clock.today(company.time_zone)
    as_of = clock.pretended_day(company.time_zone)
    rows = Instalment.objects.filter(open_on(company, as_of), company=company)
    ids, total = whole_customers(rows, most)
    counter = make_counter(company, today, caps=caps)
    known = load_known(company, ids, today, as_of=as_of, book=book)
    days = Player(company, today, known, counter).play_days(today, COMING_DAYS)
    return Played(tuple(days), len(ids), total)


@dataclass(slots=True)
class Coming:
    """What a programme will send: communications, what they ask for, the first day."""

    messages: int = 0
    amount: Decimal = Decimal(0)
    first: date | None = None


def coming_by_policy(
    company: Company, most: int | None = MOST_INSTALMENTS
) -> tuple[dict[int, Coming], Played]:
    """What each saved programme will send in the next days, by its id; and what was played."""
    played = play_days(company, book=policy_book(company), caps=caps_of(company), most=most)
    found: dict[int, Coming] = {}
    for day in played.days:
        for group in day.groups:
            each = found.setdefault(group.lead.policy, Coming())
            each.messages += 1
            each.amount += group.asked(day.day).amount
            each.first = each.first or day.day
    return found, played


def whole_customers(rows: QuerySet[Instalment], most: int | None) -> tuple[list[int], int]:
    """Ids of instalments, customer after customer, up to a limit; and how many there are."""
    ordered = rows.order_by("party_id", "pk").values_list("party_id", "pk")
    pairs = list(ordered if most is None else ordered[: most + 1])
    if most is None or len(pairs) <= most:
        return [pk for _party, pk in pairs], len(pairs)
    last = pairs[-1][0]
    whole = [pk for party, pk in pairs if party != last] or [pk for _party, pk in pairs[:most]]
    return whole, rows.order_by().count()


def _only_of(day: ForecastDay, policy: int) -> ForecastDay:
    """What of a day is this programme's."""
    mine = (group for group in day.groups if any(line.policy == policy for line in group.lines))
    return ForecastDay(day.day, tuple(mine))
