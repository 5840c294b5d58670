"""What follows from what a hold knows: days, tasks, the round that a return begins."""

from __future__ import annotations

from datetime import date

import pytest

from sollecito.domain.hold_details import (
    Effect,
    Ending,
    Errand,
    Insolvency,
    Presented,
    ProcedureKind,
    Successor,
    claim_deadline,
    describe_details,
    errands_of,
    outcome_asked_from,
    variation_deadline,
)
from sollecito.domain.policies import Escalation, Policy, Step, StepKind, begin_with_return
from sollecito.domain.working_days import NATIONAL

TUESDAY = date(2026, 3, 31)


@pytest.mark.parametrize("effect", list(Effect))
def test_a_cheque_is_waited_for_longer(effect: Effect) -> None:
    asked = outcome_asked_from(TUESDAY, effect, NATIONAL)
    assert asked == (date(2026, 4, 15) if effect is Effect.CHEQUE else date(2026, 4, 8))


def test_the_last_days_of_a_procedure() -> None:
    assert claim_deadline(None) is None
    assert claim_deadline(date(2026, 9, 30)) == date(2026, 8, 31)
    assert variation_deadline(date(2026, 6, 1)) == date(2027, 4, 30)
    assert variation_deadline(date(2021, 5, 26)) == date(2022, 4, 30)
    assert variation_deadline(date(2021, 5, 25)) is None


@pytest.mark.parametrize("kind", list(ProcedureKind))
def test_every_procedure_asks_for_the_credit_and_the_note(kind: ProcedureKind) -> None:
    whole = Insolvency(kind, TUESDAY, "Curatore", "c@pec.example", date(2026, 9, 30))
    wanted = set(errands_of("insolvency", whole))
    assert Errand.VARIATION_NOTE in wanted
    assert len(wanted & {Errand.PROOF_OF_CLAIM, Errand.STATE_CREDIT}) == 1
    assert Errand.COMPLETE_PROCEDURE in errands_of("insolvency", Insolvency(kind, TUESDAY))


def test_who_answers_now_is_looked_for_until_known() -> None:
    assert set(errands_of("ceased", Successor(Ending.DEAD))) == {Errand.FIND_HEIRS}
    assert set(errands_of("ceased", Successor(Ending.CEASED))) == {Errand.FIND_LIQUIDATOR}
    assert set(errands_of("ceased", None)) == {Errand.FIND_LIQUIDATOR}
    assert errands_of("ceased", Successor(Ending.DEAD, None, "Eredi", pec="e@pec.example")) == {}
    assert errands_of("ceased", Successor(Ending.DEAD, None, "Eredi")) != {}
    assert errands_of("in_collection", Presented(Effect.RIBA)) == {}
    assert errands_of("legal", None) == {}


def test_names_with_points_do_not_end_a_sentence() -> None:
    text = describe_details(Presented(Effect.RIBA, "B.N.L. Roma", TUESDAY))
    assert text == "RiBa con scadenza 31/03/2026. Banca: «B.N.L. Roma»."


GENTLE = Policy(
    "Gentile",
    (Step(StepKind.PRE_DUE, -3, 1), Step(StepKind.FIRST, 10, 2, template="mio")),
    escalation=Escalation.LATEST,
)


def test_a_return_is_said_by_the_first_step_from_the_due_date_on() -> None:
    policy = begin_with_return(GENTLE)
    assert policy is not None
    before, first = policy.steps
    assert before == GENTLE.steps[0]
    assert (first.kind, first.offset_days, first.id, first.template) == (
        *(StepKind.RETURNED, 0, 2, ""),
    )
    assert policy.escalation is Escalation.IN_ORDER


@pytest.mark.parametrize(
    "steps",
    [
        (Step(StepKind.PRE_DUE, -3),),
        (Step(StepKind.FORMAL_NOTICE, 45),),
        (Step(StepKind.FIRST, 3), Step(StepKind.RETURNED, 20)),
    ],
)
def test_what_is_left_as_it_is(steps: tuple[Step, ...]) -> None:
    policy = Policy("x", steps)
    assert begin_with_return(policy) is policy
    assert begin_with_return(None) is None
