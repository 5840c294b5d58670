"""What the planner reads: which instalments to look at, and what is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from sollecito.accounts.models import Company
from sollecito.accounts.queries import work_calendar
from sollecito.domain.candidates import DueTerms, History, IssuedStep
from sollecito.domain.grouping import Sent
from sollecito.domain.policies import Grouping, Policy
from sollecito.domain.schedule import InstalmentFacts, PlannedFacts
from sollecito.dunning.models import Decision, Draft, Reminder, SkippedStep
from sollecito.dunning.policy_book import PolicyBook, Resolved, policy_book
from sollecito.dunning.queries import instalment_facts
from sollecito.ledger.models import Allocation, Instalment
from sollecito.outbox.models import Message

_BASE = tuple(each.name for each in fields(InstalmentFacts))


@dataclass(frozen=True, slots=True)
class Planned:
    """All that ``decide`` is asked with for one instalment, and where its policy comes from."""

    facts: PlannedFacts
    resolved: Resolved
    history: History
    party: int
    is_public: bool = False
    document: int = 0

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


def due_for_look(
    company: Company, today: date, *, everything: bool = False, as_of: date | None = None
) -> list[int]:
    """Instalments to look at, a superset of those due: SQL narrows, ``decide`` decides.

    Those whose date of the next look has come, which is every one that an event touched; with
    ``everything`` every one that has something left.
    """
    wanted = Q(next_look_date__lte=today)
    if everything:
        wanted |= open_on(company, as_of)
    rows = Instalment.objects.filter(wanted, company=company)
    return list(rows.order_by("party_id", "pk").values_list("pk", flat=True))


def with_open_drafts(company: Company, party_ids: Collection[int]) -> list[int]:
    """Instalments of these customers that stand in a draft: they may share its message."""
    drafts = Reminder.objects.filter(
        company=company,
        issued_date__isnull=True,
        step__isnull=False,
        is_void=False,
        instalment__party__in=party_ids,
    )
    return list(drafts.order_by().values_list("instalment_id", flat=True).distinct())


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
    known = instalment_facts(ids, today, as_of=as_of)
    histories = histories_of(ids, as_of=as_of)
    rows = Instalment.objects.filter(pk__in=ids).values_list(
        "pk", "party_id", "document_id", "due_date", "round", "party__payment_day",
        "party__grace_days", "party__segment", "document__is_public_body",
    )  # fmt: skip
    found = {}
    for pk, party, document, due, number, pay_day, grace, segment, is_public in rows:
        resolved = book.resolve(pk, party, segment)
        base = known[pk]
        facts = PlannedFacts(
            **{name: getattr(base, name) for name in _BASE},
            terms=DueTerms(due, calendar, pay_day, grace),
            round=number,
            is_paused=bool(resolved.paused_by),
        )
        history = _of_round(histories.get(pk), number)
        found[pk] = Planned(facts, resolved, history, party, is_public, document)
    return found


@dataclass(slots=True)
class _Past:
    issued: list[IssuedStep]
    failed: list[tuple[int, int, int]]


def _of_round(past: _Past | None, number: int) -> History:
    if past is None:
        return History()
    failed = frozenset((step, occurrence) for r, step, occurrence in past.failed if r == number)
    return History(tuple(past.issued), failed)


def histories_of(ids: Collection[int], *, as_of: date | None = None) -> dict[int, _Past]:
    """Issued, skipped and failed steps by instalment id."""
    found: dict[int, _Past] = defaultdict(lambda: _Past([], []))
    issued = Reminder.objects.filter(instalment__in=ids, issued_date__isnull=False, is_void=False)
    skipped = SkippedStep.objects.filter(instalment__in=ids)
    if as_of:
        issued, skipped = (
            issued.filter(issued_date__lte=as_of),
            skipped.filter(created_at__date__lte=as_of),
        )
    for pk, day, step, offset, occurrence, number in issued.order_by().values_list(
        "instalment_id", "issued_date", "step_id", "offset_days", "occurrence", "round"
    ):
        if day:
            found[pk].issued.append(IssuedStep(day, step, offset, occurrence, number))
    for pk, day, step, offset, occurrence, number in skipped.order_by().values_list(
        "instalment_id", "day", "step_id", "offset_days", "occurrence", "round"
    ):
        found[pk].issued.append(IssuedStep(day, step, offset, occurrence, number, is_skip=True))
    failed = Reminder.objects.filter(instalment__in=ids, is_failed=True, step__isnull=False)
    for pk, number, step, occurrence in failed.order_by().values_list(
        "instalment_id", "round", "step_id", "occurrence"
    ):
        found[pk].failed.append((number, step, occurrence))
    return found


def last_decisions(ids: Collection[int], day: date | None = None) -> dict[int, Decision]:
    """The last answer stored for each instalment, up to a day; those without one left out."""
    stored = Decision.objects.filter(instalment__in=ids)
    if day:
        stored = stored.filter(day__lte=day)
    latest = stored.order_by().values("instalment").annotate(last=Max("pk")).values("last")
    return {each.instalment_id: each for each in Decision.objects.filter(pk__in=latest)}


def open_drafts(company: Company, party_ids: Collection[int] | None = None) -> QuerySet[Draft]:
    """Drafts that nobody decided on yet."""
    rows = Draft.objects.filter(company=company, is_open=True).select_related("content")
    return rows if party_ids is None else rows.filter(party__in=party_ids)


def automatic_sent(company: Company, today: date, days: int) -> list[Sent]:
    """Communications of programmes issued in the last ``days`` days and today, for the caps."""
    since = today - timedelta(days=max(days, 1))
    alive = Message.objects.filter(content=OuterRef("content")).exclude(
        status__in=["draft", "cancelled", "failed"]
    )
    rows = (
        Reminder.objects.filter(
            company=company,
            step__isnull=False,
            is_void=False,
            issued_date__gt=since,
            issued_date__lte=today,
        )
        .filter(Exists(alive))
        .values_list("content_id", "instalment_id", "issued_date")
    )
    instalments: dict[int, set[int]] = defaultdict(set)
    days_of: dict[int, date] = {}
    for content, instalment, day in rows:
        instalments[content].add(instalment)
        if day:
            days_of[content] = day
    readers: dict[int, list[str]] = defaultdict(list)
    for content, address in Message.objects.filter(content__in=days_of, role="to").values_list(
        "content_id", "address"
    ):
        readers[content].append(address)
    drafts = Draft.objects.filter(content__in=days_of).order_by("content_id")
    found: dict[str, Sent] = {}
    for draft in drafts:  # one communication over several channels counts once
        found.setdefault(
            draft.group,
            Sent(
                days_of[draft.content_id],
                draft.party_id,
                draft.policy_id,
                tuple(readers[draft.content_id]),
                frozenset(instalments[draft.content_id]),
                draft.grouping == Grouping.SINGLE,
            ),
        )
    return list(found.values())
