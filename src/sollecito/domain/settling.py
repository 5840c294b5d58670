"""What closes an instalment beside money, how money is shared out, how much of it may be cash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from sollecito.domain.money import to_cents

NOTHING = Decimal("0.00")
CENT = Decimal("0.01")


class ClosingKind(StrEnum):
    """Chiusura senza denaro: what is left of an instalment is owed no more."""

    ALLOWANCE = "allowance"
    SETTLEMENT = "settlement"
    LOSS = "loss"
    WITHHELD = "withheld"
    COSTS = "costs"
    DISCOUNT = "discount"
    OFFSET = "offset"


NAMES: dict[ClosingKind, str] = {
    ClosingKind.ALLOWANCE: "Abbuono",
    ClosingKind.SETTLEMENT: "Saldo e stralcio",
    ClosingKind.LOSS: "Perdita su crediti",
    ClosingKind.WITHHELD: "Ritenuta subita",
    ClosingKind.COSTS: "Spese bancarie",
    ClosingKind.DISCOUNT: "Sconto per pagamento anticipato",
    ClosingKind.OFFSET: "Compensazione",
}
"""As the history and the statement of account name them."""
GIVEN_UP = frozenset({ClosingKind.ALLOWANCE, ClosingKind.SETTLEMENT, ClosingKind.LOSS})

CASH_LIMITS = (
    # from, the first amount that is forbidden: art. 49 c. 3-bis D.Lgs. 231/2007
    (date(2016, 1, 1), Decimal(3000)),
    (date(2020, 7, 1), Decimal(2000)),
    (date(2023, 1, 1), Decimal(5000)),
)
CASH_DAYS = timedelta(days=7)
"""Parts of one payment handed over within seven days count together (art. 1 c. 2 lett. v)."""


def needs_approval(kind: ClosingKind, amount: Decimal, limit: Decimal) -> bool:
    """Whether giving ``amount`` up wants a reason and who approved it.

    ``limit`` is the company's, up to which an allowance (abbuono) wants neither.
    """
    return kind in GIVEN_UP and (kind is not ClosingKind.ALLOWANCE or amount > limit)


def share_oldest_first(
    amount: Decimal, balances: Iterable[tuple[int, Decimal]]
) -> dict[int, Decimal]:
    """Which part of ``amount`` each instalment takes, in the order given; what is over is not here.

    Each takes at most its balance; those that take nothing are left out. Source: art. 1193 c.c.,
    the oldest debt first, where ``balances`` come by due date.
    """
    left = amount
    parts: dict[int, Decimal] = {}
    for key, balance in balances:
        part = min(left, balance)
        if part > 0:
            parts[key] = part
            left -= part
    return parts


@dataclass(frozen=True, slots=True)
class OpenDebt:
    """Debito scaduto o da scadere, of which ``balance`` (more than 0) is open."""

    key: int
    due_date: date
    document_date: date
    balance: Decimal


def share_by_law(amount: Decimal, debts: Iterable[OpenDebt]) -> dict[int, Decimal]:
    """What each debt takes of money that named nothing; what is over is not here.

    Art. 1193 c.c.: what is due before what is not, of that the oldest, by due date and then by
    document; equals share it in proportion, to the cent. Guarantees and burdens are not known
    here. Interest stays apart: art. 1194 is for who imputes the payment to say.
    """
    ranked: dict[tuple[date, date], list[OpenDebt]] = defaultdict(list)
    for debt in debts:
        ranked[debt.due_date, debt.document_date].append(debt)
    left, parts = amount, dict[int, Decimal]()
    for rank in sorted(ranked):
        equals = sorted(ranked[rank], key=lambda debt: debt.key)
        here = min(left, sum((debt.balance for debt in equals), NOTHING))
        taken = _in_proportion(here, [debt.balance for debt in equals])
        parts |= {debt.key: part for debt, part in zip(equals, taken, strict=True) if part > 0}
        left -= here
    return parts


def _in_proportion(amount: Decimal, balances: Sequence[Decimal]) -> list[Decimal]:
    """``amount``, at most their sum, in proportion; odd cents go to the first with room."""
    whole = sum(balances, NOTHING)
    if not whole:
        return [NOTHING for _ in balances]
    parts = [(amount * each / whole).quantize(CENT, rounding=ROUND_DOWN) for each in balances]
    odd = amount - sum(parts, NOTHING)
    for place, balance in enumerate(balances):
        more = min(odd, CENT, balance - parts[place])
        parts[place] += more
        odd -= more
    return parts


def scale_down(amounts: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """``amounts`` in proportion, to the cent, that sum to ``total``; the last takes the rest.

    ``total`` is positive and at most their sum.
    """
    whole = sum(amounts, NOTHING)
    shares = [to_cents(amount * total / whole) for amount in amounts[:-1]]
    return [*shares, total - sum(shares, NOTHING)]


def earned_discount(
    rest: Decimal, *, discount: Decimal | None, until: date | None, day: date
) -> Decimal:
    """What an instalment's early-payment discount closes of ``rest`` after money of ``day``.

    All of it where the money came by ``until`` and no more than ``discount`` is missing, else 0.
    Source: FatturaPA 2.4.2.17 ScontoPagamentoAnticipato, 2.4.2.18 DataLimitePagamentoAnticipato.
    """
    if not discount or until is None or day > until:
        return NOTHING
    return rest if NOTHING < rest <= discount else NOTHING


def cash_limit(day: date) -> Decimal | None:
    """The first amount that may not be paid in cash on a day; ``None`` before 2016."""
    return next((limit for first, limit in reversed(CASH_LIMITS) if first <= day), None)


def is_over_cash_limit(amount: Decimal, day: date, earlier: Iterable[tuple[date, Decimal]]) -> bool:
    """Whether cash of a day, with what the same payer gave in the week before, is too much."""
    limit = cash_limit(day)
    near = sum((each for when, each in earlier if timedelta(0) <= day - when < CASH_DAYS), NOTHING)
    return limit is not None and amount + near >= limit
