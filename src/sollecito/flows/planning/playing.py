"""The ledger as it would go on, day by day: what the forecast and the trial of a programme play."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from sollecito.accounts.models import Company
from sollecito.domain.candidates import History, IssuedStep
from sollecito.domain.grouping import Counter, Group, group_lines, within_caps
from sollecito.domain.schedule import PlannedFacts, decide
from sollecito.domain.sdi import Collectible
from sollecito.dunning.plan_queries import Planned, planned_facts
from sollecito.dunning.policy_book import PolicyBook
from sollecito.flows.choose_channels import usable_channels
from sollecito.flows.planning.deciding import Decided
from sollecito.flows.planning.directory import Directory, channels_of
from sollecito.flows.planning.drafts import lacking_drafts
from sollecito.flows.planning.forecast_days import ForecastDay
from sollecito.flows.planning.lines import make_lines, own_texts
from sollecito.flows.planning.look_dates import next_look
from sollecito.flows.planning.proposing import Means, is_ready

CHUNK = 2000


def load_known(
    company: Company,
    ids: Collection[int],
    start: date,
    *,
    as_of: date | None = None,
    book: PolicyBook,
) -> dict[int, Planned]:
    """Facts of many instalments, a chunk at a time."""
    places = list(ids)
    known: dict[int, Planned] = {}
    for place in range(0, len(places), CHUNK):
        chunk = places[place : place + CHUNK]
        known |= planned_facts(company, chunk, start, as_of=as_of, book=book)
    return known


class Player:
    """Plays days in their order; every Issue that the caps let through counts as sent.

    What lacks something is in, and like in a run takes no place of the others under the caps.
    """

    def __init__(
        self, company: Company, start: date, known: dict[int, Planned], counter: Counter
    ) -> None:
        """Begin on ``start`` with what is known of each instalment that day."""
        self.texts = own_texts(company)
        self.usable = usable_channels(company)
        self.is_ready = partial(is_ready, means=Means(self.usable, lacking_drafts(company)))
        self.directory = Directory(channels_of(each.policy for each in known.values()))
        self.known = known
        self.counter = counter
        self.looks: dict[date, list[int]] = defaultdict(list, {start: list(known)})
        self.owed: dict[tuple[int, str], list[tuple[date, Decimal]]] = defaultdict(list)
        for each in known.values():
            facts = each.facts
            self.owed[each.party, facts.currency].append((facts.terms.due_date, facts.balance))

    def change(self, pk: int, planned: Planned, day: date) -> None:
        """Something happened to an instalment: look at it again on ``day``."""
        self.known[pk] = planned
        self.looks[day].append(pk)

    def play_days(self, first: date, days: int) -> list[ForecastDay]:
        """``days`` days from ``first`` on."""
        return [self.play(first + timedelta(days=number)) for number in range(days)]

    def play(self, day: date) -> ForecastDay:
        """What leaves on a day, and the ledger after it."""
        decided = [self._decide(pk, day) for pk in dict.fromkeys(self.looks.pop(day, []))]
        lines = make_lines(decided, day, self.texts, self.usable, self.directory)
        groups = within_caps(group_lines(lines), self.counter, day, is_ready=self.is_ready)
        leaving = [group for group, obstacle in groups if not obstacle]
        self._issue(leaving, day)
        self._look_again(decided, day)
        return ForecastDay(day, tuple(leaving))

    def _issue(self, groups: Iterable[Group], day: date) -> None:
        for group in groups:
            for line in group.lines:
                step = IssuedStep(day, line.step, line.offset_days, line.occurrence, line.round)
                planned = self.known[line.instalment]
                history = History((*planned.history.issued, step), planned.history.failed)
                self.known[line.instalment] = replace(planned, history=history)

    def _look_again(self, decided: Iterable[Decided], day: date) -> None:
        for each in decided:
            if again := next_look(each.answer, each.planned.facts, day):
                self.looks[max(again, day + timedelta(days=1))].append(each.instalment)

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
