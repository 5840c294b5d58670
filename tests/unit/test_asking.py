"""How much a message asks for: what is overdue, with the rest apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from sollecito.domain.asking import Asked, compute_asked, names_apart, step_model
from sollecito.domain.policies import StepKind

TODAY = date(2026, 4, 20)


@dataclass(frozen=True)
class Partita:
    due_date: date
    balance: Decimal


LATE = Partita(date(2026, 4, 19), Decimal("64.05"))
DUE_TODAY = Partita(TODAY, Decimal("12.20"))
LATER = Partita(date(2026, 4, 30), Decimal("30.50"))


def test_what_is_not_due_yet_stands_apart() -> None:
    asked = compute_asked((LATER, LATE, DUE_TODAY), TODAY, is_split=True)
    assert asked == Asked(Decimal("64.05"), Decimal("42.70"))


def test_all_is_asked_where_nothing_is_overdue() -> None:
    assert compute_asked((LATER, DUE_TODAY), TODAY, is_split=True) == Asked(Decimal("42.70"))


def test_a_text_that_names_nothing_apart_asks_for_all() -> None:
    assert compute_asked((LATER, LATE), TODAY, is_split=False) == Asked(Decimal("94.55"))


@pytest.mark.parametrize("kind", StepKind)
@pytest.mark.parametrize("customer", ["impresa", "ente_pubblico", "condominio", "privato"])
def test_every_step_says_whether_it_names_apart(kind: StepKind, customer: str) -> None:
    model = step_model(kind, "", customer)
    split = {StepKind.FIRST, StepKind.REMINDER, StepKind.STATEMENT}
    is_public = customer == "ente_pubblico" and kind is not StepKind.STATEMENT
    assert names_apart(model, has_own_text=False) is (kind in split and not is_public)


def test_the_companys_own_text_asks_for_all() -> None:
    assert not names_apart(step_model(StepKind.REMINDER, "", "impresa"), has_own_text=True)
    assert names_apart(step_model(StepKind.REMINDER, "sollecito_2", "impresa"), has_own_text=True)
    assert not names_apart(step_model(StepKind.FIRST, "sollecito_3", "impresa"), has_own_text=False)
