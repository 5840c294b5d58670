"""The book of open items that bank movements are matched against, whole or what some may pay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from sollecito.accounts.models import Company
from sollecito.domain.documents import CustomerKind
from sollecito.domain.identifiers import parse_code
from sollecito.domain.matching import (
    MOST_PARTIES,
    Debtor,
    OpenBook,
    OpenItem,
    means_number,
    numbers_called,
)
from sollecito.domain.movements import Movement
from sollecito.ledger.models import BankRule, Instalment, Party
from sollecito.ledger.queries import silent_documents

ITEM = (
    *("pk", "party_id", "document_id", "document__number", "document__series", "document__date"),
    *("document__total", "document__expected", "due_date", "amount", "balance", "of", "currency"),
    *("discount_amount", "discount_until", "payment_code"),
)
PARTY = ("name", "vat_number", "tax_code", "kind")
LONGEST, YEAR_SIGNS = 9, (2, 3, 4)
"""Digits of a number that are looked at; how many a year behind it may have."""


def open_book(company: Company, movements: Collection[Movement] | None = None) -> OpenBook:
    """All that a company has open, with what tells who pays: codes, learned IBANs and names.

    With ``movements`` only the customers that these may be of: what is proposed for them is the
    same, and the rest of a big ledger is not read.
    """
    silent = silent_documents(company)
    rows = Instalment.objects.filter(company=company).exclude(balance=0).order_by()
    book = OpenBook((), _debtors(company, _owing(rows, silent)))
    if movements is not None:
        rows = rows.filter(party__in=_concerned(rows, movements, book, silent))
    items = rows.order_by("pk").values(*ITEM)
    book.enter(_item(row) for row in items.iterator() if row["document_id"] not in silent)
    return book


def _owing(rows: QuerySet[Instalment], silent: Collection[int]) -> set[int]:
    if not silent:
        return set(rows.values_list("party_id", flat=True).distinct())
    pairs = rows.values_list("party_id", "document_id").distinct()
    return {party for party, document in pairs if document not in silent}


def _concerned(
    rows: QuerySet[Instalment],
    movements: Collection[Movement],
    book: OpenBook,
    silent: Collection[int],
) -> set[int]:
    """Customers that movements may be of: by who pays, number, amount or reference."""
    found = {party for each in movements for party in book.identify(each)}
    found.update(_of_codes(rows, movements))
    found.update(_of_numbers(rows, {n for each in movements for n in numbers_called(each)}))
    places: defaultdict[Decimal, int] = defaultdict(int)
    same = rows.filter(balance__in={each.amount for each in movements}).order_by("pk")
    for party, document, balance in same.values_list("party_id", "document_id", "balance"):
        if document not in silent and places[balance] < MOST_PARTIES:
            places[balance] += 1
            found.add(party)
    return found


def _of_codes(rows: QuerySet[Instalment], movements: Collection[Movement]) -> Iterator[int]:
    told = {parse_code(text) for each in movements for text in (each.reference, each.end_to_end)}
    if told - {""}:
        coded = rows.exclude(payment_code="").values_list("party_id", "payment_code")
        yield from (party for party, code in coded if parse_code(code) in told)


def _of_numbers(rows: QuerySet[Instalment], numbers: Collection[int]) -> Iterator[int]:
    if not numbers:
        return
    text = {part for number in numbers for part in _runs(str(number))}
    pattern = rf"(^|[^0-9])0*({'|'.join(sorted(text))})([^0-9]|$)|[0-9]{{{LONGEST + 1}}}"
    near = rows.filter(document__number__regex=pattern).values_list(
        "party_id", "document__number", "document__series", "document__date"
    )
    for party, number, series, day in near.distinct():
        if means_number(number, series, day.year, numbers):
            yield party


def _runs(digits: str) -> set[str]:
    """Runs of digits in a document's number that may be meant: whole, or less the year behind."""
    runs = {digits, *(digits[:-signs] for signs in YEAR_SIGNS)}
    if len(digits) == LONGEST:  # cut there
        runs |= {digits[:-1]}
    return runs - {""}


def _debtors(company: Company, owing: Collection[int]) -> list[Debtor]:
    signs: dict[int, tuple[set[str], set[str]]] = {}
    for rule in BankRule.objects.filter(company=company):
        ibans, names = signs.setdefault(rule.party_id, (set(), set()))
        (ibans if rule.iban else names).add(rule.iban or rule.name)
    parties = Party.objects.filter(company=company).only(*PARTY)
    return [_debtor(row, signs) for row in parties if row.pk in owing]


def _item(row: dict[str, Any]) -> OpenItem:
    is_gross = row["of"] == 1 and row["amount"] == row["document__total"] == row["balance"]
    withheld = row["document__total"] - row["document__expected"] if is_gross else Decimal(0)
    return OpenItem(
        key=row["pk"],
        party=row["party_id"],
        document=row["document_id"],
        number=row["document__number"],
        day=row["document__date"],
        due_date=row["due_date"],
        balance=row["balance"],
        series=row["document__series"],
        currency=row["currency"],
        withheld=max(withheld, Decimal(0)),
        discount=row["discount_amount"] or Decimal(0),
        discount_until=row["discount_until"],
        code=row["payment_code"],
    )


def _debtor(row: Party, signs: dict[int, tuple[set[str], set[str]]]) -> Debtor:
    ibans, names = signs.get(row.pk, (set(), set()))
    return Debtor(
        row.pk,
        row.name,
        codes=frozenset({row.vat_number, row.tax_code} - {""}),
        ibans=frozenset(ibans),
        names=frozenset(names),
        is_condominium=row.kind == CustomerKind.CONDOMINIUM,
    )
