"""An insoluto in a statement: told from its fee and from other debits, and whose it is."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sollecito.domain.movements import Movement
from sollecito.domain.returned_effects import (
    Effect,
    is_fee_of_return,
    is_returned_effect,
    propose_returns,
)

DAY = date(2026, 4, 20)
RIBA = Effect(
    7, 70, "Rossi S.r.l.", "17/2026", "", date(2026, 2, 1), date(2026, 4, 15), Decimal(610)
)


def debit(text: str, amount: str = "-610.00", **more: Any) -> Movement:
    return Movement(Decimal(amount), DAY, text=text, **more)


@pytest.mark.parametrize(
    ("movement", "is_return", "is_fee"),
    [
        (debit("INSOLUTO RIBA FT 17/2026"), True, False),
        (debit("EFFETTI INSOLUTI O PROTESTATI"), True, False),
        (debit("SDD STORNATO"), True, False),
        (debit("addebito", is_return=True), True, False),
        (debit("COMMISSIONI INSOLUTO", "-6.50"), False, True),
        (debit("COMMISSIONI SU BONIFICO", "-1.50"), False, False),
        (debit("F24"), False, False),
        (debit("INSOLUTO RIBA", "610.00"), False, False),
        (debit("INSOLUTO RIBA", is_pending=True), False, False),
    ],
)
def test_what_is_an_effect_that_came_back(
    movement: Movement, *, is_return: bool, is_fee: bool
) -> None:
    assert (is_returned_effect(movement), is_fee_of_return(movement)) == (is_return, is_fee)


def test_the_effect_that_is_named_comes_first() -> None:
    other = Effect(
        8, 80, "Bianchi S.p.A.", "99", "", date(2026, 2, 1), date(2026, 4, 10), Decimal(610)
    )
    first, second = propose_returns(debit("INSOLUTO RIBA FT 17/2026 ROSSI SRL"), [other, RIBA])
    assert (first.effect, first.score > second.score) == (RIBA, True)
    assert first.reason == "Importo esatto, nome del cliente, numero del documento nel testo."


def test_the_fee_may_be_in_the_same_amount() -> None:
    (found,) = propose_returns(debit("INSOLUTO RIBA", "-616.50"), [RIBA])
    assert (found.fee, found.score) == (Decimal("6.50"), 45)
    assert propose_returns(debit("INSOLUTO RIBA", "-700.00"), [RIBA]) == ()


def test_an_effect_of_long_ago_or_in_another_currency_is_not_the_one() -> None:
    old = Effect(9, 90, "Rossi S.r.l.", "17/2026", "", DAY, DAY - timedelta(days=100), Decimal(610))
    assert propose_returns(debit("INSOLUTO RIBA"), [old]) == ()
    assert propose_returns(Movement(Decimal(-610), DAY, "GBP", text="INSOLUTO"), [RIBA]) == ()
