"""Promises and plans are kept or broken by what the bank says, without anybody's word."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sollecito.accounts.models import Company
from sollecito.domain.repayment import Rate
from sollecito.dunning.models import Hold, Promise, RepaymentPlan
from sollecito.flows import clock
from sollecito.flows.agree_plan import PlanOffer, accept_plan, propose_plan
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.promise_payment import promise_payment
from sollecito.ledger.models import BankMovement, Instalment, MovementMatch
from sollecito.ledger.queries import wrong_balances
from tests.bank_files import Line, camt
from tests.ledger_rows import add_document, add_party
from tests.programmes import add_policy, plan_on
from tests.reminders import make_company

pytestmark = pytest.mark.django_db(transaction=True)
AGREED = date(2026, 4, 1)


@pytest.fixture
def company() -> Company:
    company = make_company(email="amministrazione@azienda.example")
    add_policy(company, 15)
    return company


def bill(company: Company, amount: str) -> Instalment:
    party = add_party(company, "Rossi S.r.l.")
    (row,) = add_document(party, amount, number="12/2026", day=date(2026, 2, 1))
    return row


def pays(day: str, amount: str, text: str = "RATA PIANO") -> None:
    """A transfer of that day, in a statement of the same evening."""
    with clock.pretend(date.fromisoformat(day)):
        data = camt(Line(amount, day, "Rossi S.r.l.", text))
        import_files([NamedFile(f"{day}.xml", content=data)], sheets=import_sheet)
    assert wrong_balances() == []


def promise(row: Instalment, amount: str | None = None) -> None:
    with clock.pretend(AGREED):
        promised = Decimal(amount) if amount else None
        promise_payment(row, day=date(2026, 4, 10), amount=promised, user=None)


def status_of_promise(company: Company, day: date) -> tuple[str, bool]:
    plan_on(company, day)
    return Promise.objects.get().status, Hold.objects.filter(released_at=None).exists()


def test_a_promise_is_kept_by_the_transfer_that_comes(company: Company) -> None:
    promise(bill(company, "122.00"))
    assert status_of_promise(company, date(2026, 4, 8)) == ("open", True)
    pays("2026-04-09", "122.00", "SALDO FT 12/2026")
    assert status_of_promise(company, date(2026, 4, 9)) == ("kept", False)


def test_less_than_promised_breaks_it_when_its_days_are_over(company: Company) -> None:
    promise(bill(company, "122.00"), "100.00")
    pays("2026-04-09", "40.00", "ACCONTO FT 12/2026")
    assert status_of_promise(company, date(2026, 4, 15)) == ("open", True)
    assert status_of_promise(company, date(2026, 4, 16)) == ("broken", False)
    assert Instalment.objects.get().balance == Decimal("82.00")


def agree(row: Instalment) -> None:
    """Three rates of 100 for what is due in one sum."""
    rates = tuple(Rate(date(2026, month, 10), Decimal(100)) for month in (4, 5, 6))
    with clock.pretend(AGREED):
        plan = propose_plan(row.company, [row.pk], PlanOffer(rates), user=None)
        accept_plan(plan, day=AGREED, by="Rossi", user=None)


def standing(company: Company, day: date) -> tuple[str, str]:
    plan_on(company, day)
    return RepaymentPlan.objects.get().status, f"{Instalment.objects.get().balance:.2f}"


def test_transfers_of_the_rates_keep_a_plan(company: Company) -> None:
    agree(bill(company, "300.00"))
    pays("2026-04-09", "100.00")
    assert standing(company, date(2026, 4, 20)) == ("accepted", "200.00")
    assert MovementMatch.objects.get().reason.endswith("rata 1 del piano di rientro.")
    pays("2026-05-11", "200.00", "ULTIME DUE RATE")
    assert standing(company, date(2026, 5, 12)) == ("kept", "0.00")


def test_two_rates_at_once_are_understood(company: Company) -> None:
    agree(bill(company, "300.00"))
    pays("2026-04-09", "200.00")
    assert MovementMatch.objects.get().reason.endswith("rate da 1 a 2 del piano di rientro.")
    assert standing(company, date(2026, 5, 18)) == ("accepted", "100.00")


def test_a_rate_that_does_not_come_breaks_it(company: Company) -> None:
    agree(bill(company, "300.00"))
    pays("2026-04-09", "100.00")
    assert standing(company, date(2026, 5, 15)) == ("accepted", "200.00")
    assert standing(company, date(2026, 5, 18)) == ("broken", "200.00")
    assert Instalment.objects.get().round == 2


def test_two_rates_in_one_statement_are_two(company: Company) -> None:
    agree(bill(company, "300.00"))
    with clock.pretend(date(2026, 5, 11)):
        lines = (
            Line("100.00", "2026-04-09", text="rata"),
            Line("100.00", "2026-05-11", text="rata"),
        )
        import_files([NamedFile("due.xml", content=camt(*lines))], sheets=import_sheet)
    assert standing(company, date(2026, 5, 18)) == ("accepted", "100.00")


def test_another_amount_than_a_rate_waits_for_a_person(company: Company) -> None:
    agree(bill(company, "300.00"))
    pays("2026-04-09", "90.00")
    assert BankMovement.objects.get().status == "open"
    assert standing(company, date(2026, 4, 9)) == ("accepted", "300.00")
