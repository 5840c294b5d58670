from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations, permutations, product
from zoneinfo import ZoneInfo

import pytest

from sollecito.domain.documents import DocumentKind
from sollecito.domain.sdi import (
    ELECTRONIC_KINDS,
    Collectible,
    IssueRule,
    Notification,
    NotificationCode,
    SdiStanding,
    SdiState,
    compute_collectible,
    derive_state,
    is_public_format,
    normalise_file_name,
)

DAY = date(2026, 3, 2)
ROME = ZoneInfo("Europe/Rome")


def message(
    code: str, outcome: str = "", target: str = "a", day: date | None = DAY
) -> Notification:
    moment = datetime(day.year, day.month, day.day, 10, tzinfo=ROME) if day else None
    return Notification(NotificationCode(code), target, received_at=moment, outcome=outcome)


ALL = [
    *(message(code) for code in ("RC", "NS", "MC", "DT", "AT", "MT", "EC", "SE")),
    message("NE", "EC01"),
    message("NE", "EC02"),
    message("NE", "boh"),
]


def state(*messages: Notification, public: bool = False) -> SdiState:
    return derive_state(messages, is_public_body=public).state


@pytest.mark.parametrize("public", [True, False])
def test_order_never_matters(public: bool) -> None:  # noqa: FBT001  a parameter of the test
    for three in combinations(ALL, 3):
        found = {derive_state(order, is_public_body=public) for order in permutations(three)}
        assert len(found) == 1


@pytest.mark.parametrize("public", [True, False])
def test_every_pair_has_a_state_not_lower_than_each_alone(
    public: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    order = list(SdiState)
    for one, other in product(ALL, ALL):
        both = state(one, other, public=public)
        assert order.index(both) >= order.index(state(one, public=public))


def test_each_message_alone() -> None:
    assert state() is SdiState.NONE
    assert state(message("RC")) is SdiState.DELIVERED
    assert state(message("NS")) is SdiState.REJECTED
    assert state(message("MC")) is SdiState.NOT_DELIVERED
    assert state(message("MT")) is SdiState.NONE
    assert state(message("AT"), public=True) is SdiState.UNREACHABLE
    assert state(message("DT"), public=True) is SdiState.EXPIRED
    assert state(message("NE", "EC01"), public=True) is SdiState.ACCEPTED
    assert state(message("NE", "EC02"), public=True) is SdiState.REFUSED


def test_delivered_is_never_downgraded() -> None:
    assert state(message("RC"), message("MC")) is SdiState.DELIVERED
    assert state(message("MC"), message("RC"), public=True) is SdiState.DELIVERED
    assert state(message("DT"), message("RC"), public=True) is SdiState.EXPIRED


def test_private_customers_have_no_outcome() -> None:
    assert state(message("NE", "EC02"), message("RC")) is SdiState.DELIVERED


def test_a_corrected_file_brings_the_document_back() -> None:
    rejected = message("NS", target="a")
    alone = derive_state([rejected], is_public_body=False, files=["a"])
    assert alone.state is SdiState.REJECTED
    waiting = derive_state([rejected], is_public_body=False, files=["a", "b"])
    assert waiting.state is SdiState.NONE
    sent = derive_state(
        [message("RC", target="b"), rejected], is_public_body=False, files=["a", "b"]
    )
    assert sent.state is SdiState.DELIVERED
    twice = derive_state(
        [message("NS", target="b"), rejected], is_public_body=False, files=["a", "b"]
    )
    assert twice.state is SdiState.REJECTED


def test_the_day_is_the_earliest_that_says_the_state() -> None:
    later = message("RC", day=DAY + timedelta(days=3))
    found = derive_state(
        [later, message("RC"), message("MC", day=date(2026, 1, 1))], is_public_body=False
    )
    assert found == SdiStanding(SdiState.DELIVERED, DAY)
    undated = derive_state([message("DT", day=None)], is_public_body=True)
    assert undated == SdiStanding(SdiState.EXPIRED, None)


def ask(
    state: SdiState,
    *,
    today: date = date(2026, 12, 31),
    public: bool = False,
    **changes: object,
) -> Collectible:
    arguments: dict[str, object] = {
        "standing": SdiStanding(state, DAY),
        "document_date": date(2026, 3, 1),
        "today": today,
        "is_public_body": public,
    } | changes
    return compute_collectible(DocumentKind.E_INVOICE, **arguments)  # type: ignore[arg-type]


TABLE = {
    # state: (private, public body)
    SdiState.NONE: (True, True),
    SdiState.REJECTED: (False, False),
    SdiState.NOT_DELIVERED: (True, False),
    SdiState.UNREACHABLE: (False, False),
    SdiState.DELIVERED: (True, True),
    SdiState.EXPIRED: (True, True),
    SdiState.ACCEPTED: (True, True),
    SdiState.REFUSED: (False, False),
}


def test_the_table_is_total_long_after_the_message() -> None:
    assert set(TABLE) == set(SdiState)
    for found, (private, public) in TABLE.items():
        assert ask(found).is_collectible is private, found
        assert ask(found, public=True).is_collectible is public, found


def test_every_combination_has_an_answer_with_a_reason() -> None:
    for kind, found, rule, public, approved in product(
        DocumentKind, SdiState, IssueRule, [True, False], [True, False]
    ):
        for since in (None, DAY):
            answer = compute_collectible(
                kind,
                standing=SdiStanding(found, since),
                document_date=DAY,
                today=DAY,
                rule=rule,
                is_public_body=public,
                is_approved=approved,
            )
            assert answer.is_collectible == (not answer.reason)
            assert answer.is_final == (kind is DocumentKind.CREDIT_NOTE)
            if answer.from_date:
                assert answer.from_date > DAY
            if kind not in ELECTRONIC_KINDS and kind is not DocumentKind.CREDIT_NOTE:
                assert answer.is_collectible


def test_without_messages_it_counts_as_issued_from_the_fifth_day() -> None:
    fourth, fifth = date(2026, 3, 5), date(2026, 3, 6)
    waiting = ask(SdiState.NONE, today=fourth)
    assert (waiting.is_collectible, waiting.from_date) == (False, fifth)
    assert ask(SdiState.NONE, today=fifth).is_collectible
    assert ask(SdiState.NONE, today=date(2026, 3, 1), rule=IssueRule.AT_ONCE).is_collectible
    never = ask(SdiState.NONE, rule=IssueRule.RECEIPT_ONLY)
    assert (never.is_collectible, never.from_date, never.is_final) == (False, None, False)


def test_a_public_body_has_fifteen_days_from_the_receipt() -> None:
    waiting = ask(SdiState.DELIVERED, public=True, today=DAY + timedelta(days=14))
    assert (waiting.is_collectible, waiting.from_date) == (False, DAY + timedelta(days=15))
    assert ask(SdiState.DELIVERED, public=True, today=DAY + timedelta(days=15)).is_collectible
    assert ask(SdiState.DELIVERED, public=False, today=DAY).is_collectible


def test_a_person_may_collect_what_is_refused_or_unreachable_never_what_is_rejected() -> None:
    assert ask(SdiState.REFUSED, public=True, is_approved=True).is_collectible
    assert ask(SdiState.UNREACHABLE, public=True, is_approved=True).is_collectible
    assert not ask(SdiState.REJECTED, is_approved=True).is_collectible
    assert not ask(SdiState.NOT_DELIVERED, public=True, is_approved=True).is_collectible


def test_names_and_formats() -> None:
    assert normalise_file_name("A\\b/IT01_1.XML.p7m.P7M ") == "it01_1"
    assert replace(message("RC"), target=normalise_file_name("it01_1.xml")).target == "it01_1"
    assert is_public_format("FPA12")
    assert not is_public_format("FPR12")
    assert not is_public_format("FSM10")
