"""Movements become payments: the certain ones by themselves, the others as a person confirms."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from sollecito.accounts.models import Company, User
from sollecito.domain.matching import OpenBook, Preferences, Proposal, propose
from sollecito.flows.confirm_match import MovementRefusedError, confirm_proposal
from sollecito.flows.record_payments import PaymentRefusedError
from sollecito.ledger.bank_queries import movement_of, open_book
from sollecito.ledger.models import BankMovement

Status = BankMovement.Status
CERTAIN = {
    Company.AutoMatch.NONE: frozenset[str](),
    Company.AutoMatch.DOCUMENT: frozenset({"reference", "document"}),
    Company.AutoMatch.ALL: frozenset({"reference", "document", "amount"}),
}


def propose_matches(
    company: Company, movements: Collection[BankMovement]
) -> dict[int, tuple[Proposal, ...]]:
    """Proposals for movements that wait, by their key; nothing is stored."""
    waiting = [row for row in movements if row.status == Status.OPEN and row.amount > 0]
    if not waiting:
        return {}
    book, wanted = open_book(company), preferences_of(company)
    return {row.pk: propose(movement_of(row), book, wanted) for row in waiting}


def preferences_of(company: Company) -> Preferences:
    """What a company lets confirm itself, and how much of a bank fee it bears."""
    certain = CERTAIN[Company.AutoMatch(company.auto_match)]
    return Preferences(fee_limit=Decimal(company.bank_fee_limit), certain=certain)


def match_certain(company: Company, *, user: User | None = None) -> int:
    """Confirm what is certain among the movements that wait, the oldest first; how many were."""
    wanted = preferences_of(company)
    rows = BankMovement.objects.filter(company=company, status=Status.OPEN, amount__gt=0)
    waiting = list(rows.order_by("booking_date", "pk")) if wanted.certain else []
    if not waiting:
        return 0
    book = open_book(company)
    return sum(_match_if_certain(row, book, wanted, user) for row in waiting)


def _match_if_certain(
    row: BankMovement, book: OpenBook, wanted: Preferences, user: User | None
) -> bool:
    found = propose(movement_of(row), book, wanted)
    if not found or not found[0].is_certain:
        return False
    try:
        confirm_proposal(row, found[0], user=user, is_automatic=True)
    except (PaymentRefusedError, MovementRefusedError):
        return False
    for part in found[0].parts:
        book.take(part.item, part.amount + part.closed)
    book.learn(row.iban, found[0].party)
    return True
