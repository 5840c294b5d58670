"""What the groups of a day wait for before they leave."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sollecito.accounts.models import Company
from sollecito.domain.grouping import Group, within_caps
from sollecito.flows import clock
from sollecito.flows.planning.asking import with_amounts
from sollecito.flows.planning.counting import make_counter
from sollecito.flows.planning.deciding import Decided
from sollecito.flows.planning.proposing import Means, Proposal, is_ready, propose
from sollecito.flows.planning.reviewing import make_reviewer


def hold_back(
    company: Company, groups: Sequence[Group], decided: Sequence[Decided], means: Means
) -> list[Proposal]:
    """What each group waits for: a cap, an address, a person."""
    today = clock.today(company.time_zone)
    readers = {reader for group in groups for reader in group.readers}
    counter = make_counter(company, today, readers)
    reviewer = make_reviewer(company, groups, {d.instalment: d for d in decided}, today)
    proposals = [
        proposal
        for group, cap in within_caps(
            groups, counter, today, is_ready=partial(is_ready, means=means)
        )
        for proposal in propose(group, cap, reviewer.reasons(group), means)
    ]
    return with_amounts(company, proposals, today)
