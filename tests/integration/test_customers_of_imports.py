"""One customer by whatever code a file gives, and never a stranger's."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from sollecito.accounts.models import Company
from sollecito.dunning.models import Hold
from sollecito.flows import clock
from sollecito.flows.edit_customer import edit_customer
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.ledger.models import ContactPoint, Document, Party
from tests.builders import SELLER_VAT, Row, invoice_bytes, notification_xml

pytestmark = pytest.mark.django_db
VAT, OTHER_VAT, CODE = "99900020472", "99900030471", "RCCMNL83S18D969H"
NAME = "Ricci Emanuele"


@pytest.fixture(autouse=True)
def company() -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


def invoice(number: str, vat: str = "", code: str = "", **fields: Any) -> NamedFile:
    fields = {"buyer_name": NAME, **fields}
    data = invoice_bytes(number=number, buyer_vat=vat, buyer_tax_code=code, **fields)
    return NamedFile(f"{number}.xml", content=data)


def sheet(name: str, *lines: str) -> NamedFile:
    return NamedFile(name, content="\n".join(lines).encode())


def bring(*files: NamedFile) -> None:
    for file in files:
        import_files([file], sheets=import_sheet)


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("way", ["together", "one by one"])
def test_either_code_is_the_same_customer_in_any_order(order: tuple[int, ...], way: str) -> None:
    files = [invoice("1", VAT, CODE), invoice("2", code=CODE), invoice("3", VAT)]
    if way == "together":
        import_files([files[place] for place in order])
    else:
        bring(*(files[place] for place in order))
    party = Party.objects.get()
    assert (party.identity, party.kind) == (f"IT:{VAT}/IT:{CODE}", "impresa")
    assert (party.vat_number, party.tax_code) == (VAT, CODE)
    assert party.documents.count() == party.instalments.count() == 3


def test_what_people_wrote_on_either_card_stays(company: Company) -> None:
    bring(invoice("1", VAT), invoice("2", code=CODE))
    first, second = Party.objects.order_by("pk")
    ContactPoint.objects.create(company=company, party=second, kind="email", value="a@b.it")
    Party.objects.filter(pk=second.pk).update(note="chiamare la sera", auto_copy=True)
    Hold.objects.create(
        company=company,
        party=second,
        kind="legal",
        from_date=clock.today(),
        created_at=clock.now(),
    )
    bring(invoice("3", VAT, CODE))
    party = Party.objects.get()
    assert (party.pk, party.note, party.auto_copy) == (first.pk, "chiamare la sera", True)
    assert party.contact_points.get().value == "a@b.it"
    assert party.holds.count() == 1


def test_a_sheet_of_customers_finds_them_by_either_code() -> None:
    bring(
        invoice("1", VAT, CODE),
        sheet("clienti.csv", "codice_fiscale;email", f"{CODE};uno@b.it"),
        sheet("clienti2.csv", "partita_iva;email", f"{VAT};due@b.it"),
    )
    party = Party.objects.get()
    assert set(party.contact_points.values_list("value", flat=True)) == {"uno@b.it", "due@b.it"}


def test_a_list_before_the_invoices_becomes_one_with_them() -> None:
    lines = ("cliente;partita_iva;codice_fiscale;email", f"{NAME};;{CODE};uno@b.it")
    bring(sheet("clienti.csv", *lines), invoice("1", VAT), invoice("2", VAT, CODE))
    party = Party.objects.get()
    assert (party.documents.count(), party.contact_points.count()) == (2, 1)


def test_the_same_invoice_with_another_code_is_a_duplicate() -> None:
    row = f"fattura_elettronica;1;01/03/2026;{NAME};{CODE};122,00;31/03/2026"
    head = "tipo;numero;data;cliente;codice_fiscale;totale;scadenza"
    bring(invoice("1", VAT, CODE), sheet("fatture.csv", head, row))
    assert Document.objects.count() == Party.objects.count() == 1


def test_members_of_a_vat_group_stay_apart() -> None:
    group, one, other = VAT, OTHER_VAT, "12345670157"
    bring(
        invoice("1", group, one, buyer_name="Uno S.p.A."),
        invoice("2", group, other, buyer_name="Due S.p.A."),
        invoice("3", group, one, buyer_name="Uno S.p.A."),
    )
    assert sorted(Party.objects.values_list("name", flat=True)) == ["Due S.p.A.", "Uno S.p.A."]


def test_one_tax_code_beside_two_vat_numbers_joins_no_firms() -> None:
    bring(
        invoice("1", VAT, CODE, buyer_name="Alfa S.r.l."),
        invoice("2", OTHER_VAT, CODE, buyer_name="Beta S.r.l."),
    )
    assert Party.objects.count() == 2


def test_a_credit_note_meets_its_invoice_once_the_customer_is_one() -> None:
    linked = (
        "<DatiFattureCollegate><IdDocumento>1</IdDocumento><Data>2026-03-01</Data>"
        "</DatiFattureCollegate>"
    )
    note = invoice("9", code=CODE, type_code="TD04", references=linked)
    bring(invoice("1", VAT), note, invoice("2", VAT, CODE))
    first = Document.objects.get(number="1").instalments.get()
    assert first.balance == 0


def test_a_person_who_chose_the_kind_is_not_overruled(company: Company) -> None:
    bring(invoice("1", code=CODE))
    edit_customer(Party.objects.get(), user=None, changes={"kind": "condominio"})
    bring(invoice("2", VAT, CODE))
    assert Party.objects.get().kind == "condominio"


def test_two_series_of_one_number_are_two_documents() -> None:
    head = "tipo;numero;sezionale;data;cliente;partita_iva;totale;scadenza"
    rows = [
        f"fattura;1;{series};01/03/2026;{NAME};{VAT};122,00;31/03/2026" for series in ("A", "B", "")
    ]
    bring(sheet("f.csv", head, *rows), sheet("g.csv", head, *rows))
    assert sorted(Document.objects.values_list("number", "series")) == [
        ("1", ""),
        ("1", "A"),
        ("1", "B"),
    ]


def test_what_may_be_the_same_credit_under_another_kind_is_told() -> None:
    head = "numero;data;cliente;partita_iva;totale;scadenza"
    row = f"1;01/03/2026;{NAME};{VAT};122,00;31/03/2026"
    bring(invoice("1", VAT))
    report = import_files([sheet("f.csv", head, row)], sheets=import_sheet)
    assert [problem.code for _, problem in report.problems] == ["possible_copy"]
    assert Document.objects.count() == 2


@pytest.mark.parametrize("first", ["file", "sheet"])
def test_a_series_in_the_number_is_no_second_copy(first: str) -> None:
    head = "tipo;numero;sezionale;data;cliente;partita_iva;totale;scadenza"
    row = f"fattura_elettronica;1;A;01/03/2026;{NAME};{VAT};122,00;31/03/2026"
    files = [invoice("1/A", VAT), sheet("f.csv", head, row)]
    bring(*(files if first == "file" else reversed(files)))
    document = Document.objects.get()
    assert (document.number, document.series, document.source) == ("1/A", "", "file")
    assert document.file is not None
    other = row.replace("122,00", "123,00")
    bring(sheet("g.csv", head, other))
    assert Document.objects.count() == 2


def test_a_sheet_first_and_its_file_later_knows_account_and_state() -> None:
    head = "tipo;numero;sezionale;data;cliente;partita_iva;totale;scadenza"
    row = f"fattura_elettronica;1;A;01/03/2026;{NAME};{VAT};122,00;31/03/2026"
    iban = "IT60X0542811101000000123456"
    data = invoice_bytes(
        number="1/A", buyer_vat=VAT, buyer_name=NAME, rows=(Row(iban=iban, method="MP12"),)
    )
    target = f"IT{SELLER_VAT}_00001.xml"
    outcome = notification_xml("NE", file_name=target, number="1/A", year="2026", outcome="EC02")
    bring(sheet("f.csv", head, row), NamedFile(target, content=data))
    bring(NamedFile(f"IT{SELLER_VAT}_00001_NE_001.xml", content=outcome.encode()))
    instalment = Document.objects.get().instalments.get()
    assert (instalment.iban, instalment.method) == (iban, "MP12")
    assert instalment.holds.get().kind == "in_collection"
