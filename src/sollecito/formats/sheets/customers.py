"""A sheet of customers, and the list of what is open."""

from __future__ import annotations

from collections.abc import Mapping

from sollecito.domain.documents import Problem
from sollecito.formats.sheets.columns import map_columns, normalise_header
from sollecito.formats.sheets.fields import Fields
from sollecito.formats.sheets.rata import parse_rata
from sollecito.formats.sheets.values import Column, OpenItem, Sheet, SheetCustomer
from sollecito.formats.sheets.words import parse_kind, parse_language

_GENERAL = frozenset({"generale", "general", "commerciale", "altro", "ordini"})


def parse_customers(
    sheet: Sheet, mapping: Mapping[str, str] | None = None
) -> tuple[tuple[SheetCustomer, ...], tuple[Problem, ...]]:
    """Customers of a sheet, one a row, and what is wrong with which line.

    A row needs a name, a P.IVA or a codice fiscale. A wrong address leaves out the address with
    a warning, not the row. The same customer may come in several rows, with one address each.
    """
    places = map_columns(sheet.header, mapping)
    problems = list(sheet.problems)
    if not problems and not {Column.CUSTOMER, Column.VAT_NUMBER, Column.TAX_CODE} & places.keys():
        problems.append(_no_key())
    if problems:
        return (), tuple(problems)
    customers = []
    for row in sheet.rows:
        fields = Fields(row, places, sheet.decimal_mark)
        customer = _read_customer(fields)
        if not (customer.party.name or customer.party.vat_number or customer.party.tax_code):
            fields.add(
                "customer_missing",
                "Riga senza cliente: lasciata da parte.",
                "Scrivi P. IVA, codice fiscale o nome.",
            )
        else:
            customers.append(customer)
        problems += fields.problems
    return tuple(customers), tuple(problems)


def parse_open_items(
    sheet: Sheet, mapping: Mapping[str, str] | None = None
) -> tuple[tuple[OpenItem, ...], tuple[Problem, ...]]:
    """What another program says is open, one row each, and what is wrong with which line.

    A row with an error stays in the list without what could not be read, so that nothing is
    proposed as collected because of a slip. Rows without number are left out with a warning.
    """
    places = map_columns(sheet.header, mapping)
    problems = list(sheet.problems)
    if not problems and Column.NUMBER not in places:
        problems.append(
            Problem(
                "columns_missing",
                "Nell'elenco delle partite aperte manca la colonna numero.",
                "Indica quale colonna porta il numero del documento, o rinominala.",
                line=1,
            )
        )
    if problems:
        return (), tuple(problems)
    items = []
    for row in sheet.rows:
        fields = Fields(row, places, sheet.decimal_mark)
        if item := _read_open_item(fields):
            items.append(item)
        problems += fields.problems
    return tuple(items), tuple(problems)


def _read_customer(fields: Fields) -> SheetCustomer:
    purpose = normalise_header(fields.text(Column.PURPOSE, 40))
    return SheetCustomer(
        line=fields.line,
        party=fields.party(),
        customer_code=fields.text(Column.CUSTOMER_CODE, 50),
        emails=fields.emails(),
        purpose="general" if purpose in _GENERAL else "payments",
        contact=fields.text(Column.CONTACT, 100),
        language=parse_language(fields.text(Column.LANGUAGE, 20)),
        segment=fields.text(Column.SEGMENT, 60),
        agent=fields.text(Column.AGENT, 100),
        agent_email=next(iter(fields.emails(Column.AGENT_EMAIL)), ""),
        payment_contact=fields.text(Column.PAYMENT_CONTACT, 140),
    )


def _read_open_item(fields: Fields) -> OpenItem | None:
    number = fields.text(Column.NUMBER, 60)
    if not number:
        fields.add(
            "row_without_document",
            "Riga senza numero di documento: lasciata da parte.",
            "Se è una partita aperta, scrivi il numero e ripeti.",
            "warning",
        )
        return None
    balance = fields.amount(Column.BALANCE)
    return OpenItem(
        line=fields.line,
        number=number,
        series=fields.text(Column.SERIES, 20),
        date=fields.day(Column.DATE),
        kind=parse_kind(fields.text(Column.KIND, 60)) if fields.text(Column.KIND) else None,
        party=fields.party(),
        customer_code=fields.text(Column.CUSTOMER_CODE, 50),
        due_date=fields.day(Column.DUE_DATE),
        seq=parse_rata(fields.text(Column.SEQ, 20))[0],
        balance=balance if balance is not None else fields.amount(Column.AMOUNT),
    )


def _no_key() -> Problem:
    return Problem(
        "columns_missing",
        "Nel foglio dei clienti manca una colonna che dica chi è il cliente.",
        "Serve partita_iva o codice_fiscale (o almeno cliente): indica quale colonna è.",
        line=1,
    )
