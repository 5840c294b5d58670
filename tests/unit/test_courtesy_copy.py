"""The courtesy copy and the statement, read back from their PDF."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import cast

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject

from sollecito.domain.documents import (
    Address,
    DocumentKind,
    Line,
    ParsedDocument,
    PartyData,
    PaymentRow,
    PensionFund,
    Reference,
    VatSummary,
    Withholding,
)
from sollecito.domain.wording import Creditor, Debtor, Item, ReminderFacts, Writer
from sollecito.formats.fatturapa.codes import KIND_OF_TYPE
from sollecito.formats.pdf.courtesy_copy import make_courtesy_copy
from sollecito.formats.pdf.statement import make_statement

FULL = ParsedDocument(
    kind=DocumentKind.E_FEE_NOTE,
    number="124/A",
    date=date(2026, 2, 28),
    type_code="TD06",
    transmission_format="FPR12",
    seller=PartyData(
        "Ventofresco Impianti S.r.l.",
        "IT",
        "99900010473",
        "99900010473",
        Address("Via dei Collaudi 12", "51100", "Pistoia", "PT", "IT"),
        email="amministrazione@ventofresco.example",
        phone="0573 999 0101",
    ),
    buyer=PartyData(
        "Officine Ferrobrando & Figli S.n.c.",
        "IT",
        "99900030471",
        address=Address("Via del Maglio 3", "51030", "Serravalle Pistoiese", "PT", "IT"),
    ),
    written_total=Decimal("1459.60"),
    recipient_code="ABC1234",
    vat=(
        VatSummary(Decimal("22.00"), "", Decimal("1180.00"), Decimal("259.60"), "I"),
        VatSummary(Decimal("0.00"), "N2.2", Decimal("20.00"), Decimal(0), "", "art. 26 c.3"),
    ),
    withholdings=(Withholding("RT02", Decimal("200.00"), Decimal("20.00"), "A"),),
    pension_funds=(PensionFund("TC04", Decimal("40.00"), Decimal("4.00"), Decimal("22.00")),),
    payments=(
        PaymentRow(
            Decimal("629.80"),
            "TP01",
            "MP05",
            due_date=date(2026, 3, 31),
            iban="IT18Z9999099990000000000101",
            bank="Banca di Prova",
            beneficiary="Ventofresco Impianti S.r.l.",
        ),
        PaymentRow(Decimal("629.80"), "TP01", "MP12", due_date=date(2026, 4, 30)),
    ),
    references=(
        Reference("order", "4500012345", date(2026, 1, 10), "B12C34000000001", "Z000000001"),
        Reference("delivery_note", "88", date(2026, 2, 12)),
    ),
    reasons=("Manutenzione straordinaria",),
    stamp_duty=Decimal("2.00"),
    lines=(
        Line(
            1,
            "Compressore VF-240",
            Decimal("1.00"),
            "nr",
            Decimal("640.00"),
            "-10%",
            Decimal("576.00"),
            Decimal("22.00"),
        ),
        Line(2, "Filtri", Decimal("12.5"), "pz", Decimal("15.1250"), total=Decimal("189.06")),
        Line(3, "Solo una descrizione"),
    ),
)


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def text_of(document: ParsedDocument) -> str:
    return " ".join(" ".join(pages_of(make_courtesy_copy(document))).split())


@pytest.mark.parametrize(
    "words",
    [
        "Copia di cortesia priva di valore fiscale",
        "L'originale elettronico è il file trasmesso tramite il Sistema di Interscambio",
        "Parcella",
        "Numero 124/A",
        "28/02/2026",
        "Ventofresco Impianti S.r.l.",
        "P. IVA IT99900010473",
        "Officine Ferrobrando & Figli S.n.c.",
        "51030 Serravalle Pistoiese (PT)",
        "Codice destinatario ABC1234",
        "4500012345 del 10/01/2026",
        "CIG Z000000001",
        "CUP B12C34000000001",
        "88 del 12/02/2026",
        "Manutenzione straordinaria",
        "Compressore VF-240",
        "12,5 pz 15,125",
        "Solo una descrizione",
        "Non soggette, altri casi. art. 26 c.3",
        "Inarcassa (ingegneri e architetti) 4%: 40,00",
        "Imposta di bollo assolta in modo virtuale (2,00 €)",
        "Ritenuta d'acconto 20% -200,00",
        "Totale documento 1.459,60 €",
        "Netto a pagare 1.259,60 €",
        "Pagamento a rate",
        "31/03/2026 Bonifico IBAN IT18 Z999 9099 9900 0000 0000 101",
        "30/04/2026 RiBa 629,80 €",
        "pagina 1 di 1",
    ],
)
def test_the_page_says(words: str) -> None:
    assert words in text_of(FULL)


def test_a_normal_invoice_takes_one_page_and_the_same_bytes_each_time() -> None:
    pdf = make_courtesy_copy(FULL)
    assert pdf == make_courtesy_copy(FULL)
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert "124/A" in (reader.metadata.title or "")


def test_it_is_a_tagged_archive_file() -> None:
    reader = PdfReader(io.BytesIO(make_courtesy_copy(FULL)))
    root = cast("DictionaryObject", reader.trailer["/Root"])
    assert cast("DictionaryObject", root["/MarkInfo"])["/Marked"]
    metadata = cast("StreamObject", root["/Metadata"])
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata.get_data()


def test_many_lines_flow_on_with_repeated_headers() -> None:
    lines = tuple(replace(FULL.lines[0], number=n, description=f"Voce {n}") for n in range(1, 121))
    pages = pages_of(make_courtesy_copy(replace(FULL, lines=lines)))
    assert len(pages) > 2
    assert all("Prezzo unitario" in page for page in pages)
    assert all("priva di valore fiscale" in page for page in pages)
    text = " ".join(pages)
    assert all(f"Voce {n}" in text for n in range(1, 121))


def test_markup_in_the_data_stays_text() -> None:
    evil = '#panic("x") $ 1/0 $ *b* `c` \\ #read("/etc/passwd") [[ ]] // @x <y>\n\t#set'
    document = replace(
        FULL,
        buyer=replace(FULL.buyer, name=evil),
        reasons=(evil,),
        lines=(Line(1, evil),),
        number=evil,
    )
    assert text_of(document).count('#panic("x") $ 1/0 $ *b*') >= 4


def test_missing_data_never_break_it() -> None:
    empty = ParsedDocument(
        kind=DocumentKind.E_INVOICE,
        number="1",
        date=date(2026, 1, 1),
        seller=PartyData(),
        buyer=PartyData(),
        lines=(Line(1, ""),),
        payments=(PaymentRow(Decimal("1.00")),),
    )
    assert "Numero 1" in text_of(empty)


@pytest.mark.parametrize("type_code", KIND_OF_TYPE)
def test_every_type_has_its_copy(type_code: str) -> None:
    document = replace(FULL, type_code=type_code, kind=KIND_OF_TYPE[type_code])
    text = text_of(document)
    is_credit = KIND_OF_TYPE[type_code] is DocumentKind.CREDIT_NOTE
    assert ("Totale a vostro credito" in text) is is_credit


def test_simplified_foreign_and_split_payment() -> None:
    simplified = replace(FULL, transmission_format="FSM10", type_code="TD07")
    assert "Importo IVA incl." in text_of(simplified)
    assert "Valuta USD" in text_of(replace(FULL, currency="USD"))
    assert "1.459,60 USD" in text_of(replace(FULL, currency="USD"))
    split = replace(FULL, vat=(replace(FULL.vat[0], due="S"),), withholdings=())
    text = text_of(split)
    assert "esigibilità scissione dei pagamenti" in text
    assert "Netto a pagare 1.200,00 €" in text


def test_the_statement_lists_everything() -> None:
    items = tuple(
        Item(
            DocumentKind.E_INVOICE,
            str(n),
            date(2026, 2, 1),
            date(2026, 3, 1) if n % 2 else date(2026, 6, 1),
            Decimal("10.00"),
            Decimal("10.00"),
        )
        for n in range(101, 161)
    )
    facts = ReminderFacts(
        Creditor("Ventofresco"),
        Writer("a@b.example"),
        Debtor("Ferrobrando #1"),
        items,
        today=date(2026, 4, 17),
        takings_until=date(2026, 4, 16),
        pay_by=date(2026, 4, 24),
    )
    pages = pages_of(make_statement(facts))
    text = " ".join(" ".join(pages).split())
    assert all(f"Fattura {n}" in text for n in range(101, 161))
    assert "Scaduto 300,00 €" in text
    assert "A scadere 300,00 €" in text
    assert "Totale da pagare 600,00 €" in text
    assert "Ferrobrando #1" in text
    assert "Salvo errori e omissioni" in text
    assert len(pages) > 1
