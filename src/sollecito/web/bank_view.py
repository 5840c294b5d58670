"""What the page of the bank shows of a movement and of each proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sollecito.accounts.models import Company
from sollecito.domain.matching import Proposal
from sollecito.domain.returned_effects import ReturnProposal
from sollecito.dunning.models import ReturnedMovement
from sollecito.flows.match_movements import propose_matches
from sollecito.flows.match_returns import fee_of, propose_effects
from sollecito.ledger.bank_queries import matched_parts
from sollecito.ledger.models import BankMovement, Instalment

MOST_PROPOSALS = 3


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

    @property
    def customer_id(self) -> int:
        """Whom one would call about it; 0 where it pays nothing."""
        return self.parts[0].instalment.party_id if self.parts else 0

    @property
    def instalments(self) -> str:
        """``12,13``, as addresses name them."""
        return ",".join(str(part.instalment.pk) for part in self.parts)


@dataclass(frozen=True, slots=True)
class ShownReturn:
    """An effect that may have come back; ``fee`` is what the bank asked for it."""

    hold: int
    instalment: Instalment
    score: int
    reason: str
    fee: Decimal
    is_reopened: bool


@dataclass(frozen=True, slots=True)
class ShownMatch:
    """What a movement was matched to, and why."""

    reason: str
    instalments: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True)
class ShownMovement:
    """A movement with its proposals, or with what it was matched to."""

    movement: BankMovement
    proposals: tuple[ShownProposal, ...]
    returns: tuple[ShownReturn, ...]
    matched: tuple[ShownMatch, ...]


def write_parts(proposal: Proposal) -> str:
    """By which a proposal shown is found again: ``12:122.00:0;13:50.00:2.50``."""
    return ";".join(f"{part.item}:{part.amount}:{part.closed}" for part in proposal.parts)


def rows_of(company: Company, movements: Sequence[BankMovement]) -> list[ShownMovement]:
    """Movements as the page shows them, in the same order."""
    found = propose_matches(company, movements)
    returns = propose_effects(company, movements)
    matched = _matches(movements)
    keys = {part.item for some in found.values() for each in some for part in each.parts}
    keys |= {each.effect.instalment for some in returns.values() for each in some}
    keys |= {key for _, some in matched.values() for key in some}
    rows = Instalment.objects.filter(company=company, pk__in=keys)
    known = {row.pk: row for row in rows.select_related("document", "party")}
    return [
        ShownMovement(
            row,
            tuple(_shown(each, known) for each in found.get(row.pk, ())[:MOST_PROPOSALS]),
            tuple(_returned(row, each, known) for each in returns.get(row.pk, ())),
            tuple(
                ShownMatch(reason, tuple(known[key] for key in some if key in known))
                for reason, some in [matched[row.pk]]
            )
            if row.pk in matched
            else (),
        )
        for row in movements
    ]


def _matches(movements: Sequence[BankMovement]) -> dict[int, tuple[str, list[int]]]:
    """Why each movement was matched, and to which instalments."""
    keys = [row.pk for row in movements if row.status == BankMovement.Status.MATCHED]
    paid = {
        key: (each["reason"], each["instalments"])
        for key, some in matched_parts(keys).items()
        for each in some
    }
    links = ReturnedMovement.objects.filter(movement__in=keys).select_related("hold")
    returned = {link.movement_id: (link.reason, [link.hold.instalment_id or 0]) for link in links}
    return paid | returned


def _shown(proposal: Proposal, known: dict[int, Instalment]) -> ShownProposal:
    parts = tuple(ShownPart(known[part.item], part.amount, part.closed) for part in proposal.parts)
    name = parts[0].instalment.party.name if parts else ""
    return ShownProposal(
        write_parts(proposal), name, proposal.score, proposal.reason, proposal.rest, parts
    )


def _returned(
    row: BankMovement, proposal: ReturnProposal, known: dict[int, Instalment]
) -> ShownReturn:
    effect = proposal.effect
    beside = fee_of(row)
    return ShownReturn(
        effect.hold,
        known[effect.instalment],
        proposal.score,
        proposal.reason,
        proposal.fee or (-beside.amount if beside else Decimal(0)),
        effect.is_reopened,
    )
