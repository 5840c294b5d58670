"""Forecast: what would leave, day by day, if every Issue were approved and taken the same day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sollecito.accounts.models import Company
from sollecito.domain.candidates import History, IssuedStep
from sollecito.domain.grouping import Counter, Group, group_lines, within_caps
from sollecito.domain.schedule import PlannedFacts, decide
from sollecito.domain.sdi import Collectible
from sollecito.dunning.plan_queries import Planned, automatic_sent, open_on, planned_facts
from sollecito.dunning.policy_book import PolicyBook, policy_book
from sollecito.flows import clock
from sollecito.flows.planning.deciding import Decided, next_look
from sollecito.flows.planning.lines import caps_of, make_lines
from sollecito.ledger.models import Instalment

MOST_DAYS = 366
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """One day: the communications that would leave on it, each on its channels."""

    day: date
    groups: tuple[Group, ...] = ()

    @property
    def messages(self) -> int:
        """Contents: a group counts once for each of its channels."""
        return sum(len(group.channels) for group in self.groups)

    @property
    def amount(self) -> Decimal:
        """What is asked for in euro; other currencies are never added to it."""
        lines = (line for group in self.groups for line in group.lines)
        return sum((line.balance for line in lines if line.currency == "EUR"), Decimal(0))

    def wire(self) -> dict[str, Any]:
        """As ``forecast --json`` prints it."""
        items = [
            {"instalment": line.instalment, "step": line.rank, "occurrence": line.occurrence}
            for group in self.groups
            for line in group.lines
        ]
        return {
            "date": self.day.isoformat(),
            "messages": self.messages,
            "amount": f"{self.amount:.2f}",
            "items": items,
        }


def forecast_reminders(
    company: Company, days: int = 30, *, book: PolicyBook | None = None
) -> list[ForecastDay]:
    """Play ``days`` days from today on, caps included; nothing is stored.

    ``book`` plays other policies than those saved: what a programme being edited would send.
    """
    start = clock.today(company.time_zone)
    played = _Player(company, start, book or policy_book(company))
    return [
        ForecastDay(day, tuple(played.play(day)))
        for day in (start + timedelta(days=n) for n in range(min(days, MOST_DAYS)))
    ]


class _Player:
    """The ledger as it would go on, day by day."""

    def __init__(self, company: Company, start: date, book: PolicyBook) -> None:
        caps = caps_of(company)
        self.counter = Counter(caps, automatic_sent(company, start, caps.reader_gap_days))
        as_of = clock.pretended_day(company.time_zone)
        rows = Instalment.objects.filter(open_on(company, as_of), company=company)
        ids = list(rows.order_by("party_id", "pk").values_list("pk", flat=True))
        self.known: dict[int, Planned] = {}
        for place in range(0, len(ids), CHUNK):
            chunk = ids[place : place + CHUNK]
            self.known |= planned_facts(company, chunk, start, as_of=as_of, book=book)
        self.looks: dict[date, list[int]] = defaultdict(list, {start: ids})
        self.owed: dict[tuple[int, str], list[tuple[date, Decimal]]] = defaultdict(list)
        for each in self.known.values():
            facts = each.facts
            self.owed[each.party, facts.currency].append((facts.terms.due_date, facts.balance))

    def play(self, day: date) -> list[Group]:
        """What leaves on a day, and the ledger after it."""
        decided = [self._decide(pk, day) for pk in self.looks.pop(day, [])]
        lines = make_lines(decided, day)
        groups = within_caps(group_lines(lines), self.counter, day)
        leaving = [group for group, obstacle in groups if not obstacle]
        for group in leaving:
            for line in group.lines:
                step = IssuedStep(day, line.step, line.offset_days, line.occurrence, line.round)
                planned = self.known[line.instalment]
                history = History((*planned.history.issued, step), planned.history.failed)
                self.known[line.instalment] = replace(planned, history=history)
        for each in decided:
            if again := next_look(each.answer, day):
                self.looks[max(again, day + timedelta(days=1))].append(each.instalment)
        return leaving

    def _decide(self, pk: int, day: date) -> Decided:
        planned = self.known[pk]
        facts = self._on(planned, day)
        answer = decide(facts, planned.policy, planned.history, day)
        return Decided(pk, replace(planned, facts=facts), answer)

    def _on(self, planned: Planned, day: date) -> PlannedFacts:
        """The facts as they will be on a day: the SdI's terms run out, more falls due."""
        facts = planned.facts
        answer = facts.collectible
        if not answer.is_collectible and answer.from_date and answer.from_date <= day:
            facts = replace(facts, collectible=Collectible(is_collectible=True))
        if facts.credit_of_customer > 0:
            owed = self.owed[planned.party, facts.currency]
            overdue = sum((amount for due, amount in owed if due < day), Decimal(0))
            facts = replace(facts, overdue_of_customer=overdue)
        return facts
