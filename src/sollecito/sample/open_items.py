"""What is open today: the items O01–O59 of ``open_items.csv``, written as days from today."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import groupby

from sollecito.sample import days
from sollecito.sample.amounts import TaxCase, compute_amounts, find_net, tax_case
from sollecito.sample.customers import Customer, customers, read_table
from sollecito.sample.documents import SampleDocument, SampleRate
from sollecito.sample.due_dates import settle_due_date

WORKS = frozenset({"O19"})
IN_POUNDS = frozenset({"O59"})
FOLLOWED_PROFORMA = "O33"
FINAL_INVOICE = "O33F"
OPEN_CREDIT = "C04"
OPEN_CREDIT_DAYS = -150
OPEN_CREDIT_AMOUNT = Decimal("366.00")
END_OF_MONTH_DAYS = 15
DELIVERY_DAYS = 1
NOTES_OF_OPEN = 3

Row = dict[str, str]


@cache
def open_rows() -> tuple[Row, ...]:
    """Return the table's rows as written."""
    return tuple(read_table("open_items.csv"))


def open_documents(today: date) -> list[SampleDocument]:
    """Return the documents that have something open.

    With them the invoice that follows O33 and the credit note that names nothing.
    """
    documents = [
        _document(today, list(rows))
        for _, rows in groupby(open_rows(), key=lambda row: row["document"])
    ]
    return [*documents, _final_invoice(today), _open_credit(today)]


def _document(today: date, rows: list[Row]) -> SampleDocument:
    first = rows[0]
    customer = customers()[int(first["customer"])]
    collectible = sum((Decimal(row["amount"]) for row in rows), Decimal(0))
    case = tax_case(customer, first["type"], is_works=first["label"] in WORKS)
    return SampleDocument(
        label=first["document"],
        customer=customer,
        type_code=first["type"],
        date=_issue_date(today, first, customer),
        amounts=compute_amounts(find_net(collectible, case), case),
        rates=tuple(_rate(today, row) for row in rows),
        currency="GBP" if first["label"] in IN_POUNDS else "EUR",
        method=first["method"] or customer.method,
        fate=first["fate"],
        is_open=True,
        delivery_notes=NOTES_OF_OPEN if first["type"] == "TD24" else 0,
    )


def _rate(today: date, row: Row) -> SampleRate:
    due = due_date_of(today, row)
    return SampleRate(row["label"], Decimal(row["amount"]), due)


def due_date_of(today: date, row: Row) -> date | None:
    """Return the due date of a row, which may be moved so that its step falls on today."""
    if not row["due"]:
        return None
    return settle_due_date(today, today + timedelta(days=int(row["due"])), row["step"])


def _issue_date(today: date, row: Row, customer: Customer) -> date:
    if row["issued"]:
        return today + timedelta(days=int(row["issued"]))
    back = customer.days if row["type"] != "R" else 0
    back += END_OF_MONTH_DAYS if customer.is_end_of_month else 0
    back += DELIVERY_DAYS if customer.series == "PA" else 0
    return days.on_or_before(today + timedelta(days=int(row["due"]) - back))


def _final_invoice(today: date) -> SampleDocument:
    """Return the invoice of proforma O33: in the ledger already, never to be asked beside it."""
    row = next(row for row in open_rows() if row["label"] == FOLLOWED_PROFORMA)
    customer = customers()[int(row["customer"])]
    amount = Decimal(row["amount"])
    case = TaxCase()
    day = days.on_or_before(today - timedelta(days=4))
    return SampleDocument(
        label=FINAL_INVOICE,
        customer=customer,
        type_code="TD01",
        date=day,
        amounts=compute_amounts(find_net(amount, case), case),
        rates=(SampleRate(FINAL_INVOICE, amount, day + timedelta(days=customer.days)),),
        method=customer.method,
        fate="RC",
        linked=FOLLOWED_PROFORMA,
    )


def _open_credit(today: date) -> SampleDocument:
    customer = customers()[4]
    case = tax_case(customer, "TD04")
    day = days.on_or_before(today + timedelta(days=OPEN_CREDIT_DAYS))
    return SampleDocument(
        label=OPEN_CREDIT,
        customer=customer,
        type_code="TD04",
        date=day,
        amounts=compute_amounts(find_net(OPEN_CREDIT_AMOUNT, case), case),
        rates=(SampleRate(OPEN_CREDIT, OPEN_CREDIT_AMOUNT, day),),
        method=customer.method,
        fate="RC",
    )
