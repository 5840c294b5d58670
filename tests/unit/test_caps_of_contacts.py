"""A payment contact of several customers counts once: by its gap, and by its day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sollecito.domain.grouping import (
    CUSTOMER_CAP,
    READER_GAP,
    Caps,
    Counter,
    Line,
    make_group,
    within_caps,
)
from sollecito.domain.policies import Grouping, StepKind

TODAY = date(2026, 4, 15)
OFFICE = "contabilita@studiopontelieve.example"


def line(number: int, *, customer: int, kind: StepKind = StepKind.REMINDER, **more: object) -> Line:
    values = {
        "instalment": number,
        "customer": customer,
        "policy": 1,
        "step": 1,
        "rank": 0,
        "occurrence": 1,
        "round": 1,
        "kind": kind,
        "offset_days": 15,
        "grouping": Grouping.CUSTOMER,
        "channels": ("email",),
        "readers": (OFFICE,),
    } | more
    return Line(**values)  # type: ignore[arg-type]  # as the case says


def obstacles(lines: list[Line], caps: Caps, counter: Counter | None = None) -> list[str]:
    groups = [make_group([each]) for each in lines]
    counter = counter or Counter(caps)
    return [obstacle for _, obstacle in within_caps(groups, counter, TODAY)]


def test_the_second_customer_of_a_contact_waits_for_the_gap() -> None:
    lines = [line(1, customer=1), line(2, customer=2)]
    assert obstacles(lines, Caps()) == ["", READER_GAP]


def test_without_a_gap_a_contact_gets_as_many_a_day_as_one_customer() -> None:
    lines = [line(n, customer=n) for n in (1, 2, 3)]
    assert obstacles(lines, Caps(reader_gap_days=0)) == ["", CUSTOMER_CAP, CUSTOMER_CAP]
    assert obstacles(lines, Caps(per_customer=2, reader_gap_days=0)) == ["", "", CUSTOMER_CAP]
    assert obstacles(lines, Caps(per_customer=0, reader_gap_days=0)) == ["", "", ""]


def test_the_next_day_the_contact_gets_the_next_one() -> None:
    counter = Counter(Caps(reader_gap_days=0))
    counter.note(make_group([line(1, customer=1)]), TODAY - timedelta(days=1))
    assert obstacles([line(2, customer=2)], counter.caps, counter) == [""]


@pytest.mark.parametrize("address", [OFFICE.upper(), f"{OFFICE}"])
def test_however_its_address_is_written(address: str) -> None:
    lines = [line(1, customer=1), line(2, customer=2, readers=(address,))]
    assert obstacles(lines, Caps(reader_gap_days=0)) == ["", CUSTOMER_CAP]


def test_formal_notices_go_to_each_customer_of_the_contact() -> None:
    lines = [line(n, customer=n, kind=StepKind.FORMAL_NOTICE) for n in (1, 2)]
    assert obstacles(lines, Caps(reader_gap_days=0)) == ["", ""]
    assert obstacles(lines, Caps()) == ["", ""]


def test_strangers_do_not_wait_for_one_another() -> None:
    lines = [line(1, customer=1), line(2, customer=2, readers=("altri@cliente.example",))]
    assert obstacles(lines, Caps(reader_gap_days=0)) == ["", ""]
