from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sollecito.accounts.models import Company
from sollecito.domain.documents import CustomerKind
from sollecito.dunning.models import Hold
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.outcomes import ImportReport
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.keep_file import open_file
from sollecito.ledger.models import Document, ImportItem, Instalment, Party, Payment, StoredFile
from tests.builders import SELLER_VAT, Body, Invoice, Row, Vat, invoice_bytes
from tests.signed_files import sign_ber

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company() -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


def bring(*files: bytes, company: Company | None = None, **names: bytes) -> ImportReport:
    named = [NamedFile(f"file_{number:03}.xml", content=data) for number, data in enumerate(files)]
    named += [NamedFile(f"{name}.xml", content=data) for name, data in names.items()]
    return import_files(named, company=company)


def codes(report: ImportReport) -> list[str]:
    return [problem.code for _, problem in report.problems]


def test_a_file_becomes_a_document_with_its_instalments() -> None:
    references = (
        "<DatiOrdineAcquisto><IdDocumento>OA-77</IdDocumento><CodiceCIG>CIG9</CodiceCIG>"
        "</DatiOrdineAcquisto>"
    )
    rows = (
        Row("61.00", "2026-03-31", condition="TP01", iban="IT60X0542811101000000123456"),
        Row("61.00", "2026-04-30", condition="TP01", beneficiary="Factor S.p.A."),
    )
    data = invoice_bytes(number="007/A", rows=rows, references=references)
    report = bring(data)
    assert (report.documents, report.instalments, report.problems) == (1, 2, [])
    document = Document.objects.get()
    assert (document.number, document.year, document.kind) == ("007/A", 2026, "fattura_elettronica")
    assert document.references[0]["cig"] == "CIG9"
    assert "oa-77" in document.search_text
    first, second = document.instalments.order_by("seq")
    assert (first.seq, first.of, first.due_date) == (1, 2, date(2026, 3, 31))
    assert (first.amount, first.balance) == (Decimal("61.00"), Decimal("61.00"))
    assert first.iban == "IT60X0542811101000000123456"
    assert second.beneficiary == "Factor S.p.A."
    assert document.file is not None
    assert open_file(document.file) == data
    assert document.party.kind == CustomerKind.FIRM


def test_same_key_and_same_content_is_a_duplicate_whatever_the_wrapping() -> None:
    data = invoice_bytes()
    report = bring(data, data, sign_ber(data))
    assert (report.documents, report.duplicates) == (1, 2)
    assert Document.objects.count() == 1
    assert Instalment.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"total": "244.00"},
        {"rows": (Row("61.00"), Row("61.00"))},
        {"day": "2026-03-02"},
        {"buyer_vat": "02222220150"},
        {"currency": "USD"},
    ],
)
def test_same_key_and_other_content_is_a_conflict_and_not_stored(change: dict[str, Any]) -> None:
    report = bring(invoice_bytes(), invoice_bytes(**change))
    assert (report.documents, report.duplicates) == (1, 0)
    assert report.skipped == [("file_001.xml", "stesso numero, contenuto diverso")]
    assert "conflict" in codes(report)
    assert Document.objects.get().total == Decimal("122.00")


def test_another_kind_or_year_or_number_as_written_is_another_document() -> None:
    report = bring(
        invoice_bytes(number="1"),
        invoice_bytes(number="01"),
        invoice_bytes(number="1", day="2025-03-01"),
        invoice_bytes(number="1", type_code="TD04"),
        invoice_bytes(number="1", type_code="TD06"),
    )
    assert (report.documents, report.problems) == (5, [])


def test_only_issued_documents_of_a_company_here_are_taken() -> None:
    purchase = invoice_bytes(seller_vat="02222220150", seller_name="Altro", buyer_vat=SELLER_VAT)
    stranger = invoice_bytes(seller_vat="02222220150")
    own = invoice_bytes(number="2", buyer_vat=SELLER_VAT)
    report = bring(purchase, stranger, own, invoice_bytes(number="3", type_code="TD17"))
    assert report.documents == 1
    reasons = [reason for _, reason in report.skipped]
    assert reasons[0].startswith("acquisto")
    assert "nessuna azienda" in reasons[1]
    assert "TD17" in reasons[2]
    assert codes(report) == ["own_purchase"]


def test_a_sale_between_two_companies_here_is_told() -> None:
    Company.objects.create(name="Sorella S.r.l.", vat_number="07654320584")
    report = bring(invoice_bytes(buyer_vat="07654320584"))
    assert (report.documents, codes(report)) == (1, ["own_purchase"])


def test_a_company_given_restricts_to_its_documents(company: Company) -> None:
    other = Company.objects.create(name="Seconda", vat_number="02222220150")
    ours, theirs = invoice_bytes(), invoice_bytes(seller_vat="02222220150")
    report = bring(ours, theirs, company=company)
    assert report.documents == 1
    assert "Seconda" not in report.skipped[0][1]
    assert bring(ours, theirs).documents == 1
    assert set(Document.objects.values_list("company", flat=True)) == {company.pk, other.pk}


def test_a_company_is_known_by_codice_fiscale_too() -> None:
    Company.objects.update(vat_number="", tax_code=SELLER_VAT)
    assert bring(invoice_bytes()).documents == 1


def test_each_body_counts_and_bad_ones_do_not_stop_the_rest() -> None:
    spec = Invoice(bodies=(Body(number="1"), Body(number=""), Body(number="3")))
    report = bring(invoice_bytes(spec))
    assert (report.documents, codes(report)) == (2, ["number_missing"])
    assert [d.position for d in Document.objects.order_by("position")] == [1, 3]
    assert ImportItem.objects.get().outcome == ImportItem.Outcome.IMPORTED


def test_customers_meet_by_code_and_never_by_placeholder() -> None:
    same = ["Cliente di prova S.r.l.", "CLIENTE DI PROVA SRL"]
    for number, name in enumerate(same):
        bring(invoice_bytes(number=f"A{number}", buyer_name=name))
    assert Party.objects.count() == 1
    strangers = [
        ("Smith Ltd", "99999999999"),
        ("Jones Inc", "99999999999"),
        ("Jones Inc", "00000000000"),
    ]
    for number, (name, code) in enumerate(strangers):
        bring(
            invoice_bytes(
                number=f"B{number}",
                buyer_name=name,
                buyer_vat=code,
                buyer_country="US",
                buyer_address=f"{name} road",
                recipient_code="XXXXXXX",
            )
        )
    assert set(Party.objects.values_list("name", flat=True)) == {same[0], "Smith Ltd", "Jones Inc"}
    assert Party.objects.get(name="Smith Ltd").language == "en"


def test_a_known_customer_is_only_filled_where_blank(company: Company) -> None:
    bring(invoice_bytes(number="1"))
    Party.objects.update(
        name="Nome scelto", street="", city="", postcode="", country="", note="mia"
    )
    bring(invoice_bytes(number="2", buyer_tax_code="07654320584"))
    party = Party.objects.get()
    assert (party.name, party.city, party.note) == ("Nome scelto", "Roma", "mia")
    assert party.tax_code == "07654320584"


def test_advances_are_paid_and_zero_rows_too() -> None:
    rows = (Row("22.00", condition="TP03", method="MP08"), Row("100.00", condition="TP01"))
    bring(invoice_bytes(number="1", rows=rows), invoice_bytes(number="2", rows=(Row("0.00"),)))
    advance, rest = Instalment.objects.filter(document__number="1").order_by("seq")
    assert advance.is_advance
    assert (advance.balance, rest.balance) == (Decimal("0.00"), Decimal("100.00"))
    payment = Payment.objects.get()
    assert (payment.amount, payment.source) == (Decimal("22.00"), Payment.Source.ADVANCE)
    assert Instalment.objects.get(document__number="2").balance == 0


@pytest.mark.parametrize("method", ["MP12", "MP13", "MP16", "MP17", "MP19", "MP20", "MP21"])
def test_what_the_creditor_collects_is_held(method: str) -> None:
    bring(invoice_bytes(rows=(Row(method=method),)), invoice_bytes(number="2"))
    hold = Hold.objects.get()
    assert hold.kind == Hold.Kind.IN_COLLECTION
    assert hold.instalment is not None
    assert hold.instalment.document.number == "1"


def test_credit_notes_are_negative_and_never_held() -> None:
    bring(invoice_bytes(type_code="TD04", rows=(Row("122.00", method="MP12"),)))
    instalment = Instalment.objects.get()
    assert (instalment.amount, instalment.balance) == (Decimal("-122.00"), Decimal("-122.00"))
    assert not Hold.objects.exists()


def test_simplified_and_foreign_currency_documents() -> None:
    vat = (Vat("61.00", "", "22.00"),)
    bring(
        invoice_bytes(number="S", fmt="FSM10", type_code="TD07", vat=vat),
        invoice_bytes(number="G", currency="GBP"),
    )
    assert Instalment.objects.get(document__number="S").amount == Decimal("61.00")
    assert Instalment.objects.get(document__number="G").currency == "GBP"


def test_what_does_not_add_up_is_told_and_kept_as_written() -> None:
    report = bring(
        invoice_bytes(number="1", rows=(Row("60.00"), Row("60.00"))),
        invoice_bytes(number="2", withheld=("20.00",)),
        invoice_bytes(number="3", rows=(Row(due=""),)),
    )
    assert codes(report) == ["instalments_mismatch", "gross_rows", "due_date_assumed"]
    assert {problem.severity for _, problem in report.problems} == {"warning"}
    assert Document.objects.get(number="2").warnings[0]["code"] == "gross_rows"
    assert Instalment.objects.get(document__number="3").due_date == date(2026, 3, 31)


def test_the_firms_own_pdf_is_kept() -> None:
    pdf = b"%PDF-1.7 my own"
    attachment = (
        "<Allegati><NomeAttachment>Fattura 1.pdf</NomeAttachment>"
        f"<Attachment>{base64.b64encode(pdf).decode()}</Attachment></Allegati>"
    )
    bring(invoice_bytes(attachments=attachment))
    own = Document.objects.get().own_pdf
    assert own is not None
    assert (own.name, open_file(own)) == ("Fattura 1.pdf", pdf)


def test_a_document_of_a_sheet_gets_its_file_when_it_comes(company: Company) -> None:
    bring(invoice_bytes())
    Document.objects.update(file=None, file_key="", source=Document.Source.SHEET, references=[])
    StoredFile.objects.all().delete()
    report = bring(IT12345670157_00007=invoice_bytes())
    assert report.duplicates == 1
    document = Document.objects.get()
    assert document.file is not None
    assert document.file_key == "it12345670157_00007"


def test_public_bodies_are_told_by_the_format() -> None:
    bring(invoice_bytes(fmt="FPA12", recipient_code="UF1A2B", buyer_name="Comune di Prova"))
    document = Document.objects.get()
    assert document.is_public_body
    assert document.party.kind == CustomerKind.PUBLIC_BODY
