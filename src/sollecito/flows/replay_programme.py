"""What a programme would have sent in the last 90 days: the past, played from its first day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from sollecito.accounts.models import Company
from sollecito.domain.candidates import IssuedStep
from sollecito.domain.grouping import Caps
from sollecito.domain.policies import Policy
from sollecito.dunning.models import Reminder
from sollecito.dunning.plan_queries import Planned, open_on
from sollecito.dunning.policy_book import PolicyBook
from sollecito.flows.planning.counting import make_counter
from sollecito.flows.planning.playing import Player, load_known
from sollecito.flows.planning.trying import MOST_INSTALMENTS, Played, whole_customers
from sollecito.ledger.models import Allocation, Instalment

PAST_DAYS = 90


def replay_programme(
    company: Company,
    policy: Policy,
    today: date,
    *,
    book: PolicyBook,
    caps: Caps,
    most: int | None = MOST_INSTALMENTS,
) -> Played:
    """The last ``PAST_DAYS`` days of one programme, as if it had been there.

    From the balances of the first day, with the payments and the reminders by hand of each.
    """
    start = today - timedelta(days=PAST_DAYS)
    was_open = open_on(company, start) & Q(document__date__lt=today)
    rows = Instalment.objects.filter(was_open, company=company)
    ids, total = whole_customers(rows, most)
    known = load_known(company, ids, start, as_of=start, book=book)
    paid, written = _payments(ids, start, today), _by_hand(ids, start, today)
    counter = make_counter(company, start, caps=caps)
    player = Player(company, start, known, counter)
    found = []
    for day in (start + timedelta(days=number) for number in range(PAST_DAYS)):
        for pk, amount in paid.get(day, []):
            player.change(pk, _less(player.known[pk], amount), day)
        found.append(player.play(day))
        for pk, issued in written.get(day, []):
            planned = player.known[pk]
            history = replace(planned.history, issued=(*planned.history.issued, issued))
            player.known[pk] = replace(planned, history=history)
    return Played(tuple(found), len(ids), total).only_of(policy.id)


def _less(planned: Planned, amount: Decimal) -> Planned:
    facts = planned.facts
    return replace(planned, facts=replace(facts, balance=facts.balance - amount))


def _payments(
    ids: Collection[int], start: date, today: date
) -> dict[date, list[tuple[int, Decimal]]]:
    """What was collected of each instalment, by day."""
    found: dict[date, list[tuple[int, Decimal]]] = defaultdict(list)
    rows = Allocation.objects.filter(
        instalment__in=ids, undone_at__isnull=True, date__gt=start, date__lt=today
    )
    for day, pk, amount in rows.values_list("date", "instalment_id", "amount"):
        found[day].append((pk, amount))
    return found


def _by_hand(
    ids: Collection[int], start: date, today: date
) -> dict[date, list[tuple[int, IssuedStep]]]:
    """Reminders that a person sent meanwhile: they count for the gap."""
    found: dict[date, list[tuple[int, IssuedStep]]] = defaultdict(list)
    rows = Reminder.objects.filter(
        instalment__in=ids,
        step__isnull=True,
        is_void=False,
        issued_date__gt=start,
        issued_date__lt=today,
    )
    for pk, day, number in rows.values_list("instalment_id", "issued_date", "round"):
        if day:
            found[day].append((pk, IssuedStep(day, round=number)))
    return found
