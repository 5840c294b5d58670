"""What holds know: effects and their outcome, procedures and their tasks, heirs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from sollecito.accounts.models import AuditEntry, Company
from sollecito.domain.hold_details import (
    Effect,
    Ending,
    Errand,
    Insolvency,
    Presented,
    ProcedureKind,
    Successor,
)
from sollecito.dunning.hold_queries import claim_sums, open_tasks, outcomes_to_ask
from sollecito.dunning.models import Hold, HoldTask
from sollecito.flows import clock
from sollecito.flows.answer_collection import collect_effect, return_effect
from sollecito.flows.compose_automatic import compose_automatic
from sollecito.flows.detail_hold import HoldRefusedError, detail_hold, tick_task, untick_task
from sollecito.flows.explain_decision import explain_decision
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.hold_reminders import hold_reminders, release_hold
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.run_programmes import run_programmes
from sollecito.ledger.models import ContactPoint, Instalment, Payment
from tests.builders import Row, invoice_bytes
from tests.programmes import approve_on, issued_days, plan_on
from tests.reminders import make_company
from tests.work_rows import add_debtors, add_programme, open_drafts, plan

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 31)


@pytest.fixture
def company(db: None) -> Company:
    return make_company()


def riba(company: Company, *, method: str = "MP12") -> Instalment:
    """An instalment of 122,00 due on 31 March 2026, collected by RiBa."""
    content = invoice_bytes(
        number="1/R",
        seller_vat=company.vat_number,
        day="2026-03-01",
        total="122.00",
        rows=(Row("122.00", DUE.isoformat(), method=method),),
    )
    import_files([NamedFile("IT01_r1.xml", content=content)], company=company)
    row = Instalment.objects.get(document__number="1/R")
    address = {"company": company, "kind": "email", "value": "cliente@cliente.example"}
    ContactPoint.objects.create(party=row.party, **address)
    return row


def history(target: str) -> list[str]:
    """What the time line says of a row."""
    return list(AuditEntry.objects.filter(target=target).values_list("text", flat=True))


def test_an_imported_riba_is_asked_about_five_working_days_after(company: Company) -> None:
    riba(company)
    # 31 March + 1, 2, 3 April, Easter Monday left out, 7 and 8 April
    assert outcomes_to_ask(company, date(2026, 4, 7)) == []
    (asked,) = outcomes_to_ask(company, date(2026, 4, 8))
    assert (asked.effect, asked.due_date, asked.is_presented) == (Effect.RIBA, DUE, False)


def test_a_cheque_is_asked_about_ten_working_days_after_its_own_date(company: Company) -> None:
    row = riba(company, method="MP05")
    with clock.pretend(date(2026, 4, 1)):
        cheque = Presented(Effect.CHEQUE, "Banca di Prova", date(2026, 4, 10))
        hold_reminders(row, "in_collection", user=None, details=cheque)
    assert outcomes_to_ask(company, date(2026, 4, 23)) == []
    (asked,) = outcomes_to_ask(company, date(2026, 4, 24))
    assert (asked.effect, asked.is_presented) == (Effect.CHEQUE, True)


def test_presented_and_silent_is_collected_by_one_click(company: Company) -> None:
    row = riba(company)
    hold = Hold.objects.get()
    with clock.pretend(date(2026, 4, 8)):
        payment = collect_effect(hold, user=None)
        with pytest.raises(HoldRefusedError):
            collect_effect(hold, user=None)
    row.refresh_from_db()
    assert (row.balance, payment.date, payment.note) == (
        Decimal(0), DUE, "Incassata salvo buon fine (RiBa)",
    )  # fmt: skip
    assert Hold.objects.get().released_at is not None
    assert outcomes_to_ask(company, date(2026, 4, 9)) == []


def test_returned_after_it_was_collected_begins_again_with_its_own_text(company: Company) -> None:
    add_programme(company)
    row = riba(company)
    hold = Hold.objects.get()
    with clock.pretend(date(2026, 4, 8)):
        collect_effect(hold, user=None)
    with clock.pretend(date(2026, 4, 20)):
        assert plan(company) == []
        return_effect(hold, fee=Decimal("6.50"), user=None)
        row.refresh_from_db()
        assert (row.balance, row.round) == (Decimal("122.00"), 2)
        assert Payment.objects.get().undone_at is not None
        assert "Effetto insoluto" in explain_decision(row).sentence
        (draft,) = plan(company)
        assert draft.kind == "effetto_insoluto"
        (message,) = compose_automatic(draft, list(draft.content.reminders.all())).drafts
    assert "RiBa 31/03/2026" in message.subject
    assert "6,50 € di spese bancarie" in message.text
    assert any("tornata insoluta" in text for text in history(f"instalment:{row.pk}"))


def test_what_was_returned_goes_on_with_the_rule(company: Company) -> None:
    add_programme(company)
    row = riba(company)
    back = date(2026, 4, 8)
    with clock.pretend(back):
        return_effect(Hold.objects.get(), user=None)
    plan_on(company, back)
    approve_on(company, back)
    assert issued_days(row.pk) == [back]
    row.refresh_from_db()
    with clock.pretend(date(2026, 4, 10)):  # +10 days are over, the gap is not
        assert "13/04/2026" in explain_decision(row).sentence
    with clock.pretend(date(2026, 4, 13)):
        assert "Sollecito (+10 giorni)" in explain_decision(row).sentence


def test_a_refused_outcome_changes_nothing(company: Company) -> None:
    row = riba(company)
    with pytest.raises(HoldRefusedError):
        return_effect(Hold.objects.get(), fee=Decimal(-1), user=None)
    row.refresh_from_db()
    assert (row.round, Hold.objects.get().released_at) == (1, None)


def test_a_procedure_stops_everything_and_brings_its_tasks(company: Company) -> None:
    (party,) = add_debtors(company, 1)
    opened = clock.today() - timedelta(days=20)
    details = Insolvency(ProcedureKind.LIQUIDATION, opened)
    hold = hold_reminders(party, "insolvency", user=None, details=details)
    assert {task.errand for task in open_tasks(company)} == {
        Errand.COMPLETE_PROCEDURE, Errand.PROOF_OF_CLAIM, Errand.VARIATION_NOTE,
    }  # fmt: skip
    hearing = clock.today() + timedelta(days=90)
    whole = Insolvency(details.kind, opened, "Avv. Prova", "procedura@pec.example", hearing)
    detail_hold(hold, whole, user=None)
    tasks = {task.errand: task for task in open_tasks(company, party)}
    assert tasks["insinuazione"].due_date == hearing - timedelta(days=30)
    assert tasks["nota_variazione"].due_date == date(opened.year + 1, 4, 30)
    assert "dati_procedura" not in tasks
    assert tick_task(tasks["insinuazione"], user=None)
    assert not tick_task(tasks["insinuazione"], user=None)
    assert any("Compito fatto" in text for text in history(f"party:{party.pk}"))
    assert untick_task(tasks["insinuazione"], user=None)
    row = Instalment.objects.get()
    row.refresh_from_db()
    assert "Avv. Prova" in explain_decision(row).sentence
    release_hold(hold, user=None)
    assert not open_tasks(company).exists()


def test_a_concordato_asks_to_state_the_credit(company: Company) -> None:
    (party,) = add_debtors(company, 1)
    details = Insolvency(ProcedureKind.COMPOSITION, clock.today(), "Rag. Prova", "c@pec.example")
    hold_reminders(party, "insolvency", user=None, details=details)
    assert {task.errand for task in open_tasks(company)} == {
        Errand.STATE_CREDIT, Errand.VARIATION_NOTE,
    }  # fmt: skip


def test_the_credit_is_parted_by_the_day_of_opening(company: Company) -> None:
    row = riba(company, method="MP05")
    (sums,) = claim_sums(row.party, DUE)
    assert (sums.due, sums.due_later, sums.born_later) == (
        Decimal("122.00"),
        Decimal(0),
        Decimal(0),
    )
    (sums,) = claim_sums(row.party, date(2026, 3, 15))
    assert (sums.due, sums.due_later) == (Decimal(0), Decimal("122.00"))
    (sums,) = claim_sums(row.party, date(2026, 2, 1))
    assert sums.born_later == Decimal("122.00")


@pytest.mark.parametrize(
    ("kind", "details", "field"),
    [
        ("insolvency", Insolvency(ProcedureKind.OTHER, date(2999, 1, 1)), "opened_date"),
        ("insolvency", Insolvency(ProcedureKind.OTHER, DUE, pec="curatore"), "pec"),
        ("insolvency", Insolvency(ProcedureKind.OTHER, DUE, hearing_date=date(2025, 1, 1)),
         "hearing_date"),
        ("in_collection", Presented(Effect.RIBA, "", date(1999, 1, 1)), "due_date"),
        ("ceased", Successor(Ending.DEAD, date(2999, 1, 1)), "since_date"),
        ("ceased", Successor(Ending.DEAD, DUE, "Eredi", "senza chiocciola"), "email"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_field(
    company: Company, kind: str, details: Presented | Insolvency | Successor, field: str
) -> None:
    row = riba(company, method="MP05")
    with clock.pretend(date(2026, 5, 4)), pytest.raises(FieldsRefusedError) as refused:
        hold_reminders(row, kind, user=None, details=details)
    assert set(refused.value.problems) == {field}
    assert not Hold.objects.exists()


def test_nothing_goes_to_a_dead_person_s_address(company: Company) -> None:
    (party,) = add_debtors(company, 1)
    hold = hold_reminders(party, "ceased", user=None, details=Successor(Ending.DEAD))
    assert [task.errand for task in open_tasks(company)] == [Errand.FIND_HEIRS]
    with pytest.raises(HoldRefusedError):
        release_hold(Hold.objects.get(), user=None)
    heirs = Successor(Ending.DEAD, None, "Eredi Prova", "eredi@prova.example")
    detail_hold(hold, heirs, user=None)
    assert not open_tasks(company).exists()
    assert HoldTask.objects.get().done_date == clock.today()
    release_hold(Hold.objects.get(), user=None)
    assert list(party.contact_points.values_list("value", flat=True)) == ["eredi@prova.example"]
    party.refresh_from_db()
    assert party.contact_name == "Eredi Prova"


def test_a_hold_set_by_mistake_leaves_the_addresses(company: Company) -> None:
    (party,) = add_debtors(company, 1)
    before = list(party.contact_points.values_list("value", flat=True))
    hold = hold_reminders(party, "ceased", user=None, details=Successor(Ending.DEAD))
    release_hold(hold, user=None, is_mistake=True)
    assert list(party.contact_points.values_list("value", flat=True)) == before


def test_who_says_he_paid_is_believed_for_five_working_days(company: Company) -> None:
    add_programme(company)
    (party,) = add_debtors(company, 1)
    row = Instalment.objects.get(party=party)
    with clock.pretend(date(2026, 4, 1)):
        hold = hold_reminders(row, "claimed_paid", user=None)
    assert hold.until_date == date(2026, 4, 9)
    with clock.pretend(date(2026, 4, 10)):
        run_programmes(company)
        assert len(open_drafts(company)) <= 1
