"""What the page of the bank shows of a movement and of each proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sollecito.accounts.models import Company
from sollecito.domain.matching import Proposal
from sollecito.flows.match_movements import propose_matches
from sollecito.ledger.bank_queries import matched_parts
from sollecito.ledger.models import BankMovement, Instalment


@dataclass(frozen=True, slots=True)
class ShownPart:
    """An instalment of a proposal, and what goes to it."""

    instalment: Instalment
    amount: Decimal
    closed: Decimal


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """A proposal; ``key`` comes back when it is confirmed."""

    key: str
    customer: str
    score: int
    reason: str
    rest: Decimal
    parts: tuple[ShownPart, ...]


@dataclass(frozen=True, slots=True)
class ShownMovement:
    """A movement with its proposals, or with what it was matched to."""

    movement: BankMovement
    proposals: tuple[ShownProposal, ...]
    matched: list[dict[str, Any]]


def write_parts(proposal: Proposal) -> str:
    """By which a proposal shown is found again: ``12:122.00:0;13:50.00:2.50``."""
    return ";".join(f"{part.item}:{part.amount}:{part.closed}" for part in proposal.parts)


def rows_of(company: Company, movements: Sequence[BankMovement]) -> list[ShownMovement]:
    """Movements as the page shows them, in the same order."""
    found = propose_matches(company, movements)
    matched = matched_parts([row.pk for row in movements])
    keys = {part.item for some in found.values() for each in some for part in each.parts}
    rows = Instalment.objects.filter(company=company, pk__in=keys)
    known = {row.pk: row for row in rows.select_related("document", "party")}
    return [
        ShownMovement(
            row,
            tuple(_shown(each, known) for each in found.get(row.pk, ())[:3]),
            matched.get(row.pk, []),
        )
        for row in movements
    ]


def _shown(proposal: Proposal, known: dict[int, Instalment]) -> ShownProposal:
    parts = tuple(ShownPart(known[part.item], part.amount, part.closed) for part in proposal.parts)
    name = parts[0].instalment.party.name if parts else ""
    return ShownProposal(
        write_parts(proposal), name, proposal.score, proposal.reason, proposal.rest, parts
    )
