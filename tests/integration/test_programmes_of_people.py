"""Regole as people change them: who has which, skipping, trying, comparing, activating, pausing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from sollecito.accounts.models import AuditEntry, Company
from sollecito.domain.policies import Approval, Policy, Step, StepKind
from sollecito.domain.presets import FIFTEENTH, GENTLE
from sollecito.domain.starting import Start
from sollecito.dunning.models import Draft, PolicyChoice, SkippedStep
from sollecito.dunning.models import Policy as PolicyRow
from sollecito.dunning.policy_book import policy_book, policy_value
from sollecito.flows import clock
from sollecito.flows import continue_activation as activation
from sollecito.flows.activate_programme import foresee_activation, order_activation
from sollecito.flows.approve_reminders import approve_reminders
from sollecito.flows.choose_policy import ForeignRowError, choose_policy
from sollecito.flows.compare_programmes import compare_programme
from sollecito.flows.edit_closures import add_closure, remove_closure
from sollecito.flows.edit_company import edit_company
from sollecito.flows.edit_customer import Contact, add_contact, edit_customer
from sollecito.flows.forecast_reminders import forecast_reminders
from sollecito.flows.manage_policies import (
    PolicyInUseError,
    deactivate_policy,
    duplicate_policy,
    remove_policy,
    usage_of,
)
from sollecito.flows.pause_automation import (
    pause_company,
    pause_instance,
    resume_company,
    resume_instance,
)
from sollecito.flows.planning.levels import Level, Wanted
from sollecito.flows.planning.starting import Activation
from sollecito.flows.planning.trying import coming_by_policy
from sollecito.flows.record_payments import record_payment
from sollecito.flows.run_programmes import run_programmes
from sollecito.flows.save_policy import save_policy
from sollecito.flows.skip_planned_step import (
    NotComingError,
    restore_planned_step,
    skip_planned_step,
)
from sollecito.flows.try_programme import try_programme
from sollecito.ledger.models import Instalment
from sollecito.outbox.models import Message
from tests.builders import Row
from tests.reminders import add_account, import_invoice, make_company

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 17)  # a Friday
OVERDUE = TODAY - timedelta(days=40)


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.pretend(TODAY):
        yield


@pytest.fixture
def company() -> Company:
    made = make_company(email="a@azienda.example", takings_answered_at=clock.now())
    add_account(made)
    return made


def owe(company: Company, number: str, due: date, **more: Any) -> Instalment:
    issued = (due - timedelta(days=30)).isoformat()
    terms = (Row("100.00", due.isoformat()),)
    (row,) = import_invoice(company, number=number, rows=terms, total="100.00", day=issued, **more)
    address = f"c{row.party_id}@cliente.example"
    add_contact(row.party, Contact("email", address), user=None)
    return row


def save(company: Company, policy: Policy = FIFTEENTH, **more: Any) -> PolicyRow:
    return save_policy(company, policy, user=None, **{"is_default": True, **more})


def planned(company: Company) -> list[tuple[date, int]]:
    return [
        (day.day, line.instalment)
        for day in forecast_reminders(company, 30)
        for group in day.groups
        for line in group.lines
    ]


def test_the_first_level_with_a_rule_counts_and_it_is_told(company: Company) -> None:
    row = owe(company, "1", OVERDUE)
    save(company)
    gentle = save(company, GENTLE, is_default=False)
    level = Level(party=row.party)
    assert choose_policy(company, level, Wanted(gentle, needs_review=True), user=None)
    assert not choose_policy(company, level, Wanted(gentle, needs_review=True), user=None)
    resolved = policy_book(company).resolve(row.pk, row.party_id, "")
    assert (resolved.level, resolved.reviewed_by) == ("party", ("party",))
    row.refresh_from_db()
    assert row.is_touched
    told = AuditEntry.objects.get(action="policy_chosen")
    assert "«Gentile»" in told.text
    choose_policy(company, level, Wanted(), user=None)
    assert not PolicyChoice.objects.exists()


def test_the_company_has_its_default_and_its_switches(company: Company) -> None:
    first, second = save(company), save(company, GENTLE, is_default=False)
    choose_policy(company, Level(), Wanted(second, is_paused=True), user=None)
    first.refresh_from_db()
    assert not first.is_default
    book = policy_book(company)
    assert book.default == second.pk
    assert book.resolve(0, 0, "").paused_by == ("company",)
    choose_policy(company, Level(), Wanted(None), user=None)
    assert policy_book(company).default is None


def test_nobody_chooses_what_is_another_companys(company: Company) -> None:
    other = make_company(name="Altra", vat_number="99900010473")
    with pytest.raises(ForeignRowError):
        choose_policy(company, Level(), Wanted(save(other)), user=None)


def test_the_next_step_is_skipped_and_twice_changes_nothing(company: Company) -> None:
    row = owe(company, "1", TODAY - timedelta(days=1))
    steps = {s.offset_days: s.pk for s in save(company, GENTLE).steps.all()}
    skip_planned_step(company, row, step=steps[3], occurrence=1, user=None)
    first = planned(company)[0]
    assert first == (TODAY - timedelta(days=1) + timedelta(days=11), row.pk)  # a Sunday moves
    skip_planned_step(company, row, step=steps[3], occurrence=1, user=None)
    assert SkippedStep.objects.count() == 1
    with pytest.raises(NotComingError):  # it lapsed
        skip_planned_step(company, row, step=steps[-3], occurrence=1, user=None)


def test_a_later_step_is_skipped_ahead_and_those_before_it_stay(company: Company) -> None:
    row = owe(company, "1", TODAY - timedelta(days=1))
    steps = {s.offset_days: s.pk for s in save(company, GENTLE).steps.all()}
    before = [day for day, _pk in planned(company)]
    skip = skip_planned_step(company, row, step=steps[10], occurrence=1, user=None)
    assert skip.is_ahead
    assert [day for day, _pk in planned(company)] == [before[0], *before[2:]]
    assert restore_planned_step(company, skip.pk, user=None)
    assert [day for day, _pk in planned(company)] == before
    assert not restore_planned_step(company, skip.pk, user=None)


def test_a_later_repetition_is_skipped_on_its_own_day(company: Company) -> None:
    row = owe(company, "1", TODAY - timedelta(days=15))
    step = save(company).steps.get()
    before = planned(company)
    skip_planned_step(company, row, step=step.pk, occurrence=2, user=None)
    assert planned(company) == [before[0], *before[2:]]


def test_a_skipped_repetition_leaves_the_next_its_distance(company: Company) -> None:
    row = owe(company, "1", TODAY - timedelta(days=15))
    step = save(company).steps.get()
    run = run_programmes(company).plan
    approve_reminders(company, list(run.contents.values()), user=None)
    before = [day for day, _pk in planned(company)]
    skip_planned_step(company, row, step=step.pk, occurrence=2, user=None)
    after = [day for day, _pk in planned(company)]
    assert after == before[1:]


def test_a_trial_shows_the_past_with_its_payments(company: Company) -> None:
    row = owe(company, "1", TODAY - timedelta(days=60))
    owe(company, "2", TODAY - timedelta(days=60), buyer_vat="01234567897", buyer_name="Due S.r.l.")
    paid = Decimal("100.00")
    day = TODAY - timedelta(days=38)
    record_payment(company, {row.pk: paid}, amount=paid, day=day)
    trial = try_programme(company, FIFTEENTH)
    sent = [(d.day, line.instalment) for d in trial.past.days for g in d.groups for line in g.lines]
    mine = [day for day, pk in sent if pk == row.pk]
    assert mine == [date(2026, 3, 3), date(2026, 3, 9)]  # paid on the 10th
    assert len({pk for _day, pk in sent}) == 2
    assert trial.coming.counted == trial.coming.total == 1
    assert not PolicyRow.objects.exists()
    assert any(day.groups for day in trial.coming.days)


def test_a_large_ledger_is_looked_at_in_part_and_says_so(company: Company) -> None:
    owe(company, "1", TODAY - timedelta(days=5))
    owe(company, "2", TODAY - timedelta(days=5), buyer_vat="01234567897", buyer_name="Due S.r.l.")
    row = save(company, Policy("Una", (Step(StepKind.FIRST, 10),)))
    value = policy_value(row)
    for most, counted, is_partial in ((1, 1, True), (2, 2, False), (None, 2, False)):
        trial = try_programme(company, value, most=most)
        assert (trial.coming.counted, trial.coming.total) == (counted, 2)
        assert trial.is_partial is is_partial
        changes = compare_programme(company, value, most=most)
        assert (bool(changes), changes.is_partial) == (False, is_partial)
        coming, played = coming_by_policy(company, most)
        assert (coming[row.pk].messages, played.is_partial) == (counted, is_partial)


def test_changing_a_programme_says_what_moves_appears_and_goes(company: Company) -> None:
    owe(company, "1", TODAY - timedelta(days=5))
    value = policy_value(save(company, Policy("Una", (Step(StepKind.FIRST, 10),))))
    later = replace(value, steps=(replace(value.steps[0], offset_days=20),))
    assert [(c.before, c.after) for c in compare_programme(company, later).moved] == [
        (date(2026, 4, 23), date(2026, 5, 4))  # due on a Sunday; 3 May is another
    ]
    more = replace(value, steps=(*value.steps, Step(StepKind.REMINDER, 20)))
    assert len(compare_programme(company, more).new) == 1
    assert not compare_programme(company, value)
    other = replace(value, steps=(Step(StepKind.STATEMENT, 12),))
    found = compare_programme(company, other)
    assert (len(found.gone), len(found.new)) == (1, 1)


@pytest.mark.parametrize(
    ("start", "ranks", "due", "skips"),
    [
        (Start.FIRST, ((1, 1),), 1, 0),
        (Start.HIGHEST, ((3, 1),), 1, 1),
        (Start.NEXT, ((4, 1),), 0, 1),
    ],
)
def test_activating_does_what_it_said(
    company: Company, start: Start, ranks: Any, due: int, skips: int
) -> None:
    row = owe(company, "1", OVERDUE)
    owe(company, "2", TODAY + timedelta(days=20))
    policy = save(company, GENTLE, is_default=False, is_active=False)
    wanted = Activation(Level(), start, day_cap=7)
    said = foresee_activation(policy, wanted)
    assert (said.governed, said.overdue, said.by_rank) == (2, 1, ranks)
    assert (said.due, said.skipped) == (due, skips)
    assert not SkippedStep.objects.exists()
    assert order_activation(policy, wanted, user=None).ended_at
    policy.refresh_from_db()
    assert (policy.is_active, policy.is_default, policy.day_cap) == (True, True, 7)
    assert policy.reviewed_at is None
    assert SkippedStep.objects.count() == skips
    outcome = run_programmes(company).plan
    assert outcome.issued == due
    assert not outcome.automatic
    assert {each.instalment for each in outcome.decided} >= {row.pk}


@pytest.fixture
def big(company: Company, monkeypatch: pytest.MonkeyPatch) -> PolicyRow:
    """A rule not at work yet, and a ledger that is looked at in three parts."""
    monkeypatch.setattr(activation, "CHUNK", 2)
    for number in range(5):
        owe(company, str(number), OVERDUE - timedelta(days=number))
    return save(company, GENTLE, is_default=False, is_active=False)


def test_a_big_ledger_is_looked_at_in_parts_and_the_rule_works_after_the_last(
    company: Company, big: PolicyRow
) -> None:
    wanted = Activation(Level(), Start.HIGHEST, day_cap=3)
    said = foresee_activation(big, wanted)
    order = order_activation(big, wanted, user=None)
    assert (order.looked_at, order.total, order.ended_at) == (2, 5, None)
    again = order_activation(big, replace(wanted, start=Start.FIRST), user=None)
    assert again.pk == order.pk, "a second click begins nothing else"
    assert run_programmes(company).plan.issued == 0, "no rule works before all is looked at"
    while activation.has_waiting_activations():
        activation.continue_activations()
    order.refresh_from_db()
    big.refresh_from_db()
    assert (order.looked_at, order.governed, order.skipped) == (5, said.governed, said.skipped)
    assert SkippedStep.objects.count() == said.skipped == 5
    assert (big.is_active, big.is_default, big.day_cap) == (True, True, 3)
    assert AuditEntry.objects.filter(action="policy_activated").count() == 1
    assert run_programmes(company).plan.issued == said.due


def test_an_activation_that_broke_off_goes_on_where_it_stood(
    company: Company, big: PolicyRow
) -> None:
    order = order_activation(big, Activation(Level(), Start.NEXT), user=None)
    with transaction.atomic():
        activation.continue_activation(order.pk)
        transaction.set_rollback(True)  # the process died before it was written
    order.refresh_from_db()
    assert (order.looked_at, SkippedStep.objects.count()) == (2, 2)
    owe(company, "new", OVERDUE)
    while activation.has_waiting_activations():
        activation.continue_activations()
    order.refresh_from_db()
    assert (order.looked_at, order.governed, SkippedStep.objects.count()) == (6, 6, 6)
    activation.continue_activation(order.pk)
    assert SkippedStep.objects.count() == 6


def test_a_rule_stopped_while_it_is_put_to_work_stays_stopped(
    company: Company, big: PolicyRow
) -> None:
    order = order_activation(big, Activation(Level(), Start.FIRST), user=None)
    deactivate_policy(big, user=None)
    activation.continue_activation(order.pk)
    assert not activation.has_waiting_activations()
    big.refresh_from_db()
    assert not big.is_active


def test_a_duplicate_is_asleep_and_a_used_rule_stays(company: Company) -> None:
    owe(company, "1", OVERDUE)
    row = save(company)
    copy = duplicate_policy(row, user=None)
    assert (copy.name, copy.is_active, copy.is_default) == (
        "Dal 15° giorno, ogni 5 (2)",
        False,
        False,
    )
    assert copy.steps.get().pk != row.steps.get().pk
    remove_policy(copy, user=None)
    run_programmes(company)
    assert usage_of(row).drafts == 1
    with pytest.raises(PolicyInUseError):
        remove_policy(row, user=None)
    deactivate_policy(row, user=None)
    run_programmes(company)
    assert not Draft.objects.filter(is_open=True).exists()


def test_the_switches_stop_what_waits_and_let_it_go_on(company: Company) -> None:
    owe(company, "1", OVERDUE)
    automatic = replace(FIFTEENTH, approval=Approval.AUTOMATIC)
    row = save(company, automatic)
    row.reviewed_at = clock.now()
    row.save()
    edit_company(company, user=None, changes={"fresh_takings_days": 400})
    company.takings_current_at = clock.now()
    company.save()
    run_programmes(company)
    assert Message.objects.get().status == "queued"
    assert pause_company(company, user=None) == 1
    assert Message.objects.get().status == "cancelled"
    assert run_programmes(company).plan.issued == 0
    resume_company(company, user=None)
    assert run_programmes(company).plan.issued == 1
    pause_instance(user=None)
    assert run_programmes(company).plan.issued == 0
    resume_instance(user=None)
    assert run_programmes(company).plan.issued == 1


def test_the_calendar_and_the_customers_day_count_at_once(company: Company) -> None:
    row = owe(company, "1", TODAY - timedelta(days=15))
    save(company)
    assert planned(company)[0][0] == TODAY
    closure = add_closure(company, TODAY, TODAY + timedelta(days=3), note="inventario", user=None)
    assert planned(company)[0][0] == TODAY + timedelta(days=4)
    remove_closure(closure, user=None)
    run_programmes(company)
    edit_customer(row.party, user=None, changes={"grace_days": 10})
    row.refresh_from_db()
    assert row.is_touched
    row.party.refresh_from_db()
    assert planned(company)[0][0] == date(2026, 4, 28)  # the 12th is a Sunday
    assert Decimal(0) < row.balance
