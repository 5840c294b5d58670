from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal

import pytest

from sollecito.domain.documents import DocumentKind, ParsedDocument, Reference
from sollecito.formats.fatturapa.codes import KIND_OF_TYPE, NAME_OF_TYPE, SELF_DOCUMENTS
from sollecito.formats.fatturapa.parse import ParsedFile, parse_fattura
from tests.builders import Body, Invoice, Row, Vat, invoice_bytes, invoice_xml


def only(xml: bytes, *, full: bool = False) -> ParsedDocument:
    parsed = parse_fattura(xml, full=full)
    assert not parsed.problems
    (document,) = parsed.documents
    return document


def codes(document: ParsedDocument) -> list[str]:
    return [problem.code for problem in document.problems]


def problem_codes(parsed: ParsedFile) -> list[str]:
    return [problem.code for problem in parsed.problems]


def test_a_plain_invoice_is_read_whole() -> None:
    row = Row("61.00", condition="TP01", iban="IT60 X054 2811 1010 0000 0123 456", beneficiary="Io")
    references = (
        "<DatiOrdineAcquisto><IdDocumento>OA-9</IdDocumento><Data>2026-02-01</Data>"
        "<CodiceCUP>CUP1</CodiceCUP><CodiceCIG>CIG1</CodiceCIG></DatiOrdineAcquisto>"
        "<DatiDDT><NumeroDDT>44</NumeroDDT><DataDDT>2026-02-20</DataDDT></DatiDDT>"
    )
    found = only(
        invoice_bytes(number="007/A", rows=(row, row), references=references, withheld=("20.00",))
    )
    assert (found.kind, found.type_code) == (DocumentKind.E_INVOICE, "TD01")
    assert (found.number, found.date) == ("007/A", date(2026, 3, 1))
    assert found.written_total == Decimal("122.00")
    assert found.seller.vat_number == "12345670157"
    assert found.buyer.name == "Cliente di prova S.r.l."
    assert found.buyer.address.city == "Roma"
    assert [each.amount for each in found.payments] == [Decimal("61.00")] * 2
    assert found.payments[0].iban == "IT60X0542811101000000123456"
    assert found.payments[0].beneficiary == "Io"
    assert found.references == (
        Reference("order", "OA-9", date(2026, 2, 1), "CUP1", "CIG1"),
        Reference("delivery_note", "44", date(2026, 2, 20)),
    )
    assert found.withholdings[0].amount == Decimal("20.00")
    assert found.lines == ()
    assert found.problems == ()


def test_lines_and_attachments_come_only_when_asked() -> None:
    pdf = base64.b64encode(b"%PDF-1.7 mine").decode()
    attachment = (
        "<Allegati><NomeAttachment>copia.PDF</NomeAttachment>"
        f"<Attachment>{pdf[:8]}\n{pdf[8:]}</Attachment></Allegati>"
    )
    xml = invoice_bytes(lines=3, attachments=attachment)
    short, full = only(xml), only(xml, full=True)
    assert short.has_pdf
    assert not short.lines
    assert not short.attachments
    assert [line.number for line in full.lines] == [1, 2, 3]
    assert full.lines[0].unit_price == Decimal("100.00")
    assert (full.attachments[0].kind, full.attachments[0].content) == ("pdf", b"%PDF-1.7 mine")


def test_a_broken_attachment_is_a_warning() -> None:
    attachment = (
        "<Allegati><NomeAttachment>a.pdf</NomeAttachment><Attachment>§§</Attachment></Allegati>"
    )
    assert codes(only(invoice_bytes(attachments=attachment), full=True)) == [
        "attachment_unreadable"
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2", "urn:wrong"),
        (
            "http://ivaservizi.agenziaentrate.gov.it/docs",
            "http://ivaservizi.agenziaentrate.gov.it/ docs",
        ),
        (' xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"', ""),
        ("fatture/v1.2", "fatturapa/v1.1"),
        ("<FatturaElettronicaHeader>", '<FatturaElettronicaHeader xmlns="">'),
        ("<FatturaElettronicaBody>", '<FatturaElettronicaBody xmlns="urn:other">'),
        ('<?xml version="1.0" encoding="UTF-8"?>\n', ""),
        ('<?xml version="1.0" encoding="UTF-8"?>', "\n  <?xml version='1.0'?>"),
        ("<Numero>1</Numero>", "<!-- x --><Numero>\n 1 </Numero><?x y?>"),
        ("</p:FatturaElettronica>", "</p:FatturaElettronica>\n\0\0"),
    ],
)
def test_namespaces_prefixes_and_declarations_do_not_matter(change: tuple[str, str]) -> None:
    text = invoice_xml()
    assert change[0] in text
    found = only(text.replace(*change).encode())
    assert (found.number, found.written_total) == ("1", Decimal("122.00"))


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("windows-1252", "windows-1252"),
        ("iso-8859-1", "ISO-8859-1"),
        ("utf-16", "UTF-16"),
    ],
)
def test_encodings_declared_are_read(encoding: str, declared: str) -> None:
    text = invoice_xml(buyer_name="Caffè Società").replace("UTF-8", declared)
    found = only(text.encode(encoding))
    assert found.buyer.name == "Caffè Società"
    assert not found.problems


@pytest.mark.parametrize("declared", ["UTF-8", "ANSI-1252-SCONOSCIUTA"])
def test_a_wrong_declared_encoding_is_read_with_a_warning(declared: str) -> None:
    text = invoice_xml(buyer_name="Caffè – Società").replace("UTF-8", declared)
    found = only(text.encode("windows-1252"))
    assert found.buyer.name == "Caffè – Società"
    assert codes(found) == ["encoding_guessed"]


def test_mended_files_carry_a_warning_and_cut_ones_are_refused() -> None:
    text = invoice_xml(buyer_name="ROSSI")
    assert codes(only(text.replace("ROSSI", "ROSSI & C. \x0b").encode())) == ["mended"]
    assert codes(only(text.encode() + b"<junk>")) == ["mended"]
    for share in (0.2, 0.6, 0.95, 0.999):
        parsed = parse_fattura(text[: int(len(text) * share)].encode())
        assert not parsed.documents
        assert problem_codes(parsed) == ["truncated"]


def test_each_body_is_a_document_and_a_bad_one_does_not_stop_the_rest() -> None:
    spec = Invoice(bodies=(Body(number="1"), Body(number=""), Body(number="3"), Body(day="")))
    parsed = parse_fattura(invoice_bytes(spec))
    assert [(each.number, each.position) for each in parsed.documents] == [("1", 1), ("3", 3)]
    assert problem_codes(parsed) == ["number_missing", "date_unreadable"]
    assert parsed.problems[0].message.startswith("Documento 2 del file")


def test_a_file_without_customer_says_so() -> None:
    parsed = parse_fattura(invoice_bytes(has_buyer=False))
    assert problem_codes(parsed) == ["customer_missing"]
    assert parsed.seller is not None


def test_a_person_has_first_and_last_name() -> None:
    found = only(invoice_bytes(buyer_first_name="Ada", buyer_last_name="Neri", buyer_vat=""))
    assert (found.buyer.name, found.buyer.is_person) == ("Ada Neri", True)


def test_every_type_is_a_receivable_or_set_aside() -> None:
    assert {f"TD{number:02}" for number in (*range(1, 10), *range(16, 30))} == set(NAME_OF_TYPE)
    for type_code in NAME_OF_TYPE:
        parsed = parse_fattura(invoice_bytes(type_code=type_code))
        assert not parsed.problems
        if type_code in SELF_DOCUMENTS:
            assert not parsed.documents
            assert type_code in parsed.set_aside[0].reason
        else:
            assert parsed.documents[0].kind is KIND_OF_TYPE[type_code]
    assert KIND_OF_TYPE["TD06"] is DocumentKind.E_FEE_NOTE
    assert KIND_OF_TYPE["TD08"] is DocumentKind.CREDIT_NOTE


@pytest.mark.parametrize("type_code", ["TD99", "", "FATTURA"])
def test_an_unknown_type_is_a_problem(type_code: str) -> None:
    assert problem_codes(parse_fattura(invoice_bytes(type_code=type_code))) == ["unknown_type"]


@pytest.mark.parametrize(
    ("written", "value", "warnings"),
    [
        ("1220.00", "1220.00", []),
        ("+1220", "1220.00", []),
        (" 1220.50\n", "1220.50", []),
        ("1220.50000000", "1220.50", []),
        ("-1.83", "-1.83", []),
        ("1220,50", "1220.50", ["odd_format"]),
        ("1.220,50", "1220.50", ["odd_format"]),
        ("1,220.50", "1220.50", ["odd_format"]),
        ("1 220.50", "1220.50", ["odd_format"]),
        ("€ 1220,5", "1220.50", ["odd_format"]),
        ("1.220.500", "1220500.00", ["odd_format"]),
        ("12,5-", "-12.50", ["odd_format"]),
        ("1'220.50", "1220.50", ["odd_format"]),
    ],
)
def test_amounts_are_read_as_written_and_odd_ones_warn(
    written: str, value: str, warnings: list[str]
) -> None:
    found = only(invoice_bytes(rows=(Row(written),)))
    assert found.payments[0].amount == Decimal(value)
    assert codes(found) == warnings


@pytest.mark.parametrize(
    "written", ["", "dodici", "1,234", "NaN", "1E5", "Infinity", "1.2,3.4e", "٣"]
)
def test_an_amount_that_cannot_be_read_stops_its_document(written: str) -> None:
    parsed = parse_fattura(invoice_bytes(rows=(Row(written),)))
    assert not parsed.documents
    assert problem_codes(parsed) == ["amount_unreadable"]


def test_amounts_beyond_measure_are_refused_and_third_decimals_told() -> None:
    assert problem_codes(parse_fattura(invoice_bytes(rows=(Row("9" * 13),)))) == [
        "amount_out_of_range"
    ]
    assert codes(only(invoice_bytes(rows=(Row("10.005"),)))) == ["amount_rounded"]


@pytest.mark.parametrize(
    ("written", "value", "warnings"),
    [
        ("2026-03-31", date(2026, 3, 31), []),
        ("2026-03-31+02:00", date(2026, 3, 31), []),
        ("2026-03-31Z", date(2026, 3, 31), []),
        (" 2026-03-31 ", date(2026, 3, 31), []),
        ("2026 - 03 - 31", date(2026, 3, 31), []),
        ("2026-03-31T00:00:00", date(2026, 3, 31), []),
        ("31/03/2026", date(2026, 3, 31), ["odd_format"]),
        ("2026-02-30", None, ["date_unreadable"]),
        ("0026-03-31", None, ["date_unreadable"]),
        ("presto", None, ["date_unreadable"]),
        ("", None, []),
    ],
)
def test_due_dates(written: str, value: date | None, warnings: list[str]) -> None:
    found = only(invoice_bytes(rows=(Row(due=written),)))
    assert found.payments[0].due_date == value
    assert codes(found) == warnings


def test_an_impossible_document_date_stops_the_document() -> None:
    assert problem_codes(parse_fattura(invoice_bytes(day="2017-02-30"))) == ["date_unreadable"]


def test_terms_in_days_are_read() -> None:
    found = only(invoice_bytes(rows=(Row(due="", term_from="2026-03-10", term_days="60"),)))
    assert (found.payments[0].term_from, found.payments[0].term_days) == (date(2026, 3, 10), 60)
    assert codes(only(invoice_bytes(rows=(Row(term_days="trenta"),)))) == ["term_unreadable"]


def test_a_simplified_invoice_splits_the_tax_from_the_amount() -> None:
    vat = (Vat("122.00", "", "22.00"), Vat("50.00", "4.50", ""))
    found = only(invoice_bytes(fmt="FSM10", type_code="TD07", vat=vat))
    assert [(row.taxable, row.tax) for row in found.vat] == [
        (Decimal("100.00"), Decimal("22.00")),
        (Decimal("45.50"), Decimal("4.50")),
    ]
    assert found.written_total is None
    assert (found.buyer.name, found.buyer.vat_number) == (
        "Cliente di prova S.r.l.",
        "07654320584",
    )
    rectified = (
        "<DatiFatturaRettificata><NumeroFR>9/S</NumeroFR><DataFR>2026-01-02</DataFR>"
        "<ElementiRettificati>tutto</ElementiRettificati></DatiFatturaRettificata>"
    )
    credit = only(invoice_bytes(fmt="FSM10", type_code="TD08", references=rectified))
    assert credit.references == (Reference("invoice", "9/S", date(2026, 1, 2)),)


@pytest.mark.parametrize("sign", ["", "-"])
def test_credit_notes_are_positive_whatever_the_file_says(sign: str) -> None:
    found = only(
        invoice_bytes(
            type_code="TD04",
            total=f"{sign}122.00",
            vat=(Vat(f"{sign}100.00", f"{sign}22.00"),),
            rows=(Row(f"{sign}122.00"),),
        )
    )
    assert found.written_total == Decimal("122.00")
    assert found.vat[0].taxable == Decimal("100.00")
    assert found.payments[0].amount == Decimal("122.00")


def test_neither_total_nor_summary_is_a_problem() -> None:
    assert problem_codes(parse_fattura(invoice_bytes(total="", vat=()))) == ["no_amount"]


@pytest.mark.parametrize(
    "xml", [b"<html/>", b"<FatturaElettronica/>", b"<a", b"", b"{}", b"<a></b>"]
)
def test_what_is_no_invoice_is_a_problem_of_the_file(xml: bytes) -> None:
    parsed = parse_fattura(xml)
    assert not parsed.documents
    assert parsed.problems[0].message
