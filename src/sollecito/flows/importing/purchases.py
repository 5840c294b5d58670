"""A file in which the company buys: what it owes a customer, where the company wishes to know."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q

from sollecito.accounts.models import Company
from sollecito.domain.documents import DocumentKind, ParsedDocument, PartyData
from sollecito.domain.identifiers import parse_tax_code
from sollecito.domain.money import format_money
from sollecito.domain.parties import party_codes, split_vat_number
from sollecito.flows.importing.customers import party_data
from sollecito.flows.keep_payables import Debt, add_payable
from sollecito.ledger.models import ImportBatch, Party, Payable

ASIDE = "acquisto di {buyer} da {seller}: non è un vostro cliente, lasciato da parte"
NOTE = "acquisto di {buyer} da {seller}: una nota di credito non è un debito, lasciata da parte"
KNOWN = "acquisto da {seller}: era già fra i vostri debiti"
KEPT = "acquisto da {seller}: tenuto fra i vostri debiti, {amount}"


def keep_purchase(company: Company, document: ParsedDocument, batch: ImportBatch) -> str:
    """Write what the company owes its supplier, if that is a customer too; say what was done."""
    party = _find_party(company, document.seller)
    words = {"buyer": company.name, "seller": document.seller.name}
    if document.kind is DocumentKind.CREDIT_NOTE:
        return NOTE.format(**words)
    amount = _owed(document)
    if party is None or amount <= 0:
        return ASIDE.format(**words)
    file = Payable.Source.FILE
    known = Payable.objects.filter(party=party, number=document.number, date=document.date)
    if known.filter(source=file).exists():
        return KNOWN.format(**words)
    days = [row.due_date for row in document.payments if row.due_date]
    due = max(days, default=None)
    debt = Debt(
        amount,
        document.date,
        document.number,
        due if due and due >= document.date else None,
        document.currency,
    )
    add_payable(party, debt, user=batch.user, source=file, batch=batch)
    return KEPT.format(**words, amount=format_money(amount, document.currency))


def _owed(document: ParsedDocument) -> Decimal:
    """What its payment rows ask for; without any its total."""
    asked = sum((row.amount for row in document.payments), Decimal(0))
    return asked or document.written_total or Decimal(0)


def _find_party(company: Company, seller: PartyData) -> Party | None:
    codes = party_codes(seller).all
    _country, number = split_vat_number(seller)
    tax = parse_tax_code(seller.tax_code)
    wanted = Q(pk__in=[])
    for code in {number, tax} - {""}:
        wanted |= Q(vat_number=code) | Q(tax_code=code)
    rows = Party.objects.filter(wanted, company=company).select_related("company").order_by("pk")
    return next((row for row in rows if party_codes(party_data(row)).all & codes), None)
