from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sollecito.accounts.models import Company
from sollecito.domain.documents import DocumentKind, ParsedDocument, PartyData, Reference
from sollecito.flows.import_documents import import_documents
from sollecito.flows.importing.incoming import prepare_incoming
from sollecito.ledger.models import Document

pytestmark = pytest.mark.django_db
BUYER = PartyData(name="Falegnameria", vat_country="IT", vat_number="07654320584")


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number="12345670157")


def paper(
    kind: DocumentKind, number: str, day: date, total: str = "100.00", **more: object
) -> ParsedDocument:
    fields: dict[str, object] = {
        "seller": PartyData(), "buyer": BUYER, "written_total": Decimal(total), **more,
    }  # fmt: skip
    return ParsedDocument(kind=kind, number=number, date=day, **fields)  # type: ignore[arg-type]


def bring(company: Company, *documents: ParsedDocument) -> None:
    import_documents(
        [prepare_incoming(company, each, source=Document.Source.SHEET) for each in documents]
    )


def replaced_by(number: str) -> str | None:
    return Document.objects.filter(replaces__number=number).values_list("number", flat=True).first()


PRO_FORMA = paper(DocumentKind.PRO_FORMA, "PF1", date(2026, 3, 1))


def test_a_later_invoice_of_the_same_amount_is_proposed(company: Company) -> None:
    bring(company, PRO_FORMA)
    bring(company, paper(DocumentKind.E_FEE_NOTE, "9", date(2026, 3, 20), "100.01"))
    assert replaced_by("PF1") == "9"
    assert Document.objects.get(number="9").is_replacement_confirmed is None


def test_the_order_of_arrival_does_not_matter(company: Company) -> None:
    bring(company, paper(DocumentKind.E_INVOICE, "9", date(2026, 3, 20)))
    bring(company, PRO_FORMA)
    assert replaced_by("PF1") == "9"


@pytest.mark.parametrize(
    "other",
    [
        paper(DocumentKind.E_INVOICE, "9", date(2026, 2, 20)),
        paper(DocumentKind.E_INVOICE, "9", date(2026, 3, 20), "100.02"),
        paper(DocumentKind.E_INVOICE, "9", date(2026, 3, 20), currency="USD"),
        paper(DocumentKind.RECEIPT, "9", date(2026, 3, 20)),
        paper(DocumentKind.CREDIT_NOTE, "9", date(2026, 3, 20)),
        paper(DocumentKind.E_INVOICE, "9", date(2027, 3, 20)),
        paper(DocumentKind.E_INVOICE, "9", date(2026, 3, 20), buyer=PartyData(name="Altro")),
    ],
)
def test_others_are_not(company: Company, other: ParsedDocument) -> None:
    bring(company, PRO_FORMA, other)
    assert replaced_by("PF1") is None


@pytest.mark.parametrize(
    "naming",
    [
        {"reasons": ("Saldo vs. ns. pro-forma PF1 del 1/3",)},
        {"references": (Reference("order", "PF1"),)},
    ],
)
def test_an_invoice_that_names_the_pro_forma_wins(
    company: Company, naming: dict[str, object]
) -> None:
    same = paper(DocumentKind.E_INVOICE, "8", date(2026, 3, 10), "250.00")
    named = paper(DocumentKind.E_INVOICE, "9", date(2026, 3, 20), "300.00", **naming)
    bring(company, PRO_FORMA, same, named)
    assert replaced_by("PF1") == "9"


def test_one_invoice_replaces_one_pro_forma(company: Company) -> None:
    second = paper(DocumentKind.PRO_FORMA, "PF2", date(2026, 3, 2))
    bring(company, PRO_FORMA, second, paper(DocumentKind.E_INVOICE, "9", date(2026, 3, 20)))
    assert (replaced_by("PF1"), replaced_by("PF2")) == ("9", None)
