"""The past told again: what is dated later is left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sollecito.accounts.models import Company
from sollecito.dunning.fact_queries import instalment_facts
from sollecito.dunning.queries import ledger_rows
from sollecito.flows import clock
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.record_payments import pay_instalment
from sollecito.ledger.models import Instalment
from tests.builders import SELLER_VAT, invoice_bytes, notification_xml

pytestmark = pytest.mark.django_db
FILE = f"IT{SELLER_VAT}_00001"


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


def bring(*messages: tuple[str, str], **fields: Any) -> Instalment:
    files = [NamedFile(f"{FILE}.xml", content=invoice_bytes(**fields))]
    for number, (code, day) in enumerate(messages):
        moment = f"{day}T10:00:00.000+01:00"
        text = notification_xml(
            code,
            file_name=f"{FILE}.xml",
            received=moment,
            delivered=moment,
            available=day,
            message_id=str(number),
            is_public=fields.get("fmt") == "FPA12",
        )
        files.append(NamedFile(f"{FILE}_{code}_{number:03}.xml", content=text.encode()))
    import_files(files)
    return Instalment.objects.get()


def status(company: Company, day: date) -> str:
    return ledger_rows(Instalment.objects.all(), company, day, as_of=day)[0].status


def test_the_state_of_a_day_is_of_the_messages_of_that_day(company: Company) -> None:
    bring(("MC", "2026-03-10"), ("RC", "2026-03-20"), fmt="FPA12", recipient_code="ABCDEF")
    found = {day: status(company, date(2026, *day)) for day in [(3, 8), (3, 12), (3, 21), (4, 6)]}
    assert found == {
        (3, 8): "open",
        (3, 12): "waiting_sdi",
        (3, 21): "waiting_sdi",
        (4, 6): "overdue",
    }


def test_a_rejection_of_tomorrow_is_not_known_yet(company: Company) -> None:
    row = bring(("NS", "2026-04-20"))
    assert status(company, date(2026, 4, 19)) == "overdue"
    assert status(company, date(2026, 4, 20)) == "rejected"
    day = date(2026, 4, 19)
    facts = instalment_facts([row.pk], day, as_of=day)
    assert facts[row.pk].collectible.is_collectible
    assert not instalment_facts([row.pk], day)[row.pk].collectible.is_collectible


def test_a_reminder_of_a_past_day_does_not_know_later_money(company: Company) -> None:
    row = bring(("RC", "2026-03-02"))
    pay_instalment(row, amount=Decimal("22.00"), day=date(2026, 5, 10))
    for day, balance in ((date(2026, 5, 9), "122.00"), (date(2026, 5, 10), "100.00")):
        with clock.pretend(day):
            draft = compose_reminders(company, [row.pk]).drafts[0]
        assert sum(item.balance for item in draft.facts.items) == Decimal(balance)
