"""Sheets: documents that are not electronic, and the customers' contacts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sollecito.domain.documents import CustomerKind
from sollecito.sample.customers import Customer, customers
from sollecito.sample.documents import SampleDocument
from sollecito.sample.firm import account_of

CUSTOMER_KEYS = ("cliente", "partita_iva", "codice_fiscale")
SEAT_COLUMNS = ("indirizzo", "cap", "comune", "provincia", "nazione")
DOCUMENT_COLUMNS = (
    *("tipo", "numero", "sezionale", "data", *CUSTOMER_KEYS, *SEAT_COLUMNS),
    *("totale", "valuta", "scadenza", "importo_rata", "rata", "residuo"),
    *("incassato", "data_incasso", "modalita", "iban"),
)
CUSTOMER_COLUMNS = (
    *(*CUSTOMER_KEYS, *SEAT_COLUMNS, "email", "pec", "telefono", "referente"),
    *("lingua", "categoria", "agente"),
)
MEANS = {"MP05": "bonifico", "MP08": "carta", "MP02": "assegno", "MP20": "SDD", "MP12": "RiBa"}
CATEGORIES = {
    CustomerKind.FIRM: "Imprese",
    CustomerKind.PUBLIC_BODY: "Enti pubblici",
    CustomerKind.CONDOMINIUM: "Condomini",
    CustomerKind.PRIVATE: "Privati",
    CustomerKind.FOREIGN: "Estero",
}


def write_documents(documents: Iterable[SampleDocument], paid_on: Mapping[str, date]) -> bytes:
    """Return a CSV of documents; ``paid_on`` says which were paid already, by label."""
    return _write(DOCUMENT_COLUMNS, [_row(one, paid_on.get(one.label)) for one in documents])


def write_customers() -> bytes:
    """Return a CSV with the contacts of all customers."""
    return _write(CUSTOMER_COLUMNS, [_contacts(one) for one in customers().values()])


def _write(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, delimiter=";", restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _row(document: SampleDocument, paid_on: date | None) -> dict[str, str]:
    rate = document.rates[0]
    is_paid = paid_on is not None
    return {
        "tipo": document.kind.value,
        "numero": document.number,
        "sezionale": document.series,
        "data": _day(document.date),
        **_identity(document.customer),
        "totale": _amount(document.amounts.total),
        "valuta": document.currency,
        "scadenza": _day(rate.due_date),
        "importo_rata": _amount(rate.amount),
        "rata": "1",
        "residuo": _amount(Decimal(0) if is_paid else rate.amount),
        "incassato": _amount(rate.amount if is_paid else Decimal(0)),
        "data_incasso": _day(paid_on),
        "modalita": MEANS[document.method] if is_paid else "",
        "iban": account_of(document.customer.code).iban,
    }


def _contacts(customer: Customer) -> dict[str, str]:
    party = customer.party
    return {
        **_identity(customer),
        "email": party.email,
        "pec": party.pec,
        "telefono": customer.mobile or party.phone,
        "referente": customer.contact,
        "lingua": customer.language,
        "categoria": CATEGORIES[customer.kind],
        "agente": customer.agent,
    }


def _identity(customer: Customer) -> dict[str, str]:
    party = customer.party
    address = party.address
    return {
        "cliente": party.name,
        "partita_iva": f"{party.vat_country}{party.vat_number}" if party.vat_number else "",
        "codice_fiscale": party.tax_code,
        "indirizzo": address.street,
        "cap": address.postcode,
        "comune": address.city,
        "provincia": address.province,
        "nazione": address.country,
    }


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
