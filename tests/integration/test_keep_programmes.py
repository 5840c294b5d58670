"""The programmes by themselves: at night, after an event, and when something breaks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from sollecito.accounts.models import Company
from sollecito.dunning.models import Draft, NextLook, Policy, Run
from sollecito.dunning.run_queries import companies_at_night, companies_touched, last_failed_run
from sollecito.flows import clock, keep_programmes
from sollecito.flows.approve_reminders import approve_reminders
from sollecito.flows.attach_own_pdf import attach_own_pdf
from sollecito.flows.examine_installation import examine_installation
from sollecito.flows.keep_file import keep_file
from sollecito.flows.keep_programmes import run_events, run_nights
from sollecito.flows.rebuild_looks import late_looks, rebuild_looks
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.run_programmes import run_programmes
from sollecito.ledger.models import ContactPoint, Document, Instalment
from sollecito.outbox.models import Content, Message
from tests.ledger_rows import add_document, add_party
from tests.programmes import add_policy, open_drafts
from tests.reminders import add_email


@pytest.fixture
def company(db: None) -> Company:
    made = Company.objects.create(
        name="Noi S.r.l.",
        vat_number="99900010473",
        email="noi@noi.example",
        phone="0573 1",
        plan_time=time(0, 0),
    )
    made.refresh_from_db()
    return made


def owe(company: Company, *amounts: str) -> list[Instalment]:
    party = add_party(company, "Rossi S.r.l.")
    add_email(party, "rossi@cliente.example")
    due = clock.real_today() - timedelta(days=40)
    return [add_document(party, amount, due=due)[0] for amount in amounts]


def any_day(company: Company) -> Policy:
    return add_policy(company, 3, working_days_only=False)


def test_an_event_is_looked_at_at_once_and_only_once(company: Company) -> None:
    owe(company, "100", "50")
    any_day(company)
    assert run_events() == 1
    assert len(open_drafts(company)) == 1
    assert run_events() == 0
    assert set(Run.objects.values_list("kind", "status")) == {("event", "done")}


def test_a_payment_changes_the_list_at_once(company: Company) -> None:
    paid, _left = owe(company, "100", "50")
    any_day(company)
    run_events()
    assert Draft.objects.get(is_open=True).amount == Decimal(150)
    pay_instalment(paid, amount=Decimal(100), day=clock.real_today(), user=None)
    assert run_events() == 1
    assert Draft.objects.get(is_open=True).amount == Decimal(50)


def test_nothing_runs_without_a_programme(company: Company) -> None:
    owe(company, "100")
    assert (run_events(), run_nights()) == (0, 0)
    assert not Run.objects.exists()


def test_a_night_is_made_once(company: Company) -> None:
    owe(company, "100")
    any_day(company)
    assert run_nights() == 1
    assert run_nights() == 0
    assert Run.objects.get().kind == Run.Kind.NIGHTLY


def test_the_night_has_the_hour_of_the_company(company: Company) -> None:
    any_day(company)
    Company.objects.update(plan_time=time(6, 0))
    before = datetime(2026, 7, 1, 3, 59, tzinfo=UTC)  # 5:59 in Rome
    assert companies_at_night(before) == []
    assert companies_at_night(before + timedelta(minutes=1)) == [company]
    assert companies_at_night(before + timedelta(hours=9)) == [company]  # it was off till now


def test_a_night_that_another_worker_makes_is_left_to_it(company: Company) -> None:
    owe(company, "100")
    any_day(company)
    now = clock.real_now()
    run = Run.objects.create(
        company=company, kind="nightly", day=clock.real_today(), started_at=now
    )
    assert run_nights() == 0
    Run.objects.update(started_at=now - timedelta(hours=2))  # its worker died
    assert run_nights() == 1
    run.refresh_from_db()
    assert run.status == Run.Status.DONE


def test_what_is_played_on_another_day_is_left_alone(company: Company) -> None:
    owe(company, "100")
    any_day(company)
    with clock.pretend(date(2026, 4, 15)):
        run_programmes(company)
    Instalment.objects.update(is_touched=True)
    assert companies_touched(clock.real_now()) == []
    assert companies_touched(clock.real_now() + timedelta(hours=2)) == [company]


def test_a_run_that_breaks_is_kept_and_the_operator_is_told_once(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(company, "100")
    any_day(company)

    def broken(*_a: object, **_k: object) -> None:
        raise RuntimeError("disco pieno")

    monkeypatch.setattr(keep_programmes, "run_programmes", broken)
    run_events()
    run_nights()
    failed = last_failed_run(company)
    assert failed is not None
    assert failed.error == "disco pieno"
    told = Content.objects.get(kind="avviso")
    assert "disco pieno" in told.text
    assert [m.address for m in Message.objects.filter(content=told)] == ["noi@noi.example"]
    finding = next(c for c in examine_installation() if c["check"] == "programmes")
    assert not finding["ok"]
    assert "disco pieno" in finding["message"]
    monkeypatch.undo()
    run_programmes(company)
    assert last_failed_run(company) is None


def test_what_is_incomplete_is_known_after_the_run_and_cured_by_an_event(company: Company) -> None:
    (row,) = owe(company, "100")
    any_day(company).steps.update(require_attachments=True)
    run_events()
    draft = Draft.objects.get(is_open=True)
    assert draft.obstacle == "attachment_missing"
    assert "Carica il PDF" in draft.obstacle_text
    attach_own_pdf(row.document, user=None, name="fattura.pdf", content=b"%PDF-1.7 prova")
    assert run_events() == 1
    draft.refresh_from_db()
    assert (draft.obstacle, draft.obstacle_text) == ("", "")


def test_a_copy_that_cannot_be_made_is_left_out(company: Company) -> None:
    (row,) = owe(company, "100")
    broken = keep_file(company, name="x.xml", media_type="application/xml", content=b"<no")
    Document.objects.filter(pk=row.document_id).update(file=broken, source="file")
    any_day(company)
    run_events()
    (pk,) = open_drafts(company)
    assert Draft.objects.get(pk=pk).obstacle == ""
    assert approve_reminders(company, [pk], user=None).contents == (pk,)
    content = Content.objects.get(pk=pk)
    assert not content.attachments.exists()
    assert "allegat" not in content.text.lower()


def test_what_is_incomplete_takes_no_place_of_the_others(company: Company) -> None:
    owe(company, "100")
    other = add_party(company, "Senza recapito")
    add_document(other, "900", due=clock.real_today() - timedelta(days=90))
    any_day(company)
    Company.objects.update(company_day_cap=1)
    company.refresh_from_db()
    run_programmes(company)
    obstacles = dict(Draft.objects.values_list("party__name", "obstacle"))
    assert obstacles == {"Rossi S.r.l.": "", "Senza recapito": "no_recipient"}
    ContactPoint.objects.create(
        company=company, party=other, kind="email", value="x@cliente.example"
    )


def test_dates_of_the_next_look_can_be_rebuilt(company: Company) -> None:
    row, _ = owe(company, "100", "50")
    any_day(company)
    run_programmes(company)
    assert late_looks(company) == []
    NextLook.objects.filter(pk=row.pk).update(day=None)
    assert late_looks(company) == [row.pk]
    assert rebuild_looks(company) == 1
    run_programmes(company)
    assert late_looks(company) == []
