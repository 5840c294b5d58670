"""Whether a movement is here already: in two formats it counts once, two equal ones twice.

Banks give the same movement other words and other references in each format, so what tells is the
account, the day and the amount; what contradicts is told apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sollecito.domain import identifiers
from sollecito.domain.movements import Movement
from sollecito.domain.parties import normalise_name

PENDING_DAYS = 10
"""How long a movement announced as pending may take to be booked."""
SHORTEST_WORD = 3
_COMMON = frozenset(
    {
        *("bonifico", "favore", "vostro", "vostra", "saldo", "fattura", "fatt", "per", "sepa"),
        *("accredito", "addebito", "del", "della", "data", "valuta", "ordinante", "note", "ben"),
        *("ord", "iban", "trn", "cro", "causale", "anagrafica", "info", "cli", "srl", "spa"),
        *("fornitore", "eur", "euro", "snc", "sas", "disposto", "conto", "pagamento", "acconto"),
    }
)


@dataclass(frozen=True, slots=True)
class KnownMovement:
    """A movement that came before: its row, and the dialect it came in."""

    key: int
    format: str
    movement: Movement


def pair_known(
    incoming: Sequence[tuple[str, Movement]], known: Sequence[KnownMovement]
) -> list[int | None]:
    """For each movement that comes (with its dialect) the known one that it is, by key, or none.

    Each known one is taken once, so two equal movements of a day stay two. A pending one is found
    again when it is booked within ten days.
    """
    groups: dict[tuple[str, Decimal], list[KnownMovement]] = {}
    for each in known:
        groups.setdefault((each.movement.currency, each.movement.amount), []).append(each)
    found: list[int | None] = [None] * len(incoming)
    taken: set[int] = set()
    for is_same in (_has_same_id, _has_same_text, _is_compatible):
        for place, (dialect, movement) in enumerate(incoming):
            if found[place] is not None:
                continue
            for each in groups.get((movement.currency, movement.amount), ()):
                if each.key not in taken and _fits(dialect, movement, each, is_same):
                    found[place] = each.key
                    taken.add(each.key)
                    break
    return found


def _fits(
    dialect: str,
    movement: Movement,
    known: KnownMovement,
    is_same: Callable[[Movement, Movement, bool], bool],
) -> bool:
    other = known.movement
    if not _same_day(movement, other):
        return False
    same_format = dialect == known.format
    if _accounts_differ(movement.account, other.account, same_format=same_format):
        return False
    return is_same(movement, other, same_format)


def _same_day(one: Movement, other: Movement) -> bool:
    apart: int = abs((one.booking_date - other.booking_date).days)
    return apart <= (PENDING_DAYS if one.is_pending or other.is_pending else 0)


def _accounts_differ(one: str, other: str, *, same_format: bool) -> bool:
    if one == other or not one or not other:
        return False
    return same_format or (identifiers.is_iban(one) and identifiers.is_iban(other))


def _has_same_id(one: Movement, other: Movement, _same_format: bool) -> bool:  # noqa: FBT001
    return bool(one.bank_id) and one.bank_id == other.bank_id


def _has_same_text(one: Movement, other: Movement, same_format: bool) -> bool:  # noqa: FBT001
    if same_format and (_differ(one.bank_id, other.bank_id) or _named_otherwise(one, other)):
        return False
    if one.text != other.text or _contradict(one, other):
        return False
    return bool(one.text) or same_format or one.account == other.account


def _is_compatible(one: Movement, other: Movement, same_format: bool) -> bool:  # noqa: FBT001
    if same_format and not (one.is_pending or other.is_pending):
        return False
    if _contradict(one, other):
        return False
    if one.account and one.account == other.account and not same_format:
        return True
    return bool(_words(one) & _words(other))


def _contradict(one: Movement, other: Movement) -> bool:
    pairs = (
        (one.iban, other.iban),
        (one.end_to_end, other.end_to_end),
        (one.tax_code, other.tax_code),
        (one.reference, other.reference),
    )
    if any(_differ(*pair) for pair in pairs):
        return True
    names = [set(normalise_name(each.counterparty).split()) - _COMMON for each in (one, other)]
    return all(names) and not names[0] & names[1]


def _named_otherwise(one: Movement, other: Movement) -> bool:
    """One format writes one payer in one way: two condominiums are not one by a word shared."""
    return _differ(normalise_name(one.counterparty), normalise_name(other.counterparty))


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _words(movement: Movement) -> set[str]:
    """Words that tell one movement from another: names, numbers of documents."""
    text = f"{movement.counterparty} {movement.text}".casefold()
    words = re.findall(r"\d+/\d+|\w+", text)
    return {word for word in words if len(word) >= SHORTEST_WORD} - _COMMON
