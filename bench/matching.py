"""Matching: movements against open instalments, and what was certain against the truth.

Then a statement of thousands of movements through the real import, on both databases.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from time import perf_counter

from bench.bank_year import Year, make_year, played
from bench.statements import DATABASES, measure, show
from sollecito.domain.matching import OpenBook, Proposal, propose

ITEMS, MOVEMENTS = 100_000, 10_000


@dataclass(slots=True)
class Outcome:
    """What a year gave."""

    certain: int = 0
    payments: int = 0
    first: int = 0
    seconds: float = 0.0
    wrong: list[tuple[int, Proposal]] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """Of the payments, how many were matched by themselves."""
        return self.certain / max(self.payments, 1)


def play(year: Year) -> Outcome:
    """Match a year in its order; certain ones leave the book and teach the payer's account."""
    book = OpenBook(year.items, year.debtors)
    outcome = Outcome()
    start = perf_counter()
    for place, (movement, truth, kind) in enumerate(played(year)):
        found = propose(movement, book)
        outcome.payments += bool(truth)
        outcome.first += bool(found) and _is_true(found[0], truth)
        if not found or not found[0].is_certain:
            outcome.missed[kind] += bool(truth)
        elif _is_true(found[0], truth):
            outcome.certain += 1
            book.learn(movement.iban, found[0].party)
        else:
            outcome.wrong.append((place, found[0]))
        for key, amount in truth.items():  # a person settles what was not certain
            if key in book.items:
                closed = (
                    sum((p.closed for p in found[0].parts if p.item == key), Decimal(0))
                    if found
                    else 0
                )
                book.take(key, min(amount + closed, book.items[key].balance))
    outcome.seconds = perf_counter() - start
    return outcome


def _is_true(proposal: Proposal, truth: dict[int, Decimal]) -> bool:
    return {part.item: part.amount for part in proposal.parts} == truth


def main() -> int:
    """Run, with ``[ITEMS] [MOVEMENTS] [SEED]`` where others are wanted."""
    words = [int(word) for word in sys.argv[1:] if word.isdigit()]
    items, movements, seed = [*words, *(ITEMS, MOVEMENTS, 1)[len(words) :]]
    year = make_year(seed, items=items, movements=movements)
    outcome = play(year)
    print(
        f"{movements} movements, {items} open instalments: {outcome.seconds:.1f} s; matched by "
        f"themselves {outcome.share:.1%}, first proposal right {outcome.first}, "
        f"wrong {len(outcome.wrong)}; not certain: {dict(outcome.missed)}"
    )
    for place, proposal in outcome.wrong[:20]:
        print(year.kinds[place], year.movements[place], year.truth[place], proposal, sep="\n  ")
    for database in DATABASES:
        print(show(measure(database)), flush=True)
    return bool(outcome.wrong)


if __name__ == "__main__":
    sys.exit(main())
