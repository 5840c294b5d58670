"""The book of what some movements may pay: the same proposals as from all that is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from bench.bank_year import make_year
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sollecito.accounts.models import Company
from sollecito.domain.matching import propose
from sollecito.domain.movements import Movement
from sollecito.flows import clock
from sollecito.ledger.book_queries import open_book
from sollecito.ledger.models import BankRule, Document, Party
from tests.builders import SELLER_VAT
from tests.ledger_rows import add_document, add_party

pytestmark = pytest.mark.django_db
CODE = "RF18 5390 0754 7034"


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


def transfer(text: str = "", amount: str = "122.00", name: str = "", **more: Any) -> Movement:
    return Movement(
        account="IT60X0542811101000000123456",
        booking_date=date(2026, 4, 20),
        amount=Decimal(amount),
        counterparty=name,
        text=text,
        **more,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_of_movements_is_proposed_alike(company: Company, seed: int) -> None:
    year = make_year(seed, items=150, movements=60)
    parties: dict[int, Party] = {}
    for debtor in year.debtors:
        parties[debtor.key] = add_party(company, debtor.name)
        for iban in debtor.ibans:
            party, now = parties[debtor.key], clock.now()
            BankRule.objects.create(company=company, iban=iban, party=party, created_at=now)
    for item in year.items:
        parts = (item.balance - 10, Decimal(10)) if item.key % 5 == 0 else (item.balance,)
        add_document(parties[item.party], *parts, number=item.number, day=item.day)
    whole = open_book(company)
    found = 0
    for movement in year.movements:
        wanted = propose(movement, whole)
        assert propose(movement, open_book(company, [movement])) == wanted
        found += bool(wanted)
    assert found > len(year.movements) // 2
    some = open_book(company, year.movements[:10])
    for movement in year.movements[:10]:
        assert propose(movement, some) == propose(movement, whole)


@pytest.mark.parametrize(
    "movement",
    [
        transfer("saldo fattura 124/26"),
        transfer("saldo fattura 12426"),
        transfer("saldo fattura 1242026"),
        transfer("saldo ft 0124"),
        transfer("fatture 124 e 125", "244.00"),
        transfer("niente", "122.00"),
        transfer("niente", "80.01"),
        transfer("bonifico", "50.00", "ROSSI SRL"),
        transfer("bonifico", "50.00", "ROSI IMPIANTI"),
        transfer("BONIFICO DA ROSSI IMPIANTI TERMICI SRL PER SALDO", "50.00"),
        transfer("bonifico", "77.00", reference=CODE.replace(" ", "")),
        transfer("bonifico", "77.00", end_to_end=CODE),
        transfer("bonifico", "77.00", tax_code="99900030471"),
        transfer("nota di credito 9 e fattura 125", "112.00"),
        transfer("fattura 700"),
    ],
)
def test_whatever_a_transfer_tells_is_found(company: Company, movement: Movement) -> None:
    rossi = add_party(company, "Rossi Impianti Termici S.r.l.", vat_number="99900030471")
    verdi, neri = add_party(company, "Verdi S.p.A."), add_party(company, "Rossi S.r.l.")
    add_document(rossi, "122.00", number="124/26", day=date(2026, 3, 1))
    add_document(verdi, "122.00", "80.01", number="125", day=date(2026, 3, 1))
    add_document(verdi, "-10.00", number="9", kind="nota_credito", day=date(2026, 3, 1))
    (coded,) = add_document(neri, "77.00", number="FPR 00126/2026", day=date(2026, 3, 1))
    type(coded).objects.filter(pk=coded.pk).update(payment_code=CODE)
    for number in range(700, 730):
        add_document(neri, "122.00", number=str(number), day=date(2026, 3, 1))
    silent = Document.objects.get(number="700")
    Document.objects.filter(number="701").update(replaces=silent, is_replacement_confirmed=True)
    narrow, whole = open_book(company, [movement]), open_book(company)
    assert propose(movement, narrow) == propose(movement, whole)
    assert narrow.items.items() <= whole.items.items()


def test_what_a_movement_cannot_pay_is_not_read(company: Company) -> None:
    rossi = add_party(company, "Rossi S.r.l.")
    add_document(rossi, "122.00", number="1")
    for number in range(20):
        other = add_party(company, f"Altro Cliente {number} S.p.A.")
        add_document(other, "500.00", number=f"{200 + number}/2026")
    movement = transfer("saldo fattura 1", "122.00", "ROSSI SRL")
    with CaptureQueriesContext(connection) as one:
        assert len(open_book(company, [movement]).items) == 1
    with CaptureQueriesContext(connection) as several:
        open_book(company, [replace(movement, text=f"ft {number}") for number in range(20)])
    assert len(several) == len(one)
