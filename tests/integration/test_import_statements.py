"""Statements enter: each movement once whatever the format, wrong files not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sollecito.accounts.models import Company
from sollecito.flows import clock
from sollecito.flows.gather_desk import takings_recorded_until
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.outcomes import ImportReport
from sollecito.flows.importing.sources import NamedFile, files_in
from sollecito.flows.prove_takings import prove_takings
from sollecito.flows.undo_import import undo_import
from sollecito.ledger.models import BankAccount, BankMovement, BankStatement, ImportBatch
from tests.bank_files import OUR_IBAN, Line, camt, cbi_rh, mt940, sheet
from tests.builders import SELLER_VAT

pytestmark = pytest.mark.django_db
DIALECTS: list[Callable[..., bytes]] = [camt, cbi_rh, mt940, sheet]
FOLDER = os.environ.get("SOLLECITO_SAMPLES", "")


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


def bring(*files: bytes, **options: Any) -> ImportReport:
    named = [NamedFile(f"estratto{n}", content=data) for n, data in enumerate(files)]
    return import_files(named, sheets=import_sheet, **options)


@pytest.mark.parametrize("second", DIALECTS)
@pytest.mark.parametrize("first", DIALECTS)
def test_the_same_movement_in_two_formats_counts_once(
    company: Company, first: Callable[..., bytes], second: Callable[..., bytes]
) -> None:
    one = bring(first(Line(bank_id="A1"), Line("-2.50", name="Banca", text="Commissioni")))
    other_id = "A1" if first is second else "B2"
    two = bring(second(Line(bank_id=other_id), Line("-2.50", name="Banca", text="Commissioni")))
    assert (one.payments, two.payments, two.duplicates) == (1, 0, 2)
    assert BankMovement.objects.count() == 2


@pytest.mark.parametrize("second", DIALECTS)
@pytest.mark.parametrize("first", DIALECTS)
def test_two_equal_movements_of_a_day_count_twice(
    company: Company, first: Callable[..., bytes], second: Callable[..., bytes]
) -> None:
    twins = (Line(), Line())
    assert bring(first(*twins)).payments == 2
    assert bring(second(*twins)).payments == 0
    assert bring(second(*twins, Line())).payments == 1


def test_equal_amounts_of_different_payers_are_different_movements(company: Company) -> None:
    other = Line(name="Verdi S.p.A.", text="FATTURA 99", iban="DE89370400440532013000")
    assert bring(camt(Line())).payments == 1
    assert bring(mt940(other)).payments == 1
    assert bring(sheet(Line(), other)).payments == 0


@pytest.mark.parametrize("dialect", DIALECTS)
def test_payers_that_share_a_word_are_told_apart(
    company: Company, dialect: Callable[..., bytes]
) -> None:
    lines = [
        Line(name=f"Condominio Via {street}", text="saldo", iban="")
        for street in ("Tigli", "Roma", "Mazzini")
    ]
    assert [bring(dialect(line)).payments for line in lines] == [1, 1, 1]
    assert [bring(dialect(line)).payments for line in lines] == [0, 0, 0]


def test_pending_ones_wait_until_they_are_booked(company: Company) -> None:
    report = bring(camt(Line(status="PDNG")))
    row = BankMovement.objects.get()
    assert (report.payments, row.status) == (0, "pending")
    booked = Line(day="2026-04-22")
    assert bring(camt(booked)).payments == 1
    row.refresh_from_db()
    assert (row.status, row.booking_date) == ("open", date(2026, 4, 22))


def test_a_wrong_file_stores_nothing_and_the_others_go_on(company: Company) -> None:
    report = bring(mt940(Line(), Line("3.00"))[:-30], camt(Line("8.00")))
    assert [each.code for _, each in report.problems] == ["statement_broken"]
    assert [row.amount for row in BankMovement.objects.all()] == [Decimal("8.00")]


def test_an_import_of_a_statement_is_undone(company: Company) -> None:
    bring(camt(Line()))
    undo_import(ImportBatch.objects.get(), user=None)
    assert (BankMovement.objects.count(), BankStatement.objects.count()) == (0, 0)
    assert bring(camt(Line())).payments == 1


def test_the_account_says_whose_it_is(company: Company) -> None:
    other = Company.objects.create(name="Altra S.r.l.", vat_number="07654320584")
    assert [each.code for _, each in bring(camt(Line())).problems] == ["statement_without_company"]
    BankAccount.objects.create(company=other, iban=OUR_IBAN, holder="Altra S.r.l.")
    assert bring(camt(Line())).payments == 1
    assert BankMovement.objects.get().company == other
    report = bring(camt(Line()), company=company)
    assert report.skipped[0][1] == f"il conto {OUR_IBAN} non è di {company.name}"


def test_a_statement_proves_takings_up_to_its_last_day(company: Company) -> None:
    today = clock.today(company.time_zone)
    assert not prove_takings(company, today).is_current
    old = (today - timedelta(days=30)).isoformat()
    bring(sheet(Line(day=old)))
    assert not prove_takings(company, today).is_current
    bring(sheet(Line(day=today.isoformat())))
    assert prove_takings(company, today).is_current
    assert takings_recorded_until(company, today) == today


@pytest.mark.skipif(not FOLDER, reason="SOLLECITO_SAMPLES is not set")
def test_the_credit_that_is_in_every_sample_counts_once(company: Company) -> None:
    names = ("cbi_rh", "cbi_xml", "csv_banco", "csv_dare", "csv_ing", "csv_preamble", "mt940_it")
    for name in names:
        (path,) = Path(FOLDER, "bank").glob(f"{name}*")
        import_files(files_in([path]), sheets=import_sheet)
    assert BankMovement.objects.filter(amount="1220.00").count() == 1
    assert BankMovement.objects.filter(amount="-610.00").count() == 1
