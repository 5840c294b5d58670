"""Customers of the ledger that the buyers of a set of arrivals may be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q

from sollecito.domain.documents import PartyData
from sollecito.domain.parties import PartyCodes, identity_key, party_codes
from sollecito.ledger.models import Party


@dataclass(slots=True, eq=False)
class Customer:
    """A customer on this page; ``party`` is saved by ``CustomerBook.save``."""

    party: Party
    codes: PartyCodes
    identity: str
    is_changed: bool = False
    merged_into: Customer | None = None
    absorbed: list[Party] = field(default_factory=list)

    def last(self) -> Customer:
        """Itself, or the one that it turned out to be."""
        return self if self.merged_into is None else self.merged_into.last()


def load_parties(buyers: list[tuple[int, PartyData]], parties: Collection[int]) -> list[Party]:
    """Parties with the codes or the identity of buyers, and those asked for by key."""
    codes = {code.partition(":")[2] for _, buyer in buyers for code in party_codes(buyer).all}
    keys = {identity_key(buyer) for _, buyer in buyers} - {""}
    companies = {company for company, _ in buyers}
    wanted = [
        Q(company__in=companies, identity__in=keys),
        Q(company__in=companies, vat_number__in=codes),
        Q(company__in=companies, tax_code__in=codes),
    ]
    found = {row.pk: row for each in wanted for row in Party.objects.filter(each)}
    missing = set(parties) - found.keys()
    found |= {row.pk: row for row in Party.objects.filter(pk__in=missing)} if missing else {}
    return sorted(found.values(), key=lambda row: row.pk)
