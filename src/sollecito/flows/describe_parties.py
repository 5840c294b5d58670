"""Who writes and who is written to, as the words of a message see them."""

from __future__ import annotations

from collections.abc import Sequence

from sollecito.accounts.models import Company
from sollecito.domain.documents import Address, CustomerKind
from sollecito.domain.money import Language
from sollecito.domain.wording import Creditor, Debtor
from sollecito.flows.choose_recipients import contact_of
from sollecito.ledger.models import Party

CONSUMERS = frozenset({CustomerKind.PRIVATE, CustomerKind.CONDOMINIUM})


def describe_company(company: Company) -> Creditor:
    """The creditor's facts."""
    return Creditor(
        name=company.name,
        short_name=company.short_name,
        vat_number=company.vat_number,
        tax_code=company.tax_code,
        address=_address(company),
        pec=company.pec,
        representative=company.representative,
    )


def describe_reader(parties: Sequence[Party]) -> Debtor:
    """Who reads: the customer, or who answers for these customers."""
    first = parties[0]
    debtor = describe_party(first, contact_of(first))
    if len(parties) == 1 or first.payment_contact is None:
        return debtor
    every = [describe_party(party, "") for party in parties]
    name, is_consumer = first.payment_contact.name, any(each.is_consumer for each in every)
    return Debtor(
        name,
        debtor.contact,
        is_foreign=debtor.is_foreign,
        reader=debtor.reader,
        is_consumer=is_consumer,
    )


def describe_served(parties: Sequence[Party]) -> tuple[Debtor, ...]:
    """The customers of a message about several; none where it is about one."""
    return tuple(describe_party(party, "") for party in parties) if len(parties) > 1 else ()


def describe_party(party: Party, contact: str) -> Debtor:
    """The customer's facts; ``contact`` is the person greeted."""
    return Debtor(
        name=party.name,
        contact=contact,
        vat_country=party.vat_country,
        vat_number=party.vat_number,
        tax_code=party.tax_code,
        address=_address(party),
        is_foreign=party.kind == CustomerKind.FOREIGN or party.country not in {"", "IT"},
        reader="private" if party.kind == CustomerKind.PRIVATE else "business",
        is_consumer=party.kind in CONSUMERS,
    )


def language_of(party: Party) -> Language:
    """Italian for who reads it, else English."""
    return "it" if party.language in {"", "it"} else "en"


def _address(row: Company | Party) -> Address:
    return Address(row.street, row.postcode, row.city, row.province, row.country)
