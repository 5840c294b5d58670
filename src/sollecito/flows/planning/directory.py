"""Who reads what is written to customers: found out once for each, however many days are played."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sollecito.accounts.bulk import among
from sollecito.domain.policies import Policy
from sollecito.flows.choose_channels import reach_of, readers_of
from sollecito.ledger.models import Party


@dataclass(slots=True)
class Directory:
    """Rubrica: languages, kinds and recipients of customers on these channels."""

    channels: Collection[str]
    readers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    reach: dict[int, tuple[tuple[str, tuple[str, ...]], ...]] = field(default_factory=dict)
    customers: dict[int, tuple[str, str, int | None]] = field(default_factory=dict)
    """Language, kind, and who pays for it."""

    def look_up(self, parties: Collection[int]) -> None:
        """Read those that are not known yet."""
        new = set(parties) - self.customers.keys()
        if not new:
            return
        self.readers |= readers_of(new)
        self.reach |= reach_of(new, self.channels)
        rows = Party.objects.filter(pk__in=among(new))
        columns = ("pk", "language", "kind", "payment_contact_id")
        self.customers |= {pk: told for pk, *told in rows.values_list(*columns)}


def channels_of(policies: Iterable[Policy | None]) -> set[str]:
    """Every channel that some step of these programmes wants."""
    different = {policy.id: policy for policy in policies if policy}
    steps = (step for policy in different.values() for step in policy.steps)
    return {channel for step in steps for channel in step.channels}
