"""Which reminder is due: the first rules, which refuse one by hand as well as by programme.

Manual, automatic, preview and the check just before sending ask the same function. Source: the
product's specification of reminders, "decide", rules 1 to 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from sollecito.domain.money import format_date, format_money
from sollecito.domain.sdi import Collectible

MINIMUM_BALANCE = Decimal("5.00")
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
}
