from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from sollecito.accounts.models import Company
from sollecito.flows import clock
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.outcomes import FileOutcome, ImportReport
from sollecito.flows.importing.reading import ReadFile
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.undo_import import undo_import
from sollecito.ledger.models import (
    Agent,
    Allocation,
    ContactPoint,
    Document,
    ImportBatch,
    ImportItem,
    Instalment,
    Party,
    Payment,
    SheetMapping,
)
from sollecito.ledger.queries import wrong_balances
from tests.builders import BUYER_VAT, SELLER_VAT, Row, invoice_bytes
from tests.ledger_snapshot import snapshot

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 10)
HEADER = (
    "tipo;numero;data;cliente;partita_iva;email;telefono;totale;scadenza;importo_rata;rata;residuo"
)
HEADER += ";data_incasso;agente;agente_email;codice_cliente\n"
THREE = (
    "fattura;12;31/01/2026;Rossi S.r.l.;99900020472;Amm@rossi.example;0573 1;300;28/02/2026;100;"
    "1/3;0;02/03/2026;Corsi;corsi@agenti.example;C7\n"
    "fattura;12;31/01/2026;Rossi S.r.l.;99900020472;;;300;31/03/2026;100;2/3;40;;;;\n"
    "fattura;12;31/01/2026;Rossi S.r.l.;99900020472;;;300;30/04/2026;100;3/3;100;;;;\n"
)


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.pretend(TODAY):
        yield


def bring(text: str | bytes, name: str = "foglio.csv", **options: Any) -> ImportReport:
    data = text.encode() if isinstance(text, str) else text
    return import_files([NamedFile(name, content=data)], sheets=import_sheet, **options)


def codes(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.code, problem.severity) for _, problem in report.problems]


def test_documents_with_what_is_collected_of_them(company: Company) -> None:
    report = bring(HEADER + THREE)
    assert codes(report) == []
    assert (report.documents, report.instalments, report.payments) == (1, 3, 2)
    rows = Instalment.objects.order_by("seq")
    assert [(row.seq, row.of, row.balance) for row in rows] == [
        (1, 3, Decimal(0)),
        (2, 3, Decimal(40)),
        (3, 3, Decimal(100)),
    ]
    days = Payment.objects.order_by("date").values_list("date", "amount", "source")
    assert list(days) == [
        (date(2026, 1, 31), Decimal(60), "sheet"),
        (date(2026, 3, 2), Decimal(100), "sheet"),
    ]
    assert wrong_balances() == []
    party = Party.objects.get()
    assert (party.identity, party.code, party.agent and party.agent.email) == (
        "IT:99900020472",
        "C7",
        "corsi@agenti.example",
    )
    points = ContactPoint.objects.order_by("kind").values_list("kind", "value")
    assert list(points) == [("email", "amm@rossi.example"), ("phone", "0573 1")]
    item = ImportItem.objects.get()
    assert (item.outcome, item.documents, item.file and item.file.name) == (
        "imported", 1, "foglio.csv",
    )  # fmt: skip


def test_three_times_and_shuffled_is_once(company: Company) -> None:
    header, *lines = (HEADER + THREE).splitlines(keepends=True)
    bring(HEADER + THREE)
    before = snapshot()
    report = bring(header + "".join(reversed(lines)))
    assert (report.documents, report.duplicates, report.payments) == (0, 1, 0)
    bring(HEADER + THREE)
    assert snapshot() == before
    assert Payment.objects.count() == 2


def test_next_weeks_sheet_brings_what_came_in_meanwhile(company: Company) -> None:
    bring(HEADER + THREE)
    report = bring(HEADER + THREE.replace(";2/3;40;", ";2/3;15;").replace(";3/3;100;", ";3/3;0;"))
    assert (report.documents, report.duplicates, report.payments) == (0, 1, 2)
    assert [row.balance for row in Instalment.objects.order_by("seq")] == [0, 15, 0]
    assert sum(Payment.objects.values_list("amount", flat=True)) == 285
    later = Payment.objects.filter(date=TODAY).values_list("amount", flat=True)
    assert sorted(later) == [25, 100]
    assert wrong_balances() == []


def test_an_older_sheet_takes_nothing_back(company: Company) -> None:
    bring(HEADER + THREE)
    report = bring(HEADER + THREE.replace(";2/3;40;", ";2/3;100;"))
    assert codes(report) == [(3, "ledger_knows_more", "warning")]
    assert "residuo 100,00 €" in report.problems[0][1].message
    assert Instalment.objects.get(seq=2).balance == 40


def test_the_same_key_with_another_amount_is_a_conflict(company: Company) -> None:
    bring(HEADER + THREE)
    before = snapshot()
    report = bring(HEADER + THREE.replace(";100;", ";110;").replace(";300;", ";330;"))
    assert report.skipped == [("foglio.csv", "stesso numero, contenuto diverso")]
    assert [code for _, code, _ in codes(report)] == ["conflict"]
    assert snapshot() == before


def test_what_exceeds_an_instalment_stays_as_credit_once(company: Company) -> None:
    text = "numero;data;cliente;partita_iva;totale;incassato\n1;1/3/2026;R;99900020472;100;130\n"
    for _ in range(2):
        bring(text)
    assert Instalment.objects.get().balance == 0
    assert Payment.objects.get().amount == 130
    assert Allocation.objects.get().amount == 100


def test_a_credit_note_is_negative_and_partly_used(company: Company) -> None:
    text = "tipo;numero;data;cliente;totale;residuo\nnota di credito;1;1/3/2026;R;50;20\n"
    bring(text)
    row = Instalment.objects.get()
    assert (row.amount, row.balance) == (Decimal(-50), Decimal(-20))
    assert Payment.objects.get().amount == -30
    assert wrong_balances() == []
    assert bring(text).payments == 0


def test_a_sheet_and_a_file_are_one_document(company: Company) -> None:
    sheet = (
        "tipo;numero;data;cliente;partita_iva;totale;scadenza\n"
        f"fattura_elettronica;1;01/03/2026;Cliente;{BUYER_VAT};122,00;31/03/2026\n"
    )
    assert bring(sheet).documents == 1
    xml = invoice_bytes(buyer_vat=BUYER_VAT, rows=(Row("122.00"),))
    report = bring(xml, "IT01_1.xml")
    assert (report.documents, report.duplicates) == (0, 1)
    assert Document.objects.get().file is not None
    assert bring(sheet).duplicates == 1


def test_rata_two_of_three_stays_two(company: Company) -> None:
    lines = THREE.splitlines(keepends=True)
    report = bring(HEADER + lines[1] + lines[2])
    assert [(row.seq, row.of) for row in Instalment.objects.order_by("seq")] == [(2, 3), (3, 3)]
    assert codes(report) == [(2, "instalments_mismatch", "warning")]
    bring(HEADER + lines[1] + lines[2])
    assert Instalment.objects.count() == 2


def test_bad_lines_are_told_and_the_rest_goes_on(company: Company) -> None:
    text = "numero;data;cliente;totale\n1;1/3/2026;R;10\n2;31/02/2026;R;10\n3;1/3/2026;R;10\n"
    report = bring(text)
    assert report.documents == 2
    assert [found for found in codes(report) if found[2] == "error"] == [
        (3, "date_unreadable", "error")
    ]
    assert ImportItem.objects.get().outcome == "imported"


def test_a_due_date_that_is_missing_is_assumed_and_told_by_line(company: Company) -> None:
    report = bring("numero;data;cliente;totale\n1;1/3/2026;R;10\n")
    assert codes(report) == [(2, "due_date_assumed", "warning")]
    assert Instalment.objects.get().due_date == date(2026, 3, 31)


def test_a_name_alone_never_joins_a_customer_with_a_code(company: Company) -> None:
    report = bring(
        "numero;data;cliente;partita_iva;totale;scadenza\n"
        "1;1/3/2026;Rossi;99900020472;10;1/4/2026\n2;1/3/2026;Rossi;;10;1/4/2026\n"
    )
    assert Party.objects.count() == 2
    report = bring("numero;data;cliente;totale;scadenza\n3;1/3/2026;ROSSI;10;1/4/2026\n")
    assert codes(report) == [(2, "namesake", "warning")]
    assert Party.objects.count() == 2
    assert Document.objects.get(number="3").party == Document.objects.get(number="2").party


def test_the_code_of_the_customer_is_enough_under_the_same_name(company: Company) -> None:
    bring(HEADER + THREE)
    header = "numero;data;cliente;codice_cliente;totale;scadenza\n"
    bring(header + "20;1/3/2026;ROSSI SRL;C7;10;1/4/2026\n21;1/3/2026;Bianchi;C7;10;1/4/2026\n")
    rossi = Party.objects.get(code="C7", identity="IT:99900020472")
    assert Document.objects.get(number="20").party == rossi
    assert Document.objects.get(number="21").party != rossi


def test_addresses_already_on_the_card_stay_alone(company: Company) -> None:
    bring(HEADER + THREE)
    bring(HEADER + THREE.replace(";12;", ";13;").replace("Amm@", "altro@"))
    assert [p.value for p in ContactPoint.objects.filter(kind="email")] == ["amm@rossi.example"]


def test_a_workbook(company: Company) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "dd/mm/yyyy"}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Numero", "Data", "Ragione sociale", "Importo", "Scadenza"])
        page.write_row(1, 0, [7, date(2026, 3, 1), "Rossi", 12.5, date(2026, 4, 1)])
    report = bring(out.getvalue(), "scadenze.xlsx")
    assert (report.documents, codes(report)) == (1, [])
    row = Instalment.objects.get()
    assert (row.document.number, row.amount, row.due_date) == (
        "7",
        Decimal("12.50"),
        date(2026, 4, 1),
    )


def test_an_unknown_sheet_is_told(company: Company) -> None:
    report = bring("data;numero;colore\n1/1/2026;7;blu\n")
    assert [code for _, code, _ in codes(report)] == ["columns_missing"]
    assert ImportItem.objects.get().outcome == "failed"


def test_among_several_companies_a_sheet_needs_to_be_told_whose(company: Company) -> None:
    other = Company.objects.create(name="Altra", vat_number="99900020472")
    assert codes(bring(HEADER + THREE)) == [(0, "sheet_without_company", "error")]
    assert bring(HEADER + THREE, company=other).documents == 1
    assert Document.objects.get().company == other


def test_a_corrected_mapping_is_remembered(company: Company) -> None:
    text = "Prot.;Data;Chi;Netto a pagare\n9;1/3/2026;Rossi;80\n"
    assert codes(bring(text))[0][2] == "error"
    mapping = {"Prot.": "numero", "Chi": "cliente", "Netto a pagare": "totale"}
    assert import_now(company, text, mapping).documents == 1
    assert SheetMapping.objects.get().mapping == mapping
    assert bring(text.replace("9;1/3", "10;1/3")).documents == 1
    assert Document.objects.get(number="10").total == 80


def import_now(company: Company, text: str, mapping: dict[str, str]) -> FileOutcome:
    batch = ImportBatch.objects.create(company=company, started_at=clock.now())
    file = ReadFile("a.csv", text.encode(), text.encode())
    return import_sheet(file, batch=batch, company=company, mapping=mapping)


def test_an_import_of_a_sheet_is_undone_with_its_takings(company: Company) -> None:
    report = bring(HEADER + THREE)
    assert report.batch_id
    undo_import(ImportBatch.objects.get(pk=report.batch_id), user=None)
    for model in (Document, Instalment, Payment, Allocation):
        assert not model.objects.exists(), model


# --- customers

CUSTOMERS = (
    "Ragione sociale;P.IVA;E-mail;PEC;Tel;Referente;Lingua;Categoria;Agente;Scopo\n"
    "Cliente di prova S.r.l.;{vat};Conti@cliente.example;;0573 9;Anna;it;Oro;Corsi;\n"
    "Nuovo S.p.A.;99900030471;n@nuovo.example;;;;inglese;;;generale\n"
)


def test_customers_get_their_contacts(company: Company) -> None:
    bring(invoice_bytes(buyer_vat=BUYER_VAT), "IT01_1.xml")
    for _ in range(2):
        report = bring(CUSTOMERS.format(vat=BUYER_VAT), "clienti.csv")
        assert codes(report) == []
    known = Party.objects.get(vat_number=BUYER_VAT)
    assert (known.contact_name, known.segment, known.agent) == ("Anna", "Oro", Agent.objects.get())
    assert [(p.kind, p.value, p.person) for p in known.contact_points.order_by("kind")] == [
        ("email", "conti@cliente.example", "Anna"),
        ("phone", "0573 9", "Anna"),
    ]
    fresh = Party.objects.get(vat_number="99900030471")
    assert (fresh.kind, fresh.language, fresh.is_kind_confirmed) == ("impresa", "en", True)
    assert fresh.contact_points.get().purpose == "general"
    assert Party.objects.count() == 2
    assert {item.outcome for item in ImportItem.objects.filter(name="clienti.csv")} == {"imported"}
    assert "clienti letti: 2" in {i.reason for i in ImportItem.objects.all()}


def test_a_name_alone_fills_nobodys_card(company: Company) -> None:
    bring(invoice_bytes(buyer_vat=BUYER_VAT, buyer_name="Rossi"), "IT01_1.xml")
    report = bring("cliente;email\nROSSI;wrong@stranger.example\n", "clienti.csv")
    assert codes(report) == [(2, "namesake", "warning")]
    assert not ContactPoint.objects.exists()
    assert Party.objects.count() == 1


def test_placeholder_codes_merge_nobody(company: Company) -> None:
    bring(
        "cliente;partita_iva;nazione;email\nYoko;99999999999;JP;y@yoko.example\n"
        "Kimchi;99999999999;KR;k@kimchi.example\n",
        "clienti.csv",
    )
    assert sorted(Party.objects.values_list("name", flat=True)) == ["Kimchi", "Yoko"]
