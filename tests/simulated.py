"""A company simulated day by day: random instalments, policies, payments and holds.

What happens goes through the product's flows; what is expected is read again, slowly, from the
rows and from the second reading of the specification.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sollecito.accounts.models import Closure, Company
from sollecito.accounts.queries import work_calendar
from sollecito.domain.candidates import DueTerms, History, IssuedStep
from sollecito.domain.policies import (
    Approval,
    ChannelMode,
    Escalation,
    Grouping,
    Policy,
    Step,
    StepKind,
)
from sollecito.domain.schedule import Answer, HoldFact, HoldKind, PlannedFacts
from sollecito.domain.sdi import Collectible
from sollecito.dunning.fact_queries import collectible_on
from sollecito.dunning.models import Draft, Hold, PolicyChoice, Reminder, SkippedStep
from sollecito.dunning.policy_book import PolicyBook, policy_book
from sollecito.flows import clock
from sollecito.flows.approve_reminders import approve_reminders
from sollecito.flows.cancel_drafts import cancel_drafts
from sollecito.flows.edit_company import edit_company
from sollecito.flows.edit_customer import Contact, add_contact, edit_customer
from sollecito.flows.edit_instalment import edit_instalment
from sollecito.flows.forecast_reminders import forecast_reminders
from sollecito.flows.hold_reminders import hold_reminders, release_hold
from sollecito.flows.record_payments import record_payment
from sollecito.flows.run_programmes import RunOutcome, run_programmes
from sollecito.flows.save_policy import save_policy
from sollecito.flows.skip_planned_step import NotComingError, skip_planned_step
from sollecito.flows.undo_payments import undo_payment
from sollecito.flows.void_reminders import void_reminders
from sollecito.ledger.models import Allocation, Instalment, Party, Payment
from sollecito.outbox.models import Message
from tests.ledger_rows import add_document, add_party
from tests.unit import second_reading

DAY = timedelta(days=1)
NOT_HISTORY = {"draft", "approved", "cancelled", "failed"}
ADDRESS = {"street": "Via Roma 1", "postcode": "20121", "city": "Milano", "province": "MI"}
CHASING = (StepKind.FIRST, StepKind.REMINDER, StepKind.STATEMENT)


@dataclass
class World:
    """One company, the day it is there, and the dice."""

    company: Company
    dice: random.Random
    today: date
    customers: list[Party] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    has_texts: bool = False
    """Whether steps go by SMS too, and customers have mobiles."""


WAYS = (("email",), ("email",), ("sms",), ("email", "sms"), ("sms", "email"))


def make_world(
    *, instalments: int, policies: int, seed: int, start: date, has_texts: bool = False
) -> World:
    dice = random.Random(seed)
    company = Company.objects.create(
        name="Simulata S.r.l.",
        vat_number="12345670157",
        patron_day=dice.choice(["", "12-07", "06-24"]),
        quiet_august=dice.random() < 0.5,
        quiet_christmas=dice.random() < 0.5,
        customer_day_cap=dice.choice([0, 1, 1, 2]),
        company_day_cap=dice.choice([0, 0, max(instalments // 30, 2)]),
        reader_gap_days=dice.choice([0, 3, 7]),
        email="noi@noi.example",
        phone="02 1234",
        contact_name="Anna Verdi",
        contact_role="Amministratrice",
        **ADDRESS,
    )
    company.refresh_from_db()
    first = start + DAY * dice.randrange(200)
    Closure.objects.create(company=company, first_date=first, last_date=first + DAY * 6)
    world = World(company, dice, start, has_texts=has_texts)
    with clock.pretend(start):
        made = [make_policy(world, number) for number in range(policies)]
        _make_customers(world, max(instalments // 4, 2))
        for _ in range(instalments):
            _make_instalment(world)
        _choose_policies(world, made)
    return world


def make_policy(world: World, number: int, policy_id: int = 0) -> Any:
    dice = world.dice
    days = sorted(dice.sample(range(-15, 50), dice.randint(1, 5)))
    steps = [
        Step(StepKind.PRE_DUE if offset < 0 else dice.choice(CHASING), offset) for offset in days
    ]
    if days[-1] >= 0 and dice.random() < 0.6:
        is_returned = dice.random() < 0.2 and not world.has_texts  # no SMS speaks of effects
        kind = StepKind.RETURNED if is_returned else StepKind.REMINDER
        most = dice.choice([None, None, 0, 3])
        steps[-1] = Step(kind, days[-1], repeat_days=dice.randint(3, 35), max_repeats=most)
    if world.has_texts:
        steps = [_on_some_way(dice, step, is_both=number == 0) for step in steps]
    value = Policy(
        f"Programma {number}",
        tuple(steps),
        id=policy_id,
        escalation=dice.choice(list(Escalation)),
        min_gap_days=dice.randint(1, 9),
        grouping=dice.choice(list(Grouping)),
        working_days_only=dice.random() < 0.8,
        minimum_balance=dice.choice([Decimal(0), Decimal(5), Decimal(30)]),
        approval=dice.choice(list(Approval)),
        attach_invoices=False,
        announce_collections=dice.random() < 0.3,
    )
    return save_policy(world.company, value, user=None, is_default=number == 0)


def _on_some_way(dice: random.Random, step: Step, *, is_both: bool) -> Step:
    """Mail, SMS or both; the default programme says everything both ways."""
    if is_both:
        return replace(step, channels=("email", "sms"), channel_mode=ChannelMode.ALL)
    mode = dice.choice(list(ChannelMode))
    return replace(step, channels=dice.choice(WAYS), channel_mode=mode)


def _make_customers(world: World, count: int) -> None:
    dice = world.dice
    for number in range(count):
        address = f"lettore{dice.randrange(count)}@cliente.example"
        world.customers.append(
            add_party(
                world.company,
                f"Cliente {number}",
                segment=dice.choice(["", "", "oro", "argento"]),
                payment_day=dice.choice([0, 0, 0, 10, 31]),
                grace_days=dice.choice([0, 0, 0, 3]),
                vat_number="07654320584",
                **ADDRESS,
            )
        )
        if dice.random() < 0.9:
            edit_customer(world.customers[-1], user=None, contacts=[Contact("email", address)])
        if world.has_texts and dice.random() < 0.7:
            mobile = Contact("phone", f"333 12345{number:02}")
            add_contact(world.customers[-1], mobile, user=None)


def _make_instalment(world: World) -> None:
    dice = world.dice
    amount = Decimal(dice.randrange(400, 90000)) / 100
    due = world.today + DAY * dice.randrange(-30, 200)
    add_document(
        dice.choice(world.customers),
        amount,
        day=due - DAY * 30,
        due=due,
        kind=dice.choice(["fattura", "fattura", "proforma", "fattura_elettronica"]),
        currency="USD" if dice.random() < 0.05 else "EUR",
        is_public_body=dice.random() < 0.05,
    )


def _choose_policies(world: World, made: list[Any]) -> None:
    dice, owner = world.dice, world.company
    for segment in ("oro", "argento"):
        PolicyChoice.objects.create(company=owner, segment=segment, policy=dice.choice(made))
    for party in world.customers:
        if dice.random() < 0.4:
            PolicyChoice.objects.create(
                company=owner,
                party=party,
                policy=dice.choice([None, *made]),
                is_paused=dice.random() < 0.1,
                needs_review=dice.random() < 0.3,
            )
    for row in Instalment.objects.filter(company=owner):
        if dice.random() < 0.3:
            PolicyChoice.objects.create(company=owner, instalment=row, policy=dice.choice(made))


# A day.


def run_day(world: World) -> RunOutcome:
    """The nightly run, then a person approves what is left; what was sent yesterday has left."""
    _deliver(world)
    outcome = run_programmes(world.company)
    approve_all(world.company)
    return outcome


def approve_all(company: Company) -> None:
    rows = Draft.objects.filter(company=company, is_open=True, obstacle="")
    approve_reminders(company, list(rows.values_list("pk", flat=True)), user=None)


def _deliver(world: World) -> None:
    Message.objects.filter(company=world.company, status="queued").update(status="accepted")


def sent_on(company: Company, day: date) -> tuple[int, Decimal, set[tuple[int, int, int]]]:
    """Messages, amount in euro, and (instalment, step, occurrence) that left on a day."""
    rows = Reminder.objects.filter(company=company, issued_date=day, is_void=False)
    found = list(rows.select_related("instalment", "content__draft"))
    amount = sum((r.frozen_balance for r in found if r.instalment.currency == "EUR"), Decimal(0))
    items = {(r.instalment_id, r.step_id or 0, r.occurrence) for r in found}
    return len({r.content_id for r in found}), amount, items


def sent_ways(company: Company, day: date) -> set[tuple[str, int, int, int]]:
    """(Channel, instalment, step, occurrence) that left on a day; mail kept here is mail."""
    rows = Reminder.objects.filter(company=company, issued_date=day, is_void=False)
    return {
        (
            "sms" if each.content.channel == "sms" else "email",
            *(each.instalment_id, each.step_id or 0, each.occurrence),
        )
        for each in rows.select_related("content")
    }


# What happens to a ledger.


def happen(world: World, count: int) -> None:
    """Some things happen, through the flows."""
    for _ in range(count):
        world.dice.choice(ACTS)(world)


def _open(world: World) -> Instalment | None:
    rows = list(Instalment.objects.filter(company=world.company, balance__gt=0).order_by("pk"))
    return world.dice.choice(rows) if rows else None


def _pay(world: World) -> None:
    if row := _open(world):
        part = row.balance if world.dice.random() < 0.6 else max(row.balance / 3, Decimal("0.01"))
        part = part.quantize(Decimal("0.01"))
        world.payments.append(
            record_payment(world.company, {row.pk: part}, amount=part, day=world.today)
        )


def _pay_on_account(world: World) -> None:
    amount = Decimal(world.dice.randrange(100, 50000)) / 100
    party = world.dice.choice(world.customers)
    world.payments.append(
        record_payment(world.company, {}, amount=amount, day=world.today, party=party)
    )


def _undo(world: World) -> None:
    if world.payments:
        undo_payment(world.payments.pop(world.dice.randrange(len(world.payments))), user=None)


def _hold(world: World) -> None:
    dice = world.dice
    row = _open(world)
    if row is None:
        return
    kind = dice.choice(list(HoldKind))
    until = world.today + DAY * dice.randrange(0, 25) if dice.random() < 0.8 else None
    amount = row.balance / 2 if kind is HoldKind.DISPUTE and dice.random() < 0.6 else None
    target: Any = dice.choice([row, row, row.document, row.party])
    if amount is not None:
        target, amount = row, amount.quantize(Decimal("0.01"))
    hold_reminders(target, kind.value, user=None, until=until, amount=amount)


def _release(world: World) -> None:
    rows = list(Hold.objects.filter(company=world.company, released_at__isnull=True).order_by("pk"))
    if rows:
        release_hold(world.dice.choice(rows), user=None)


def _move_due_date(world: World) -> None:
    if row := _open(world):
        edit_instalment(row, user=None, due_date=row.due_date + DAY * world.dice.randrange(1, 40))


def _messages(world: World, status: str) -> list[Message]:
    rows = Message.objects.filter(company=world.company, status=status, content__is_automatic=True)
    return list(rows.order_by("pk"))


def _fail(world: World) -> None:
    if rows := _messages(world, "queued"):
        row = world.dice.choice(rows)
        Message.objects.filter(content=row.content_id).update(status="failed")
        void_reminders([row.content_id])


def _cancel(world: World, status: str, *, skip: bool) -> None:
    if rows := _messages(world, status):
        row = world.dice.choice(rows)
        cancel_drafts(world.company, [row.content_id], user=None, skip=skip)


def _cancel_queued(world: World) -> None:
    _cancel(world, "queued", skip=world.dice.random() < 0.5)


def _skip(world: World) -> None:
    _cancel(world, "draft", skip=True)


def _skip_ahead(world: World) -> None:
    coming = [
        line
        for day in forecast_reminders(world.company, 30)
        for group in day.groups
        for line in group.lines
    ]
    if coming:
        line = world.dice.choice(coming)
        row = Instalment.objects.get(pk=line.instalment)
        with suppress(NotComingError):  # it came by a gap or a calendar that is not the steps'
            skip_planned_step(
                world.company, row, step=line.step, occurrence=line.occurrence, user=None
            )


def _again(world: World) -> None:
    _cancel(world, "draft", skip=False)


def _new_policy(world: World) -> None:
    if world.dice.random() < 0.3:
        known = sorted(policy_book(world.company).policies.values(), key=lambda each: each.id)
        chosen = world.dice.choice(known)
        make_policy(world, int(chosen.name.split()[-1]), chosen.id)


def _new_address(world: World) -> None:
    party = world.dice.choice(world.customers)
    number = world.dice.randrange(10000)
    contacts = [Contact("email", f"nuovo{number}@cliente.example")]
    edit_customer(party, user=None, contacts=contacts)


def _new_segment(world: World) -> None:
    party = world.dice.choice(world.customers)
    edit_customer(party, user=None, changes={"segment": world.dice.choice(["", "oro", "argento"])})


def _change_calendar(world: World) -> None:
    day = world.dice.choice(["", "12-07", "06-24", "09-19"])
    edit_company(world.company, user=None, changes={"patron_day": day})


ACTS: tuple[Callable[[World], None], ...] = (
    *(_pay, _pay, _pay, _pay_on_account, _hold, _hold, _release, _undo, _move_due_date),
    *(_fail, _cancel_queued, _skip, _skip_ahead, _again, _new_policy, _new_address, _new_segment),
    *(_make_instalment, _change_calendar),
)


# What the second reading says, from the rows.


def second_answers(world: World) -> dict[int, Answer]:
    """The answer of the page for every open instalment of the company."""
    return Reader(world.company, world.today).answers()


class Reader:
    """The rows, read one table at a time; nothing derived is believed."""

    def __init__(self, company: Company, today: date) -> None:
        self.company, self.today = company, today
        self.book: PolicyBook = policy_book(company)
        self.calendar = work_calendar(company)
        self.rows = list(
            Instalment.objects.filter(company=company).select_related("party", "document__company")
        )
        self.balances = {row.pk: row.amount for row in self.rows}
        self.credit: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
        for paid in Payment.objects.filter(company=company, undone_at__isnull=True):
            if paid.date <= today:
                self.credit[paid.party_id, paid.currency] += paid.amount
        used = Allocation.objects.filter(company=company, undone_at__isnull=True)
        for part in used.select_related("payment"):
            if part.date <= today:
                self.balances[part.instalment_id] -= part.amount
                if part.payment:
                    self.credit[part.payment.party_id, part.payment.currency] -= part.amount
        self.overdue: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
        for row in self.rows:
            if row.due_date < today:
                self.overdue[row.party_id, row.currency] += self.balances[row.pk]
        self.holds = list(Hold.objects.filter(company=company, released_at__isnull=True))
        self._read_histories()

    def _read_histories(self) -> None:
        statuses: dict[int, set[str]] = defaultdict(set)
        for content, status in Message.objects.filter(company=self.company).values_list(
            "content_id", "status"
        ):
            statuses[content].add(status)
        self.issued: dict[int, list[IssuedStep]] = defaultdict(list)
        self.failed: dict[int, set[tuple[int, int, int]]] = defaultdict(set)
        for r in Reminder.objects.filter(company=self.company):
            if statuses[r.content_id] - NOT_HISTORY and r.issued_date:
                self.issued[r.instalment_id].append(
                    IssuedStep(r.issued_date, r.step_id, r.offset_days, r.occurrence, r.round)
                )
            if r.is_failed and r.step_id:
                self.failed[r.instalment_id].add((r.round, r.step_id, r.occurrence))
        for s in SkippedStep.objects.filter(company=self.company):
            self.issued[s.instalment_id].append(
                IssuedStep(
                    *(s.day, s.step_id, s.offset_days, s.occurrence, s.round),
                    is_skip=True,
                    is_ahead=s.is_ahead,
                )
            )

    def answers(self) -> dict[int, Answer]:
        return {row.pk: self.answer(row) for row in self.rows if self.balances[row.pk] > 0}

    def answer(self, row: Instalment) -> Answer:
        party = row.party
        resolved = self.book.resolve(row.pk, party.pk, party.segment)
        known: Collectible = collectible_on(row.document, self.today)
        facts = PlannedFacts(
            balance=self.balances[row.pk],
            collectible=known,
            method=row.method,
            holds=tuple(
                HoldFact(hold.kind, hold.from_date, hold.until_date, hold.amount)
                for name in ("instalment", "document", "party")
                for hold in self.holds
                if self._is_on(hold, row, name)
            ),
            overdue_of_customer=self.overdue[party.pk, row.currency],
            credit_of_customer=self.credit[party.pk, row.currency],
            terms=DueTerms(row.due_date, self.calendar, party.payment_day, party.grace_days),
            round=row.round,
            is_paused=bool(resolved.paused_by),
        )
        failed = {(step, n) for r, step, n in self.failed[row.pk] if r == row.round}
        history = History(tuple(self.issued[row.pk]), frozenset(failed))
        return second_reading.read(facts, resolved.policy, history, self.today)

    @staticmethod
    def _is_on(hold: Hold, row: Instalment, name: str) -> bool:
        own: int = row.pk if name == "instalment" else getattr(row, f"{name}_id")
        return bool(getattr(hold, f"{name}_id") == own)
