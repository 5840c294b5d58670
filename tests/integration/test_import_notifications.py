from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from sollecito.accounts.models import Company
from sollecito.domain.sdi import SdiState
from sollecito.dunning.models import Hold
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.outcomes import ImportReport
from sollecito.flows.importing.sources import NamedFile
from sollecito.ledger.models import Document, ImportItem, Instalment, SdiNotification
from tests.builders import SELLER_VAT, Body, Invoice, Row, invoice_bytes, notification_xml
from tests.ledger_snapshot import snapshot

pytestmark = pytest.mark.django_db
NAME = "IT12345670157_00001"
INVOICE = (f"{NAME}.xml", invoice_bytes())


@pytest.fixture(autouse=True)
def company() -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


def notice(code: str, suffix: str = "001", target: str = NAME, **fields: Any) -> tuple[str, bytes]:
    text = notification_xml(code, file_name=f"{target}.xml.p7m", **fields)
    return f"{target}_{code}_{suffix}.xml", text.encode()


def bring(*files: tuple[str, bytes]) -> ImportReport:
    return import_files([NamedFile(name, content=data) for name, data in files])


def state(number: str = "1") -> str:
    return Document.objects.get(number=number).sdi_state


def test_any_order_gives_the_same_state(company: Company) -> None:
    files = [INVOICE, notice("RC"), notice("MC", "002"), notice("NS", "003")]
    snapshots = []
    for order in permutations(files):
        Document.objects.all().delete()
        SdiNotification.objects.all().delete()
        for file in order:
            bring(file)
        snapshots.append(snapshot())
        assert state() == SdiState.DELIVERED
    assert all(each == snapshots[0] for each in snapshots)


def test_together_in_one_import_too() -> None:
    report = bring(notice("NS"), INVOICE)
    assert (report.documents, report.notifications, report.problems) == (1, 1, [])
    assert state() == SdiState.REJECTED


def test_a_notification_without_document_waits_and_is_listed() -> None:
    report = bring(notice("RC"))
    assert report.notifications == 1
    assert "in attesa del documento" in report.problems[0][1].message
    assert ImportItem.objects.get().outcome == ImportItem.Outcome.WAITING
    assert SdiNotification.objects.get().company is None
    bring(INVOICE)
    assert SdiNotification.objects.get().company is not None
    assert state() == SdiState.DELIVERED
    assert bring(notice("RC")).problems == []


def test_a_notification_counts_once() -> None:
    bring(INVOICE, notice("RC"))
    again = bring(notice("RC"), notice("RC", "00A"))
    assert again.notifications == 0
    assert SdiNotification.objects.count() == 1


def test_an_outcome_speaks_of_one_document_of_its_file() -> None:
    spec = Invoice(bodies=(Body(number="12/PA"), Body(number="13/PA")), fmt="FPA12")
    refused = {"outcome": "EC02", "number": "13/PA", "year": "2026", "position": "2"}
    wrong_place = {"outcome": "EC02", "number": "12/PA", "year": "2026", "position": "2"}
    bring(
        (f"{NAME}.xml", invoice_bytes(spec)),
        notice("NE", **refused),
        notice("NE", "002", **wrong_place),
        notice("RC", is_public=True),
    )
    assert state("12/PA") == SdiState.DELIVERED
    assert state("13/PA") == SdiState.REFUSED


def test_a_refusal_is_a_dispute_set_once() -> None:
    data = invoice_bytes(fmt="FPA12", recipient_code="UF1A2B")
    bring((f"{NAME}.xml", data), notice("NE", outcome="EC02"))
    hold = Hold.objects.get()
    assert (hold.kind, hold.document) == (Hold.Kind.DISPUTE, Document.objects.get())
    hold.released_at = hold.created_at
    hold.save()
    bring(notice("DT", "002"), notice("NE", outcome="EC02"))
    assert Hold.objects.count() == 1


def test_a_corrected_file_takes_the_place_of_a_rejected_one() -> None:
    bring(INVOICE, notice("NS"))
    corrected = invoice_bytes(total="244.00", rows=(Row("122.00"), Row("122.00")))
    report = bring(("IT12345670157_00002.xml", corrected))
    assert (report.documents, report.duplicates) == (1, 0)
    document = Document.objects.get()
    assert (document.sdi_state, document.file_key) == (SdiState.NONE, "it12345670157_00002")
    assert document.total == 244
    assert Instalment.objects.count() == 2
    bring(notice("RC", target="IT12345670157_00002", sdi_id="2"))
    assert state() == SdiState.DELIVERED
    again = bring(INVOICE, notice("NS"), ("IT12345670157_00002.xml", corrected))
    assert (again.documents, again.duplicates, again.skipped) == (0, 2, [])
    assert state() == SdiState.DELIVERED


@pytest.mark.parametrize("is_one_import", [True, False])
def test_the_same_invoice_sent_again_comes_back(
    is_one_import: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    again = ("IT12345670157_00002.xml", INVOICE[1])
    files = [INVOICE, notice("NS"), again]
    if is_one_import:
        bring(*files)
    else:
        for file in files:
            bring(file)
    assert state() == SdiState.NONE
    bring(notice("MC", target="IT12345670157_00002", sdi_id="2"))
    assert state() == SdiState.NOT_DELIVERED


def test_a_copy_of_the_rejected_file_changes_nothing() -> None:
    bring(INVOICE, notice("NS"))
    bring(INVOICE, ("fattura 1 (copia).xml", INVOICE[1]))
    assert state() == SdiState.REJECTED


def test_a_corrected_file_in_the_same_import() -> None:
    corrected = ("IT12345670157_00002.xml", invoice_bytes(total="244.00", rows=(Row("244.00"),)))
    report = bring(INVOICE, notice("NS"), corrected)
    assert (report.documents, report.skipped) == (2, [])
    assert Instalment.objects.get().amount == 244
    assert state() == SdiState.NONE


def test_the_name_of_the_sdi_is_learnt_from_a_later_copy() -> None:
    bring(("fattura numero 1.xml", INVOICE[1]))
    bring(INVOICE)
    bring(notice("NS"))
    assert state() == SdiState.REJECTED


def test_notifications_in_an_archive_and_signed_find_their_file() -> None:
    from tests.signed_files import sign_der  # noqa: PLC0415  needs a key, made on first use

    name, data = notice("RC")
    bring(INVOICE, (f"{name}.p7m", sign_der(data)))
    assert state() == SdiState.DELIVERED
