"""Customers of arriving documents: found by identity, added in sets, filled only where blank."""

from __future__ import annotations

from collections.abc import Iterable

from sollecito.domain.documents import Address, CustomerKind, PartyData
from sollecito.domain.parties import propose_customer_kind, split_vat_number
from sollecito.flows.importing.incoming import Incoming
from sollecito.ledger.models import Party

ITALIAN_SPEAKING = frozenset({"", "IT", "SM", "VA"})
ADDRESS_FIELDS = {"street": 200, "postcode": 10, "city": 100, "province": 10, "country": 2}
"""Columns of the address, with their lengths."""
CODE_FIELDS = ("vat_country", "vat_number", "tax_code")
PartyKey = tuple[int, str]


def customer_key(one: Incoming) -> PartyKey:
    """Company and identity; a customer of whom nothing is known is one of its own."""
    if one.customer:
        return one.company.pk, one.customer
    key = one.key
    return one.company.pk, f"!{key.kind}:{key.number}:{key.year}"


def find_or_add_customers(arrivals: Iterable[Incoming]) -> dict[PartyKey, Party]:
    """The customer of each document; unknown ones are added, known ones filled where blank."""
    first: dict[PartyKey, Incoming] = {}
    for one in arrivals:
        first.setdefault(customer_key(one), one)
    if not first:
        return {}
    rows = Party.objects.filter(
        company__in={company for company, _ in first}, identity__in={key for _, key in first}
    )
    found = {(row.company_id, row.identity): row for row in rows}
    changed = [
        row for key, row in found.items() if key in first and _fill(row, first[key].document.buyer)
    ]
    Party.objects.bulk_update(changed, ["name", *CODE_FIELDS, *ADDRESS_FIELDS])
    fresh = [_make(key, one) for key, one in first.items() if key not in found]
    for row in Party.objects.bulk_create(fresh):
        found[row.company_id, row.identity] = row
    return found


def _make(key: PartyKey, one: Incoming) -> Party:
    company, identity = key
    document, buyer = one.document, one.document.buyer
    kind, is_sure = propose_customer_kind(
        buyer, document.recipient_code, document.transmission_format
    )
    country = buyer.address.country or split_vat_number(buyer)[0]
    is_abroad = kind is CustomerKind.FOREIGN and country not in ITALIAN_SPEAKING
    party = Party(
        company_id=company,
        identity=identity,
        name=(buyer.name or _name_of_code(buyer))[:200],
        kind=kind.value,
        is_kind_confirmed=is_sure,
        language="en" if is_abroad else "it",
    )
    _fill(party, buyer)
    return party


def _name_of_code(buyer: PartyData) -> str:
    """FSM10 may give a code and no name."""
    return f"Cliente {buyer.vat_country}{buyer.vat_number or buyer.tax_code}"


def _fill(party: Party, buyer: PartyData) -> bool:
    """Write what the file knows where the customer's card is blank; tell if anything changed."""
    country, number = split_vat_number(buyer)
    news: dict[str, str] = {}
    if number and not party.vat_number:
        news |= {"vat_country": country[:2], "vat_number": number[:28]}
    if buyer.tax_code and not party.tax_code:
        news["tax_code"] = buyer.tax_code[:28]
    if buyer.name and not party.name:
        news["name"] = buyer.name[:200]
    if not any(getattr(party, name) for name in ADDRESS_FIELDS):
        news |= _fit_address(buyer.address)
    for name, value in news.items():
        setattr(party, name, value)
    return any(news.values())


def _fit_address(address: Address) -> dict[str, str]:
    return {name: getattr(address, name)[:size] for name, size in ADDRESS_FIELDS.items()}
