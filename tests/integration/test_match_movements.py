"""From a statement to payments: certain ones at once, the others by a person; undone exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sollecito.accounts.models import AuditEntry, Company
from sollecito.domain.matching import Proposal
from sollecito.flows.confirm_match import MovementRefusedError, confirm_proposal
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.learn_payers import forget_payer
from sollecito.flows.match_movements import propose_matches
from sollecito.flows.undo_import import undo_import
from sollecito.flows.undo_match import set_aside, undo_match
from sollecito.ledger.models import (
    BankMovement,
    BankRule,
    ImportBatch,
    Instalment,
    Party,
    Payment,
)
from sollecito.ledger.queries import wrong_balances
from tests.bank_files import PAYER_IBAN, Line, camt, sheet
from tests.builders import SELLER_VAT
from tests.command_line import call
from tests.ledger_rows import add_document, add_party

pytestmark = pytest.mark.django_db
WIRE = (
    *("id", "account", "booking_date", "value_date", "amount", "currency", "counterparty"),
    *("iban", "text", "reference", "status", "proposals"),
)


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


@pytest.fixture
def rossi(company: Company) -> Party:
    return add_party(company, "Rossi S.r.l.")


def bring(data: bytes) -> ImportBatch:
    import_files([NamedFile("estratto", content=data)], sheets=import_sheet)
    return ImportBatch.objects.latest("pk")


def bill(party: Party, number: str, amount: str, **more: Any) -> Instalment:
    return add_document(party, amount, number=number, day=date(2026, 3, 1), **more)[0]


def left(row: Instalment) -> int:
    """Balance in cents."""
    row.refresh_from_db()
    assert wrong_balances() == []
    return int(row.balance * 100)


def first(company: Company) -> tuple[BankMovement, Proposal]:
    row = BankMovement.objects.get()
    return row, propose_matches(company, [row])[row.pk][0]


def test_a_certain_movement_is_a_payment_at_once(company: Company, rossi: Party) -> None:
    row = bill(rossi, "12/2026", "122.00")
    bring(camt(Line()))
    payment = Payment.objects.get()
    assert (payment.source, payment.date, payment.amount) == (
        "bank",
        date(2026, 4, 20),
        Decimal(122),
    )
    assert (left(row), BankMovement.objects.get().status) == (0, "matched")
    assert BankRule.objects.get().iban == PAYER_IBAN


def test_a_company_may_want_to_look_first(company: Company, rossi: Party) -> None:
    Company.objects.update(auto_match="none")
    row = bill(rossi, "12/2026", "122.00")
    bring(camt(Line()))
    assert (left(row), Payment.objects.count()) == (12200, 0)
    company.refresh_from_db()
    movement, proposal = first(company)
    confirm_proposal(movement, proposal, user=None)
    assert left(row) == 0
    with pytest.raises(MovementRefusedError):
        confirm_proposal(movement, proposal, user=None)


def test_what_was_withheld_is_closed_and_not_chased(company: Company) -> None:
    owner = add_party(company, "Condominio Aurora")
    Party.objects.update(kind="condominio")
    row = bill(owner, "12/2026", "1220.00")
    bring(camt(Line("1180.00", name="Condominio Aurora")))
    sources = dict(Payment.objects.values_list("source", "amount"))
    assert sources == {"bank": Decimal("1180.00"), "withheld": Decimal("40.00")}
    assert left(row) == 0


def test_a_fee_is_closed_as_a_cost(company: Company, rossi: Party) -> None:
    row = bill(rossi, "12/2026", "122.00")
    bring(camt(Line("119.50")))
    assert dict(Payment.objects.values_list("source", "amount"))["costs"] == Decimal("2.50")
    assert left(row) == 0


def test_undoing_restores_exactly(company: Company, rossi: Party) -> None:
    row, other = bill(rossi, "12/2026", "122.00"), bill(rossi, "13/2026", "50.00")
    note = bill(rossi, "3", "-20.00", kind="nota_di_credito")
    bring(camt(Line("152.00", text="SALDO FT 12/2026 E 13/2026 MENO NC 3")))
    movement = BankMovement.objects.get()
    if movement.status == "open":
        confirm_proposal(*first(company), user=None)
    assert (left(row), left(other), left(note)) == (0, 0, 0)
    undo_match(movement, user=None)
    movement.refresh_from_db()
    assert (left(row), left(other), left(note)) == (12200, 5000, -2000)
    assert movement.status == "open"


def test_undoing_the_import_takes_its_payments_back(company: Company, rossi: Party) -> None:
    row = bill(rossi, "12/2026", "122.00")
    batch = bring(camt(Line()))
    undo_import(batch, user=None)
    assert (left(row), BankMovement.objects.count()) == (12200, 0)
    assert Payment.objects.filter(undone_at__isnull=True).count() == 0
    bring(camt(Line()))
    assert left(row) == 0


def test_a_learned_rule_tells_the_payer_until_it_is_deleted(company: Company, rossi: Party) -> None:
    bill(rossi, "12/2026", "122.00")
    bring(camt(Line(name="Altro Nome")))
    confirm_proposal(*first(company), user=None)
    later = bill(rossi, "99/2026", "80.00")
    bring(camt(Line("80.00", day="2026-04-21", name="Altro Nome", text="saldo")))
    assert left(later) == 0
    forget_payer(BankRule.objects.get(), user=None)
    again = bill(rossi, "100/2026", "81.00")
    bring(camt(Line("81.00", day="2026-04-22", name="Altro Nome", text="saldo")))
    assert left(again) == 8100
    assert AuditEntry.objects.filter(action="payer_forgotten").exists()


def test_what_is_not_the_customers_is_set_aside(company: Company, rossi: Party) -> None:
    bring(camt(Line(name="Erario", text="rimborso")))
    movement = BankMovement.objects.get()
    set_aside(movement, user=None)
    movement.refresh_from_db()
    assert movement.status == "ignored"
    set_aside(movement, user=None, is_ignored=False)
    movement.refresh_from_db()
    assert movement.status == "open"


def test_the_command_lists_movements_with_proposals(company: Company, rossi: Party) -> None:
    done = bill(rossi, "12/2026", "122.00")
    twins = [bill(rossi, str(number), "50.00") for number in (13, 14)]
    bring(sheet(Line(), Line("50.00", text="saldo"), Line("-2.00", name="Banca", text="spese")))
    told = call("movements", "--json")
    assert told.code == 0
    assert [tuple(row) for row in told.value] == [WIRE] * 3
    by_amount = {row["amount"]: row for row in told.value}
    assert by_amount["122.00"]["status"] == "matched"
    assert by_amount["122.00"]["proposals"][0]["instalments"] == [done.pk]
    waiting = by_amount["50.00"]["proposals"]
    assert {each for one in waiting for each in one["instalments"]} == {row.pk for row in twins}
    assert all(each["reason"] and 0 < each["score"] < 100 for each in waiting)
    assert by_amount["-2.00"]["proposals"] == []
    assert call("movements", "--status", "open", "--json").value[0]["status"] == "open"
    assert "50.00" in call("movements").value
