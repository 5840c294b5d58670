"""A company with imported invoices, for the tests of reminders."""

from __future__ import annotations

from datetime import date
from typing import Any

from sollecito.accounts.models import Company
from sollecito.domain.working_days import add_working_days
from sollecito.flows import clock
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.ledger.models import BankAccount, ContactPoint, Instalment, Party
from tests.builders import SELLER_VAT, Row, invoice_bytes

TODAY = add_working_days(date(2026, 4, 16), 1)
DUE = "2026-03-31"
DOCUMENT_IBAN = "IT60X0542811101000000123456"
COMPANY_IBAN = "IT18Z9999099990000000000101"
EMAIL = "bianchi@cliente.example"
ROW = Row(amount="122.00", due=DUE)


def make_company(**changes: Any) -> Company:
    """The seller of the builders' invoices."""
    fields = {"name": "Azienda di prova S.r.l.", "vat_number": SELLER_VAT} | changes
    made = Company.objects.create(**fields)
    made.refresh_from_db()
    return made


def add_account(company: Company, iban: str = COMPANY_IBAN) -> BankAccount:
    """Its default bank account."""
    return BankAccount.objects.create(
        company=company, iban=iban, holder=company.name, bank="Banca di Prova", is_default=True
    )


def import_invoice(company: Company, **changes: Any) -> list[Instalment]:
    """Import one invoice of the builders (keywords as there) and give its instalments."""
    changes.setdefault("rows", (ROW,))
    number = str(changes.setdefault("number", "1"))
    name = f"IT{company.vat_number}_{abs(hash(number)) % 99999:05}.xml"
    with clock.pretend(date(2026, 3, 10)):
        import_files([NamedFile(name, content=invoice_bytes(**changes))], company=company)
    found = Instalment.objects.filter(company=company, document__number=number).order_by("seq")
    assert found, "nothing was imported"
    return list(found)


def add_email(party: Party, address: str = EMAIL, **fields: Any) -> ContactPoint:
    """An e-mail address of a customer."""
    return ContactPoint.objects.create(
        company=party.company, party=party, kind="email", value=address, **fields
    )


def add_phone(party: Party, number: str = "333 1234567", **fields: Any) -> ContactPoint:
    """A phone number of a customer."""
    return ContactPoint.objects.create(
        company=party.company, party=party, kind="phone", value=number, **fields
    )
