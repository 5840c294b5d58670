from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone

from sollecito.accounts.models import Company, User
from sollecito.dunning.models import Reminder
from sollecito.flows import clock
from sollecito.flows.accept_upload import accept_upload
from sollecito.flows.continue_imports import continue_imports, has_waiting_imports
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.undo_import import ImportInUseError, undo_import, why_not_undone
from sollecito.ledger.models import (
    Allocation,
    ContactPoint,
    Document,
    ImportBatch,
    ImportItem,
    Instalment,
    Party,
    Payment,
    SdiNotification,
    StoredFile,
)
from sollecito.outbox.models import Content
from tests.builders import SELLER_VAT, Row, invoice_bytes, notification_xml
from tests.integration.test_import_files import invoice, zipped
from tests.programmes import add_policy, open_drafts, plan_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


def upload(company: Company, files: list[tuple[str, bytes]]) -> ImportBatch:
    named = [NamedFile(name, content=data) for name, data in files]
    return accept_upload(company, named, user=None)


def test_an_upload_waits_and_is_read_afterwards(company: Company) -> None:
    files = [("lotto.zip", zipped([invoice(1), invoice(2)])), invoice(3), ("rotto.zip", b"PK\3\4")]
    batch = upload(company, files)
    assert (batch.status, batch.total, batch.done, batch.errors) == ("pending", 4, 1, 1)
    assert not Document.objects.exists()
    assert has_waiting_imports()
    assert continue_imports() == 3
    batch.refresh_from_db()
    assert (batch.status, batch.done, batch.counts["documents"]) == ("done", 4, 3)
    assert not has_waiting_imports()
    assert continue_imports() == 0
    items = dict(ImportItem.objects.values_list("name", "outcome"))
    assert items[f"lotto.zip/fatture/IT{SELLER_VAT}_00001.xml"] == "imported"
    assert items["rotto.zip"] == "failed"
    assert ImportItem.objects.count() == 4


def test_an_upload_stays_inside_its_company(company: Company) -> None:
    Company.objects.create(name="Seconda", vat_number="02222220150")
    upload(company, [invoice(1, seller_vat="02222220150")])
    continue_imports()
    assert not Document.objects.exists()
    assert ImportItem.objects.get().outcome == ImportItem.Outcome.SKIPPED


def test_a_half_done_upload_goes_on_when_its_lease_has_ended(company: Company) -> None:
    batch = upload(company, [invoice(number) for number in range(1, 6)])
    answers: Iterator[bool] = iter([False, False, False, True, True, True])
    assert continue_imports(should_stop=lambda: next(answers)) == 2
    batch.refresh_from_db()
    assert (batch.status, batch.done) == ("running", 2)
    later = timezone.now() + timedelta(hours=1)
    ImportBatch.objects.update(worker_lease_until=later)
    assert continue_imports() == 0
    ImportBatch.objects.update(worker_lease_until=timezone.now() - timedelta(seconds=1))
    assert continue_imports() == 3
    assert Document.objects.count() == 5


def done(company: Company, *files: tuple[str, bytes]) -> ImportBatch:
    named = [NamedFile(name, content=data) for name, data in files]
    report = import_files(named, company=company)
    assert report.batch_id is not None
    return ImportBatch.objects.get(pk=report.batch_id)


def test_undo_leaves_what_was_there_before(company: Company) -> None:
    done(company, invoice(1))
    rows = (Row("22.00", condition="TP03"), Row("100.00", method="MP12"))
    second = done(
        company,
        invoice(1),
        invoice(2, rows=rows),
        invoice(3, buyer_vat="02222220150", buyer_name="Altro"),
    )
    assert (Document.objects.count(), Party.objects.count(), Payment.objects.count()) == (3, 2, 1)
    assert undo_import(second, user=None) == 2
    assert Document.objects.get().number == "1"
    assert Party.objects.get().name == "Cliente di prova S.r.l."
    assert not Payment.objects.exists()
    assert StoredFile.objects.count() == 1
    second.refresh_from_db()
    assert second.status == ImportBatch.Status.UNDONE
    with pytest.raises(ImportInUseError):
        undo_import(second, user=None)
    assert done(company, invoice(2, rows=rows)).counts["documents"] == 1


def test_undo_takes_notifications_back_too(company: Company) -> None:
    done(company, invoice(1))
    name = f"IT{SELLER_VAT}_00001"
    text = notification_xml("NS", file_name=f"{name}.xml").encode()
    batch = done(company, (f"{name}_NS_001.xml", text))
    assert Document.objects.get().sdi_state == "rejected"
    undo_import(batch, user=None)
    assert Document.objects.get().sdi_state == "none"
    assert not SdiNotification.objects.exists()


def test_undo_keeps_customers_that_somebody_completed(company: Company) -> None:
    batch = done(company, invoice(1))
    ContactPoint.objects.create(
        company=company, party=Party.objects.get(), kind="email", value="a@example.test"
    )
    undo_import(batch, user=None)
    assert Party.objects.count() == 1


def test_undo_is_refused_once_money_came(company: Company) -> None:
    batch = done(company, invoice(1))
    instalment = Instalment.objects.get()
    payment = Payment.objects.create(
        company=company,
        party=instalment.party,
        date=date(2026, 4, 1),
        amount=10,
        source=Payment.Source.HAND,
        recorded_at=clock.now(),
    )
    allocation = Allocation.objects.create(
        company=company,
        instalment=instalment,
        payment=payment,
        amount=10,
        date=payment.date,
        created_at=clock.now(),
    )
    with pytest.raises(ImportInUseError, match=r"incass[io]"):
        undo_import(batch, user=None)
    assert Document.objects.exists()
    allocation.undone_at = clock.now()
    allocation.save()
    assert why_not_undone(batch) == ""


def test_undo_takes_drafts_back(company: Company) -> None:
    batch = done(company, invoice(1))
    add_policy(company, 1)
    plan_on(company, date(2027, 3, 1))
    assert open_drafts(company)
    undo_import(batch, user=None)
    assert open_drafts(company) == []
    assert not Document.objects.exists()


def test_undo_is_refused_once_somebody_was_reminded(company: Company) -> None:
    batch = done(company, invoice(1))
    instalment = Instalment.objects.get()
    content = Content.objects.create(company=company, created_at=clock.now())
    Reminder.objects.create(
        company=company,
        instalment=instalment,
        content=content,
        frozen_balance=instalment.balance,
        issued_date=clock.today(),
    )
    with pytest.raises(ImportInUseError, match="solleciti"):
        undo_import(batch, user=User.objects.create_user("a@example.test"))
    assert invoice_bytes() != b""
    assert Document.objects.exists()
