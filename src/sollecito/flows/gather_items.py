"""Instalments → the items of a reminder, with the account each is to be paid on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sollecito.accounts.models import Company
from sollecito.domain.documents import DocumentKind, Reference
from sollecito.domain.identifiers import parse_iban
from sollecito.domain.schedule import InstalmentFacts, remindable_balance
from sollecito.domain.terms import compute_amount_due
from sollecito.domain.wording import Account, Collection, Item
from sollecito.flows.make_courtesy_copy import read_original
from sollecito.flows.name_customers import name_apart
from sollecito.ledger.models import BankAccount, Document, Instalment, SdiNotification
from sollecito.ledger.sources import GROSS_ROWS, Amounts

COLLECTED = {
    **dict.fromkeys(("MP12",), Collection.RIBA),
    **dict.fromkeys(
        ("MP09", "MP10", "MP11", "MP16", "MP17", "MP19", "MP20", "MP21"), Collection.SDD
    ),
}


@dataclass(frozen=True, slots=True)
class CompanyAccounts:
    """Conti dell'azienda by IBAN, and the one for documents that name none."""

    by_iban: Mapping[str, BankAccount] = field(default_factory=dict)
    default: BankAccount | None = None


def accounts_of(company: Company) -> CompanyAccounts:
    """The company's bank accounts."""
    rows = list(BankAccount.objects.filter(company=company).order_by("id"))
    default = next((row for row in rows if row.is_default), None)
    return CompanyAccounts({parse_iban(row.iban): row for row in rows}, default)


def account_named(company: Company, accounts: CompanyAccounts, iban: str) -> Account:
    """The account of an IBAN chosen by a person, with the company's name where it is not known."""
    known = accounts.by_iban.get(parse_iban(iban))
    return _known(known) if known else Account(parse_iban(iban), company.name)


def make_item(
    row: Instalment, facts: InstalmentFacts, today: date, accounts: CompanyAccounts
) -> Item:
    """One open item, to be paid on the account of its document, else the company's default."""
    document = row.document
    withheld, split = _deductions(document)
    return Item(
        kind=DocumentKind(document.kind),
        number=document.number,
        series=document.series,
        document_date=document.date,
        due_date=row.due_date,
        amount=row.amount,
        balance=remindable_balance(facts, today),
        paid=max(row.amount - facts.balance, Decimal(0)),
        seq=row.seq,
        of=row.of,
        currency=row.currency,
        references=tuple(_reference(each) for each in document.references),
        account=_account(row, accounts),
        collection=COLLECTED.get(row.method, Collection.NONE),
        collection_bank=row.bank if row.method in COLLECTED else "",
        withheld=withheld,
        split_vat=split,
        delivered_on=document.sdi_since if document.sdi_state == "delivered" else None,
        office_code=document.recipient_code if document.is_public_body else "",
        sdi_id=_sdi_id(document),
    )


def make_items(
    rows: Sequence[Instalment],
    facts: Mapping[int, InstalmentFacts],
    today: date,
    accounts: CompanyAccounts,
) -> list[Item]:
    """The items of one message; of several customers each says whose it is."""
    names = name_apart({row.party_id: row.party for row in rows}.values())
    items = [make_item(row, facts[row.pk], today, accounts) for row in rows]
    if len(names) == 1:
        return items
    pairs = zip(rows, items, strict=True)
    return [replace(item, customer=names[row.party_id]) for row, item in pairs]


def own_account(row: Instalment) -> str:
    """The IBAN written on the document for this instalment, bare; empty where it has none."""
    return parse_iban(row.iban)


def _known(account: BankAccount) -> Account:
    return Account(parse_iban(account.iban), account.holder, account.bank, account.bic)


def _account(row: Instalment, accounts: CompanyAccounts) -> Account | None:
    iban = own_account(row)
    if not iban:
        return _known(accounts.default) if accounts.default else None
    known = accounts.by_iban.get(iban)
    holder = row.beneficiary or (known.holder if known else row.document.company.name)
    return Account(
        iban,
        holder,
        row.bank or (known.bank if known else ""),
        row.bic or (known.bic if known else ""),
    )


def _deductions(document: Document) -> tuple[Decimal, Decimal]:
    """Withholding and split VAT that the instalments leave out already.

    The file is read only where there is a gap; rows written gross leave nothing out.
    """
    is_gross = any(each.get("code") == GROSS_ROWS for each in document.warnings)
    if (is_gross and document.amounts != Amounts.NET) or document.total == document.expected:
        return Decimal(0), Decimal(0)
    parsed = read_original(document)
    if parsed is None:
        return Decimal(0), Decimal(0)
    due = compute_amount_due(parsed)
    return due.withheld, due.split_tax


def _reference(data: Mapping[str, Any]) -> Reference:
    day = data.get("date")
    return Reference(
        kind=data.get("kind", "order"),
        number=data.get("number") or "",
        date=date.fromisoformat(day) if isinstance(day, str) and day else day or None,
        cup=data.get("cup") or "",
        cig=data.get("cig") or "",
    )


def _sdi_id(document: Document) -> str:
    if not document.is_public_body or not document.file_key:
        return ""
    rows = SdiNotification.objects.filter(company=document.company, target=document.file_key)
    return rows.exclude(sdi_id="").values_list("sdi_id", flat=True).first() or ""
