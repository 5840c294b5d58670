"""Who may have a rule of its own, and what it says: values, and the sentence of the history."""

from __future__ import annotations

from dataclasses import dataclass

from sollecito.dunning.models import Policy
from sollecito.ledger.models import Instalment, Party


@dataclass(frozen=True, slots=True)
class Level:
    """A category, a customer or an instalment; none of them is the company itself."""

    segment: str = ""
    party: Party | None = None
    instalment: Instalment | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the level says: a programme or none of its own, and the two switches."""

    policy: Policy | None = None
    is_paused: bool = False
    needs_review: bool = False


def say_choice(before: Wanted, wanted: Wanted) -> str:
    """One or more sentences for the history."""
    parts = []
    if before.policy != wanted.policy:
        own = f"Regola dei solleciti automatici: «{wanted.policy}»."
        parts.append(own if wanted.policy else "Nessuna regola propria dei solleciti automatici.")
    if before.is_paused != wanted.is_paused:
        parts.append(
            "Solleciti automatici fermati." if wanted.is_paused else "Solleciti automatici ripresi."
        )
    if before.needs_review != wanted.needs_review:
        parts.append(
            "Ogni sollecito va approvato da una persona."
            if wanted.needs_review
            else "L'approvazione segue la regola."
        )
    return " ".join(parts)
