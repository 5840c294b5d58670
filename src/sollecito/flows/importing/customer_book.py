"""Registro dei clienti of a set of arrivals: who is who, known or new, one by any of its codes.

Decided in memory while documents are judged, written once by ``save``. Two customers that an
arriving file shows to be one (one had come with the P.IVA, the other with the codice fiscale)
become one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sollecito.domain.documents import PartyData
from sollecito.domain.parties import (
    PartyCodes,
    find_same,
    identity_key,
    is_one_party,
    party_codes,
)
from sollecito.flows.importing.customers import (
    WRITTEN,
    Hints,
    fill_party,
    make_party,
    party_data,
)
from sollecito.flows.importing.known_customers import Customer, load_parties
from sollecito.flows.importing.merge_customers import merge_customers
from sollecito.ledger.models import Party


class CustomerBook:
    """Customers of one set of arrivals; loads all that may be meant by them."""

    def __init__(
        self, buyers: Iterable[tuple[int, PartyData]], parties: Collection[int] = ()
    ) -> None:
        self._by_code: dict[tuple[int, str], list[Customer]] = defaultdict(list)
        self._by_identity: dict[tuple[int, str], Customer] = {}
        self._by_party: dict[int, Customer] = {}
        self._all: list[Customer] = []
        for party in load_parties(list(buyers), parties):
            customer = Customer(party, party_codes(party_data(party)), party.identity)
            self._by_party[party.pk] = customer
            self._enter(customer)

    def of_party(self, party: int) -> Customer:
        """A customer that was loaded, by the key of its row."""
        return self._by_party[party].last()

    def is_same(
        self, customer: Customer, company: int, buyer: PartyData, fallback: str = ""
    ) -> bool:
        """Whether a document's buyer may be the customer that it has here already."""
        known, wanted = customer.last(), party_codes(buyer)
        if known.party.company_id == company and wanted.all & known.codes.all:
            return is_one_party([wanted, known.codes])
        return known.identity == (identity_key(buyer) or fallback)

    def admit(
        self,
        company: int,
        buyer: PartyData,
        hints: Hints | None = None,
        *,
        fallback: str = "",
        known: Customer | None = None,
    ) -> Customer:
        """The customer that a buyer is, with what this file adds to its card; new if unknown.

        Args:
            company: whose customer.
            buyer: as written in the file.
            hints: what else tells which kind of customer it is.
            fallback: identity of one of whom nothing is known.
            known: the customer that it is certain to be.
        """
        wanted = party_codes(buyer)
        identity = wanted.key or identity_key(buyer) or fallback
        same = find_same(wanted, self._bearing(company, wanted))
        if not same and (company, identity) in self._by_identity:
            same = [self._by_identity[company, identity].last()]
        if known is not None and known.last() not in same:
            same.append(known.last())
        if not same:
            customer = Customer(make_party(company, identity, buyer, hints), wanted, identity)
            self._enter(customer)
            return customer
        customer, *others = sorted(same, key=lambda each: each.party.pk or float("inf"))
        for other in others:
            self._merge(customer, other)
        if fill_party(customer.party, buyer, hints):
            customer.is_changed = True
        self._know_codes(customer)
        return customer

    def save(self) -> dict[int, Party]:
        """Write everything; return the customers that are no more, with who they are now."""
        current = [each for each in self._all if each.merged_into is None]
        gone: dict[int, Party] = {}
        for customer in current:
            if customer.absorbed and customer.party.pk:
                merge_customers(customer.party, customer.absorbed)
                gone |= {each.pk: customer.party for each in customer.absorbed}
        changed = [each.party for each in current if each.is_changed and each.party.pk]
        Party.objects.bulk_update(changed, WRITTEN)
        Party.objects.bulk_create(each.party for each in current if not each.party.pk)
        for old in [pk for pk, each in self._by_party.items() if each.merged_into]:
            gone.setdefault(old, self._by_party[old].last().party)
        return gone

    def _bearing(self, company: int, wanted: PartyCodes) -> list[Customer]:
        """Customers of a company with any of these codes, or under their key."""
        found = [each for code in wanted.all for each in self._by_code[company, code]]
        if namesake := self._by_identity.get((company, wanted.key)):
            found.append(namesake)
        return list(dict.fromkeys(each.last() for each in found))

    def _enter(self, customer: Customer) -> None:
        company = customer.party.company_id
        self._all.append(customer)
        self._by_identity[company, customer.identity] = customer
        for code in customer.codes.all:
            self._by_code[company, code].append(customer)

    def _merge(self, customer: Customer, other: Customer) -> None:
        other.merged_into = customer
        customer.is_changed |= fill_party(customer.party, party_data(other.party))
        customer.absorbed += other.absorbed
        if other.party.pk:
            customer.absorbed.append(other.party)

    def _know_codes(self, customer: Customer) -> None:
        """Its codes after something was filled in, and the identity that they give."""
        codes = party_codes(party_data(customer.party))
        if codes == customer.codes:
            return
        company = customer.party.company_id
        for code in codes.all - customer.codes.all:
            self._by_code[company, code].append(customer)
        customer.codes, customer.identity = codes, codes.key or customer.identity
        customer.party.identity = customer.identity
        self._by_identity[company, customer.identity] = customer
        customer.is_changed = True
