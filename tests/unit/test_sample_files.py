"""The sample company's files: wrapped as asked, readable, valid by the schema."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from sollecito.domain.documents import DocumentKind
from sollecito.domain.parties import identity_key
from sollecito.domain.sdi import Notification, normalise_file_name
from sollecito.domain.terms import split_instalments
from sollecito.formats.fatturapa.envelope import Envelope
from sollecito.formats.fatturapa.parse import parse_fattura
from sollecito.formats.sdi import parse_notification
from sollecito.formats.sheets.customers import parse_customers
from sollecito.formats.sheets.documents import parse_documents
from sollecito.formats.sheets.reading import read_sheet
from sollecito.sample.customers import customers
from sollecito.sample.firm import FIRM
from sollecito.sample.p7m import sign
from tests.sample_ledger import envelopes, sample

TODAY = date(2026, 11, 23)
SECOND_COPIES, FIRST_TRIES, PURCHASES = 11, 2, 3


def invoices() -> list[Envelope]:
    """Every FatturaPA file, unwrapped, with second copies, first tries and purchases."""
    return [
        item
        for item in envelopes(sample(TODAY))
        if not item.name.endswith(".csv")
        and not isinstance(parse_notification(item.content, item.name), Notification)
    ]


def test_files_by_wrapping() -> None:
    files = [one for one in sample(TODAY).documents if one.is_file]
    assert Counter(one.is_signed for one in files) == {False: 200, True: 68}
    names = Counter(
        normalise_file_name(item.name)
        for item in invoices()
        if re.search(r"IT99900010473_\d{5}\.", item.name)
    )
    assert len(names) == len(files)
    assert Counter(names.values()) == {1: 268 - SECOND_COPIES, 2: SECOND_COPIES}
    assert len(invoices()) == 268 + SECOND_COPIES + FIRST_TRIES + PURCHASES


def test_purchases_and_self_documents_are_there_to_be_set_aside() -> None:
    parsed = [parse_fattura(item.content) for item in invoices()]
    assert [one.type_code for found in parsed for one in found.set_aside] == ["TD17", "TD17"]
    bought = [
        one
        for found in parsed
        for one in found.documents
        if one.seller.vat_number != FIRM.vat_number
    ]
    assert len(bought) == PURCHASES
    assert sum(one.written_total or 0 for one in bought) == Decimal("3416.00")


def test_files_are_read_without_a_problem() -> None:
    for item in invoices():
        found = parse_fattura(item.content)
        assert found.problems == ()
        for document in found.documents:
            assert document.problems == ()
            terms = split_instalments(document, default_days=30)
            assert {problem.code for problem in terms.problems} <= {"due_date_assumed"}


def test_sheets_are_read_without_a_problem() -> None:
    made = sample(TODAY)
    found = []
    for file in made.files:
        if file.name.endswith(".csv"):
            documents, problems = parse_documents(read_sheet(file.name, file.content), made.firm)
            assert not problems
            found += [one.document for one in documents]
    assert Counter(one.kind for one in found) == {
        DocumentKind.INVOICE: 6,
        DocumentKind.PRO_FORMA: 12,
        DocumentKind.RECEIPT: 14,
    }
    rows, problems = parse_customers(read_sheet("clienti.csv", made.customers_sheet))
    assert (len(rows), problems) == (25, ())
    known = {identity_key(one.party) for one in customers().values()}
    assert {identity_key(one.party) for one in rows} == known
    assert {identity_key(one.buyer) for one in found} <= known


def test_a_signature_holds_and_is_the_same_every_time(tmp_path: Path) -> None:
    signed = sign(b"<a>contenuto</a>", TODAY)
    assert signed == sign(b"<a>contenuto</a>", TODAY)
    path = tmp_path / "a.p7m"
    path.write_bytes(signed)
    order = [
        "openssl",
        "cms",
        "-verify",
        "-noverify",
        "-inform",
        "DER",
        "-binary",
        "-in",
        str(path),
    ]
    done = subprocess.run(order, capture_output=True, check=True)
    assert done.stdout == b"<a>contenuto</a>"


def test_files_are_valid_by_the_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = os.environ.get("SOLLECITO_SAMPLES", "")
    checked = validate(Path(folder) / "xsd", tmp_path) if folder else 0
    with capsys.disabled():
        sys.stdout.write(f"\nfiles valid by the schema: {checked} ({folder or 'no folder'})\n")
    assert checked == (len(invoices()) if folder else 0)


def validate(schemas: Path, place: Path) -> int:
    """Check every file; the signature's schema is copied without its document type, which would
    have to be fetched.
    """
    for path in schemas.glob("*.xsd"):
        text = path.read_text(encoding="utf-8-sig")
        plain = re.sub(r"<!DOCTYPE.*?\]>", "", text, flags=re.DOTALL)
        (place / path.name).write_text(plain, encoding="utf-8")
    ordinary = etree.XMLSchema(file=place / "FatturaPA_ordinaria_v1.2.3_reconstructed.xsd")
    simplified = etree.XMLSchema(file=place / "FatturaPA_semplificata_v1.0.1_devcode.xsd")
    for item in invoices():
        root = etree.fromstring(item.content)
        schema = simplified if "Semplificata" in root.tag else ordinary
        assert schema.validate(root), (item.name, str(schema.error_log))
    return len(invoices())
