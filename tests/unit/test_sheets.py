from __future__ import annotations

import csv
import io
import struct
import time
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from sollecito.domain.documents import DocumentKind, PartyData
from sollecito.formats import sheets
from sollecito.formats.sheets import SheetKind, read_sheet
from sollecito.formats.sheets.bounds import TooBigError, check_xls, check_zip
from sollecito.formats.sheets.columns import SYNONYMS, normalise_header
from sollecito.formats.sheets.values import Column
from sollecito.formats.sheets.writing import Value

SELLER = PartyData("Noi S.r.l.", "IT", "99900010473")
HEADER = "tipo;numero;data;cliente;partita_iva;email;totale;scadenza;importo_rata;rata;residuo"
_FIRST = "fattura;12/A;31/01/2026;Rossi S.r.l.;99900020472;a@rossi.example;1.234,56;"
ROWS = [
    _FIRST + "28/02/2026;617,28;1/2;0",
    _FIRST + "31/03/2026;617,28;2/2;617,28",
    "proforma;3;2026-02-01;Caffè Perù;;;100;;;;",
]
SHEET = "\r\n".join([HEADER, *ROWS])


def xlsx(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        page = book.add_worksheet("Fogli")
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                page.write(number, place, cell)
    return out.getvalue()


def documents(data: bytes, mapping: dict[str, str] | None = None) -> list[sheets.SheetDocument]:
    found, problems = sheets.parse_documents(read_sheet("f", data, mapping), SELLER, mapping)
    assert not [p for p in problems if p.severity == "error"], problems
    return list(found)


def problems_of(text: str) -> list[tuple[int, str]]:
    _, problems = sheets.parse_documents(read_sheet("f", text.encode()), SELLER)
    return [(problem.line, problem.code) for problem in problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_documents_in_any_wrapping(encoding: str, delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(line.split(";") for line in SHEET.splitlines())
    first, second = documents(out.getvalue().encode(encoding))
    assert first.document.number == "12/A"
    assert first.document.kind is DocumentKind.INVOICE
    assert first.document.buyer.vat_number == "99900020472"
    assert first.document.written_total == Decimal("1234.56")
    assert [row.amount for row in first.document.payments] == [Decimal("617.28")] * 2
    assert [row.due_date for row in first.document.payments] == [
        date(2026, 2, 28),
        date(2026, 3, 31),
    ]
    assert [part.collected for part in first.settlements] == [Decimal("617.28"), Decimal("0.00")]
    assert [(part.seq, part.of) for part in first.settlements] == [(1, 2), (2, 2)]
    assert first.emails == ("a@rossi.example",)
    assert second.document.kind is DocumentKind.PRO_FORMA
    assert second.document.buyer.name == "Caffè Perù"
    assert second.document.payments[0].due_date is None
    assert second.settlements[0].collected is None


def test_documents_in_a_workbook() -> None:
    data = xlsx(
        [
            ["Elenco scadenze al 31/03/2026"],
            [],
            ["N. doc.", "Data doc.", "Ragione sociale", "P. IVA", "Importo", "Data scad.", "Saldo"],
            [12, date(2026, 1, 31), "Rossi", 99900020472, 100.10, date(2026, 2, 28), 40],
            [13, date(2026, 1, 31), "Bianchi", 1234, 100.10, date(2026, 2, 28), ""],
            ["", "", "Totale", "", 200.20, "", 40],
        ]
    )
    sheet = read_sheet("f.xlsx", data)
    found, problems = sheets.parse_documents(sheet, SELLER)
    assert sheet.header_line == 3
    assert [entry.document.number for entry in found] == ["12", "13"]
    assert found[0].document.date == date(2026, 1, 31)
    assert found[0].settlements[0].collected == Decimal("60.10")
    assert found[0].line == 4
    assert [(p.line, p.code, p.severity) for p in problems] == [
        (5, "vat_length", "warning"),
        (6, "row_without_document", "warning"),
    ]


def test_a_dropped_leading_zero_comes_back_where_the_check_digit_proves_it() -> None:
    data = xlsx(
        [["numero", "data", "cliente", "piva", "totale"], [1, "1/2/2026", "A", 743110157, 5]]
    )
    assert documents(data)[0].document.buyer.vat_number == "00743110157"


def test_english_headers_and_points() -> None:
    text = "Invoice No,Date,Customer,VAT number,Amount,Due date\n"
    text += '7,2026-01-31,Acme,DE811234567,"1,234.50",2026-03-02\n'
    document = documents(text.encode())[0].document
    assert document.buyer.vat_country == "DE"
    assert document.buyer.vat_number == "811234567"
    assert document.written_total == Decimal("1234.50")


def test_a_mapping_of_the_user_goes_before_the_names() -> None:
    text = "doc;data;chi;totale;netto\n1;1/2/2026;Rossi;122;100\n"
    mapping = {"doc": "numero", "chi": "cliente", "netto": "totale", "totale": ""}
    document = documents(text.encode(), mapping)[0].document
    assert document.written_total == Decimal("100.00")
    assert document.buyer.name == "Rossi"


def test_the_mapping_is_remembered_by_the_header() -> None:
    one = read_sheet("a", b"Doc.;Data;Cliente\n1;2;3\n").header
    two = read_sheet("b", b"DOC ; data;CLIENTE\n9;9;9\n").header
    assert sheets.header_key(one) == sheets.header_key(two)
    assert len(sheets.header_key(one)) == 64


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("fattura;;1/2/2026;A;;;5;;;;", "number_missing"),
        ("fattura;1;;A;;;5;;;;", "date_missing"),
        ("fattura;1;30/02/2026;A;;;5;;;;", "date_unreadable"),
        ("fattura;1;1/2/2026;;;;5;;;;", "customer_missing"),
        ("fattura;1;1/2/2026;A;;;;;;;", "amount_missing"),
        ("fattura;1;1/2/2026;A;;;cinque;;;;", "amount_unreadable"),
        ("fattura;1;1/2/2026;A;;;1,234;;;;", "amount_unreadable"),
        ("bolla;1;1/2/2026;A;;;5;;;;", "kind_unknown"),
        ("fattura;1;1/2/2026;A;;;5;99/99/2026;;;", "date_unreadable"),
    ],
)
def test_a_bad_line_is_told_and_the_rest_goes_on(row: str, code: str) -> None:
    text = "\n".join([HEADER, ROWS[2], row, ROWS[2].replace(";3;", ";4;")])
    found, problems = sheets.parse_documents(read_sheet("f", text.encode()), SELLER)
    assert [entry.document.number for entry in found] == ["3", "4"]
    assert [(problem.line, problem.code) for problem in problems] == [(3, code)]
    assert problems[0].message.endswith(".")
    assert problems[0].hint.endswith(".")


def test_half_a_document_is_not_imported() -> None:
    text = "\n".join([HEADER, ROWS[0], ROWS[1].replace("31/03/2026", "31/13/2026")])
    found, problems = sheets.parse_documents(read_sheet("f", text.encode()), SELLER)
    assert not found
    assert [(p.line, p.code) for p in problems] == [
        (2, "document_incomplete"),
        (3, "date_unreadable"),
    ]


def test_rows_without_their_amounts_are_not_guessed() -> None:
    row = "fattura;1;1/2/2026;A;;;100;{};;;"
    text = "\n".join([HEADER, row.format("1/3/2026"), row.format("1/4/2026")])
    assert problems_of(text) == [(2, "instalments_unclear")]


def test_a_line_twice_counts_once() -> None:
    text = "\n".join([HEADER, ROWS[2], ROWS[2]])
    assert problems_of(text) == [(3, "row_repeated")]
    assert len(documents(text.encode())[0].document.payments) == 1


def test_an_empty_customer_repeats_the_row_above() -> None:
    text = "numero;data;cliente;importo\n1;1/2/2026;Rossi;10\n1;1/2/2026;;20\n2;1/2/2026;;30\n"
    found, problems = sheets.parse_documents(read_sheet("f", text.encode()), SELLER)
    assert [row.amount for row in found[0].document.payments] == [10, 20]
    assert [(p.line, p.code) for p in problems] == [(4, "customer_missing")]


@pytest.mark.parametrize("sign", ["", "-"])
def test_credit_notes_are_positive_whatever_the_sheet_writes(sign: str) -> None:
    text = f"tipo;numero;data;cliente;totale;residuo\nNC;1;1/2/2026;A;{sign}50;{sign}20\n"
    entry = documents(text.encode())[0]
    assert entry.document.kind is DocumentKind.CREDIT_NOTE
    assert entry.document.written_total == Decimal(50)
    assert entry.settlements[0].collected == Decimal(30)


@pytest.mark.parametrize(
    ("cells", "collected"),
    [
        (";;", None),
        ("incassata;;", "100"),
        ("aperta;;", "0"),
        ("boh;;", None),
        (";3/2/2026;", "100"),
        ("aperta;3/2/2026;", "0"),
        ("aperta;3/2/2026;25", "25"),
    ],
)
def test_what_was_collected(cells: str, collected: str | None) -> None:
    text = f"numero;data;cliente;totale;stato;data_incasso;incassato\n1;1/2/2026;A;100;{cells}\n"
    part = documents(text.encode())[0].settlements[0]
    assert part.collected == (None if collected is None else Decimal(collected))


def test_residuo_wins_over_incassato() -> None:
    text = "numero;data;cliente;totale;residuo;incassato\n1;1/2/2026;A;100;40;10\n"
    assert problems_of(text) == [(2, "balance_differs")]
    assert documents(text.encode())[0].settlements[0].collected == Decimal(60)


@pytest.mark.parametrize("text", ["numero;totale\n1;2\n", "data;cliente;totale\n1/1/2026;A;1\n"])
def test_missing_columns_are_named(text: str) -> None:
    (problem,) = sheets.parse_documents(read_sheet("f", text.encode()), SELLER)[1]
    assert problem.code == "columns_missing"
    assert "Colonne riconosciute" in problem.hint


def test_kinds_of_sheets() -> None:
    kinds = {
        SHEET: SheetKind.DOCUMENTS,
        "cliente;partita_iva;email\nA;1;a@b.it\n": SheetKind.CUSTOMERS,
        "data;valuta;descrizione;importo\n1;2;3;4\n": SheetKind.UNKNOWN,
    }
    for text, kind in kinds.items():
        assert sheets.detect_sheet_kind(read_sheet("f", text.encode())) is kind


def test_customers() -> None:
    text = (
        "P.IVA;Ragione sociale;E-mail;PEC;Tel.;Referente;Lingua;Categoria;Agente;Scopo\n"
        "IT99900020472;Rossi;A@Rossi.example, b@rossi.example;;0573 1;Anna;inglese;Oro;Corsi;\n"
        ";;nobody@x.example;;;;;;;\n"
        ";Bianchi;non-una-mail;;;;;;;generale\n"
    )
    found, problems = sheets.parse_customers(read_sheet("c", text.encode()))
    assert [customer.party.name for customer in found] == ["Rossi", "Bianchi"]
    assert found[0].emails == ("a@rossi.example", "b@rossi.example")
    assert (found[0].language, found[0].segment, found[0].agent) == ("en", "Oro", "Corsi")
    assert found[0].contact == "Anna"
    assert (found[1].emails, found[1].purpose) == ((), "general")
    assert [(p.line, p.code) for p in problems] == [
        (3, "customer_missing"),
        (4, "email_unreadable"),
    ]


def test_open_items() -> None:
    text = "Numero;Data;Cliente;Scadenza;Residuo\n12;31/01/2026;Rossi;28/02/2026;40,00\n;;;;40\n"
    found, problems = sheets.parse_open_items(read_sheet("o", text.encode()))
    assert [(item.number, item.balance, item.line) for item in found] == [("12", Decimal(40), 2)]
    assert [(p.line, p.severity) for p in problems] == [(3, "warning")]
    assert sheets.parse_open_items(read_sheet("o", b"data;cliente\n1;2\n"))[1][0].code == (
        "columns_missing"
    )


def test_header_names_are_nobodys_twice() -> None:
    assert all(SYNONYMS[normalise_header(column.value)] is column for column in Column)


# --- hostile input


def far_cell() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "numero")
        page.write(1_048_575, 16_000, "x")
    return out.getvalue()


def repacked(part: str, content: bytes) -> bytes:
    out = io.BytesIO()
    source = io.BytesIO(xlsx([["numero", "data"], [1, 2]]))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


SHEET_XML = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
HOSTILE: dict[str, Callable[[], bytes]] = {
    "far cell": far_cell,
    "zip bomb": lambda: repacked("xl/sharedStrings.xml", b"<sst>" + b" " * 200_000_000),
    "a million rows": lambda: repacked(
        "xl/worksheets/sheet1.xml", SHEET_XML + b"<row><c/></row>" * 1_000_000
    ),
    "a million cells": lambda: repacked(
        "xl/worksheets/sheet1.xml", SHEET_XML + b"<row>" + b"<c/>" * 4_000_000
    ),
    "entities": lambda: repacked(
        "xl/worksheets/sheet1.xml",
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + SHEET_XML + b"&b;",
    ),
    "cut workbook": lambda: xlsx([["numero", "data"], [1, 2]])[:-400],
    "empty zip": lambda: b"PK\x05\x06" + b"\0" * 18,
    "ole junk": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000,
    "ole circle": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000,
    "binary": lambda: bytes(range(256)) * 1000,
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000),
    "one endless line": lambda: b"numero;data;" + b"x" * 10_000_000,
    "only separators": lambda: b";" * 10_000_000,
    "open quote": lambda: b'numero;data;totale\n1;"' + b"a;b\n" * 1_000_000,
    "endless rows": lambda: b"numero;data;totale\n" + b"1;2;3\n" * 2_000_000,
    "wide rows": lambda: b"numero;data;totale\n" + b";" * 5000,
    "too many bytes": lambda: b"a;b\n" * 10_000_000,
    "nothing": lambda: b"",
    "a letter": lambda: b"Gentile cliente, non ha pagato.\nSaluti",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_quickly_with_a_clear_line(name: str) -> None:
    data = HOSTILE[name]()
    begun = time.perf_counter()
    sheet = read_sheet(name, data)
    assert time.perf_counter() - begun < 2
    (problem,) = sheet.problems
    assert problem.code.startswith("sheet_")
    assert problem.message.endswith(".")
    assert problem.hint.endswith(".")
    assert not sheet.rows
    assert sheets.parse_documents(sheet, SELLER)[1] == (problem,)
    assert sheets.parse_customers(sheet)[1] == (problem,)
    assert sheets.parse_open_items(sheet)[1] == (problem,)


def ods(rows: str) -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0"/>'
        )
        book.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{names}:office:1.0" '
            f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="S">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def ods_cell(text: str, repeated: int = 1) -> str:
    return (
        '<table:table-cell office:value-type="string" '
        f'table:number-columns-repeated="{repeated}"><text:p>{text}</text:p></table:table-cell>'
    )


def test_open_document() -> None:
    def row(*cells: str) -> str:
        empty = '<table:table-cell table:number-columns-repeated="16000"/>'
        return f"<table:table-row>{''.join(map(ods_cell, cells))}{empty}</table:table-row>"

    rest = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
    rest += "</table:table-row>"
    header, line = ("numero", "data", "cliente", "totale"), ("7", "31/01/2026", "Rossi", "12,50")
    document = documents(ods(row(*header) + row(*line) + rest))[0].document
    assert (document.number, document.written_total) == ("7", Decimal("12.50"))


@pytest.mark.parametrize(
    "rows",
    [
        f'<table:table-row table:number-rows-repeated="1000000">{ods_cell("x")}</table:table-row>',
        f"<table:table-row>{ods_cell('x', 9_000_000)}</table:table-row>",
    ],
)
def test_open_document_that_repeats_itself_is_refused(rows: str) -> None:
    data = ods(rows)
    with pytest.raises(TooBigError):
        check_zip(data)
    assert read_sheet("f", data).problems[0].code == "sheet_too_big"


@given(st.binary(max_size=3000))
@settings(max_examples=200)
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for prefix in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"numero;data\n"):
        sheet = read_sheet("f", prefix + data)
        sheets.parse_documents(sheet, SELLER)
        sheets.parse_customers(sheet)
        sheets.parse_open_items(sheet)
        sheets.detect_sheet_kind(sheet)


@given(st.binary(min_size=600, max_size=3000))
def test_no_bytes_break_the_measure_of_old_workbooks(data: bytes) -> None:
    with pytest.raises((ValueError, TooBigError)):
        check_xls(b"\xd0\xcf\x11\xe0" + data)


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def xls(cells: list[tuple[int, int, str]]) -> bytes:
    """The smallest old workbook: one sheet of labels, in a compound file."""
    version = struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)
    labels = b"".join(
        record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode("ascii"))
        for row, column, text in cells
    )
    page = record(0x809, version) + labels + record(0x0A, b"")
    name = struct.pack("<HBB", 0, 1, 0) + b"S"

    def book(start: int) -> bytes:
        begin = struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0)
        return (
            record(0x809, begin) + record(0x85, struct.pack("<I", start) + name) + record(0x0A, b"")
        )

    stream = (book(len(book(0))) + page).ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIIII",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
        0,
        0,
    )
    header += struct.pack("<108I", *[0xFFFFFFFF] * 108)

    def entry(title: str, kind: int, start: int, size: int, child: int) -> bytes:
        text = title.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return (
            text.ljust(64, b"\0")
            + struct.pack("<H", len(text))
            + links
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry(
        "Workbook", 2, 2, len(stream), 0xFFFFFFFF
    )
    return header + struct.pack("<128I", *fat) + directory.ljust(512, b"\0") + stream


def test_old_workbooks() -> None:
    rows = [("numero", "data", "cliente", "totale"), ("7", "31/01/2026", "Rossi", "12,50")]
    cells = [(row, place, text) for row, line in enumerate(rows) for place, text in enumerate(line)]
    document = documents(xls(cells))[0].document
    assert (document.number, document.written_total) == ("7", Decimal("12.50"))


def test_an_old_workbook_with_cells_far_apart_is_refused() -> None:
    data = xls([(0, 0, "numero"), (60_000, 250, "x")])
    with pytest.raises(TooBigError):
        check_xls(data)
    assert read_sheet("f.xls", data).problems[0].code == "sheet_too_big"


# --- writing

DANGEROUS = ["=1+1", "+39 0573", "-x", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0", "＝1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_formulas_are_neutralised_in_csv(text: str) -> None:
    data = sheets.write_csv(["a"], [[text]])
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))[1:]
    assert row[0].startswith("'")
    assert row[0].removeprefix("'") == text


def test_numbers_and_dates_in_csv() -> None:
    row: list[Value] = [Decimal("-1234.50"), date(2026, 3, 31), None, 7, "-12,5", "a;b", True]
    text = sheets.write_csv(["a"], [row]).decode("utf-8-sig")
    assert text == 'a\r\n-1234,50;31/03/2026;;7;-12,5;"a;b";sì\r\n'


def test_workbooks_hold_no_formula() -> None:
    values: list[Value] = [
        *DANGEROUS,
        Decimal("-1.50"),
        date(2026, 3, 31),
        3,
        None,
        "http://x.example",
    ]
    data = sheets.write_xlsx(["a"] * len(values), [values], title="Partite [2026]")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page
    assert b"hyperlink" not in page
    row = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1]
    assert [str(cell).strip() for cell in row[: len(DANGEROUS)]] == [t.strip() for t in DANGEROUS]
    assert row[len(DANGEROUS)] == -1.5
    assert row[len(DANGEROUS) + 1] == date(2026, 3, 31)


def test_what_is_written_is_read_again() -> None:
    header = ["tipo", "numero", "data", "cliente", "partita_iva", "totale", "scadenza"]
    row: list[Value] = [
        "fattura",
        "7",
        date(2026, 1, 31),
        "Rossi",
        "99900020472",
        Decimal("1234.50"),
        None,
    ]
    for data in (sheets.write_csv(header, [row]), sheets.write_xlsx(header, [row])):
        document = documents(data)[0].document
        assert (document.number, document.date) == ("7", date(2026, 1, 31))
        assert document.written_total == Decimal("1234.50")


def test_a_sum_under_the_list_is_no_document() -> None:
    text = "numero;data;cliente;totale\nTotale;;;100,00\n"
    assert problems_of(text) == [(2, "row_without_document")]


def test_more_left_than_the_amount_is_told_and_collects_nothing() -> None:
    text = "numero;data;cliente;totale;residuo\n1;1/3/2026;Uno;100,00;150,00\n"
    assert documents(text.encode())[0].settlements[0].collected == 0
    assert problems_of(text) == [(2, "balance_exceeds")]
