"""What an office meets in a year: a RiBa that comes back, a late notification, a silent channel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from sollecito.accounts.models import Company
from sollecito.domain.policies import Step, StepKind
from sollecito.dunning.models import Draft, Hold
from sollecito.flows import clock
from sollecito.flows.answer_collection import collect_effect, return_effect
from sollecito.flows.deliver import deliver
from sollecito.flows.explain_decision import explain_decision
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.record_payments import pay_instalment
from sollecito.ledger.models import Instalment
from sollecito.outbox.queries import Lane
from tests.builders import Row, invoice_bytes, notification_xml
from tests.command_line import call
from tests.programmes import add_policy, approve_on, issued_days, plan_on
from tests.reminders import add_email, make_company

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company() -> Company:
    return make_company(email="amministrazione@azienda.example")


def bill(company: Company, *, method: str = "MP05") -> Instalment:
    """An invoice of 1 March 2026, 122,00 due on the 31st, whose customer has an address."""
    rows = (Row("122.00", "2026-03-31", method=method),)
    content = invoice_bytes(
        number="7/A", seller_vat=company.vat_number, day="2026-03-01", rows=rows
    )
    import_files([NamedFile("IT_00007.xml", content=content)], company=company)
    row = Instalment.objects.get()
    add_email(row.party)
    return row


def why(row: Instalment, day: date) -> str:
    row.refresh_from_db()
    with clock.pretend(day):
        return explain_decision(row).sentence


def test_a_riba_is_collected_comes_back_and_is_chased(company: Company) -> None:
    add_policy(company, 15, 30)
    row = bill(company, method="MP12")
    assert plan_on(company, date(2026, 4, 7)).plan.issued == 0
    with clock.pretend(date(2026, 4, 8)):
        collect_effect(Hold.objects.get(), user=None)
    assert "già saldata" in why(row, date(2026, 4, 9))
    with clock.pretend(date(2026, 4, 10)):
        return_effect(Hold.objects.get(), fee=Decimal("6.50"), user=None)
    plan_on(company, date(2026, 4, 10))  # before the fifteenth day: it is due at once
    assert Draft.objects.get(is_open=True).kind == "effetto_insoluto"
    approve_on(company, date(2026, 4, 10))
    assert "30/04/2026" in why(row, date(2026, 4, 20))  # the rule goes on from its second step
    plan_on(company, date(2026, 4, 30))
    approve_on(company, date(2026, 4, 30))
    assert issued_days(row.pk) == [date(2026, 4, 10), date(2026, 4, 30)]


def test_a_step_by_a_channel_that_is_not_there_waits_to_be_completed(company: Company) -> None:
    by_pec = Step(StepKind.REMINDER, 15, channels=("pec",))
    add_policy(company, steps=(by_pec,))
    row = bill(company)
    plan_on(company, date(2026, 4, 15))
    draft = Draft.objects.get(is_open=True)
    assert draft.obstacle == "channel_missing"
    refused = approve_on(company, date(2026, 4, 15), [draft.pk]).refused
    assert [each.content for each in refused] == [draft.pk]
    assert issued_days(row.pk) == []


def test_a_notification_that_arrives_changes_the_answer(company: Company) -> None:
    add_policy(company, 15)
    row = bill(company)
    day = date(2026, 4, 15)
    assert "Da sollecitare oggi" in why(row, day)
    plan_on(company, day)
    assert Draft.objects.filter(is_open=True).count() == 1
    notice = notification_xml(
        "NS", file_name="IT_00007.xml", received="2026-04-15T08:00:00.000+02:00", message_id="1"
    )
    import_files([NamedFile("IT_00007_NS_001.xml", content=notice.encode())], company=company)
    assert "Scartata dal Sistema di Interscambio" in why(row, day)
    plan_on(company, day)
    assert not Draft.objects.filter(is_open=True).exists()


def test_a_past_day_is_told_without_the_money_of_later(
    company: Company, settings: Settings, tmp_path: Path
) -> None:
    settings.MAILBOX = tmp_path
    add_policy(company, 15, 30)
    row = bill(company)
    plan_on(company, date(2026, 4, 15))
    approve_on(company, date(2026, 4, 15))
    assert deliver(Lane("file"), worker_id="ufficio") == 1
    with clock.pretend(date(2026, 5, 4)):
        pay_instalment(row, amount=Decimal("122.00"), day=date(2026, 5, 4))
    assert issued_days(row.pk) == [date(2026, 4, 15)]
    assert "già saldata" in call("why", row.pk, "--on", "2026-05-04").value
    assert "Da sollecitare oggi" in call("why", row.pk, "--on", "2026-04-30").value
    (answer,) = call("why", row.pk, "--on", "2026-04-20", "--json").value
    assert (answer["answer"], answer["until"]) == ("wait", "2026-04-30")
