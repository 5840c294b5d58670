"""How the open instalments begin with a programme that is about to be activated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sollecito.accounts.models import Company
from sollecito.domain import policies as values
from sollecito.domain.starting import Beginning, Start, find_beginning
from sollecito.dunning.models import Policy
from sollecito.dunning.plan_queries import Planned, planned_facts
from sollecito.dunning.policy_book import Choice, PolicyBook, policy_book
from sollecito.flows.planning.levels import Level
from sollecito.ledger.models import Instalment

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Activation:
    """What a person chose. ``level`` is the company, a category, or ``None``: who has it already.

    ``day_cap`` 0 for no cap.
    """

    level: Level | None
    start: Start
    day_cap: int = 0


def beginnings_of(
    row: Policy, policy: values.Policy, wanted: Activation, today: date
) -> Iterator[tuple[int, Planned, Beginning]]:
    """Every open instalment that the programme would govern, and how it begins."""
    company = row.company
    book = _book_after(company, policy, wanted)
    rows = Instalment.objects.filter(company=company, balance__gt=0).order_by("party_id", "pk")
    ids = list(rows.values_list("pk", flat=True))
    for place in range(0, len(ids), CHUNK):
        known = planned_facts(company, ids[place : place + CHUNK], today, book=book)
        for pk, planned in known.items():
            if planned.policy is None or planned.policy.id != row.pk:
                continue
            facts = planned.facts
            yield (
                pk,
                planned,
                find_beginning(
                    facts.terms,
                    policy,
                    planned.history,
                    round_number=facts.round,
                    today=today,
                    start=wanted.start,
                ),
            )


def _book_after(company: Company, policy: values.Policy, wanted: Activation) -> PolicyBook:
    """The company's programmes as they will be once this one is activated."""
    book = policy_book(company)
    book.inactive -= {policy.id}
    if wanted.level == Level():
        book.default = policy.id
    elif wanted.level is not None:
        book.segments[wanted.level.segment] = Choice(policy.id)
    return book
