"""A sheet of documents → documents with their instalments: one row an instalment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sollecito.domain import identifiers
from sollecito.domain.documents import (
    DocumentKind,
    ParsedDocument,
    PartyData,
    PaymentRow,
    Problem,
)
from sollecito.domain.money import CENT, format_money
from sollecito.domain.parties import normalise_name
from sollecito.formats.sheets.columns import map_columns
from sollecito.formats.sheets.fields import Fields
from sollecito.formats.sheets.rata import parse_rata
from sollecito.formats.sheets.values import Column, Settlement, Sheet, SheetDocument
from sollecito.formats.sheets.words import is_footer, is_paid, parse_kind, parse_method

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class _Money:
    total: Decimal | None
    amount: Decimal | None
    balance: Decimal | None
    collected: Decimal | None

    def is_empty(self) -> bool:
        return self.total is None and self.amount is None and self.balance is None

    def as_positive(self) -> _Money:
        """Credit notes come with either sign; the residuo of one follows its total's."""
        lead = next((v for v in (self.total, self.amount, self.balance) if v), ZERO)
        if lead >= 0:
            return self
        return _Money(*(v and -v for v in (self.total, self.amount, self.balance, self.collected)))


@dataclass(frozen=True, slots=True)
class _RowRead:
    """One row that could be read; amounts positive."""

    fields: Fields
    kind: DocumentKind
    number: str
    series: str
    day: date
    party: PartyData
    money: _Money
    due_date: date | None
    rata: tuple[int | None, int | None]


_Key = tuple[DocumentKind, str, str, date, str]


def parse_documents(
    sheet: Sheet, seller: PartyData, mapping: Mapping[str, str] | None = None
) -> tuple[tuple[SheetDocument, ...], tuple[Problem, ...]]:
    """Documents of a sheet in the order met, and what is wrong with which line.

    Rows of one document (kind, number, series, date, customer) are its instalments, in the order
    of ``rata`` where written. An empty customer repeats the row above when the number is the
    same. Without ``tipo`` a document is a ``fattura``. Amounts of credit notes become positive.
    A row that cannot be used takes its whole document with it: half an invoice is worse than
    none. Footers without number and date are left out with a warning.
    """
    places = map_columns(sheet.header, mapping)
    problems = list(sheet.problems) or _missing_columns(places)
    if problems:
        return (), tuple(problems)
    groups: dict[_Key, list[_RowRead]] = {}
    spoiled: set[tuple[str, str]] = set()
    above = PartyData(), ""
    for row in sheet.rows:
        fields = Fields(row, places, sheet.decimal_mark)
        read = _read_row(fields, above)
        problems += fields.problems
        if read is None:
            spoiled.add((fields.text(Column.NUMBER, 60), fields.text(Column.SERIES, 20)))
            continue
        above = read.party, read.number
        key = (read.kind, read.number, read.series, read.day, _customer_of(read.party))
        group = groups.setdefault(key, [])
        if any(row.cells == other.fields.row.cells for other in group):
            problems.append(_repeated(read))
        else:
            group.append(read)
    documents = []
    for rows in groups.values():
        if (rows[0].number, rows[0].series) in spoiled:
            problems.append(_spoiled(rows[0]))
            continue
        document, found = _join(rows, seller)
        problems += found
        if document:
            documents.append(document)
    return tuple(documents), tuple(sorted(problems, key=lambda problem: problem.line))


def _missing_columns(places: Mapping[Column, int]) -> list[Problem]:
    missing = [column.value for column in (Column.NUMBER, Column.DATE) if column not in places]
    if not {Column.CUSTOMER, Column.VAT_NUMBER, Column.TAX_CODE} & places.keys():
        missing.append(Column.CUSTOMER.value)
    if not {Column.TOTAL, Column.AMOUNT, Column.BALANCE} & places.keys():
        missing.append(Column.TOTAL.value)
    if not missing:
        return []
    found = ", ".join(column.value for column in places) or "nessuna"
    return [
        Problem(
            "columns_missing",
            f"Nel foglio mancano le colonne: {', '.join(missing)}.",
            f"Colonne riconosciute: {found}. Indica tu quale colonna è quale, o rinominale.",
            line=1,
        )
    ]


def _read_row(fields: Fields, above: tuple[PartyData, str]) -> _RowRead | None:
    number = fields.text(Column.NUMBER, 60)
    if not fields.text(Column.DATE) and (not number or is_footer(number)):
        fields.add(
            "row_without_document",
            "Riga senza numero né data: lasciata da parte (sembra un totale o una nota).",
            "Se è un documento, scrivi numero e data.",
            "warning",
        )
        return None
    kind = parse_kind(fields.text(Column.KIND, 60))
    if kind is None:
        fields.add(
            "kind_unknown",
            f"Tipo di documento sconosciuto: «{fields.text(Column.KIND, 40)}».",
            "Usa fattura, fattura_elettronica, parcella, proforma, ricevuta o nota_di_credito.",
        )
    day = fields.day(Column.DATE)
    party = fields.party()
    if not (party.name or party.vat_number or party.tax_code) and number == above[1]:
        party = above[0]
    _require(fields, number, party)
    columns = (Column.TOTAL, Column.AMOUNT, Column.BALANCE, Column.COLLECTED)
    money = _Money(*(fields.amount(column) for column in columns))
    if money.is_empty() and not fields.has_errors():
        fields.add("amount_missing", "Manca l'importo.", "Scrivi totale o importo_rata.")
    due_date = fields.day(Column.DUE_DATE)
    fields.day(Column.COLLECTED_DATE)
    fields.emails(Column.AGENT_EMAIL)
    if fields.has_errors() or kind is None or day is None:
        return None
    if kind is DocumentKind.CREDIT_NOTE:
        money = money.as_positive()
    series, rata = fields.text(Column.SERIES, 20), parse_rata(fields.text(Column.SEQ, 20))
    return _RowRead(fields, kind, number, series, day, party, money, due_date, rata)


def _require(fields: Fields, number: str, party: PartyData) -> None:
    if not number:
        fields.add("number_missing", "Manca il numero del documento.", "Scrivilo e reimporta.")
    if not fields.text(Column.DATE):
        fields.add("date_missing", "Manca la data del documento.", "Scrivila e reimporta.")
    if not (party.name or party.vat_number or party.tax_code):
        fields.add("customer_missing", "Manca il cliente.", "Scrivi nome, P. IVA o codice fiscale.")


def _customer_of(party: PartyData) -> str:
    return party.vat_number or party.tax_code or normalise_name(party.name)


def _spoiled(row: _RowRead) -> Problem:
    return Problem(
        "document_incomplete",
        f"Documento {row.number} non importato: un'altra sua riga ha un errore.",
        "Correggi quella riga e reimporta il foglio.",
        line=row.fields.line,
    )


def _repeated(row: _RowRead) -> Problem:
    return Problem(
        "row_repeated",
        f"Riga uguale a un'altra dello stesso documento {row.number}: contata una volta.",
        "Se sono due rate, distinguile con la scadenza o con la colonna rata.",
        "warning",
        row.fields.line,
    )


def _join(rows: list[_RowRead], seller: PartyData) -> tuple[SheetDocument | None, list[Problem]]:
    """One document of its rows; ``None`` when they cannot be its instalments."""
    rows = sorted(rows, key=lambda row: (row.rata[0] or 0, row.fields.line))
    first, fields = rows[0], rows[0].fields
    totals = {row.money.total for row in rows if row.money.total is not None}
    amounts = [_amount_of(row.money, alone=len(rows) == 1) for row in rows]
    if len(rows) > 1 and any(amount is None for amount in amounts):
        return None, [
            Problem(
                "instalments_unclear",
                f"Il documento {first.number} ha {len(rows)} righe ma non l'importo di ognuna.",
                "Scrivi l'importo di ogni rata nella colonna importo_rata.",
                line=fields.line,
            )
        ]
    problems = _check_totals(first, totals)
    iban = [_iban_of(row.fields, problems) for row in rows]
    payments = tuple(
        PaymentRow(
            amount=amount or ZERO,
            method=parse_method(row.fields.text(Column.METHOD, 60)),
            due_date=row.due_date,
            iban=account,
        )
        for row, amount, account in zip(rows, amounts, iban, strict=True)
    )
    settlements = tuple(
        _settle(row, payment.amount, problems) for row, payment in zip(rows, payments, strict=True)
    )
    document = ParsedDocument(
        kind=first.kind, number=first.number, date=first.day, seller=seller, buyer=first.party,
        series=first.series, currency=fields.text(Column.CURRENCY, 3).upper() or "EUR",
        written_total=_sum(payments) if first.money.total is None else first.money.total,
        payments=payments,
        problems=tuple(problems),
    )  # fmt: skip
    return (
        SheetDocument(
            document,
            settlements,
            customer_code=fields.text(Column.CUSTOMER_CODE, 50),
            emails=fields.emails(),
            agent=fields.text(Column.AGENT, 100),
            agent_email=next(iter(fields.emails(Column.AGENT_EMAIL)), ""),
        ),
        problems,
    )


def _amount_of(money: _Money, *, alone: bool) -> Decimal | None:
    if money.amount is not None:
        return money.amount
    if alone and money.total is not None:
        return money.total
    return None if money.balance is None else money.balance + (money.collected or ZERO)


def _sum(payments: Iterable[PaymentRow]) -> Decimal:
    return sum((payment.amount for payment in payments), ZERO)


def _check_totals(first: _RowRead, totals: set[Decimal]) -> list[Problem]:
    if len(totals) <= 1:
        return []
    return [
        Problem(
            "totals_differ",
            f"Le righe del documento {first.number} hanno totali diversi: vale il primo.",
            "Controlla con il documento.",
            "warning",
            first.fields.line,
        )
    ]


def _iban_of(fields: Fields, problems: list[Problem]) -> str:
    written = fields.text(Column.IBAN, 60)
    problem = identifiers.check_iban(written) if written else None
    if problem is None:
        return identifiers.parse_iban(written)
    problems.append(replace(problem, severity="warning", line=fields.line))
    return ""


def _settle(row: _RowRead, amount: Decimal, problems: list[Problem]) -> Settlement:
    """What came in: by ``residuo`` (the list is the truth), ``incassato``, or ``stato``."""
    fields, collected = row.fields, row.money.collected
    if row.money.balance is not None:
        derived = amount - row.money.balance
        if derived < 0:
            problems.append(_balance_exceeds(row, amount))
            derived = ZERO
        if collected is not None and abs(collected - derived) > CENT:
            problems.append(_balance_differs(row, derived))
        collected = derived
    elif collected is None:
        paid = is_paid(fields.text(Column.STATE, 40))
        has_day = bool(fields.text(Column.COLLECTED_DATE))
        if paid or (paid is None and has_day):
            collected = amount
        elif paid is False:
            collected = ZERO
    return Settlement(fields.line, collected, fields.day(Column.COLLECTED_DATE), *row.rata)


def _balance_exceeds(row: _RowRead, amount: Decimal) -> Problem:
    return Problem(
        "balance_exceeds",
        f"Il residuo è maggiore dell'importo ({format_money(amount)}): nulla conta come incassato.",
        "Controlla la riga.",
        "warning",
        row.fields.line,
    )


def _balance_differs(row: _RowRead, derived: Decimal) -> Problem:
    return Problem(
        "balance_differs",
        f"Importo, incassato e residuo non tornano: vale il residuo, incassato "
        f"{format_money(derived)}.",
        "Controlla la riga.",
        "warning",
        row.fields.line,
    )
