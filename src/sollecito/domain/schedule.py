"""Which reminder is due, and when: ``decide`` answers for one open instalment on one day.

Automatic runs, the work list, the forecast, "Perché?" and the check just before sending ask it;
a reminder by hand asks its first rules (``refuse_reminder``). Nothing else decides. Source: the
product's specification of reminders, "decide".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from sollecito.domain.candidates import Candidate, DueTerms, History, find_candidate
from sollecito.domain.money import format_date, format_money
from sollecito.domain.policies import MINIMUM_BALANCE, Policy
from sollecito.domain.sdi import Collectible
from sollecito.domain.working_days import is_working_day, next_working_day

NEVER_REMINDED_METHOD = "MP22"
NOTHING = Decimal(0)


class HoldKind(StrEnum):
    """Tipo di blocco."""

    ARRANGEMENT = "arrangement"
    DISPUTE = "dispute"
    PROMISE = "promise"
    SNOOZE = "snooze"
    CLAIMED_PAID = "claimed_paid"
    IN_COLLECTION = "in_collection"
    LEGAL = "legal"
    INSOLVENCY = "insolvency"
    CEASED = "ceased"


@dataclass(frozen=True, slots=True)
class HoldFact:
    """Blocco in force or to come: ``until`` is the last blocked day, ``None`` without end.

    ``amount`` is set only by a dispute of a part: it holds that part and nothing more.
    """

    kind: str
    from_date: date
    until: date | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class InstalmentFacts:
    """What the rules need to know of one instalment (rata), on one day."""

    balance: Decimal
    collectible: Collectible
    currency: str = "EUR"
    method: str = ""
    is_replaced: bool = False
    """A pro-forma whose invoice is here, or the younger of the two until a person confirms."""
    is_undecided: bool = False
    """Rows written gross, and nobody has said yet whether to ask for gross or net."""
    holds: tuple[HoldFact, ...] = ()
    minimum_balance: Decimal = MINIMUM_BALANCE
    overdue_of_customer: Decimal = NOTHING
    credit_of_customer: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an instalment may not be reminded. ``is_final``: nothing but a new fact changes it."""

    reason: str
    message: str
    is_final: bool = False
    until: date | None = None
    """The day from which it may be, where one is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFacts(InstalmentFacts):
    """What ``decide`` needs beyond the first rules."""

    terms: DueTerms
    round: int = 1
    is_paused: bool = False
    """Automation is off for the instance, the company, the customer, or the instalment."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Si sollecita oggi: the step's rank from 0, and which occurrence of it from 1."""

    rank: int
    occurrence: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Si aspetta, until a day (the first on which the answer may differ) or until an event."""

    until: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """Non si sollecita, unless a fact changes."""

    reason: str


Answer = Issue | Wait | Never


def decide(facts: PlannedFacts, policy: Policy | None, history: History, today: date) -> Answer:
    """Answer for one open instalment on one day; the first rule that applies is the answer.

    Args:
        facts: of the instalment; balances derived, never the stored copy.
        policy: the first that the instalment, its customer, its category or its company has.
        history: what was issued, in every round; reminders by hand have no step.
        today: the company's day.
    """
    if policy and policy.minimum_balance != facts.minimum_balance:
        facts = replace(facts, minimum_balance=policy.minimum_balance)
    candidate = None
    asked: InstalmentFacts = facts
    if policy and policy.announce_collections and today <= facts.terms.due_date:
        candidate = _find(facts, policy, history, today)
        if candidate and policy.steps[candidate.rank].offset_days < 0:
            asked = without_collections(facts)
    if refusal := refuse_reminder(asked, today):
        return _refuse(refusal, facts, policy)
    if policy is None:
        return Never("no_policy")
    if facts.is_paused:
        return Wait(None, "customer_paused")
    candidate = candidate or _find(facts, policy, history, today)
    if candidate is None:
        return Never("policy_completed")
    return _time(candidate, facts, policy, history, today)


def _find(facts: PlannedFacts, policy: Policy, history: History, today: date) -> Candidate | None:
    return find_candidate(facts.terms, policy, history, round_number=facts.round, today=today)


def _time(
    candidate: Candidate, facts: PlannedFacts, policy: Policy, history: History, today: date
) -> Answer:
    """Rules 6 to 9: the step is known, is it its day?"""
    if candidate.planned_date > today:
        return _wait(candidate.planned_date, "not_yet", facts, policy)
    if (policy.steps[candidate.rank].id, candidate.occurrence) in history.failed:
        return Wait(None, "undeliverable")
    last = max((each.day for each in history.issued if not each.is_skip), default=None)
    if last is not None and (today - last).days < policy.min_gap_days:
        return _wait(last + timedelta(days=policy.min_gap_days), "too_soon", facts, policy)
    if policy.working_days_only and not is_working_day(today, facts.terms.calendar):
        return Wait(next_working_day(today, facts.terms.calendar), "not_working_day")
    return Issue(candidate.rank, candidate.occurrence)


def _wait(until: date | None, reason: str, facts: PlannedFacts, policy: Policy | None) -> Wait:
    """Wait; with ``working_days_only`` until the working day on or after."""
    if until and policy and policy.working_days_only:
        until = next_working_day(until, facts.terms.calendar)
    return Wait(until, reason)


def _refuse(refusal: Refusal, facts: PlannedFacts, policy: Policy | None) -> Answer:
    if refusal.is_final:
        return Never(refusal.reason)
    return _wait(refusal.until, refusal.reason, facts, policy)


def refuse_reminder(facts: InstalmentFacts, today: date) -> Refusal | None:
    """Rules 1, 2 and 3: the first that applies, or ``None`` when a reminder may be made.

    Args:
        facts: of one instalment; balances derived, never the stored copy.
        today: the company's day.
    """
    return (
        _refuse_uncollectible(facts)
        or _refuse_balance(facts, remindable_balance(facts, today))
        or _refuse_hold(facts.holds, today)
    )


def without_collections(facts: InstalmentFacts) -> InstalmentFacts:
    """As a step before the due date sees it that may announce a RiBa, an SDD or a MAV."""
    rest = tuple(hold for hold in facts.holds if hold.kind != HoldKind.IN_COLLECTION)
    return replace(facts, holds=rest)


def within_plan(facts: InstalmentFacts) -> InstalmentFacts:
    """As the plan's own messages see it: what was agreed does not hold back its reminder."""
    rest = tuple(hold for hold in facts.holds if hold.kind != HoldKind.ARRANGEMENT)
    return replace(facts, holds=rest)


def without_holds(facts: InstalmentFacts) -> InstalmentFacts:
    """As a copy of the document sees it, which a person sends and which asks for nothing new."""
    return replace(facts, holds=(), minimum_balance=NOTHING)


def remindable_balance(facts: InstalmentFacts, today: date) -> Decimal:
    """Balance less the disputed part, where a dispute names an amount."""
    disputed = sum(
        (hold.amount for hold in holds_in_force(facts.holds, today) if hold.amount is not None),
        NOTHING,
    )
    return max(facts.balance - disputed, NOTHING)


def holds_in_force(holds: Iterable[HoldFact], today: date) -> tuple[HoldFact, ...]:
    """Those whose days include ``today``."""
    return tuple(
        hold
        for hold in holds
        if hold.from_date <= today and (hold.until is None or today <= hold.until)
    )


def strongest_hold(holds: Iterable[HoldFact], today: date) -> HoldFact | None:
    """The hold that binds longest: one without end wins, else the latest end counts.

    A dispute of a part binds nothing but that part, so it is left out.
    """
    whole = [hold for hold in holds_in_force(holds, today) if hold.amount is None]
    return max(whole, key=lambda hold: (hold.until is None, hold.until or today), default=None)


def _refuse_uncollectible(facts: InstalmentFacts) -> Refusal | None:
    if facts.method == NEVER_REMINDED_METHOD:
        return Refusal(
            "not_collectible",
            "È trattenuta su somme già riscosse (MP22): non si sollecita.",
            is_final=True,
        )
    if facts.is_replaced:
        return Refusal(
            "not_collectible",
            "Proforma e fattura dello stesso importo: conferma la sostituzione sul documento, "
            "oppure di' che sono due crediti diversi.",
        )
    if facts.is_undecided:
        return Refusal(
            "not_collectible",
            "Le rate sono al lordo della ritenuta o dell'IVA in scissione: scegli sul documento "
            "se chiedere il lordo o il netto.",
        )
    answer = facts.collectible
    if answer.is_collectible:
        return None
    message = NOT_COLLECTIBLE.get(answer.reason, "Non è un credito da incassare.")
    if answer.from_date:
        message += f" Si può sollecitare dal {format_date(answer.from_date)}."
    return Refusal("not_collectible", message, answer.is_final, answer.from_date)


NOT_COLLECTIBLE = {
    "credit_note": "Una nota di credito non si sollecita.",
    "sdi_waiting": "Il Sistema di Interscambio non ha ancora risposto.",
    "sdi_public_term": "L'ente pubblico ha 15 giorni per accettare o rifiutare.",
    "sdi_rejected": "Scartata dal Sistema di Interscambio: correggila e inviala di nuovo.",
    "sdi_not_delivered": "Non ancora recapitata all'ente: il Sistema di Interscambio riprova.",
    "sdi_unreachable": "Ente non raggiungibile: decidi sul documento se incassarla comunque.",
    "sdi_refused": "Rifiutata dall'ente: emetti nota di credito e nuova fattura.",
}


def _refuse_balance(facts: InstalmentFacts, remindable: Decimal) -> Refusal | None:
    if facts.balance <= NOTHING:
        return Refusal(
            "settled",
            "Rata già saldata: annulla il sollecito oppure riapri l'incasso.",
            is_final=True,
        )
    if remindable <= NOTHING:
        return Refusal("settled", "Tutto il residuo è contestato.", is_final=True)
    if remindable < facts.minimum_balance:
        least = format_money(facts.minimum_balance, facts.currency)
        return Refusal("below_minimum", f"Il residuo è sotto il minimo di {least}.")
    if NOTHING < facts.overdue_of_customer <= facts.credit_of_customer:
        credit = format_money(facts.credit_of_customer, facts.currency)
        return Refusal(
            "covered_by_credit",
            f"Il cliente ha un credito da abbinare di {credit}, che copre tutto lo scaduto.",
        )
    return None


def _refuse_hold(holds: tuple[HoldFact, ...], today: date) -> Refusal | None:
    hold = strongest_hold(holds, today)
    if hold is None:
        return None
    until = hold.until + timedelta(days=1) if hold.until else None
    message = HELD.get(hold.kind, "I solleciti sono sospesi.")
    if hold.until:
        message += f" Fino al {format_date(hold.until)}."
    return Refusal(f"hold_{hold.kind}", message, until=until)


HELD: dict[str, str] = {
    HoldKind.ARRANGEMENT: "Sospesa per accordo.",
    HoldKind.DISPUTE: "Contestata dal cliente.",
    HoldKind.PROMISE: "Il cliente ha promesso il pagamento.",
    HoldKind.SNOOZE: "I solleciti sono sospesi.",
    HoldKind.CLAIMED_PAID: "Il cliente dice di aver pagato.",
    HoldKind.IN_COLLECTION: "L'incasso è in banca (RiBa, SDD, MAV o assegno): si aspetta l'esito.",
    HoldKind.LEGAL: "La pratica è al legale.",
    HoldKind.INSOLVENCY: "Il cliente è in procedura concorsuale.",
    HoldKind.CEASED: "Il cliente è cessato o deceduto: servono eredi o liquidatore.",
}
