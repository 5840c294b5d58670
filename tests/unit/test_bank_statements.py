from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.documents import Problem
from sollecito.domain.movements import BankFile, Movement, read_text_facts
from sollecito.formats import bank
from sollecito.formats.sheets import write_xlsx
from sollecito.formats.xml_source import XmlSource, read_xml
from tests.bank_files import OUR_IBAN, PAYER_IBAN, Line, camt, cbi_rh, mt940, sheet

FOLDER = os.environ.get("SOLLECITO_SAMPLES", "")
DAY = date(2026, 4, 20)
DIALECTS = {"camt": camt, "cbi_rh": cbi_rh, "mt940": mt940, "sheet": sheet}


def read(data: bytes) -> BankFile:
    """By content alone, as an import would."""
    if data.lstrip().startswith(b"<"):
        source = read_xml(data)
        if isinstance(source, Problem):
            return BankFile(problems=(source,))
        assert bank.is_camt(source.root)
        return bank.parse_camt(source)
    found = bank.parse_bank_text(data)
    if found is not None:
        return found
    assert bank.is_statement_sheet(data)
    return bank.parse_statement_sheet(data)


def movements(data: bytes) -> list[Movement]:
    found = read(data)
    assert not found.is_refused, found.problems
    return [each for statement in found.statements for each in statement.movements]


def refusal(data: bytes) -> Problem:
    found = read(data)
    assert found.is_refused, found
    assert found.statements == ()
    return next(each for each in found.problems if each.severity == "error")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_the_same_movements_in_every_dialect(dialect: Callable[..., bytes]) -> None:
    came, went = movements(dialect(Line(), Line("-2.50", name="Banca", text="Commissioni")))
    assert (came.amount, came.booking_date, came.value_date) == (Decimal("122.00"), DAY, DAY)
    assert (came.account, came.currency, came.counterparty) == (OUR_IBAN, "EUR", "Rossi S.r.l.")
    assert "12/2026" in came.text
    assert not came.is_pending
    assert went.amount == Decimal("-2.50")


@pytest.mark.parametrize("dialect", [camt, cbi_rh, mt940])
def test_the_payers_account_is_read(dialect: Callable[..., bytes]) -> None:
    assert movements(dialect(Line()))[0].iban == PAYER_IBAN


@pytest.mark.parametrize("prefix", ["", "LMSG"])
@pytest.mark.parametrize("version", [f"001.{number:02d}" for number in range(2, 15)])
def test_every_version_of_camt(version: str, prefix: str) -> None:
    found = movements(camt(Line(end_to_end="E2E-1"), version=version, prefix=prefix))[0]
    assert (found.counterparty, found.iban, found.end_to_end) == (
        "Rossi S.r.l.",
        PAYER_IBAN,
        "E2E-1",
    )


def test_advices_of_the_bank_are_read_too() -> None:
    data = camt(Line(), message="BkToCstmrDbtCdtNtfctn", container="Ntfctn")
    assert read(data).statements[0].format == "camt.054"


def test_pending_ones_are_told_and_information_is_left_out() -> None:
    found = movements(camt(Line(status="PDNG"), Line("5.00", status="INFO"), Line("7.00")))
    assert [(each.amount, each.is_pending) for each in found] == [
        (Decimal("122.00"), True),
        (Decimal("7.00"), False),
    ]


def test_a_transfer_of_ours_that_came_back_is_no_payment() -> None:
    extra = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    assert movements(camt(Line(extra=extra)))[0].is_return


def test_an_entry_of_several_transfers_becomes_as_many_movements() -> None:
    parts = "".join(
        f'<TxDtls><Amt Ccy="EUR">{amount}</Amt><RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties>'
        "</TxDtls>"
        for amount, name in (("100.00", "Uno"), ("22.00", "Due"))
    )
    whole = camt(Line()).decode()
    start, end = whole.index("<TxDtls>"), whole.index("</TxDtls>") + len("</TxDtls>")
    found = movements((whole[:start] + parts + whole[end:]).encode())
    assert [(each.amount, each.counterparty) for each in found] == [
        (Decimal("100.00"), "Uno"),
        (Decimal("22.00"), "Due"),
    ]
    wrong = parts.replace("100.00", "99.00")
    found = movements((whole[:start] + wrong + whole[end:]).encode())
    assert [each.amount for each in found] == [Decimal("122.00")]


@pytest.mark.parametrize("dialect", [camt, cbi_rh, mt940])
@given(share=st.floats(0.3, 0.97))
def test_a_cut_file_is_refused_whole(dialect: Callable[..., bytes], share: float) -> None:
    data = dialect(Line(), Line("80.00"), Line("-1.00"))
    found = read(data[: int(len(data) * share)])
    assert found.is_refused
    assert found.statements == ()


def test_a_sheet_cut_inside_a_line_is_refused_with_the_line() -> None:
    data = sheet(Line(), Line("80.00"))
    problem = refusal(data[: data.rindex(b";Bonifico")])
    assert (problem.code, problem.line) == ("statement_broken", 5)


def test_what_is_wrong_is_told_with_its_line() -> None:
    assert refusal(camt(Line(), Line(day="2026-02-30"))).line == 4
    broken = cbi_rh(Line()).replace(b"C000000000122,00", b"C00000000O122,00")
    assert refusal(broken).line == 3
    short = cbi_rh(Line(), Line("3.00")).split(b"\r\n")
    assert "mancano pezzi" in refusal(b"\r\n".join(short[:4] + short[5:])).message
    assert refusal(mt940(Line()).replace(b"CR122,00", b"XX122,00")).line == 5
    assert refusal(sheet(Line()).replace(b"122,00", b"1x2,00")).line == 4
    assert refusal(sheet(Line()).replace(b"20/04/2026;", b"31/02/2026;")).line == 4


def test_hostile_xml_is_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "x">]>' + camt(Line()).split(b"\n", 1)[1]
    assert refusal(bomb).code == "dtd_refused"


def test_columns_are_found_by_name_and_the_balance_is_no_amount() -> None:
    data = (
        b"Causale ABI;Saldo progressivo;Importo uscite;Importo entrate;Descrizione movimento;"
        b"Data operazione\n48;45.210,77;;12.300,00;Bonifico da Rossi;20/04/2026\n"
        b"42;44.600,77;610,00;;Insoluto RiBa;20/04/2026\n"
    )
    assert [(each.amount, each.is_return) for each in movements(data)] == [
        (Decimal("12300.00"), False),
        (Decimal("-610.00"), True),
    ]


def test_a_header_on_two_rows_and_days_of_excel() -> None:
    rows: list[Sequence[str | int | Decimal]] = [
        ["Operaz.", "Valuta", "", "", ""],
        [46132, 46133, "Bonifico", Decimal("18668.63"), "048"],
    ]
    found = movements(write_xlsx(["Data", "", "Descrizione", "EUR", "Caus."], rows))[0]
    assert (found.amount, found.booking_date) == (Decimal("18668.63"), DAY)
    assert found.value_date == date(2026, 4, 21)


def test_signs_of_every_kind() -> None:
    head = "Data contabile;Importo;Segno;Descrizione\n"
    both = head + "20/04/2026;10,00;A;x\n20/04/2026;4,00;D;y\n"
    assert [each.amount for each in movements(both.encode())] == [Decimal(10), Decimal(-4)]
    reversed_out = "Data contabile;Entrate;Uscite;Descrizione\n20/04/2026;;-2,5;Commissioni\n"
    assert movements(reversed_out.encode())[0].amount == Decimal("-2.50")
    unsigned = (
        "Data contabile;Importo;Descrizione\n20/04/2026;10,00;x\n21/04/2026;2,00;Commissioni\n"
    )
    assert refusal(unsigned.encode()).code == "amounts_without_sign"


def test_a_payment_that_settles_is_no_row_of_balance() -> None:
    data = (
        "Data contabile;Entrate;Uscite;Descrizione\n20/04/2026;100,00;;Saldo iniziale\n"
        "20/04/2026;10;;Saldo fattura 12\n;;;\nTotale;10;0;\n;110,00;;Saldo finale\n"
    )
    assert [each.text for each in movements(data.encode())] == ["Saldo fattura 12"]
    assert refusal(data.replace("20/04/2026;10;", ";10;").encode()).line == 3


def test_states_of_a_sheet_say_what_is_not_booked_yet() -> None:
    data = (
        "Data contabile;Entrate;Uscite;Descrizione;Stato\n20/04/2026;10;;x;Contabilizzato\n"
        "20/04/2026;11;;y;Autorizzato\n20/04/2026;12;;z;Non contabilizzato\n"
    )
    assert [each.is_pending for each in movements(data.encode())] == [False, True, True]


def test_days_of_mt940_that_no_calendar_has() -> None:
    data = mt940(Line()).replace(b"2604200420", b"2602300301")
    found = movements(data)[0]
    assert (found.value_date, found.booking_date) == (date(2026, 2, 28), date(2026, 3, 1))
    data = mt940(Line()).replace(b"2604200420", b"2512310102")
    assert movements(data)[0].booking_date == date(2026, 1, 2)
    data = mt940(Line()).replace(b"CR122,00", b"RC122,")
    assert (movements(data)[0].amount, movements(data)[0].is_return) == (Decimal(-122), True)


@pytest.mark.parametrize(
    ("text", "payer"),
    [
        ("BONIFICO A VOSTRO FAVORE DA CLIENTE UNO S.R.L. PER SALDO TRN 1101262340012345", 0),
        ("Bonifico Disposto Da CLIENTE UNO S.R.L. COD. DISP. 123", 0),
        ("Ord: CLIENTE UNO S.R.L. Ben: FORNITORE SRL Info-Cli: SALDO", 0),
        ("Anagrafica Ordinante CLIENTE UNO S.R.L. Note: SALDO", 0),
        ("ORDINANTE: CLIENTE UNO S.R.L. PER: ACCONTO FATTURA 21", 0),
        ("COMMISSIONI E SPESE", 1),
    ],
)
def test_the_payer_in_the_ways_banks_write(text: str, payer: int) -> None:
    assert read_text_facts(text).counterparty == ("CLIENTE UNO S.R.L.", "")[payer]


def test_codes_in_a_text_only_where_their_digits_are_right() -> None:
    facts = read_text_facts(f"da {PAYER_IBAN} rif RF18 5390 0754 7034 trn 1101262340012345")
    assert (facts.iban, facts.reference) == (PAYER_IBAN, "RF18539007547034")
    assert facts.bank_id == "1101262340012345"
    wrong = read_text_facts("da IT26O0306909606100000012345 rif RF19539007547034")
    assert (wrong.iban, wrong.reference) == ("", "")


@given(data=st.binary(max_size=400))
def test_no_bytes_make_a_reader_fail(data: bytes) -> None:
    for start in (b"", b":20:x\n:25:y\n:60F:C260101EUR1,00\n", b" RH05428A1B2C\n"):
        bank.parse_bank_text(start + data)
        bank.parse_cbi_rh(start + data)
        bank.parse_mt940(start + data)
    bank.parse_statement_sheet(b"Data contabile;Importo;Descrizione\n" + data)
    source = read_xml(b"<Document><BkToCstmrStmt>" + data)
    if isinstance(source, XmlSource):
        bank.parse_camt(source)


SAMPLES = sorted(Path(FOLDER, "bank").iterdir()) if FOLDER else []
EXPECTED = {
    "cbi_rh_rendicontazione.txt": (1, 6, "4918.00"),
    "cbi_xml_daily_statement.xml": (1, 2, "610.00"),
    "csv_banco_bpm_like.csv": (1, 2, "1217.50"),
    "csv_dare_avere.csv": (1, 2, "1217.50"),
    "csv_ing_like.csv": (1, 2, "1217.50"),
    "csv_preamble_fineco_like.csv": (1, 2, "1217.50"),
    "csv_saldo_progressivo_trap.csv": (1, 2, "11690.00"),
    "mt940_it.sta": (1, 2, "610.00"),
    "rousseau__053_001_14_return_ac04.xml": (1, 3, "2438.50"),
    "viafintech__053_batch.xml": (1, 3, "2934.26"),
    "viafintech__053_v4.xml": (1, 32, "537.61"),
    "viafintech__053_v8.xml": (1, 3, "542.28"),
    "wolph__abnamro.sta": (2, 10, "-345.93"),
    "wolph__cmxl.sta": (3, 16, "12327.30"),
    "wolph__ing.sta": (1, 7, "-45.59"),
}


@pytest.mark.skipif(not FOLDER, reason="SOLLECITO_SAMPLES is not set")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_public_samples(path: Path) -> None:
    if path.name not in EXPECTED:
        return
    found = read(path.read_bytes())
    assert not found.is_refused, found.problems
    rows = [each for statement in found.statements for each in statement.movements]
    total = sum((row.amount for row in rows), Decimal(0))
    assert (len(found.statements), len(rows), str(total)) == EXPECTED[path.name]
