"""What the planner reads: which instalments to look at, and what is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, Max, Q, QuerySet

from sollecito.accounts import statements
from sollecito.accounts.bulk import among
from sollecito.accounts.models import Company
from sollecito.accounts.queries import work_calendar
from sollecito.accounts.statements import Statement
from sollecito.domain.candidates import NO_HISTORY, DueTerms, History, IssuedStep
from sollecito.domain.grouping import Sent
from sollecito.domain.joining import Counted, counted_as
from sollecito.domain.policies import Grouping, Policy, begin_with_return
from sollecito.domain.schedule import PlannedFacts, remindable_balance
from sollecito.dunning.fact_queries import (
    fact_rows,
    instalment_facts,
    known_beside,
    unnetted,
)
from sollecito.dunning.hold_queries import returned_rounds
from sollecito.dunning.models import (
    CompanyTouch,
    CustomerReply,
    Decision,
    Draft,
    NextLook,
    Reminder,
    SkippedStep,
)
from sollecito.dunning.policy_book import PolicyBook, Resolved, policy_book
from sollecito.ledger.models import Allocation, Instalment, Party
from sollecito.ledger.payable_queries import owed_by_us
from sollecito.outbox.models import Message

ZERO = Decimal(0)
NEVER_LEFT = frozenset({"draft", "cancelled", "failed"})
"""States of a message that nobody got, nor will."""


@dataclass(frozen=True, slots=True)
class Planned:
    """All that ``decide`` is asked with for one instalment, and where its policy comes from."""

    facts: PlannedFacts
    resolved: Resolved
    history: History
    party: int
    is_public: bool = False
    document: int = 0
    has_answered: bool = False
    """The customer wrote back, and nobody has read it."""
    we_owe: Decimal = ZERO
    """What we owe this customer, where the company holds its reminders for it."""
    has_open_note: bool = False
    """A credit note of the customer waits to be linked, and the company holds for it."""

    @property
    def policy(self) -> Policy | None:
        """The policy that counts."""
        return self.resolved.policy


def open_on(company: Company, as_of: date | None = None) -> Q:
    """What has something left; as told on a day, also what was paid after it."""
    is_open = Q(balance__gt=0)
    if as_of is None:
        return is_open
    later = Allocation.objects.filter(company=company, date__gt=as_of, undone_at__isnull=True)
    return is_open | Q(amount__gt=0, pk__in=later.values("instalment"))


def _touched_rows() -> QuerySet[Any, Any]:
    mine = Instalment.objects.filter(is_touched=True, company=statements.given("company"))
    return mine.order_by().values_list("pk")


def _look_rows() -> QuerySet[Any, Any]:
    come = NextLook.objects.filter(day__lte=statements.given("day"))
    return come.filter(company=statements.given("company")).order_by().values_list("pk")


def _unseen_rows() -> QuerySet[Any, Any]:
    unseen = CompanyTouch.objects.filter(company=statements.given("company"), count__gt=F("seen"))
    return unseen.order_by().values_list("count")


def _unread_rows() -> QuerySet[Any, Any]:
    mine = CustomerReply.objects.filter(party__in=statements.ids("parties"))
    return mine.filter(seen_at__isnull=True).order_by().values_list("party_id")


_STEP = ("instalment_id", "step_id", "offset_days", "occurrence", "round")


def _sent_rows() -> QuerySet[Any, Any]:
    is_issued = Q(issued_date__isnull=False, is_void=False)
    rows = Reminder.objects.filter(
        is_issued | Q(is_failed=True, step__isnull=False), instalment__in=statements.ids("ids")
    )
    return rows.order_by("pk").values_list(*_STEP, "issued_date", "is_void", "is_failed")


def _skipped_rows() -> QuerySet[Any, Any]:
    rows = SkippedStep.objects.filter(instalment__in=statements.ids("ids")).order_by()
    return rows.values_list(*_STEP, "day", "is_ahead")


_TOUCHED, _LOOKS = Statement(_touched_rows), Statement(_look_rows)
_UNSEEN, _UNREAD = Statement(_unseen_rows), Statement(_unread_rows)
_SENT, _SKIPPED = Statement(_sent_rows), Statement(_skipped_rows)


def due_for_look(
    company: Company, today: date, *, everything: bool = False, as_of: date | None = None
) -> list[int]:
    """Instalments to look at, a superset of those due: SQL narrows, ``decide`` decides.

    Those that an event touched, those whose day of the next look has come; with ``everything``
    every one that has something left.
    """
    found = {*_TOUCHED.rows(company=company.pk), *_LOOKS.rows(company=company.pk, day=today)}
    if everything:
        rows = Instalment.objects.filter(open_on(company, as_of), company=company).order_by()
        found.update(rows.values_list("pk"))
    return sorted(pk for (pk,) in found)


def unseen_touch(company: Company) -> int:
    """The number of the last event that concerns every instalment; 0 if a run has seen it."""
    return next((count for (count,) in _UNSEEN.rows(company=company.pk)), 0)


def to_be_looked_at(company: Company, today: date) -> Q:
    """Instalments that the next run will look at."""
    if unseen_touch(company):
        return Q(balance__gt=0) | Q(is_touched=True)
    return Q(is_touched=True) | Q(next_look__day__lte=today)


class OpenRow(NamedTuple):
    """An open instalment: what tells whose programme it has, and when its steps come."""

    pk: int
    party: int
    segment: str
    due_date: date
    round: int
    payment_day: int
    grace_days: int


def open_rows(company: Company, *, after: int = 0, most: int | None = None) -> list[OpenRow]:
    """Open instalments of a company in the order of their ids: all, or the next ``most``."""
    rows = Instalment.objects.filter(company=company, balance__gt=0, pk__gt=after).order_by("pk")
    columns = ("pk", "party_id", "party__segment", "due_date", "round")
    found = rows.values_list(*columns, "party__payment_day", "party__grace_days")[:most]
    return list(map(OpenRow._make, found))


def count_open(company: Company) -> int:
    """How many instalments of a company are open."""
    return Instalment.objects.filter(company=company, balance__gt=0).count()


def with_companions(company: Company, party_ids: Collection[int]) -> set[int]:
    """These customers, and those that share a payment contact or an open draft with them."""
    mine = Party.objects.filter(company=company, payment_contact__isnull=False).order_by()
    circles: dict[tuple[str, int], set[int]] = defaultdict(set)
    for contact, party in mine.values_list("payment_contact_id", "pk"):
        circles["contact", contact].add(party)
    drafted = _of_drafts(company).values_list("content_id", "instalment__party_id").distinct()
    for content, party in drafted:
        circles["draft", content].add(party)
    shared = [circle for circle in circles.values() if len(circle) > 1]
    found, size = set(party_ids), -1
    while size != len(found):
        size = len(found)
        found.update(*(circle for circle in shared if circle & found))
    return found


def with_open_drafts(company: Company, party_ids: Collection[int]) -> list[int]:
    """Instalments of these customers that stand in a draft: they may share its message."""
    drafts = _of_drafts(company)
    pairs = drafts.values_list("instalment_id", "instalment__party_id").distinct()
    asked = set(party_ids)
    return [instalment for instalment, party in pairs if party in asked]


def _of_drafts(company: Company) -> QuerySet[Reminder]:
    return Reminder.objects.filter(
        company=company, issued_date__isnull=True, step__isnull=False, is_void=False
    ).order_by()


def planned_facts(
    company: Company,
    ids: Collection[int],
    today: date,
    *,
    as_of: date | None = None,
    book: PolicyBook | None = None,
) -> dict[int, Planned]:
    """What ``decide`` asks for, by instalment id.

    ``as_of`` leaves out what is dated after it; ``book`` saves reading the policies again.
    """
    book = book or policy_book(company)
    calendar = work_calendar(company)
    returned = returned_rounds(ids, as_of)
    rows = fact_rows(ids)
    known = known_beside(rows, today, as_of)
    parties = {row.party for row in rows}
    answered = customers_who_answered(parties)
    owed = owed_by_us(parties, as_of) if company.holds_when_we_owe else {}
    notes = customers_with_open_notes(parties, as_of) if company.holds_open_notes else set()
    histories = histories_of(ids, as_of=as_of)
    found = {}
    for row in rows:
        resolved = book.resolve(row.pk, row.party, row.segment)
        facts = PlannedFacts(
            **known.facts_of(row),
            terms=DueTerms(row.due_date, calendar, row.payment_day, row.grace_days),
            round=row.round,
            is_paused=bool(resolved.paused_by)
            or row.party in answered
            or row.party in notes
            or (row.party, row.currency) in owed,
        )
        history = history_of(histories.get(row.pk), row.round)
        if (row.pk, row.round) in returned and not history.has_issued(row.round):
            resolved = replace(resolved, policy=begin_with_return(resolved.policy))
        found[row.pk] = Planned(
            facts,
            resolved,
            history,
            party=row.party,
            is_public=row.is_public,
            document=row.document,
            has_answered=row.party in answered,
            we_owe=owed.get((row.party, row.currency), ZERO),
            has_open_note=row.party in notes,
        )
    return found


def customers_who_answered(party_ids: Collection[int]) -> set[int]:
    """Customers with an answer that nobody has read: their automatic reminders wait."""
    return {party for (party,) in _UNREAD.rows(parties=party_ids)}


def customers_with_open_notes(party_ids: Collection[int], as_of: date | None) -> set[int]:
    """Customers with something left of a credit note: a person has to say what it is for."""
    return {party for party, _currency, rest in unnetted(party_ids, as_of) if rest > 0}


@dataclass(slots=True)
class Past:
    """What was done of one instalment, in every round."""

    issued: list[IssuedStep] = field(default_factory=list)
    failed: list[tuple[int, int, int]] = field(default_factory=list)


def history_of(past: Past | None, number: int) -> History:
    """As the rules read it, in one of its rounds."""
    if past is None:
        return NO_HISTORY
    failed = frozenset((step, occurrence) for r, step, occurrence in past.failed if r == number)
    return History(tuple(past.issued), failed)


def histories_of(ids: Collection[int], *, as_of: date | None = None) -> dict[int, Past]:
    """Issued, skipped and failed steps by instalment id."""
    found: dict[int, Past] = defaultdict(Past)
    for pk, step, offset, occurrence, number, day, is_void, is_failed in _SENT.rows(ids=ids):
        if day and not is_void and not (as_of and day > as_of):
            found[pk].issued.append(IssuedStep(day, step, offset, occurrence, number))
        if is_failed and step:
            found[pk].failed.append((number, step, occurrence))
    skipped = _SKIPPED.rows(ids=ids) if as_of is None else _skipped_until(ids, as_of)
    for pk, step, offset, occurrence, number, day, is_ahead in skipped:
        skip = IssuedStep(day, step, offset, occurrence, number, is_skip=True, is_ahead=is_ahead)
        found[pk].issued.append(skip)
    return found


def _skipped_until(ids: Collection[int], as_of: date) -> Iterable[tuple[Any, ...]]:
    rows = SkippedStep.objects.filter(instalment__in=among(ids))
    rows = rows.filter(Q(day__lte=as_of) | Q(created_at__date__lte=as_of))
    return rows.values_list(*_STEP, "day", "is_ahead")


class StoredAnswer(NamedTuple):
    """What ``Decision`` keeps of an answer: two that are equal need no second row."""

    answer: str
    policy_id: int | None = None
    step_id: int | None = None
    rank: int | None = None
    occurrence: int | None = None
    until: date | None = None
    reason: str = ""


def last_answers(ids: Collection[int], day: date) -> dict[int, StoredAnswer]:
    """The last answer stored for each instalment, up to a day; those without one left out."""
    rows = _ANSWERS.rows(ids=ids, day=day)
    return {pk: StoredAnswer._make(answer) for pk, *answer in rows}


def _answer_rows() -> QuerySet[Any, Any]:
    stored = Decision.objects.filter(
        instalment__in=statements.ids("ids"), day__lte=statements.given("day")
    )
    latest = stored.order_by().values("instalment").annotate(last=Max("pk")).values("last")
    rows = Decision.objects.filter(pk__in=latest).order_by()
    return rows.values_list("instalment_id", *StoredAnswer._fields)


_ANSWERS = Statement(_answer_rows)


def open_drafts(company: Company, party_ids: Collection[int] | None = None) -> QuerySet[Draft]:
    """Drafts that nobody decided on yet."""
    rows = Draft.objects.filter(company=company, is_open=True).select_related("content")
    return rows if party_ids is None else rows.filter(party__in=among(party_ids))


def open_totals(
    company: Company, party_ids: Collection[int], today: date, *, as_of: date | None = None
) -> dict[tuple[int, str], tuple[Decimal, Decimal]]:
    """What customers owe that may be collected, overdue and to come, by customer and currency."""
    rows = Instalment.objects.filter(company=company, party__in=among(party_ids), balance__gt=0)
    known = list(rows.order_by().values_list("pk", "party_id", "currency", "due_date"))
    facts = instalment_facts([pk for pk, *_rest in known], today, as_of=as_of)
    found: dict[tuple[int, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for pk, party, currency, due_date in known:
        if facts[pk].collectible.is_collectible and facts[pk].balance > 0:
            found[party, currency][due_date >= today] += remindable_balance(facts[pk], today)
    return {customer: (overdue, coming) for customer, (overdue, coming) in found.items()}


def automatic_sent(
    company: Company, today: date, days: int, readers: Collection[str] | None = None
) -> list[Sent]:
    """Communications of programmes issued in the last ``days`` days and today, for the caps.

    With ``readers`` those of earlier days are left out that none of these addresses got.
    """
    issued = Draft.objects.filter(
        company=company,
        is_issued=True,
        day__gt=today - timedelta(days=max(days, 1)),
        day__lte=today,
    )
    days_of = dict(issued.values_list("content_id", "day"))
    readers_of = _readers_of(issued)
    if readers is not None:
        asked = {reader.lower() for reader in readers}
        readers_of = {
            content: mine
            for content, mine in readers_of.items()
            if days_of[content] == today or any(each.lower() in asked for each in mine)
        }
    instalments: dict[int, set[int]] = defaultdict(set)
    customers: dict[int, set[int]] = defaultdict(set)
    rows = Reminder.objects.filter(
        content__in=among(readers_of), step__isnull=False, is_void=False, issued_date__isnull=False
    ).order_by()
    for content, instalment, party in rows.values_list(
        "content_id", "instalment_id", "instalment__party_id"
    ):
        instalments[content].add(instalment)
        customers[content].add(party)
    drafts = Draft.objects.filter(content__in=among(readers_of)).order_by("content_id")
    found: dict[str, Sent] = {}
    for content, group, contact, policy, grouping in drafts.values_list(
        "content_id", "group", "contact_id", "policy_id", "grouping"
    ):
        if content not in instalments:
            continue
        mine = tuple(readers_of[content])
        if group in found:  # one communication over several channels counts once
            found[group] = replace(found[group], readers=(*found[group].readers, *mine))
        else:
            found[group] = Sent(
                *(days_of[content], counted_as(customers[content], contact or 0), policy, mine),
                *(frozenset(instalments[content]), grouping == Grouping.SINGLE),
            )
    return list(found.values())


def about_the_same(contents: Collection[int]) -> QuerySet[Reminder, int]:
    """Ids of contents that speak of instalments of these, themselves among them."""
    asked = Reminder.objects.filter(content__in=among(contents)).values("instalment_id")
    return (
        Reminder.objects.filter(instalment__in=asked)
        .order_by()
        .values_list("content_id", flat=True)
    )


def last_texts(company: Company, today: date, days: int) -> dict[Counted, date]:
    """The day of the last SMS of each customer that got one in so many days, by hand included.

    And of each payment contact, whichever of its customers it was about.
    """
    rows = Reminder.objects.filter(
        company=company,
        content__channel="sms",
        is_void=False,
        issued_date__gt=today - timedelta(days=days),
        issued_date__lte=today,
    ).order_by()
    found: dict[Counted, date] = {}
    whom = rows.values_list("instalment__party_id", "instalment__party__payment_contact_id")
    for party, contact, day in whom.annotate(last=Max("issued_date")):
        for each in counted_as((party,), contact or 0):
            found[each] = max(found.get(each, day), day)
    return found


def _readers_of(issued: QuerySet[Draft]) -> dict[int, list[str]]:
    """To whom each content goes of which some message left, or is about to."""
    found: dict[int, list[str]] = defaultdict(list)
    alive = set()
    rows = Message.objects.filter(content__in=issued.values("content_id")).order_by()
    for content, address, role, status in rows.values_list(
        "content_id", "address", "role", "status"
    ):
        if status not in NEVER_LEFT:
            alive.add(content)
        if role == Message.Role.TO:
            found[content].append(address)
    return {content: found.get(content, []) for content in alive}
