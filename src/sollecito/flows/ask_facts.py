"""What the first rules are asked with, as the message being made sees it."""

from __future__ import annotations

from collections.abc import Sequence

from sollecito.accounts.models import Company
from sollecito.domain.schedule import (
    InstalmentFacts,
    within_plan,
    without_collections,
    without_holds,
)
from sollecito.dunning.fact_queries import instalment_facts
from sollecito.dunning.policy_book import with_minimums
from sollecito.flows import clock
from sollecito.flows.compare_standing import A_COPY
from sollecito.flows.gather_desk import Desk
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.ledger.models import Instalment


def facts_as_asked(
    company: Company, rows: Sequence[Instalment], options: ReminderOptions, desk: Desk
) -> dict[int, InstalmentFacts]:
    """Facts by instalment, with the least balance of each one's programme.

    A plan's own messages do not see its hold; a step before the due date that may announce what
    the bank collects does not see that one; a copy of the document sees none.
    """
    today = clock.today(company.time_zone)
    known = {row.pk: desk.facts[row.pk] for row in rows if row.pk in desk.facts}
    if unknown := [row.pk for row in rows if row.pk not in known]:
        known |= instalment_facts(unknown, today, as_of=clock.pretended_day())
    facts = with_minimums(desk.policies, rows, known)
    if options.plan:
        facts = {pk: within_plan(each) for pk, each in facts.items()}
    if desk.texts.kind_of(options.model) == A_COPY:
        facts = {pk: without_holds(each) for pk, each in facts.items()}
    announced = options.announced & facts.keys()
    return facts | {pk: without_collections(facts[pk]) for pk in announced}
