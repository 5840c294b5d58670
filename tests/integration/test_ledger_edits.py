"""Documents by hand, moved due dates, pro-formas and their invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sollecito.accounts.models import AuditEntry, Company
from sollecito.domain.documents import DocumentKind, PartyData
from sollecito.flows.confirm_replacement import (
    NoReplacementError,
    confirm_replacement,
    reject_replacement,
)
from sollecito.flows.create_document import NewDocument, create_document
from sollecito.flows.edit_instalment import SettledInstalmentError, edit_instalment
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.record_payments import record_payment
from sollecito.ledger.models import Document, Instalment, Party
from sollecito.ledger.queries import silent_documents, wrong_balances
from tests.ledger_rows import add_document, add_party

DAY = date(2026, 3, 1)


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Noi S.r.l.", vat_number="99900010473")


def new(**fields: Any) -> NewDocument:
    plain: dict[str, Any] = {
        "kind": DocumentKind.PRO_FORMA,
        "number": "7",
        "day": DAY,
        "total": Decimal(100),
        "new_customer": PartyData(name="Rossi", vat_country="IT", vat_number="99900020472"),
    }
    return NewDocument(**(plain | fields))


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_kind_can_be_typed(company: Company, kind: DocumentKind) -> None:
    document = create_document(company, new(kind=kind), user=None)
    (row,) = document.instalments.all()
    sign = -1 if kind is DocumentKind.CREDIT_NOTE else 1
    assert (row.amount, row.due_date) == (sign * Decimal(100), date(2026, 3, 31))
    assert document.party.identity == "IT:99900020472"


def test_instalments_a_customer_who_is_known_and_a_pdf(company: Company) -> None:
    party = add_party(company)
    rates = ((date(2026, 3, 31), Decimal("33.33")), (date(2026, 4, 30), Decimal("66.67")))
    document = create_document(
        company,
        new(customer=party, new_customer=None, instalments=rates, pdf=("a.pdf", b"%PDF-1.7 x")),
        user=None,
    )
    assert document.party == party
    assert Party.objects.count() == 1
    found = document.instalments.order_by("seq").values_list("due_date", "amount")
    assert list(found) == list(rates)
    assert document.own_pdf is not None
    assert document.own_pdf.media_type == "application/pdf"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": " "}, "number"),
        ({"day": None}, "day"),
        ({"total": Decimal(0)}, "total"),
        ({"new_customer": None}, "customer"),
        ({"instalments": ((DAY, Decimal(99)),)}, "instalments"),
        ({"pdf": ("a.pdf", b"PK\x03\x04")}, "pdf"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    company: Company, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldsRefusedError) as refused:
        create_document(company, new(**fields), user=None)
    assert list(refused.value.problems) == [field]
    assert not Document.objects.exists()


def test_a_number_is_taken_once_a_year_and_kind(company: Company) -> None:
    create_document(company, new(), user=None)
    with pytest.raises(FieldsRefusedError) as refused:
        create_document(company, new(total=Decimal(5)), user=None)
    assert list(refused.value.problems) == ["number"]
    create_document(company, new(day=date(2025, 3, 1)), user=None)
    create_document(company, new(kind=DocumentKind.RECEIPT), user=None)
    assert Document.objects.count() == 3


def test_a_moved_date_begins_a_new_round(company: Company) -> None:
    (row,) = add_document(add_party(company), "100", due_date_assumed=True)
    edit_instalment(row, user=None, due_date=date(2026, 5, 1), note="come d'accordo")
    row.refresh_from_db()
    assert (row.due_date, row.due_date_assumed, row.round) == (date(2026, 5, 1), False, 2)
    edit_instalment(row, user=None, due_date=date(2026, 5, 1), note="come d'accordo")
    row.refresh_from_db()
    assert row.round == 2
    (entry,) = AuditEntry.objects.filter(target=f"instalment:{row.pk}")
    assert "scadenza dal" in entry.text
    assert "al 01/05/2026" in entry.text


def test_an_amount_is_changed_but_not_below_what_came_in(company: Company) -> None:
    (row,) = add_document(add_party(company), "100")
    record_payment(company, {row.pk: Decimal(40)}, amount=Decimal(40), day=DAY)
    edit_instalment(row, user=None, amount=Decimal(90))
    row.refresh_from_db()
    assert (row.amount, row.balance, row.round) == (Decimal(90), Decimal(50), 1)
    for amount in (Decimal("39.99"), Decimal(0), Decimal(-1)):
        with pytest.raises(FieldsRefusedError):
            edit_instalment(row, user=None, amount=amount)
    record_payment(company, {row.pk: Decimal(50)}, amount=Decimal(50), day=DAY)
    with pytest.raises(SettledInstalmentError):
        edit_instalment(row, user=None, due_date=date(2026, 5, 1))
    assert wrong_balances() == []


def pair(company: Company) -> tuple[Instalment, Document]:
    party = add_party(company)
    (old,) = add_document(party, "100", kind="proforma")
    first, _ = add_document(party, "60", "40", day=date(2026, 2, 10))
    Document.objects.filter(pk=first.document_id).update(replaces=old.document_id)
    return old, Document.objects.get(pk=first.document_id)


def test_the_invoice_takes_the_place_of_the_pro_forma_with_its_payments(company: Company) -> None:
    old, invoice = pair(company)
    record_payment(company, {old.pk: Decimal(70)}, amount=Decimal(70), day=DAY)
    confirm_replacement(invoice, user=None)
    old.refresh_from_db()
    assert old.balance == 0
    balances = invoice.instalments.order_by("seq").values_list("balance", flat=True)
    assert list(balances) == [Decimal(0), Decimal(30)]
    assert wrong_balances() == []
    invoice.refresh_from_db()
    with pytest.raises(NoReplacementError):
        confirm_replacement(invoice, user=None)


def test_two_different_credits_are_both_asked_for(company: Company) -> None:
    _, invoice = pair(company)
    assert silent_documents(company) == {invoice.pk}
    reject_replacement(invoice, user=None)
    assert silent_documents(company) == set()
    invoice.refresh_from_db()
    with pytest.raises(NoReplacementError):
        reject_replacement(invoice, user=None)
