"""The specification of reminders read a second time, slowly: day by day, nothing shared or kept.

Written from the page alone, to be compared with ``domain.schedule``. It takes the same values
and calls none of the product's rules.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sollecito.domain.candidates import DueTerms, History, IssuedStep
from sollecito.domain.policies import Policy
from sollecito.domain.schedule import Answer, HoldFact, Issue, Never, PlannedFacts, Wait
from sollecito.domain.working_days import WorkCalendar

DAY = timedelta(days=1)
FIXED = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)}


def easter(year: int) -> date:
    """Easter Sunday, by Butcher's rule."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def is_legal_day(day: date) -> bool:
    """Neither a week-end nor a public holiday."""
    if day.weekday() in (5, 6) or (day.month, day.day) in FIXED:
        return False
    if (day.month, day.day) == (10, 4) and day.year >= 2026:
        return False
    return day not in (easter(day.year), easter(day.year) + DAY)


def is_open_day(day: date, calendar: WorkCalendar) -> bool:
    """A legal day that is neither the patron's nor a closure nor in a quiet period."""
    here = (day.month, day.day)
    closed = [here == calendar.patron]
    closed += [first <= day <= last for first, last in calendar.closures]
    closed += [first <= here <= last for first, last in calendar.quiet]
    return is_legal_day(day) and not any(closed)


def on_or_after(day: date, calendar: WorkCalendar) -> date:
    """The working day on or after."""
    while not is_open_day(day, calendar):
        day += DAY
    return day


def expected(terms: DueTerms) -> date:
    """The first day from the due date on that is the customer's day, and its tolerance."""
    day = terms.due_date
    if terms.payment_day:
        while day.day != min(terms.payment_day, monthrange(day.year, day.month)[1]):
            day += DAY
    for _ in range(terms.grace_days):
        day += DAY
    return day


def planned(terms: DueTerms, policy: Policy, rank: int) -> date:
    """The day of a step."""
    offset = policy.steps[rank].offset_days
    if offset < 0:
        day = terms.due_date - DAY * -offset
        while policy.working_days_only and not is_open_day(day, terms.calendar):
            day -= DAY
        return day
    day = expected(terms)
    while policy.working_days_only and not is_legal_day(day):
        day += DAY
    day += DAY * offset
    return on_or_after(day, terms.calendar) if policy.working_days_only else day


def is_past(policy: Policy, rank: int, done: list[IssuedStep]) -> bool:
    """Issued or skipped, or below one that was; other policies' steps count by their offset."""
    own = [step.id for step in policy.steps]
    for each in done:
        if each.step_id is None:
            continue
        if each.step_id in own[rank:]:
            return True
        foreign = each.offset_days if each.step_id not in own else None
        if foreign is not None and policy.steps[rank].offset_days <= foreign:
            return True
    return False


def candidate(
    facts: PlannedFacts, policy: Policy, history: History, today: date
) -> tuple[int, int, date] | None:
    """Rule 5, once more for each step that was skipped before its turn, on its planned day."""
    found = in_turn(facts, policy, history, today)
    for place, each in enumerate(history.issued):
        mine = found and (policy.steps[found[0]].id, found[1]) == (each.step_id, each.occurrence)
        if found and mine and each.is_ahead and each.round == facts.round:
            rest = history.issued[:place] + history.issued[place + 1 :]
            skipped = replace(each, day=found[2], is_ahead=False)
            after = History((*rest, skipped), history.failed)
            return candidate(facts, policy, after, today)
    return found


def in_turn(
    facts: PlannedFacts, policy: Policy, history: History, today: date
) -> tuple[int, int, date] | None:
    """Rule 5: rank, occurrence, planned date."""
    terms = facts.terms
    done = [each for each in history.issued if each.round == facts.round and not each.is_ahead]
    left = [
        rank
        for rank, step in enumerate(policy.steps)
        if not is_past(policy, rank, done) and not (step.offset_days < 0 and today > terms.due_date)
    ]
    if left and policy.escalation == "in_order":
        return left[0], 1, planned(terms, policy, left[0])
    if left:
        days = {rank: planned(terms, policy, rank) for rank in left}
        come = [rank for rank in left if days[rank] <= today]
        rank = max(come) if come else min(left, key=lambda each: (days[each], each))
        return rank, 1, days[rank]
    last = policy.steps[-1]
    mine = [each for each in done if each.step_id == last.id]
    if not last.repeat_days or not any(not each.is_skip for each in mine):
        return None
    count = max(each.occurrence for each in mine)
    if last.max_repeats is not None and count + 1 > last.max_repeats + 1:
        return None
    day = max(each.day for each in mine) + DAY * last.repeat_days
    if policy.working_days_only:
        day = on_or_after(day, terms.calendar)
    return len(policy.steps) - 1, count + 1, day


def binds(hold: HoldFact, today: date) -> bool:
    """In force."""
    return hold.from_date <= today and (hold.until is None or hold.until >= today)


def first_rules(facts: PlannedFacts, minimum: Decimal, today: date) -> Answer | None:  # noqa: PLR0911  one return a rule, as on the page
    """Rules 1 and 2."""
    if facts.method == "MP22":
        return Never("not_collectible")
    if facts.is_replaced:
        return Wait(None, "not_collectible")
    if not facts.collectible.is_collectible:
        if facts.collectible.is_final:
            return Never("not_collectible")
        return Wait(facts.collectible.from_date, "not_collectible")
    left = facts.balance
    for hold in facts.holds:
        if hold.amount is not None and binds(hold, today):
            left -= hold.amount
    if left <= 0:
        return Never("settled")
    if left < minimum:
        return Wait(None, "below_minimum")
    overdue, credit = facts.overdue_of_customer, facts.credit_of_customer
    if overdue > 0 and credit >= overdue:
        return Wait(None, "covered_by_credit")
    return None


def hold_rule(holds: list[HoldFact], today: date) -> Answer | None:
    """Rule 3: of several the latest end counts, one without date wins."""
    found: HoldFact | None = None
    for hold in holds:
        if hold.amount is not None or not binds(hold, today):
            continue
        if found is None or (found.until and (hold.until is None or hold.until > found.until)):
            found = hold
    if found is None:
        return None
    return Wait(found.until + DAY if found.until else None, f"hold_{found.kind}")


def read(facts: PlannedFacts, policy: Policy | None, history: History, today: date) -> Answer:
    """The answer of the page."""
    answer = _in_order(facts, policy, history, today)
    is_moved = policy is not None and policy.working_days_only
    if isinstance(answer, Wait) and answer.until and is_moved:
        return Wait(on_or_after(answer.until, facts.terms.calendar), answer.reason)
    return answer


def _in_order(facts: PlannedFacts, policy: Policy | None, history: History, today: date) -> Answer:
    minimum = policy.minimum_balance if policy else facts.minimum_balance
    if answer := first_rules(facts, minimum, today):
        return answer
    found = candidate(facts, policy, history, today) if policy else None
    holds = list(facts.holds)
    announces = policy is not None and policy.announce_collections
    if policy and found and announces and policy.steps[found[0]].offset_days < 0:
        holds = [hold for hold in holds if hold.kind != "in_collection"]
    if answer := hold_rule(holds, today):
        return answer
    if policy is None:
        return Never("no_policy")
    if facts.is_paused:
        return Wait(None, "customer_paused")
    if found is None:
        return Never("policy_completed")
    return _its_day(facts, policy, history, today, found)


def _its_day(
    facts: PlannedFacts,
    policy: Policy,
    history: History,
    today: date,
    found: tuple[int, int, date],
) -> Answer:
    """Rules 6 to 9."""
    rank, occurrence, day = found
    if day > today:
        return Wait(day, "not_yet")
    if (policy.steps[rank].id, occurrence) in history.failed:
        return Wait(None, "undeliverable")
    for each in history.issued:
        if not each.is_skip and today < each.day + DAY * policy.min_gap_days:
            last = max(one.day for one in history.issued if not one.is_skip)
            return Wait(last + DAY * policy.min_gap_days, "too_soon")
    if policy.working_days_only and not is_open_day(today, facts.terms.calendar):
        return Wait(on_or_after(today, facts.terms.calendar), "not_working_day")
    return Issue(rank, occurrence)
