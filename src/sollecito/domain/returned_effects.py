"""An effect that came back unpaid (insoluto bancario), found among the movements of a statement."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sollecito.domain.matching.mentions import find_mentions, fits, normalise_text, split_number
from sollecito.domain.movements import Movement
from sollecito.domain.parties import normalise_name

MOST_FEE = Decimal(30)
"""What a bank takes beside the amount of an effect, at most."""
BACK_WITHIN = timedelta(days=75)
"""A core direct debit may come back for eight weeks; the bank writes it some days later."""
MOST = 3
_RETURNED = re.compile(
    r"\b(?:INSOLUT[OI]|PROTESTAT[OI]|IMPAGAT[OI]|RICHIAMAT[OI]|(?:RIBA|SDD|MAV|RID|EFFETT[OI])\b"
    r".{0,30}\b(?:RESPINT|STORN|RITORNAT)\w*|RETURNED (?:DIRECT DEBIT|ITEM))"
)
_FEE = re.compile(r"\b(?:COMM|COMMISSION[EI]|SPESE|COMPETENZE|FEE|CHARGES?)\b")


@dataclass(frozen=True, slots=True)
class Effect:
    """Effetto at the bank. ``is_reopened``: a person said already that it came back."""

    hold: int
    instalment: int
    customer: str
    number: str
    series: str
    day: date
    due_date: date
    amount: Decimal
    currency: str = "EUR"
    is_reopened: bool = False


@dataclass(frozen=True, slots=True)
class ReturnProposal:
    """Which effect came back; ``fee`` is what the bank took in the same movement."""

    effect: Effect
    score: int
    reasons: tuple[str, ...]
    fee: Decimal = Decimal(0)

    @property
    def reason(self) -> str:
        """Its reasons as one sentence."""
        text = ", ".join(self.reasons)
        return f"{text[:1].upper()}{text[1:]}."


def is_returned_effect(movement: Movement) -> bool:
    """Whether money went out because an effect came back unpaid; the bank's fee is none."""
    if movement.amount >= 0 or movement.is_pending:
        return False
    text = normalise_text(movement.text)
    if _FEE.search(text) and -movement.amount <= MOST_FEE:
        return False
    return movement.is_return or bool(_RETURNED.search(text))


def is_fee_of_return(movement: Movement) -> bool:
    """Whether it is what the bank charges for an effect that came back."""
    text = normalise_text(movement.text)
    is_small = -MOST_FEE <= movement.amount < 0
    return is_small and bool(_FEE.search(text) and _RETURNED.search(text))


def propose_returns(movement: Movement, effects: Iterable[Effect]) -> tuple[ReturnProposal, ...]:
    """The effects that a movement may have brought back, the likeliest first."""
    if not is_returned_effect(movement):
        return ()
    found = [each for effect in effects if (each := _compare(movement, effect))]
    ranked = sorted(found, key=lambda each: (-each.score, each.effect.due_date, each.effect.hold))
    return tuple(ranked[:MOST])


def _compare(movement: Movement, effect: Effect) -> ReturnProposal | None:
    fee = -movement.amount - effect.amount
    since = movement.booking_date - effect.due_date
    if effect.currency != movement.currency or not 0 <= fee <= MOST_FEE or since > BACK_WITHIN:
        return None
    score, reasons = (60, ["importo esatto"]) if not fee else (45, ["importo più le spese"])
    if _is_named(movement, effect):
        score += 20
        reasons.append("nome del cliente")
    if _is_numbered(movement, effect):
        score += 18
        reasons.append("numero del documento nel testo")
    if effect.is_reopened:
        reasons.append("già segnata come tornata insoluta")
    return ReturnProposal(effect, score, tuple(reasons), fee)


def _is_named(movement: Movement, effect: Effect) -> bool:
    own = {word for word in normalise_name(effect.customer).split() if len(word) > 3}  # noqa: PLR2004
    said = set(normalise_name(f"{movement.counterparty} {movement.text}").split())
    return bool(own) and len(own & said) * 2 >= len(own)


def _is_numbered(movement: Movement, effect: Effect) -> bool:
    parts = split_number(effect.number, effect.series, effect.day.year)
    mentions = find_mentions(normalise_text(movement.text))
    return any(fits(mention, parts, effect.day) for mention in mentions)
