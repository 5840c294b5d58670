"""Late-payment interest: golden cases to the cent, rules of the decree, what is not known."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sollecito.domain.documents import CustomerKind
from sollecito.domain.interest import (
    Interest,
    InterestRefusedError,
    PartPayment,
    PublishedRate,
    Regime,
    compute_interest,
    regime_of,
)
from sollecito.dunning.models import InterestRate
from sollecito.dunning.rates import shipped_rates

ECB = shipped_rates(InterestRate.Kind.REFERENCE)
LEGAL = shipped_rates(InterestRate.Kind.LEGAL)


def late(amount: str, due: str, until: str, **more: Any) -> Interest:
    day = date.fromisoformat
    return compute_interest(Decimal(amount), day(due), day(until), ECB, **more)


def rows_of(found: Interest) -> list[tuple[str, str, str, int, str]]:
    return [
        (str(r.first), str(r.last), f"{r.percent:.2f}", r.days, f"{r.interest:.2f}")
        for r in found.rows
    ]


GOLDEN = {
    ("10000", "2026-03-31", "2026-09-30", "515.19"): (
        "2026-04-01..2026-06-30@10.15*91=253.05",
        "2026-07-01..2026-09-30@10.40*92=262.14",
    ),
    ("10000", "2023-01-01", "2024-01-01", "1126.16"): (
        "2023-01-02..2023-06-30@10.50*180=517.81",
        "2023-07-01..2023-12-31@12.00*184=604.93",
        "2024-01-01..2024-01-01@12.50*1=3.42",
    ),
    ("10000", "2024-01-01", "2024-12-31", "1237.39"): (
        "2024-01-02..2024-06-30@12.50*181=619.86",
        "2024-07-01..2024-12-31@12.25*184=617.53",
    ),
    ("10000", "2012-01-01", "2012-12-31", "800.00"): (
        "2012-01-02..2012-06-30@8.00*181=396.71",
        "2012-07-01..2012-12-31@8.00*184=403.29",
    ),
    ("10000", "2013-01-01", "2013-12-31", "860.00"): (
        "2013-01-02..2013-06-30@8.75*180=431.51",
        "2013-07-01..2013-12-31@8.50*184=428.49",
    ),
    ("10000", "2003-01-01", "2003-12-31", "944.49"): (
        "2003-01-02..2003-06-30@9.85*180=485.75",
        "2003-07-01..2003-12-31@9.10*184=458.74",
    ),
    ("10000", "2002-09-01", "2002-12-31", "343.11"): ("2002-09-02..2002-12-31@10.35*121=343.11",),
    ("1000", "2010-01-01", "2012-01-01", "161.26"): (
        "2010-01-02..2010-06-30@8.00*180=39.45",
        "2010-07-01..2010-12-31@8.00*184=40.33",
        "2011-01-01..2011-06-30@8.00*181=39.67",
        "2011-07-01..2011-12-31@8.25*184=41.59",
        "2012-01-01..2012-01-01@8.00*1=0.22",
    ),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_golden_cases_row_by_row(case: tuple[str, str, str, str]) -> None:
    amount, due, until, total = case
    found = late(amount, due, until)
    assert found.interest == Decimal(total)
    said = [f"{a}..{b}@{rate}*{days}={cents}" for a, b, rate, days, cents in rows_of(found)]
    assert tuple(said) == GOLDEN[case]
    assert found.unpublished_from is None


def test_contracts_before_2013_keep_seven_points_and_no_flat_sum() -> None:
    old = late("10000", "2025-12-31", "2026-06-30", contract_date=date(2012, 12, 31))
    new = late("10000", "2025-12-31", "2026-06-30", contract_date=date(2013, 1, 1))
    assert [(row.percent, old.flat) for row in old.rows] == [(Decimal("9.15"), Decimal(0))]
    assert [(row.percent, new.flat) for row in new.rows] == [(Decimal("10.15"), Decimal(40))]


def test_food_has_its_own_points_that_changed_within_a_half_year() -> None:
    found = late("10000", "2015-06-30", "2015-12-31", regime=Regime.AGRIFOOD)
    assert [(str(r.last), r.percent) for r in found.rows] == [
        ("2015-07-03", Decimal("10.05")),
        ("2015-12-31", Decimal("12.05")),
    ]
    assert late("1", "2026-06-30", "2026-07-31", regime=Regime.AGRIFOOD).rows[0].percent == Decimal(
        "14.4"
    )


def test_the_legal_rate_has_no_flat_sum() -> None:
    day = date.fromisoformat
    found = compute_interest(
        Decimal(1000), day("2024-12-31"), day("2026-01-31"), LEGAL, regime=Regime.LEGAL
    )
    assert rows_of(found) == [
        ("2025-01-01", "2025-12-31", "2.00", 365, "20.00"),
        ("2026-01-01", "2026-01-31", "1.60", 31, "1.36"),
    ]
    assert found.flat == 0


def test_what_is_not_published_is_said_and_not_guessed() -> None:
    found = late("1000", "2026-11-30", "2027-02-10")
    assert found.unpublished_from == date(2027, 1, 1)
    assert [str(row.last) for row in found.rows] == ["2026-12-31"]
    later = late("1000", "2027-01-10", "2027-02-10")
    assert not later.rows
    assert (later.interest, later.flat) == (Decimal(0), Decimal(40))
    assert later.unpublished_from == date(2027, 1, 11)


def test_a_gap_between_rates_stops_there() -> None:
    known = (
        PublishedRate(date(2030, 1, 1), date(2030, 6, 30), Decimal(2)),
        PublishedRate(date(2031, 1, 1), date(2031, 6, 30), Decimal(2)),
    )
    found = compute_interest(Decimal(100), date(2030, 5, 31), date(2031, 2, 1), known)
    assert [str(row.last) for row in found.rows] == ["2030-06-30"]
    assert found.unpublished_from == date(2030, 7, 1)


def test_part_payments_close_a_row_on_their_day() -> None:
    paid = [
        PartPayment(date(2026, 5, 31), Decimal(4000)),
        PartPayment(date(2026, 8, 31), Decimal(6000)),
    ]
    found = late("10000", "2026-03-31", "2026-09-30", payments=paid)
    assert [(str(r.first), str(r.last), r.base) for r in found.rows] == [
        ("2026-04-01", "2026-05-31", Decimal(10000)),
        ("2026-06-01", "2026-06-30", Decimal(6000)),
        ("2026-07-01", "2026-08-31", Decimal(6000)),
    ]
    before = late(
        "100", "2026-03-31", "2026-04-30", payments=[PartPayment(date(2026, 3, 1), Decimal(40))]
    )
    assert [row.base for row in before.rows] == [60]
    in_time = late(
        "100", "2026-03-31", "2026-04-30", payments=[PartPayment(date(2026, 3, 31), Decimal(100))]
    )
    assert not in_time.rows
    assert in_time.flat == 0


def test_nothing_is_due_before_the_day_after() -> None:
    for until in ("2026-03-31", "2026-03-01"):
        found = late("100", "2026-03-31", until)
        assert not found.rows
        assert found.unpublished_from is None
        assert (found.interest, found.flat) == (Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("amount", "due", "more", "words"),
    [
        ("0", "2026-03-31", {}, "maggiore di zero"),
        ("-5", "2026-03-31", {}, "maggiore di zero"),
        ("100", "2001-01-01", {}, "non ci sono tassi prima del 01/07/2002"),
        ("100", "2026-03-31", {"contract_date": date(2002, 8, 7)}, "tasso legale"),
    ],
)
def test_what_makes_no_sense_is_refused(
    amount: str, due: str, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(InterestRefusedError, match=words):
        late(amount, due, "2026-09-30", **more)


def test_consumers_and_condominiums_get_the_legal_rate() -> None:
    legal = {kind for kind in CustomerKind if regime_of(kind) is Regime.LEGAL}
    assert legal == {CustomerKind.PRIVATE, CustomerKind.CONDOMINIUM}


def test_the_shipped_tables_have_no_gap_and_name_their_source() -> None:
    for table in (ECB, LEGAL):
        for before, after in pairwise(table):
            assert after.first == before.last + timedelta(days=1)
        assert all(rate.source and rate.first <= rate.last for rate in table)


DAYS = st.dates(date(2013, 1, 2), date(2026, 12, 31))
CENTS = st.decimals(Decimal("0.01"), Decimal(1000000), places=2)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(CENTS, DAYS, DAYS, st.lists(st.tuples(DAYS, CENTS), max_size=4))
def test_rows_are_a_chain_and_sum_up(
    amount: Decimal, one: date, other: date, paid: list[tuple[date, Decimal]]
) -> None:
    due, until = sorted((one, other))
    payments = [PartPayment(day, part) for day, part in paid]
    found = compute_interest(amount, due, until, ECB, payments=payments)
    assert found.interest == sum(row.interest for row in found.rows)
    assert all(row.days == (row.last - row.first).days + 1 for row in found.rows)
    chain = [due, *(row.last for row in found.rows)]
    assert [row.first for row in found.rows] == [day + timedelta(days=1) for day in chain[:-1]]
    assert [row.base for row in found.rows] == sorted((r.base for r in found.rows), reverse=True)
    assert all(row.base > 0 and row.last <= until for row in found.rows)
    assert found.interest <= compute_interest(amount, due, until, ECB).interest + len(found.rows)
