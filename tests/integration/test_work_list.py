"""Solleciti di oggi as flows: send, take back, edit, skip, hold, bulk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sollecito.accounts.models import Company, User
from sollecito.domain.policies import Step, StepKind
from sollecito.dunning.models import Draft, Hold, Policy, Reminder, SendOrder, SkippedStep
from sollecito.dunning.work_list import (
    Shelf,
    WorkFilter,
    are_takings_awaited,
    filter_work,
    leaving,
    list_work,
    on_shelf,
    sort_work,
    sum_work,
)
from sollecito.flows import clock
from sollecito.flows.approve_reminders import approve_reminders
from sollecito.flows.cancel_drafts import cancel_drafts, restore_steps
from sollecito.flows.compose_automatic import Written, compose_automatic
from sollecito.flows.confirm_takings import confirm_takings
from sollecito.flows.deliver import deliver
from sollecito.flows.forecast_reminders import forecast_reminders
from sollecito.flows.hold_as_asked import (
    HoldWish,
    hold_as_asked,
    instalments_of,
    release_holds,
)
from sollecito.flows.hold_reminders import hold_reminders, release_hold
from sollecito.flows.keep_edits import drop_edits, offered_words
from sollecito.flows.preview_reminders import Seen
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.refresh_work_list import refresh_work_list
from sollecito.flows.reminder_options import ReminderDraft, ReminderOptions
from sollecito.flows.send_drafts import CHUNK, continue_orders, order_sending, undo_order
from sollecito.flows.take_back import take_back
from sollecito.ledger.models import ContactPoint, Instalment
from sollecito.ledger.queries import LedgerFilter
from sollecito.outbox.models import Message
from sollecito.outbox.queries import Lane
from tests.ledger_rows import add_document
from tests.reminders import add_account, make_company
from tests.work_rows import AUTOMATIC, GENTLE, add_debtors, add_programme, open_drafts, plan

pytestmark = pytest.mark.django_db
WAIT = timedelta(seconds=10)
MONDAY = date(2026, 4, 20)


@pytest.fixture
def firm(settings: Any, tmp_path: Path) -> Iterator[Company]:
    settings.MAILBOX = tmp_path / "mailbox"
    with clock.pretend(MONDAY):
        company = make_company(email="amministrazione@azienda.example")
        add_account(company)
        add_programme(company)
        yield company


@pytest.fixture
def clerk() -> User:
    return User.objects.create_user("giulia@azienda.example", "prova-prova", name="Giulia Neri")


def statuses(content: int) -> list[str]:
    return list(Message.objects.filter(content=content).values_list("status", flat=True))


def test_what_was_sent_a_moment_ago_is_the_same_draft_again(firm: Company, clerk: User) -> None:
    add_debtors(firm, 1)
    (draft,) = plan(firm)
    messages = list(Message.objects.filter(content=draft.pk).values_list("pk", flat=True))
    assert approve_reminders(firm, [draft.pk], user=clerk, wait=WAIT).contents == (draft.pk,)
    assert statuses(draft.pk) == ["queued"]
    assert [each.content for each in leaving(firm, clock.real_now())] == [draft.pk]
    assert deliver(Lane("file"), worker_id="prova") == 0, "it waits for its ten seconds"

    assert take_back(firm, [draft.pk], user=clerk).contents == (draft.pk,)

    draft.refresh_from_db()
    draft.content.refresh_from_db()
    assert draft.is_open
    assert (draft.content.raw, draft.content.approved_by) == (None, None)
    assert statuses(draft.pk) == ["draft"]
    assert not Reminder.objects.filter(issued_date__isnull=False).exists()
    (again,) = plan(firm)
    assert again.pk == draft.pk
    assert list(Message.objects.filter(content=again.pk).values_list("pk", flat=True)) == messages
    assert approve_reminders(firm, [draft.pk], user=clerk).contents == (draft.pk,)
    assert deliver(Lane("file"), worker_id="prova") == 1


def test_what_has_left_is_not_taken_back(firm: Company, clerk: User) -> None:
    add_debtors(firm, 1)
    (draft,) = plan(firm)
    approve_reminders(firm, [draft.pk], user=clerk)
    deliver(Lane("file"), worker_id="prova")
    outcome = take_back(firm, [draft.pk], user=clerk)
    assert outcome.contents == ()
    assert [each.reason for each in outcome.refused] == ["too_late"]
    draft.refresh_from_db()
    assert not draft.is_open


def test_taking_back_the_first_review_asks_for_it_again(firm: Company, clerk: User) -> None:
    policy = Policy.objects.get(company=firm)
    add_debtors(firm, 1)
    (draft,) = plan(firm)
    approve_reminders(firm, [draft.pk], user=clerk, wait=WAIT)
    policy.refresh_from_db()
    assert policy.reviewed_at
    take_back(firm, [draft.pk], user=clerk)
    policy.refresh_from_db()
    assert policy.reviewed_at is None


def test_what_a_person_wrote_is_what_leaves(firm: Company, clerk: User) -> None:
    add_debtors(firm, 1)
    (draft,) = plan(firm)
    options = ReminderOptions(
        to=("altro@cliente.example",),
        cc=("capo@cliente.example",),
        subject="Come d'accordo",
        text="Buongiorno, come d'accordo.",
        attachments=(),
    )
    approval = approve_reminders(firm, [draft.pk], user=clerk, written={draft.pk: Written(options)})
    assert approval.refused == ()
    draft.content.refresh_from_db()
    assert draft.content.subject == "Come d'accordo"
    assert draft.content.text == "Buongiorno, come d'accordo."
    rows = Message.objects.filter(content=draft.pk).order_by("role")
    assert [(row.role, row.address) for row in rows] == [
        ("cc", "capo@cliente.example"),
        ("to", "altro@cliente.example"),
    ]
    issued = Reminder.objects.get(content=draft.pk)
    assert issued.issued_date == MONDAY
    assert issued.step_id == draft.step_id


def test_nothing_leaves_that_differs_from_what_was_seen(firm: Company, clerk: User) -> None:
    add_debtors(firm, 1)
    (draft,) = plan(firm)
    seen = Written(seen=Seen(clock.now(), "0" * 64))
    approval = approve_reminders(firm, [draft.pk], user=clerk, written={draft.pk: seen})
    assert [each.reason for each in approval.refused] == ["changed"]
    assert statuses(draft.pk) == ["draft"]


def test_a_skipped_step_can_be_had_back(firm: Company, clerk: User) -> None:
    add_debtors(firm, 1)
    (draft,) = plan(firm)
    cancel_drafts(firm, [draft.pk], user=clerk, skip=True)
    assert plan(firm) == []
    assert SkippedStep.objects.count() == 1
    assert restore_steps(firm, [draft.pk], user=clerk) == 1
    (again,) = plan(firm)
    assert again.step_id == draft.step_id


def test_what_is_put_off_goes_and_comes_back(firm: Company, clerk: User) -> None:
    add_debtors(firm, 2)
    first, second = plan(firm)
    wish = HoldWish("snooze", MONDAY + timedelta(days=7))
    holds = hold_as_asked(instalments_of(first), wish, user=clerk)
    assert [each.pk for each in plan(firm)] == [second.pk]
    assert release_holds(firm, [each.pk for each in holds], user=clerk) == 1
    assert len(plan(firm)) == 2
    hold_as_asked([second.party], HoldWish("legal", reason="Avv. Rossi"), user=clerk)
    assert [each.party_id for each in plan(firm)] == [first.party_id]
    with clock.pretend(MONDAY + timedelta(days=8)):
        assert len(plan(firm)) == 1


def test_an_order_goes_on_and_leaves_together(firm: Company, clerk: User) -> None:
    add_debtors(firm, CHUNK + 5)
    drafts = plan(firm)
    order = order_sending(firm, [each.pk for each in drafts], user=clerk)
    assert (order.looked_at, order.total, order.ended_at) == (CHUNK, CHUNK + 5, None)
    assert deliver(Lane("file"), worker_id="prova") == 0, "all of it waits for its last"
    assert continue_orders() == 5
    assert continue_orders() == 0
    order.refresh_from_db()
    assert (len(order.done), order.refused) == (CHUNK + 5, [])
    leaves = set(Message.objects.values_list("not_before", flat=True))
    assert leaves == {order.leaves_at}
    assert order.leaves_at
    assert order.ended_at
    assert order.leaves_at - order.ended_at == timedelta(seconds=30)

    outcome = undo_order(order, user=clerk)

    assert len(outcome.contents) == CHUNK + 5
    assert {each.pk for each in plan(firm)} == {each.pk for each in drafts}
    assert set(Message.objects.values_list("status", flat=True)) == {"draft"}


def test_an_order_stopped_half_way_sends_nothing(firm: Company, clerk: User) -> None:
    add_debtors(firm, CHUNK + 5)
    drafts = plan(firm)
    order = order_sending(firm, [each.pk for each in drafts], user=clerk)
    undo_order(order, user=clerk)
    assert continue_orders() == 0
    assert len(open_drafts(firm)) == CHUNK + 5


def test_an_order_says_what_it_could_not_send(firm: Company, clerk: User) -> None:
    add_debtors(firm, 2)
    first, second = plan(firm)
    ContactPoint.objects.filter(party=first.party).delete()
    order = order_sending(firm, [first.pk, second.pk], user=clerk)
    assert order.done == [second.pk]
    assert [each["content"] for each in order.refused] == [first.pk]
    assert order.refused[0]["text"]
    assert SendOrder.objects.get().ended_at


def test_the_shelves_and_their_sums(firm: Company, clerk: User) -> None:
    parties = add_debtors(firm, 3)
    ContactPoint.objects.filter(party=parties[0]).delete()
    plan(firm)
    rows = filter_work(firm, WorkFilter(), MONDAY)
    sums = {each.shelf: (each.count, each.customers, str(each.amount)) for each in sum_work(rows)}
    assert sums == {Shelf.TO_SEND: (2, 2, "244.00"), Shelf.INCOMPLETE: (1, 1, "122.00")}
    (lacking,) = list_work(on_shelf(rows, Shelf.INCOMPLETE), MONDAY)
    assert lacking.draft.party == parties[0]
    assert lacking.recipients == ()
    assert [line.days for line in lacking.lines] == [5]


def test_filters_as_in_the_scadenzario(firm: Company) -> None:
    parties = add_debtors(firm, 3)
    plan(firm)

    def names(wanted: WorkFilter) -> list[str]:
        rows = sort_work(filter_work(firm, wanted, MONDAY), "customer")
        return [each.party.name for each in rows]

    assert len(names(WorkFilter())) == 3
    assert names(WorkFilter(LedgerFilter(text="Cliente 002"))) == [parties[1].name]
    assert names(WorkFilter(LedgerFilter(kinds=("proforma",)))) == []
    assert names(WorkFilter(LedgerFilter(due_from=MONDAY))) == []
    assert names(WorkFilter(step_kind="messa_in_mora")) == []
    assert len(names(WorkFilter(step_kind="primo_sollecito"))) == 3
    assert names(WorkFilter(agents=frozenset())) == []


def test_stale_takings_hold_rules_back_until_somebody_says_so(firm: Company, clerk: User) -> None:
    add_programme(firm, replace(GENTLE, approval=AUTOMATIC), reviewed_at=clock.now())
    add_debtors(firm, 2)
    drafts = plan(firm)
    assert [each.review for each in drafts] == [["takings_not_current"]] * 2
    assert are_takings_awaited(filter_work(firm, WorkFilter(), MONDAY))
    confirm_takings(firm, user=clerk)
    assert refresh_work_list(firm) == 0
    assert open_drafts(firm) == []
    assert set(Message.objects.values_list("status", flat=True)) == {"queued"}


def test_much_to_look_at_is_left_to_the_worker(firm: Company) -> None:
    add_debtors(firm, 3)
    assert refresh_work_list(firm, most=2) == 3
    assert open_drafts(firm) == []
    assert refresh_work_list(firm) == 0
    assert len(open_drafts(firm)) == 3


WRITTEN = ReminderOptions(
    to=("altro@cliente.example",),
    subject="Come d'accordo",
    text="Buongiorno, come d'accordo.",
    attachments=(),
)


def undo_what_was_written(firm: Company, clerk: User) -> Draft:
    (draft,) = plan(firm)
    written = {draft.pk: Written(WRITTEN)}
    approve_reminders(firm, [draft.pk], user=clerk, wait=WAIT, written=written)
    take_back(firm, [draft.pk], user=clerk)
    (again,) = plan(firm)
    assert again.pk == draft.pk
    return again


def composed(draft: Draft) -> ReminderDraft:
    reminders = list(draft.content.reminders.filter(is_void=False))
    return compose_automatic(draft, reminders).drafts[0]


def test_what_was_written_outlives_the_undo(firm: Company, clerk: User) -> None:
    add_debtors(firm, 1)
    draft = undo_what_was_written(firm, clerk)
    made = composed(draft)
    assert (made.subject, made.text) == (WRITTEN.subject, WRITTEN.text)
    assert approve_reminders(firm, [draft.pk], user=clerk).refused == ()
    draft.content.refresh_from_db()
    assert draft.content.text == WRITTEN.text
    assert [row.address for row in Message.objects.filter(content=draft.pk)] == list(
        WRITTEN.to or ()
    )


def test_what_was_written_of_another_balance_is_not_sent(firm: Company, clerk: User) -> None:
    (party,) = add_debtors(firm, 1)
    draft = undo_what_was_written(firm, clerk)
    row = Instalment.objects.get(party=party)
    pay_instalment(row, amount=Decimal(22), day=MONDAY, user=clerk)
    (draft,) = plan(firm)
    assert composed(draft).text != WRITTEN.text
    assert "100,00" in composed(draft).text
    assert draft.has_old_words
    assert offered_words(draft, composed(draft)) == (WRITTEN.subject, WRITTEN.text)


def test_what_was_written_goes_on_with_the_draft_that_takes_its_place(
    firm: Company, clerk: User
) -> None:
    (party,) = add_debtors(firm, 1)
    first = undo_what_was_written(firm, clerk)
    row = Instalment.objects.get(party=party)
    hold = hold_reminders(row, Hold.Kind.LEGAL, user=clerk)
    assert plan(firm) == []
    first.refresh_from_db()
    assert not first.is_open
    release_hold(hold, user=clerk)
    (again,) = plan(firm)
    assert again.pk != first.pk
    assert composed(again).text == WRITTEN.text, "the same items, the same balance"
    first.refresh_from_db()
    assert first.edits is None


def test_words_for_another_amount_wait_for_a_person(firm: Company, clerk: User) -> None:
    (party,) = add_debtors(firm, 1)
    first = undo_what_was_written(firm, clerk)
    add_document(party, "61.00", day=MONDAY - timedelta(days=35), due=MONDAY - timedelta(days=5))
    (draft,) = plan(firm)
    assert (draft.pk != first.pk, draft.has_old_words) == (True, True)
    refused = approve_reminders(firm, [draft.pk], user=None, by_rule=True).refused
    assert [each.reason for each in refused] == ["old_words"]
    assert approve_reminders(firm, [draft.pk], user=clerk).contents


def test_the_text_of_the_rule_comes_back(firm: Company, clerk: User) -> None:
    add_debtors(firm, 1)
    draft = undo_what_was_written(firm, clerk)
    drop_edits(draft, user=clerk)
    draft.refresh_from_db()
    assert composed(draft).text != WRITTEN.text


def test_the_amount_is_what_the_message_asks_for(firm: Company) -> None:
    (party,) = add_debtors(firm, 1)
    due = MONDAY + timedelta(days=3)
    add_document(party, "61.00", day=due - timedelta(days=30), due=due)
    (draft,) = plan(firm)
    assert (draft.amount, draft.later) == (Decimal(122), Decimal(61))
    made = composed(draft)
    assert sum(item.balance for item in made.facts.items) == draft.amount
    assert sum(item.balance for item in made.facts.upcoming) == draft.later
    (day, *_rest) = forecast_reminders(firm, 1)
    assert (day.asked, day.amount) == (Decimal(122), Decimal(183))
    (total,) = sum_work(filter_work(firm, WorkFilter(), MONDAY))
    assert (total.amount, total.later) == (Decimal(122), Decimal(61))
    due_today = MONDAY + timedelta(days=4)  # the promemoria is overdue by then
    with clock.pretend(due_today):
        (draft,) = plan(firm)
        assert (draft.amount, draft.later) == (Decimal(122), Decimal(0))


def test_a_statement_asks_for_all_that_is_overdue(firm: Company) -> None:
    (party,) = add_debtors(firm, 1, late=12)
    add_document(party, "61.00", day=MONDAY - timedelta(days=40), due=MONDAY - timedelta(days=2))
    add_document(party, "30.00", day=MONDAY, due=MONDAY + timedelta(days=30))
    steps = (Step(StepKind.STATEMENT, 10),)
    add_programme(firm, replace(GENTLE, name="Estratto", steps=steps))
    (draft,) = plan(firm)
    assert (draft.amount, draft.later) == (Decimal(183), Decimal(30))
    assert "scaduto 183,00" in composed(draft).text
    assert "a scadere 30,00" in composed(draft).text
