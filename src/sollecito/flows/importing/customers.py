"""Cards of customers: made from what one file says, filled by others only where blank."""

from __future__ import annotations

from dataclasses import dataclass

from sollecito.accounts.models import AuditEntry
from sollecito.domain import identifiers
from sollecito.domain.documents import Address, CustomerKind, ParsedDocument, PartyData
from sollecito.domain.parties import (
    KIND_RANKS,
    party_codes,
    propose_customer_kind,
    split_vat_number,
)
from sollecito.ledger.models import Party

ITALIAN_SPEAKING = frozenset({"", "IT", "SM", "VA"})
ADDRESS_FIELDS = {"street": 200, "postcode": 10, "city": 100, "province": 10, "country": 2}
"""Columns of the address, with their lengths."""
WRITTEN = (
    *("identity", "name", "kind", "is_kind_confirmed", "vat_country", "vat_number", "tax_code"),
    *ADDRESS_FIELDS,
)
"""Columns that an import may write on a card that is there already."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a file says of its customer's kind beside the customer's own data."""

    recipient_code: str = ""
    transmission_format: str = ""


def hints_of(document: ParsedDocument) -> Hints:
    """Where a document was sent, and in which format."""
    return Hints(document.recipient_code, document.transmission_format)


def make_party(company: int, identity: str, buyer: PartyData, hints: Hints | None = None) -> Party:
    """A new customer, not saved."""
    kind, is_sure = _propose_kind(buyer, hints)
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
    _fill_blanks(party, buyer)
    return party


def fill_party(party: Party, buyer: PartyData, hints: Hints | None = None) -> bool:
    """Write what a file knows where the customer's card is blank; tell if anything changed.

    The kind rises (a private person who also has a P.IVA is a firm) unless a person chose it.
    """
    news = _fill_blanks(party, buyer)
    kind, is_sure = _propose_kind(buyer, hints)
    now = CustomerKind(party.kind)
    if kind is now and is_sure and not party.is_kind_confirmed:
        party.is_kind_confirmed = True
        return True
    if KIND_RANKS[kind] > KIND_RANKS[now] and not _is_kind_chosen(party):
        party.kind, party.is_kind_confirmed = kind.value, is_sure
        return True
    return news


def party_data(party: Party) -> PartyData:
    """A customer's card as files describe one."""
    return PartyData(
        name=party.name,
        vat_country=party.vat_country,
        vat_number=party.vat_number,
        tax_code=party.tax_code,
        address=Address(party.street, party.postcode, party.city, party.province, party.country),
    )


def _propose_kind(buyer: PartyData, hints: Hints | None) -> tuple[CustomerKind, bool]:
    told = hints or Hints()
    return propose_customer_kind(buyer, told.recipient_code, told.transmission_format)


def _is_kind_chosen(party: Party) -> bool:
    """Whether a person wrote the kind on the card."""
    edits = AuditEntry.objects.filter(target=f"party:{party.pk}", action="customer_edited")
    return any("kind" in edit.details for edit in edits)


def _name_of_code(buyer: PartyData) -> str:
    """FSM10 may give a code and no name."""
    return f"Cliente {buyer.vat_country}{buyer.vat_number or buyer.tax_code}"


def _fill_blanks(party: Party, buyer: PartyData) -> bool:
    country, number = split_vat_number(buyer)
    found, here = party_codes(buyer), party_codes(party_data(party))
    news: dict[str, str] = {}
    if number and (not party.vat_number or (found.vat and not here.vat)):
        news |= {"vat_country": country[:2], "vat_number": number[:28]}
    tax_code = identifiers.parse_tax_code(buyer.tax_code)[:28]
    if tax_code and (not party.tax_code or (_is_valid(tax_code) and not _is_valid(party.tax_code))):
        news["tax_code"] = tax_code
    if buyer.name and not party.name:
        news["name"] = buyer.name[:200]
    if not any(getattr(party, name) for name in ADDRESS_FIELDS):
        news |= _fit_address(buyer.address)
    changed = {name: value for name, value in news.items() if getattr(party, name) != value}
    for name, value in changed.items():
        setattr(party, name, value)
    return bool(changed)


def _is_valid(tax_code: str) -> bool:
    return identifiers.is_tax_code(tax_code)


def _fit_address(address: Address) -> dict[str, str]:
    return {name: getattr(address, name)[:size] for name, size in ADDRESS_FIELDS.items()}
