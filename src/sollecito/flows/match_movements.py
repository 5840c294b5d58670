"""Movements become payments: the certain ones by themselves, the others as a person confirms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from sollecito.accounts.models import Company, User
from sollecito.domain.matching import AgreedRate, OpenBook, Preferences, Proposal, propose
from sollecito.domain.movements import Movement
from sollecito.dunning.models import RepaymentPlan
from sollecito.flows import clock
from sollecito.flows.confirm_match import MovementRefusedError, confirm_proposal
from sollecito.flows.confirm_takings import look_again_at_drafts
from sollecito.flows.follow_plans import standing_of_plan
from sollecito.flows.record_payments import PaymentRefusedError
from sollecito.ledger.bank_queries import movement_of
from sollecito.ledger.book_queries import open_book
from sollecito.ledger.models import BankMovement, ImportBatch

Status = BankMovement.Status
FEW = 50
"""Movements for which only what they may pay is read."""
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
    told = {row.pk: movement_of(row) for row in waiting}
    book = _book(company, list(told.values()) if len(told) <= FEW else None)
    wanted = preferences_of(company)
    return {key: propose(each, book, wanted) for key, each in told.items()}


def _book(company: Company, movements: Collection[Movement] | None = None) -> OpenBook:
    """What is open, as ``open_book``, with the rates of the plans that customers pay by."""
    book = open_book(company, movements)
    plans = RepaymentPlan.objects.filter(company=company, status=RepaymentPlan.Status.ACCEPTED)
    today = clock.today(company.time_zone)
    for plan in plans.select_related("company", "party"):
        if plan.party_id not in book.of_party:
            continue
        rates = standing_of_plan(plan, today).rates
        items = tuple(plan.covers.values_list("pk", flat=True))
        left = [AgreedRate(rate.seq, rate.left, items) for rate in rates if rate.left > 0]
        book.agree(plan.party_id, left)
    return book


def preferences_of(company: Company) -> Preferences:
    """What a company lets confirm itself, and how much of a bank fee it bears."""
    certain = CERTAIN[Company.AutoMatch(company.auto_match)]
    return Preferences(fee_limit=Decimal(company.bank_fee_limit), certain=certain)


def match_batch(batch: ImportBatch) -> int:
    """Confirm what is certain once the statements of an import are stored; how many were.

    Apart from storing them, so that instalments are locked for moments only: a process that dies
    in between leaves movements that wait, and the next import looks at them again.
    """
    companies = Company.objects.filter(bank_statements__batch=batch).distinct()
    matched = 0
    for company in companies:
        matched += match_certain(company, user=batch.user)
        look_again_at_drafts(company)
    return matched


def match_certain(company: Company, *, user: User | None = None) -> int:
    """Confirm what is certain among the movements that wait, the oldest first; how many were."""
    wanted = preferences_of(company)
    rows = BankMovement.objects.filter(company=company, status=Status.OPEN, amount__gt=0)
    waiting = list(rows.order_by("booking_date", "pk")) if wanted.certain else []
    if not waiting:
        return 0
    certain = _certain_ones(waiting, _book(company), wanted)
    return sum(_confirm(row, proposal, user) for row, proposal in certain)


def _certain_ones(
    rows: Iterable[BankMovement], book: OpenBook, wanted: Preferences
) -> Iterator[tuple[BankMovement, Proposal]]:
    """Each movement that is certain, once those before it have left the book."""
    for row in rows:
        found = propose(movement_of(row), book, wanted)
        if not found or not found[0].is_certain:
            continue
        for part in found[0].parts:
            book.take(part.item, part.amount + part.closed)
        book.learn(row.iban, found[0].party)
        yield row, found[0]


def _confirm(row: BankMovement, proposal: Proposal, user: User | None) -> bool:
    """One movement, in a transaction of its own: whoever waits for its rate waits for a moment."""
    try:
        confirm_proposal(row, proposal, user=user, is_automatic=True)
    except (PaymentRefusedError, MovementRefusedError):
        return False
    return True
