"""A RiBa comes back in the statement: confirmed, chased in a new round; or undone exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sollecito.accounts.models import Company
from sollecito.dunning.models import Draft, Hold, Presentation
from sollecito.flows import clock
from sollecito.flows.answer_collection import collect_effect, return_effect
from sollecito.flows.confirm_match import MovementRefusedError
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.match_returns import confirm_return, propose_effects
from sollecito.flows.undo_import import undo_import
from sollecito.flows.undo_match import undo_match
from sollecito.ledger.models import BankMovement, ImportBatch, Instalment
from sollecito.ledger.queries import wrong_balances
from sollecito.outbox.models import Message
from tests.bank_files import Line, camt
from tests.builders import Row, invoice_bytes
from tests.command_line import call
from tests.programmes import add_policy, approve_on, plan_on
from tests.reminders import add_email, make_company

pytestmark = pytest.mark.django_db(transaction=True)
DUE, BACK = date(2026, 3, 31), date(2026, 4, 10)
RETURNED = (
    Line("-122.00", "2026-04-10", "Banca", "INSOLUTO RIBA FT 7/A", iban=""),
    Line("-6.50", "2026-04-10", "Banca", "COMMISSIONI INSOLUTO", iban=""),
)


@pytest.fixture
def company() -> Company:
    company = make_company(email="amministrazione@azienda.example")
    rows = (Row("122.00", DUE.isoformat(), method="MP12"),)
    content = invoice_bytes(
        number="7/A", seller_vat=company.vat_number, day="2026-03-01", rows=rows
    )
    import_files([NamedFile("IT_00007.xml", content=content)], company=company)
    add_email(Instalment.objects.get().party)
    return company


def bring() -> tuple[BankMovement, BankMovement]:
    with clock.pretend(BACK):
        file = NamedFile("estratto.xml", content=camt(*RETURNED))
        import_files([file], sheets=import_sheet)
    return BankMovement.objects.get(amount=-122), BankMovement.objects.get(amount="-6.50")


def confirm(movement: BankMovement, fee: str = "6.50") -> None:
    (proposal,) = propose_effects(movement.company, [movement])[movement.pk]
    with clock.pretend(BACK):
        confirm_return(movement, proposal, fee=Decimal(fee), user=None)


def state() -> tuple[str, int, str, bool]:
    """Balance, round, outcome of the effect, whether reminders rest."""
    row, hold = Instalment.objects.get(), Hold.objects.get()
    shown = Presentation.objects.filter(hold=hold).first()
    assert wrong_balances() == []
    return f"{row.balance:.2f}", row.round, shown.outcome if shown else "", not hold.released_at


def statuses(*rows: BankMovement) -> list[str]:
    return [BankMovement.objects.get(pk=row.pk).status for row in rows]


def test_it_is_proposed_and_reopens_the_instalment_with_the_fee(company: Company) -> None:
    add_policy(company, 15)
    movement, fee = bring()
    told = {row["amount"]: row for row in call("movements", "--json").value}
    assert told["-122.00"]["proposals"][0]["instalments"] == [Instalment.objects.get().pk]
    assert told["-6.50"]["proposals"] == []
    confirm(movement)
    assert state() == ("122.00", 2, "insoluta", False)
    assert Presentation.objects.get().fee == Decimal("6.50")
    assert statuses(movement, fee) == ["matched", "matched"]
    plan_on(company, BACK)
    assert Draft.objects.get(is_open=True).kind == "effetto_insoluto"


def test_what_was_collected_subject_to_it_is_put_back_by_undoing(company: Company) -> None:
    with clock.pretend(date(2026, 4, 8)):
        collect_effect(Hold.objects.get(), user=None)
    before = state()
    movement, fee = bring()
    confirm(movement)
    assert state() == ("122.00", 2, "insoluta", False)
    undo_match(movement, user=None)
    assert state() == before == ("0.00", 1, "incassata", False)
    assert statuses(movement, fee) == ["open", "open"]
    confirm(movement, fee="0")
    assert state()[0] == "122.00"
    assert statuses(movement, fee) == ["matched", "open"]


def test_undoing_one_never_answered_holds_reminders_again(company: Company) -> None:
    before = state()
    movement, _fee = bring()
    confirm(movement)
    undo_import(ImportBatch.objects.latest("pk"), user=None)
    assert state() == before == ("122.00", 1, "", True)
    assert not BankMovement.objects.exists()


def test_what_a_person_said_already_is_only_confirmed(company: Company) -> None:
    with clock.pretend(BACK):
        return_effect(Hold.objects.get(), user=None)
    movement, _fee = bring()
    (proposal,) = propose_effects(company, [movement])[movement.pk]
    assert proposal.effect.is_reopened
    confirm(movement)
    assert state() == ("122.00", 2, "insoluta", False)
    assert propose_effects(company, [movement]) == {}
    undo_match(movement, user=None)
    assert state() == ("122.00", 2, "insoluta", False)


def test_once_reminded_it_is_not_undone(company: Company) -> None:
    add_policy(company, 15)
    movement, _fee = bring()
    confirm(movement)
    plan_on(company, BACK)
    approve_on(company, BACK)
    Message.objects.update(status="accepted")
    with pytest.raises(MovementRefusedError, match="già partito un sollecito"):
        undo_match(movement, user=None)
    assert state()[:3] == ("122.00", 2, "insoluta")
