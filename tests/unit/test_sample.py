"""The sample company: its figures are read back from its own files, as the product reads them."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from sollecito.domain.aging import Bucket, sum_buckets
from sollecito.domain.documents import DocumentKind
from sollecito.domain.identifiers import is_iban, is_tax_code, is_vat_number
from sollecito.domain.working_days import is_working_day
from sollecito.formats.fatturapa.envelope import Envelope, open_envelope
from sollecito.sample import days
from sollecito.sample.company import Sample, build_sample
from sollecito.sample.customers import customers
from sollecito.sample.documents import RateKey
from sollecito.sample.firm import FIRM, closures
from sollecito.sample.open_items import due_date_of, open_rows
from tests.sample_ledger import final_invoice, ledger, own_documents, read_sheet, sample

DAYS = (
    date(2026, 11, 23),
    date(2026, 11, 22),
    date(2026, 1, 31),
    date(2026, 4, 7),
    date(2026, 8, 15),
    date(2026, 12, 31),
    date(2028, 2, 29),
)
TODAY = DAYS[0]


def test_two_demos_of_one_day_are_identical() -> None:
    assert build_sample(TODAY) == build_sample(TODAY)
    assert build_sample(TODAY).files != build_sample(date(2026, 11, 24)).files


def test_all_bytes_are_made_in_three_seconds() -> None:
    build_sample(TODAY)
    started = time.process_time()
    build_sample(TODAY)
    assert time.process_time() - started < 3


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_documents_by_kind(today: date) -> None:
    made = sample(today)
    assert Counter(one.type_code for one in made.documents) == {
        "TD01": 172,
        "TD24": 62,
        "TD02": 6,
        "TD04": 12,
        "TD05": 2,
        "TD06": 8,
        "TD07": 4,
        "TD17": 2,
        "FT": 6,
        "PF": 12,
        "R": 14,
    }
    assert sum(one.is_transported for one in made.documents) == 20
    assert Counter(len(one.rates) for one in made.documents) == {1: 250, 2: 20, 3: 30}
    named = [one for one in made.documents if one.type_code == "TD04"]
    assert sum(bool(one.linked) and not one.is_linked_silently for one in named) == 8
    assert all(2 <= one.delivery_notes <= 6 for one in made.documents if one.type_code == "TD24")


def test_documents_by_customer() -> None:
    counts = Counter(one.customer.code for one in sample(TODAY).documents)
    wanted = "16 20 18 20 16 10 10 9 12 10 5 10 8 6 16 12 10 9 20 18 12 8 7 6 12"
    assert [counts[code] for code in range(1, 26)] == [int(count) for count in wanted.split()]


def test_answers_of_the_sdi() -> None:
    fates = Counter(one.fate for one in sample(TODAY).documents if one.fate)
    assert fates == {
        "RC": 229,
        "MC": 5,
        "NS": 1,
        "NS_RESENT": 2,
        "NONE": 2,
        "EC01": 13,
        "DT": 11,
        "EC02": 1,
        "AT": 1,
        "PAMC": 1,
    }


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_sums_of_what_is_open(today: date) -> None:
    made = sample(today)
    rows = [row for row in ledger(today) if row.key != final_invoice(made)]
    euro = [row for row in rows if row.currency == "EUR" and row.is_collectible]
    sums = sum_buckets([(row.due_date, row.balance) for row in euro], today)
    assert sums == {
        Bucket.NOT_DUE: Decimal("55388.67"),
        Bucket.DAYS_1_30: Decimal("41705.67"),
        Bucket.DAYS_31_60: Decimal("11817.68"),
        Bucket.DAYS_61_90: Decimal("14880.00"),
        Bucket.OVER_90: Decimal("31842.00"),
        Bucket.NO_DATE: Decimal("640.00"),
    }
    assert sum(sums.values()) == Decimal("156274.02")
    pounds = [row.balance for row in rows if row.currency == "GBP"]
    assert sum(pounds) == Decimal("2150.00")


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_what_cannot_be_collected(today: date) -> None:
    made = sample(today)
    closed = [row for row in ledger(today) if not row.is_collectible and row.balance]
    credit_notes = [row for row in closed if row.key.kind is DocumentKind.CREDIT_NOTE]
    others = [row for row in closed if row not in credit_notes and row.key != final_invoice(made)]
    assert sum(row.balance for row in others) == Decimal("7076.00")
    assert [(row.key.number, row.balance) for row in credit_notes] == [("4/A", Decimal("-366.00"))]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_nothing_is_overpaid_but_thirty_euro_of_customer_1(today: date) -> None:
    made = sample(today)
    assert all(row.balance >= 0 for row in ledger(today) if row.key.number != "4/A")
    over = {
        payment.customer: payment.amount - sum(amount for _, amount in payment.parts)
        for payment in made.payments
        if payment.amount != sum(amount for _, amount in payment.parts)
    }
    assert over == {1: Decimal("30.00")}


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_payments_come_on_working_days_before_today(today: date) -> None:
    for payment in sample(today).payments:
        assert payment.day < today
        assert payment.recorded_day <= today
        assert payment.day == days.on_or_after(payment.day)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_steps_come_after_their_documents(today: date) -> None:
    made = sample(today)
    arrived = first_arrivals(made)
    for payment in made.payments:
        assert all(
            arrived[key.kind, key.number, key.year] <= payment.recorded_day
            for key, _ in payment.parts
        )
    keys = [(one.day, one.key) for one in made.promises]
    keys += [(one.day, one.key) for one in made.releases]
    keys += [(one.day, one.key) for one in made.holds if one.key]
    keys += [(plan.day, key) for plan in made.plans for key in plan.keys]
    for day, key in keys:
        assert arrived[key.kind, key.number, key.year] <= day < today
    assert all(file.day <= today for file in made.files)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_promises_and_plans(today: date) -> None:
    made = sample(today)
    assert len(made.promises) == 9
    assert all(one.day <= one.date for one in made.promises)
    totals = [sum(rate.amount for rate in plan.rates) for plan in made.plans]
    assert totals == [Decimal("5490.00"), Decimal("2928.00")]
    assert all(plan.day <= plan.accepted <= plan.rates[0].due_date for plan in made.plans)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_due_dates_of_this_morning_are_moved_by_few_days(today: date) -> None:
    """As far as it takes for the step to be planned for today, or for the last day before."""
    works = is_working_day(today, days.CALENDAR)
    for row in open_rows():
        moved = due_date_of(today, row)
        if not row["due"]:
            assert moved is None
            continue
        assert moved is not None
        away = (moved - today).days - int(row["due"])
        assert -4 <= away <= 4 if row["step"] and works else away == 0


def test_the_firm_is_not_closed_around_today() -> None:
    for today in DAYS:
        spans = [(first, last) for first, last, _ in closures(today)]
        assert all(not first <= today <= last for first, last in spans)
        assert {first.month for first, _ in spans} == {8, 12}


def test_codes_pass_their_check_digits() -> None:
    assert is_vat_number(FIRM.vat_number)
    for customer in customers().values():
        party = customer.party
        if party.tax_code:
            assert is_tax_code(party.tax_code)
        if party.vat_country == "IT":
            assert is_vat_number(party.vat_number)
    assert all(is_iban(account.iban) for account in sample(TODAY).accounts)


def test_no_address_is_anybodys() -> None:
    made = sample(TODAY)
    people = [person.email for person in made.people] + [agent.email for agent in made.agents]
    parties = [customer.party for customer in customers().values()]
    written = [address for party in parties for address in (party.email, party.pec)]
    for address in filter(None, [*people, *written, FIRM.email, FIRM.pec]):
        assert address.endswith(".example")


def test_order_of_numbers_is_the_order_of_dates() -> None:
    for today in DAYS:
        last: dict[tuple[str, bool, int], tuple[int, date]] = {}
        for one in sample(today).documents:
            key = (one.series, one.type_code == "TD04", one.date.year)
            number, day = last.get(key, (0, one.date))
            assert one.counter > number
            assert one.date >= day
            last[key] = (one.counter, one.date)


def first_arrivals(made: Sample) -> dict[tuple[DocumentKind, str, int], date]:
    arrived: dict[tuple[DocumentKind, str, int], date] = {}
    for file in made.files:
        for item in open_envelope(file.name, file.content):
            assert isinstance(item, Envelope)
            if item.name.endswith(".csv"):
                found = [row.key for row in read_sheet(item)]
            else:
                documents = own_documents(item)
                found = [RateKey(one.kind, one.number, one.date.year) for one in documents]
            for key in found:
                arrived.setdefault((key.kind, key.number, key.year), file.day)
    return arrived
