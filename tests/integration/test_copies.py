"""Courtesy copies and own PDFs of documents in the database."""

from __future__ import annotations

import base64
import io

import pytest
from pypdf import PdfReader

from sollecito.accounts.models import AuditEntry, Company
from sollecito.flows.attach_own_pdf import attach_own_pdf, detach_own_pdf
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.keep_file import keep_file, open_file
from sollecito.flows.make_courtesy_copy import make_courtesy_copy
from sollecito.ledger.models import Document, StoredFile
from tests.builders import Body, Invoice, invoice_bytes
from tests.reminders import import_invoice, make_company
from tests.signed_files import sign_ber

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture
def company() -> Company:
    return make_company()


def words(stored: StoredFile | None) -> str:
    assert stored is not None
    reader = PdfReader(io.BytesIO(open_file(stored)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_it_is_made_once_and_kept(company: Company) -> None:
    document = import_invoice(company, number="124/A")[0].document
    made = make_courtesy_copy(document)
    assert "Numero 124/A" in words(made)
    again = make_courtesy_copy(Document.objects.get(pk=document.pk))
    assert made is not None
    assert again is not None
    assert made.pk == again.pk
    assert made.name == "Fattura 124-A del 2026-03-01.pdf"
    assert StoredFile.objects.filter(media_type="application/pdf").count() == 1


def test_each_body_of_a_file_has_its_own(company: Company) -> None:
    bodies = (Body(number="1", description="Uno"), Body(number="2", description="Due"))
    signed = sign_ber(invoice_bytes(Invoice(bodies=bodies)))
    import_files([NamedFile("IT01_1.xml.p7m", content=signed)], company=company)
    first, second = Document.objects.order_by("number")
    assert "Due" in words(make_courtesy_copy(second))
    assert "Uno" in words(make_courtesy_copy(first))


def test_the_firms_own_pdf_goes_before_the_courtesy_copy(company: Company) -> None:
    inside = (
        "<Allegati><NomeAttachment>nostra.pdf</NomeAttachment><FormatoAttachment>PDF"
        f"</FormatoAttachment><Attachment>{base64.b64encode(PDF).decode()}</Attachment></Allegati>"
    )
    (row,) = import_invoice(company, attachments=inside)
    row.party.auto_copy = True
    row.party.save()
    (draft,) = compose_reminders(company, [row.pk]).drafts
    offered = [(each.key.partition(":")[0], each.name, each.is_on) for each in draft.attachments]
    assert offered[:2] == [
        ("own", "nostra.pdf", True),
        ("copy", "Fattura 1 del 2026-03-01.pdf", False),
    ]
    assert "In allegato il documento." in draft.text


def test_a_document_without_a_file_has_none_until_a_pdf_is_uploaded(company: Company) -> None:
    document = import_invoice(company)[0].document
    Document.objects.filter(pk=document.pk).update(file=None, source="hand")
    document.refresh_from_db()
    assert make_courtesy_copy(document) is None
    attach_own_pdf(document, user=None, name="../mia fattura", content=PDF)
    document.refresh_from_db()
    assert document.own_pdf is not None
    assert document.own_pdf.name == "mia fattura.pdf"
    assert open_file(document.own_pdf) == PDF
    detach_own_pdf(document, user=None)
    assert Document.objects.get(pk=document.pk).own_pdf is None
    assert AuditEntry.objects.filter(target=f"document:{document.pk}").count() == 2


@pytest.mark.parametrize("content", [b"", b"<html>", PDF + b" " * 11_000_000])
def test_what_is_no_pdf_is_refused(company: Company, content: bytes) -> None:
    document = import_invoice(company)[0].document
    with pytest.raises(FieldsRefusedError):
        attach_own_pdf(document, user=None, name="a.pdf", content=content)


def test_a_kept_file_is_kept_once(company: Company) -> None:
    first = keep_file(company, name="a.pdf", media_type="application/pdf", content=PDF)
    second = keep_file(company, name="b.pdf", media_type="application/pdf", content=PDF)
    assert first.pk == second.pk
    assert open_file(second) == PDF
