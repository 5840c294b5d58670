"""The worker reads what was uploaded, beside what it sends."""

from __future__ import annotations

import pytest

from sollecito.accounts.models import User
from sollecito.flows.accept_upload import accept_upload
from sollecito.flows.importing.sources import NamedFile
from sollecito.ledger.models import Document
from sollecito.worker.tick import tick
from tests.builders import SELLER_VAT, invoice_bytes
from tests.reminders import make_company

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_tick_reads_an_upload() -> None:
    company = make_company()
    user = User.objects.create_user("a@azienda.example", None, name="Ada")
    files = [
        NamedFile(f"IT{SELLER_VAT}_{n:05}.xml", content=invoice_bytes(number=str(n)))
        for n in range(3)
    ]
    batch = accept_upload(company, files, user=user)
    assert not Document.objects.exists()
    assert tick("prova") == 3
    batch.refresh_from_db()
    assert (batch.status, batch.done, batch.total) == ("done", 3, 3)
    assert Document.objects.filter(company=company).count() == 3
    assert tick("prova") == 0
