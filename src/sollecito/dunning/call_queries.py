"""Calls to be made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sollecito.accounts.models import Company
from sollecito.dunning.models import PhoneCall
from sollecito.ledger.models import Party


@dataclass(frozen=True, slots=True)
class CallToMake:
    """A call of the list; ``rows`` are the keys of what it is about, for the address."""

    pk: int
    party: Party
    due_date: date | None
    follows: PhoneCall | None
    rows: str

    @property
    def party_id(self) -> int:
        """The customer's key."""
        return int(self.party.pk)


def calls_to_make(company: Company, until: date | None = None) -> list[CallToMake]:
    """Open calls, the oldest first; those due by ``until`` where one is given."""
    rows = PhoneCall.objects.filter(company=company, made_at__isnull=True)
    if until:
        rows = rows.filter(due_date__lte=until)
    found = rows.select_related("party", "follows").prefetch_related("covers")
    return [
        CallToMake(
            each.pk,
            each.party,
            each.due_date,
            each.follows,
            ",".join(str(row.pk) for row in each.covers.all()),
        )
        for each in found.order_by("due_date", "pk")
    ]
