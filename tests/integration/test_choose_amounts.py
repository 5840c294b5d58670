from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sollecito.accounts.models import Company
from sollecito.domain.schedule import refuse_reminder
from sollecito.dunning.fact_queries import instalment_facts
from sollecito.flows.choose_amounts import AmountsRefusedError, choose_amounts, follow_customers
from sollecito.flows.record_payments import record_payment
from sollecito.ledger.models import Document, Instalment, Party
from tests.ledger_rows import add_document, add_party

TODAY = date(2026, 4, 17)
GROSS = {"code": "gross_rows", "message": "Rate al lordo", "hint": ""}


@pytest.fixture
def party(db: None) -> Party:
    return add_party(Company.objects.create(name="Noi S.r.l.", vat_number="99900010473"))


def add_gross(party: Party, *amounts: str, net: str) -> list[Instalment]:
    rows = add_document(party, *amounts, warnings=[dict(GROSS)], amounts="pending")
    Document.objects.filter(pk=rows[0].document_id).update(expected=Decimal(net))
    rows[0].document.refresh_from_db()
    return rows


def amounts(rows: list[Instalment]) -> list[Decimal]:
    kept = Instalment.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    assert all(row.balance == row.amount for row in kept)
    return [row.amount for row in kept]


def refusals(rows: list[Instalment]) -> set[str]:
    facts = instalment_facts([row.pk for row in rows], TODAY)
    found = (refuse_reminder(each, TODAY) for each in facts.values())
    return {each.reason if each else "" for each in found}


def test_gross_rows_are_not_reminded_until_a_person_chose(party: Party) -> None:
    rows = add_gross(party, "40.67", "40.67", "40.66", net="102.00")
    assert refusals(rows) == {"not_collectible"}
    choose_amounts(rows[0].document, "net", user=None)
    assert refusals(rows) == {""}
    assert sum(amounts(rows)) == Decimal("102.00")
    choose_amounts(rows[0].document, "gross", user=None)
    assert amounts(rows) == [Decimal("40.67"), Decimal("40.67"), Decimal("40.66")]
    assert refusals(rows) == {""}


def test_the_choice_is_kept_for_the_customer_and_for_nobody_else(party: Party) -> None:
    choose_amounts(add_gross(party, "122", net="102")[0].document, "net", user=None)
    same = add_gross(party, "244", net="204")
    (other,) = add_gross(add_party(party.company, "Bianchi"), "122", net="102")
    assert follow_customers([same[0].document, other.document]) == 1
    assert amounts(same) == [204]
    assert refusals([other]) == {"not_collectible"}


def test_what_was_collected_beyond_the_net_is_not_forgotten(party: Party) -> None:
    (row,) = add_gross(party, "122", net="102")
    day = date(2026, 4, 1)
    record_payment(party.company, {row.pk: Decimal(110)}, amount=Decimal(110), day=day)
    with pytest.raises(AmountsRefusedError, match="annulla prima"):
        choose_amounts(row.document, "net", user=None)
    assert Document.objects.get(pk=row.document_id).amounts == "pending"
    (plain,) = add_document(party, "50")
    with pytest.raises(AmountsRefusedError, match="non sono al lordo"):
        choose_amounts(plain.document, "net", user=None)
