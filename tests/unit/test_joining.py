"""Customers of one payment contact share a message; nobody else ever does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.grouping import (
    CUSTOMER_CAP,
    READER_GAP,
    Caps,
    Counter,
    Group,
    Line,
    group_lines,
    make_group,
    within_caps,
)
from sollecito.domain.joining import Bundle, is_own_model, join_bundles
from sollecito.domain.policies import ALONE, Grouping, StepKind

TODAY = date(2026, 4, 15)
OFFICE, OTHER = ("contabilita@studio.example",), ("altro@studio.example",)


def line(number: int, *, customer: int, contact: int = 1, **more: Any) -> Line:
    values: dict[str, Any] = {
        "instalment": number,
        "customer": customer,
        "contact": contact,
        "policy": 1,
        "step": 1,
        "rank": 0,
        "occurrence": 1,
        "round": 1,
        "kind": StepKind.REMINDER,
        "offset_days": 15,
        "grouping": Grouping.CUSTOMER,
        "channels": ("email",),
        "readers": OFFICE,
        "audience": "business",
        "balance": Decimal(100),
    } | more
    return Line(**values)


def joined(*lines: Line) -> list[set[int]]:
    return [set(group.customers) for group in group_lines(lines)]


def test_customers_of_one_contact_share_a_message() -> None:
    (group,) = group_lines([line(1, customer=1), line(2, customer=2), line(3, customer=1)])
    assert group.instalments == {1, 2, 3}
    assert group.customers == (1, 2)


def test_an_address_alone_joins_nobody() -> None:
    assert joined(line(1, customer=1, contact=0), line(2, customer=2, contact=0)) == [{1}, {2}]
    assert joined(line(1, customer=1, contact=1), line(2, customer=2, contact=2)) == [{1}, {2}]
    assert joined(line(1, customer=1, contact=1), line(2, customer=2, contact=0)) == [{1}, {2}]


@pytest.mark.parametrize(
    "other",
    [
        {"language": "en"},
        {"currency": "GBP"},
        {"audience": "estero"},
        {"sender": 7},
        {"readers": OTHER},
        {"grouping": Grouping.SINGLE},
        {"grouping": Grouping.KIND_AND_CUSTOMER},
        {"is_public": True},
        {"is_own": True},
        {"kind": StepKind.FORMAL_NOTICE},
        {"kind": StepKind.RETURNED},
        {"channels": ("email", "sms"), "reach": (("sms", ("+393331234567",)),)},
        {"channels": ("letter",), "reach": (("letter", ("Via Roma 1",)),)},
    ],
)
def test_what_is_written_otherwise_stays_apart(other: dict[str, Any]) -> None:
    assert joined(line(1, customer=1), line(2, customer=2, **other)) == [{1}, {2}]


@pytest.mark.parametrize("channel", ["letter", "call"])
def test_a_letter_and_a_call_are_of_one_customer(channel: str) -> None:
    more: dict[str, Any] = {"channels": (channel,), "reach": ((channel, ("lo stesso",)),)}
    assert joined(line(1, customer=1, **more), line(2, customer=2, **more)) == [{1}, {2}]


def test_a_text_to_the_same_mobile_is_shared() -> None:
    more: dict[str, Any] = {"channels": ("email", "sms"), "reach": (("sms", ("+393331234567",)),)}
    assert joined(line(1, customer=1, **more), line(2, customer=2, **more)) == [{1, 2}]


def test_by_kind_only_the_same_kind_is_shared() -> None:
    by_kind: dict[str, Any] = {"grouping": Grouping.KIND_AND_CUSTOMER}
    first = line(1, customer=1, kind=StepKind.FIRST, **by_kind)
    second = line(2, customer=2, kind=StepKind.FIRST, **by_kind)
    third = line(3, customer=3, **by_kind)
    assert joined(first, second, third) == [{1, 2}, {3}]


def test_models_of_one_customer() -> None:
    own = ("messa_in_mora_impresa", "effetto_insoluto", "ente_pubblico", "piano_proposto")
    assert all(map(is_own_model, own))
    assert not any(map(is_own_model, ("promemoria", "sollecito_3", "estratto_conto", "")))


LINES = st.lists(
    st.builds(
        lambda customer, contact, kind, grouping, readers, language, channels: (
            customer,
            contact,
            kind,
            grouping,
            readers,
            language,
            channels,
        ),
        st.integers(1, 6),
        st.integers(0, 2),
        st.sampled_from([StepKind.REMINDER, StepKind.FIRST, StepKind.FORMAL_NOTICE]),
        st.sampled_from(list(Grouping)),
        st.sampled_from([OFFICE, OTHER, ()]),
        st.sampled_from(["it", "en"]),
        st.sampled_from([("email",), ("email", "sms"), ("sms",), ("letter",)]),
    ),
    max_size=12,
).map(
    lambda rows: [
        line(
            number,
            customer=row[0],
            contact=row[1],
            kind=row[2],
            grouping=row[3],
            readers=row[4],
            language=row[5],
            channels=row[6],
            reach=(("sms", (f"+39333{row[0] % 2}",)),),
        )
        for number, row in enumerate(rows, start=1)
    ]
)


@given(LINES, st.randoms())
def test_no_line_is_lost_or_told_twice_whatever_their_order(
    lines: list[Line], random: object
) -> None:
    groups = group_lines(lines)
    told = sorted(line.instalment for group in groups for line in group.lines)
    assert told == [line.instalment for line in lines]
    mixed = list(lines)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert group_lines(mixed) == groups


@given(LINES)
def test_strangers_never_share_a_message(lines: list[Line]) -> None:
    for group in group_lines(lines):
        for one, other in combinations(group.lines, 2):
            if one.customer != other.customer:
                assert one.contact == other.contact != 0
                assert (one.language, one.currency, one.grouping, one.audience) == (
                    other.language,
                    other.currency,
                    other.grouping,
                    other.audience,
                )
                assert one.kind not in ALONE
                assert all(
                    one.recipients(channel) == other.recipients(channel)
                    for channel in group.channels
                )


@given(LINES)
def test_what_leaves_in_one_message_is_a_group_of_its_own_too(lines: list[Line]) -> None:
    """An approval looks at the lines of one draft: they must still be one message."""
    for group in group_lines(lines):
        for channel in group.channels:
            assert len(group_lines(group.on(channel))) == 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=12))
def test_bundles_keep_their_members(rows: list[tuple[int, int]]) -> None:
    bundles = [
        Bundle((number,), contact=contact, channels=("email",), reach={"email": (str(way),)})
        for number, (contact, way) in enumerate(rows)
    ]
    messages = join_bundles(bundles)
    assert sorted(each for message in messages for each in message) == list(range(len(rows)))
    for message in messages:
        assert len({rows[number] for number in message}) == 1
        assert len(message) == 1 or rows[message[0]][0]


def held(groups: list[Group], caps: Caps, counter: Counter | None = None) -> list[str]:
    return [cap for _, cap in within_caps(groups, counter or Counter(caps), TODAY)]


def test_one_joint_message_counts_once_for_all_its_customers() -> None:
    first = make_group([line(1, customer=1), line(2, customer=2)])
    again = make_group([line(3, customer=2, readers=OTHER)])
    third = make_group([line(4, customer=3, readers=OTHER)])
    stranger = make_group([line(5, customer=4, contact=0, readers=OTHER)])
    caps = Caps(reader_gap_days=0)
    assert held([first, again, third, stranger], caps) == ["", CUSTOMER_CAP, CUSTOMER_CAP, ""]


def test_the_gap_is_the_contacts() -> None:
    counter = Counter(Caps())
    counter.note(make_group([line(1, customer=1), line(2, customer=2)]), date(2026, 4, 13))
    groups = [make_group([line(3, customer=3)]), make_group([line(2, customer=2)])]
    assert held(groups, counter.caps, counter) == [READER_GAP, ""]


def test_a_text_a_week_to_a_contact() -> None:
    more: dict[str, Any] = {"channels": ("sms",), "reach": (("sms", ("+393331234567",)),)}
    counter = Counter(Caps(reader_gap_days=0))
    counter.note(make_group([line(1, customer=1, **more)]), date(2026, 4, 13))
    group = make_group([line(2, customer=2, **more)])
    assert counter.capped(group, TODAY) == {"sms"}
    assert (
        counter.capped(make_group([line(3, customer=3, **more | {"contact": 2})]), TODAY) == set()
    )
