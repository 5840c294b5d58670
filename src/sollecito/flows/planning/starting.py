"""How the open instalments begin with a programme that is about to be activated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sollecito.accounts.models import Company
from sollecito.accounts.queries import work_calendar
from sollecito.domain import policies as values
from sollecito.domain.candidates import DueTerms
from sollecito.domain.starting import Beginning, Start, find_beginning
from sollecito.dunning.models import Policy
from sollecito.dunning.plan_queries import OpenRow, histories_of, history_of, open_rows
from sollecito.dunning.policy_book import Choice, PolicyBook, policy_book
from sollecito.flows.planning.levels import Level

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Activation:
    """What a person chose. ``level`` is the company, a category, or ``None``: who has it already.

    ``day_cap`` 0 for no cap.
    """

    level: Level | None
    start: Start
    day_cap: int = 0


@dataclass(frozen=True, slots=True)
class Begun:
    """How one open instalment begins."""

    instalment: int
    round: int
    due_date: date
    beginning: Beginning


def beginnings_of(
    row: Policy,
    policy: values.Policy,
    wanted: Activation,
    today: date,
    *,
    rows: Iterable[OpenRow] | None = None,
) -> Iterator[Begun]:
    """Every open instalment that the programme would govern, and how it begins.

    Only what the order of the steps asks for is read: a person waits for the answer. ``rows``
    are the open instalments to look at, all of them unless given.
    """
    company = row.company
    book = _book_after(company, policy, wanted)
    calendar = work_calendar(company)
    looked_at = open_rows(company) if rows is None else rows
    mine = [each for each in looked_at if _governs(book, each, row.pk)]
    for place in range(0, len(mine), CHUNK):
        chunk = mine[place : place + CHUNK]
        histories = histories_of([each.pk for each in chunk])
        for each in chunk:
            beginning = find_beginning(
                DueTerms(each.due_date, calendar, each.payment_day, each.grace_days),
                policy,
                history_of(histories.get(each.pk), each.round),
                round_number=each.round,
                today=today,
                start=wanted.start,
            )
            yield Begun(each.pk, each.round, each.due_date, beginning)


def _governs(book: PolicyBook, each: OpenRow, policy: int) -> bool:
    found = book.resolve(each.pk, each.party, each.segment).policy
    return found is not None and found.id == policy


def _book_after(company: Company, policy: values.Policy, wanted: Activation) -> PolicyBook:
    """The company's programmes as they will be once this one is activated."""
    book = policy_book(company)
    book.inactive -= {policy.id}
    if wanted.level == Level():
        book.default = policy.id
    elif wanted.level is not None:
        book.segments[wanted.level.segment] = Choice(policy.id)
    return book
