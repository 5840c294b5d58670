"""Solleciti di oggi: what is to be sent, what lacks something, what waits for a cap.

Reads only. Drafts are the planner's (``flows.plan_reminders``); what each may do is asked again
when it is approved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Sum, Value, When, Window

from sollecito.accounts.models import Company, User
from sollecito.domain.aging import days_overdue
from sollecito.domain.approvals import Review
from sollecito.domain.grouping import COMPANY_CAP, CUSTOMER_CAP, POLICY_CAP, READER_GAP
from sollecito.domain.money import to_cents
from sollecito.dunning.lacking import NO_RECIPIENT, lacking_recipients
from sollecito.dunning.models import Charge, Draft, Policy, Reminder, SendOrder
from sollecito.dunning.plan_queries import to_be_looked_at
from sollecito.ledger.models import Instalment
from sollecito.ledger.queries import LedgerFilter, filter_instalments
from sollecito.outbox.models import Message

CAPS = frozenset({CUSTOMER_CAP, POLICY_CAP, COMPANY_CAP, READER_GAP})
FOUND_BY_RUNS = (NO_RECIPIENT, "channel_missing")
MOST_LEAVING = 50
EVERYTHING = LedgerFilter()


class Shelf(StrEnum):
    """Where a draft stands in the work list."""

    TO_SEND = "to_send"
    INCOMPLETE = "incomplete"
    WAITING = "waiting"


SHELVES = {
    Shelf.TO_SEND: Q(obstacle=""),
    Shelf.INCOMPLETE: ~Q(obstacle__in=["", *CAPS]),
    Shelf.WAITING: Q(obstacle__in=CAPS),
}
SORTS = {
    "late": ("-highest", "party__name", "party_id", "-offset_days", "pk"),
    "customer": ("party__name", "party_id", "-offset_days", "pk"),
    "-customer": ("-party__name", "party_id", "-offset_days", "pk"),
    "amount": ("owed", "party__name", "party_id", "-offset_days", "pk"),
    "-amount": ("-owed", "party__name", "party_id", "-offset_days", "pk"),
}


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Filtri. ``ledger`` is about what a draft asks for; amounts are the draft's own.

    ``agents`` narrows to customers of some agents; ``None`` to nobody's in particular.
    """

    ledger: LedgerFilter = EVERYTHING
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    step_kind: str = ""
    policy_id: int | None = None
    agent_id: int | None = None
    agents: frozenset[int] | None = None
    contents: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class WorkSum:
    """Quanto: drafts of one shelf and currency."""

    shelf: Shelf
    currency: str
    count: int
    customers: int
    amount: Decimal
    later: Decimal


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A partita of a draft."""

    instalment: int
    document_id: int
    number: str
    series: str
    kind: str
    due_date: date
    days: int
    balance: Decimal
    step_kind: str
    occurrence: int
    party: int
    customer: str


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A draft, with its partite and its recipients; ``lack`` as ``lacking_recipients`` says."""

    draft: Draft
    lines: tuple[WorkLine, ...]
    recipients: tuple[str, ...]
    lack: str = ""

    @property
    def instalments(self) -> str:
        """``12,13``, as addresses name them."""
        return ",".join(str(line.instalment) for line in self.lines)


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """Neighbours in the list that are of one customer and currency."""

    items: tuple[WorkItem, ...]

    @property
    def draft(self) -> Draft:
        """The first of them."""
        return self.items[0].draft

    @property
    def amount(self) -> Decimal:
        """What they ask for in all: once what goes by several channels."""
        return sum((draft.amount for draft in self._once()), Decimal(0))

    @property
    def later(self) -> Decimal:
        """What they name apart, not due yet."""
        return sum((draft.later for draft in self._once()), Decimal(0))

    def _once(self) -> Iterable[Draft]:
        return {item.draft.group or item.draft.pk: item.draft for item in self.items}.values()


@dataclass(frozen=True, slots=True)
class Leaving:
    """In partenza: approved by a person, and until ``at`` it can be taken back."""

    content: int
    customer: str
    amount: Decimal
    currency: str
    at: datetime


def filter_work(company: Company, wanted: WorkFilter, today: date) -> QuerySet[Draft]:
    """Open drafts of a company that pass every filter, on whatever shelf."""
    rows = Draft.objects.filter(company=company, is_open=True)
    if wanted.contents is not None:
        rows = rows.filter(pk__in=wanted.contents)
    if wanted.ledger != EVERYTHING:
        asked = filter_instalments(company, wanted.ledger, today)
        about = Reminder.objects.filter(company=company, instalment__in=asked, is_void=False)
        rows = rows.filter(pk__in=about.values("content"))
    if wanted.amount_from is not None:
        rows = rows.filter(amount__gte=wanted.amount_from)
    if wanted.amount_to is not None:
        rows = rows.filter(amount__lte=wanted.amount_to)
    if wanted.step_kind:
        rows = rows.filter(step__kind=wanted.step_kind)
    if wanted.policy_id:
        rows = rows.filter(policy=wanted.policy_id)
    if wanted.agent_id:
        rows = rows.filter(_followed_by([wanted.agent_id]))
    if wanted.agents is not None:
        rows = rows.filter(_followed_by(wanted.agents))
    return rows


def _followed_by(agents: Collection[int]) -> Q:
    """Drafts about a customer of one of these agents, be it beside others."""
    about = Reminder.objects.filter(instalment__party__agent__in=agents, is_void=False)
    joint = Q(customers__gt=1, pk__in=about.values("content"))
    return Q(party__agent__in=agents) | joint


def on_shelf(rows: QuerySet[Draft], shelf: Shelf) -> QuerySet[Draft]:
    """Those of one shelf."""
    return rows.filter(SHELVES[shelf])


def sort_work(rows: QuerySet[Draft], key: str) -> QuerySet[Draft]:
    """By customer: who has the highest step first, unless asked otherwise."""
    of_customer = [F("party_id")]
    ranked = rows.annotate(
        highest=Window(Max("offset_days"), partition_by=of_customer),
        owed=Window(Sum("amount"), partition_by=of_customer),
    )
    return ranked.order_by(*SORTS.get(key, SORTS["late"]))


def sum_work(rows: QuerySet[Draft]) -> list[WorkSum]:
    """How many and how much, by shelf and currency; euro first.

    What goes by several channels asks for its amount once.
    """
    found = []
    for shelf, condition in SHELVES.items():
        mine = rows.filter(condition).order_by()
        once = mine.values("group").annotate(first=Min("pk")).values("first")
        asked = Case(When(pk__in=once, then=F("amount")), default=Value(Decimal(0)))
        later = Case(When(pk__in=once, then=F("later")), default=Value(Decimal(0)))
        found += [
            WorkSum(
                *(shelf, each["currency"], each["n"], each["customers"]),
                *(to_cents(each["total"]), to_cents(each["rest"])),
            )
            for each in mine.values("currency").annotate(
                n=Count("pk"),
                customers=Count("party", distinct=True),
                total=Sum(asked),
                rest=Sum(later),
            )
        ]
    return sorted(found, key=lambda each: (each.currency != "EUR", each.currency))


def list_work(drafts: Iterable[Draft], today: date) -> list[WorkItem]:
    """Drafts of one page with what they ask for."""
    page = list(drafts)
    lines = _lines([draft.pk for draft in page], today)
    recipients = _recipients([draft.pk for draft in page])
    lacks = lacking_recipients(page)
    return [
        WorkItem(
            draft, tuple(lines[draft.pk]), tuple(recipients[draft.pk]), lacks.get(draft.pk, "")
        )
        for draft in page
    ]


def group_work(items: Iterable[WorkItem]) -> list[WorkGroup]:
    """The same, neighbours of one customer together."""
    return [WorkGroup(tuple(members)) for _key, members in groupby(items, key=_customer)]


def _customer(item: WorkItem) -> tuple[int, int, str]:
    draft = item.draft
    contact = draft.contact_id if draft.is_joint else None
    return contact or 0, 0 if contact else draft.party_id, draft.currency


def _lines(contents: Collection[int], today: date) -> dict[int, list[WorkLine]]:
    found: dict[int, list[WorkLine]] = defaultdict(list)
    rows = Reminder.objects.filter(content__in=contents, is_void=False)
    related = ("instalment__document", "instalment__party", "step")
    for each in rows.select_related(*related).order_by("instalment__due_date", "instalment_id"):
        row, document = each.instalment, each.instalment.document
        found[each.content_id].append(
            WorkLine(
                instalment=row.pk,
                document_id=document.pk,
                number=document.number,
                series=document.series,
                kind=document.kind,
                due_date=row.due_date,
                days=days_overdue(row.due_date, today),
                balance=each.frozen_balance,
                step_kind=each.kind or (each.step.kind if each.step else ""),
                occurrence=each.occurrence,
                party=row.party_id,
                customer=row.party.name,
            )
        )
    return defaultdict(list, {content: _by_customer(mine) for content, mine in found.items()})


def _by_customer(lines: list[WorkLine]) -> list[WorkLine]:
    """One customer under the other, as a message about several lists them."""
    oldest: dict[int, date] = {}
    for line in lines:
        oldest.setdefault(line.party, line.due_date)
    return sorted(lines, key=lambda line: (oldest[line.party], line.customer, line.party))


def _recipients(contents: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Message.objects.filter(content__in=contents, status="draft").exclude(address="")
    for content, address in rows.order_by("pk").values_list("content_id", "address"):
        found[content].append(address)
    return found


def count_touched(company: Company, today: date) -> int:
    """Instalments that the planner has still to look at."""
    return Instalment.objects.filter(to_be_looked_at(company, today), company=company).count()


def are_takings_awaited(rows: QuerySet[Draft]) -> bool:
    """Whether some of these wait for a person because payments may not be up to date."""
    return rows.filter(review__icontains=Review.TAKINGS.value).exists()


def leaving(company: Company, now: datetime) -> list[Leaving]:
    """What a person approved and can still take back, the last first."""
    waiting = Message.objects.filter(
        company=company,
        status="queued",
        not_before__gt=now,
        content__draft__is_by_rule=False,
        content__draft__is_open=False,
    )
    until = dict(
        waiting.order_by()
        .values_list("content")
        .annotate(at=Max("not_before"))
        .values_list("content", "at")
    )
    drafts = Draft.objects.filter(pk__in=until).select_related("party", "contact")
    drafts = drafts.order_by("-pk")
    return [
        Leaving(each.pk, each.addressee, each.amount, each.currency, until[each.pk])
        for each in drafts[:MOST_LEAVING]
    ]


def last_order(company: Company, user: User, now: datetime) -> SendOrder | None:
    """The user's order at work, or the one that can still be taken back."""
    rows = SendOrder.objects.filter(company=company, user=user)
    return rows.filter(Q(ended_at__isnull=True) | Q(leaves_at__gt=now)).order_by("-pk").first()


def agents_charged(company: Company, user: User) -> frozenset[int] | None:
    """Whose customers a user is charged with: of these agents, or (``None``) of everybody."""
    charges = list(
        Charge.objects.filter(company=company, user=user).values_list("agent", flat=True)
    )
    if not charges or None in charges:
        return None
    return frozenset(agent for agent in charges if agent)


def lacking_work(company: Company, *, most: int) -> list[int]:
    """Drafts that lacked something when they were last composed."""
    rows = Draft.objects.filter(company=company, is_open=True)
    rows = on_shelf(rows, Shelf.INCOMPLETE).exclude(obstacle__in=FOUND_BY_RUNS)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:most])


def begins_with_work(company: Company, user: User, *, can_write: bool) -> bool:
    """Whether the work list is what a user sees first: one charged with it, or nobody is."""
    charges = Charge.objects.filter(company=company, user__memberships__company=company)
    if charges.exists():
        return charges.filter(user=user).exists()
    return can_write and Policy.objects.filter(company=company, is_active=True).exists()
