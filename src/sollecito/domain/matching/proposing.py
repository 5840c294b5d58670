"""Which open items a movement pays: proposals with a score and their reasons in words.

Certain is only what two independent facts agree on to the cent: who pays, or a reference given
to nobody else, and how much for which documents. Whatever contradicts makes it a proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations, islice, product

from sollecito.domain.identifiers import parse_code
from sollecito.domain.matching.book import OpenBook
from sollecito.domain.matching.gaps import explain_gap, may_be_withheld, spread
from sollecito.domain.matching.mentions import (
    PART_WORDS,
    RELIEF_WORDS,
    Mention,
    calls_document,
    find_dates,
    find_mentions,
    fits,
    is_exact,
    split_number,
    text_of,
)
from sollecito.domain.matching.values import (
    AgreedRate,
    Gap,
    Identity,
    OpenItem,
    Part,
    Preferences,
    Proposal,
    Rule,
)
from sollecito.domain.money import format_money
from sollecito.domain.movements import Movement

NEAR = 5
"""Days around the movement's own: a text that names them speaks of the order to pay."""
MOST_PARTIES, MOST_READINGS, MOST_ITEMS = 12, 64, 24
NOTHING = Decimal(0)
GAP_WORDS = {
    Gap.DECLARED: "meno la ritenuta dichiarata",
    Gap.CONDOMINIUM: "meno il 4% trattenuto dal condominio",
    Gap.TAX_RELIEF: "meno l'11% trattenuto dalla banca per le agevolazioni fiscali",
    Gap.DISCOUNT: "meno lo sconto per pagamento anticipato",
    Gap.FEE: "meno le spese bancarie",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """A movement seen as a payment of one customer."""

    movement: Movement
    party: int
    surely: Identity
    by: str
    items: tuple[OpenItem, ...]
    named: tuple[tuple[OpenItem, ...], ...]
    """For each mention that means something of this customer, the items it may mean."""
    exact: bool
    unresolved: bool
    """A number called a document's means nothing that is open."""
    is_part: bool
    speaks_of_relief: bool
    is_condominium: bool
    dates: frozenset[date]
    is_rivalled: bool
    """Another customer is better known to have paid."""
    preferences: Preferences
    agreed: tuple[AgreedRate, ...] = ()

    def agrees(self, items: Sequence[OpenItem]) -> bool:
        """Whether the days that the text names, if any, are those of these documents."""
        near = {day for day in self.dates if abs((day - self.movement.booking_date).days) > NEAR}
        return not near or any(item.day in near for item in items)


def propose(
    movement: Movement, book: OpenBook, preferences: Preferences | None = None
) -> tuple[Proposal, ...]:
    """Proposals for money that came in, the best first; none for what went out or is pending.

    At most one is certain, and then it is the first.
    """
    wanted = preferences or Preferences()
    if movement.amount <= 0 or movement.is_pending or movement.is_return:
        return ()
    by_code = _by_reference(movement, book)
    if by_code is not None:
        return _ranked([by_code], wanted)
    found = [each for case in _cases(movement, book, wanted) for each in _of_case(case)]
    return _ranked(found, wanted)


def _ranked(found: Sequence[Proposal], wanted: Preferences) -> tuple[Proposal, ...]:
    best: dict[tuple[Part, ...], Proposal] = {}
    allowed = [each if each.rule in wanted.certain else _uncertain(each) for each in found]
    for each in allowed:
        if each.parts not in best or best[each.parts].score < each.score:
            best[each.parts] = each
    ranked = sorted(best.values(), key=lambda each: (-each.is_certain, -each.score, each.parts))
    certain = [each for each in ranked if each.is_certain]
    if len(certain) > 1:  # two customers fit: nobody can tell
        ranked = [_uncertain(each) for each in ranked]
    return tuple(ranked[: wanted.most])


def _uncertain(proposal: Proposal) -> Proposal:
    return replace(proposal, score=min(proposal.score, 89), is_certain=False)


def _by_reference(movement: Movement, book: OpenBook) -> Proposal | None:
    """The reference that the payer was given: certain where the amount is the very balance."""
    for written, words in (
        (movement.reference, "riferimento RF"),
        (movement.end_to_end, "riferimento end-to-end"),
    ):
        keys = book.of_code.get(parse_code(written), set()) if written else set()
        items = sorted((book.items[key] for key in keys), key=_by_due)
        items = [item for item in items if item.currency == movement.currency]
        if items and len({item.party for item in items}) == 1:
            total = sum((item.balance for item in items), NOTHING)
            one = [item for item in items if item.balance == movement.amount]
            chosen = items if total == movement.amount else one[:1]
            if chosen:
                parts = tuple(Part(item.key, item.balance) for item in chosen)
                reasons = (words, "importo esatto")
                return Proposal(
                    items[0].party, parts, 100, reasons, is_certain=True, rule="reference"
                )
            parts, rest = _fill(items, movement.amount)
            return Proposal(items[0].party, parts, 88, (words,), rest=rest)
    return None


def _cases(movement: Movement, book: OpenBook, wanted: Preferences) -> Iterator[_Case]:
    text = text_of(movement)
    mentions, dates = find_mentions(text), find_dates(text)
    known = book.identify(movement)
    parties = dict(known)
    for party in _parties_named(movement, mentions, book):
        if party not in parties:
            is_like = book.resembles(movement, party)
            parties[party] = (Identity.LIKE, "nome simile") if is_like else (Identity.NONE, "")
    if not any(surely >= Identity.NAMED for surely, _ in parties.values()):
        for key in islice(sorted(book.of_amount.get(movement.amount, ())), MOST_PARTIES):
            parties.setdefault(book.items[key].party, (Identity.NONE, ""))
    ranked = sorted(parties.items(), key=lambda each: (-each[1][0], each[0]))[: MOST_PARTIES * 2]
    best = max((surely for surely, _ in parties.values()), default=Identity.NONE)
    for party, (surely, by) in ranked:
        items = sorted(
            (item for item in book.of_party[party].values() if item.currency == movement.currency),
            key=_by_due,
        )
        if not items:
            continue
        named, unresolved = _resolve(mentions, items)
        debtor = book.debtors.get(party)
        yield _Case(
            movement,
            party,
            surely,
            by,
            tuple(items),
            tuple(each for _, each in named),
            all(_means_one(mention, some) for mention, some in named),
            unresolved,
            bool(PART_WORDS.search(text)),
            bool(RELIEF_WORDS.search(text)),
            debtor.is_condominium if debtor else False,
            dates,
            surely < best,
            wanted,
            tuple(book.agreed.get(party, ())),
        )


def _parties_named(
    movement: Movement, mentions: Iterable[Mention], book: OpenBook
) -> Iterator[int]:
    """Customers of the documents that a text calls by their number."""
    for mention in filter(calls_document, mentions):
        for key in islice(sorted(book.of_number.get(mention.number, ())), 200):
            item = book.items[key]
            parts = split_number(item.number, item.series, item.day.year)
            if fits(mention, parts, item.day) and item.balance <= movement.amount * 2:
                yield item.party


def _resolve(
    mentions: Sequence[Mention], items: Sequence[OpenItem]
) -> tuple[list[tuple[Mention, tuple[OpenItem, ...]]], bool]:
    found = []
    unresolved = False
    seen: set[tuple[int, ...]] = set()
    for mention in mentions:
        some = tuple(
            item
            for item in items
            if (item.balance < 0) == mention.is_credit
            and fits(mention, split_number(item.number, item.series, item.day.year), item.day)
        )
        keys = tuple(item.key for item in some)
        if some and keys not in seen:
            seen.add(keys)
            found.append((mention, some))
        unresolved |= not some and mention.is_named
    return found, unresolved


def _means_one(mention: Mention, items: Sequence[OpenItem]) -> bool:
    """Whether a mention means one document, by all that it says."""
    documents = {item.document for item in items}
    first = items[0]
    parts = split_number(first.number, first.series, first.day.year)
    return len(documents) == 1 and (mention.is_named or is_exact(mention, parts, first.day))


def _of_case(case: _Case) -> Iterator[Proposal]:
    if case.named:
        yield from _of_named(case)
    if not case.named or case.unresolved:
        yield from _of_amounts(case)


def _of_named(case: _Case) -> Iterator[Proposal]:
    """The documents that the text names, whole, with a gap, in part, or with money left over."""
    amount = case.movement.amount
    readings = list(islice(_readings(case.named), MOST_READINGS))
    whole = [items for items in readings if _total(items) == amount]
    sure = case.surely >= Identity.NAMED
    for items in whole[:3]:
        is_one = len(whole) == 1 or _same_documents(whole)
        yield _make(
            case,
            items,
            score=(96 if sure else 84) - (0 if is_one else 10) - 6 * case.unresolved,
            is_certain=is_one and _is_told(case, items),
        )
        if is_one:
            return
    if whole:
        return
    explained = [(items, gap) for items in readings if (gap := _gap(case, items))]
    for items, gap in explained[:3]:
        is_fact = gap is not Gap.FEE
        yield _make(
            case,
            items,
            score=(90 if sure else 74) - (0 if is_fact else 6) - 6 * case.unresolved,
            is_certain=len(explained) == 1
            and case.exact
            and sure
            and _is_told(case, items)
            and not _has_exact(case),
            gap=gap,
        )
    if not explained:
        yield from _in_part(case, readings)


def _is_told(case: _Case, items: Sequence[OpenItem]) -> bool:
    """Whether the payer and the documents that the text names agree in all that is known."""
    if case.unresolved or case.is_rivalled or not case.agrees(items):
        return False
    return case.surely == Identity.SURE or (case.surely >= Identity.LIKE and case.exact)


def _means_nothing_else(case: _Case, named: OpenItem) -> bool:
    """Whether no other open item explains the amount, and nothing withheld what is missing."""
    amount = case.movement.amount
    return not _has_exact(case) and not may_be_withheld(named.balance, named.balance - amount)


def _has_exact(case: _Case) -> bool:
    """Whether some open items, named or not, make the very amount."""
    items = [item for item in case.items if item.balance > 0]
    amount = case.movement.amount
    if any(item.balance == amount for item in items):
        return True
    return next(_sums(items, amount, case.movement), None) is not None


def _in_part(case: _Case, readings: Sequence[tuple[OpenItem, ...]]) -> Iterator[Proposal]:
    items = max(readings, key=_total)
    positive = [item for item in items if item.balance > 0]
    if not positive:
        return
    one_document = len({item.document for item in positive}) == 1
    parts, rest = _fill(positive, case.movement.amount)
    is_less = _total(items) > case.movement.amount
    yield Proposal(
        case.party,
        parts,
        (66 if case.surely >= Identity.NAMED else 48) + 10 * case.is_part,
        (
            *_words(case, "numero del documento nel testo"),
            "pagamento in parte"
            if is_less
            else f"restano {format_money(rest, case.movement.currency)} di credito",
        ),
        is_certain=is_less
        and one_document
        and len(case.named) == 1
        and case.surely == Identity.SURE
        and case.exact
        and _is_told(case, positive)
        and (case.is_part or _means_nothing_else(case, positive[0])),
        rule="document",
        rest=rest,
    )


def _of_amounts(case: _Case) -> Iterator[Proposal]:
    """No document named: what the amount alone tells of a customer's open items."""
    amount = case.movement.amount
    items = [item for item in case.items if item.balance > 0]
    single = [item for item in items if item.balance == amount]
    sums = list(islice(_sums(items, amount, case.movement), 4))
    is_one = len(single) + len(sums) == 1 and len(single) == len({i.document for i in single})
    alone = not case.unresolved and case.surely == Identity.SURE
    for item in single[:3]:
        yield _make(
            case,
            (item,),
            score=_score_of_amount(case, 92 if is_one else 70),
            is_certain=alone and is_one and len(items) <= MOST_ITEMS,
            rule="amount",
        )
    for some in sums[:3]:
        is_all = len(some) == len(items)
        yield _make(
            case,
            some,
            score=_score_of_amount(case, 86 if is_one else 64),
            is_certain=alone and is_one and is_all and len(items) <= MOST_ITEMS,
            rule="amount",
        )
    if single or sums or case.surely < Identity.NAMED:
        return
    if (by_plan := _of_plan(case, is_certain=alone)) is not None:
        yield by_plan
        return
    groups: list[tuple[OpenItem, ...]] = [(item,) for item in items[:MOST_ITEMS]]
    groups += [tuple(items)] if len(items) > 1 else []
    explained = [(some, gap) for some in groups if (gap := _gap(case, some))]
    for some, gap in explained[:3]:
        yield _make(case, some, score=_score_of_amount(case, 68), gap=gap, rule="amount")
    if not explained and items:
        parts, rest = _fill(items, amount)
        said = "dalla scadenza più vecchia"
        yield Proposal(case.party, parts, 35, (*_words(case), said), rest=rest)


def _of_plan(case: _Case, *, is_certain: bool) -> Proposal | None:
    """The next rates of the customer's repayment plan, one or more, where they make the amount."""
    amount, total = case.movement.amount, NOTHING
    for count, rate in enumerate(case.agreed, start=1):
        total += rate.left
        if total < amount:
            continue
        items = [item for item in case.items if item.key in rate.items and item.balance > 0]
        parts, rest = _fill(items, amount)
        if total != amount or rest:
            return None
        first = case.agreed[0].seq
        said = f"rata {first}" if count == 1 else f"rate da {first} a {rate.seq}"
        reasons = _words(case, f"{said} del piano di rientro")
        score = 97 if is_certain else 80
        return Proposal(case.party, parts, score, reasons, is_certain, "amount")
    return None


def _score_of_amount(case: _Case, score: int) -> int:
    less = {Identity.SURE: 0, Identity.NAMED: 8, Identity.LIKE: 30, Identity.NONE: 50}
    return max(score - less[case.surely] - 12 * case.unresolved, 5)


def _sums(
    items: Sequence[OpenItem], amount: Decimal, movement: Movement
) -> Iterator[tuple[OpenItem, ...]]:
    """Several items that make the amount: all, all due, the oldest ones, then any two or three."""
    if len(items) < 2:  # noqa: PLR2004
        return
    seen: set[frozenset[int]] = set()
    due = [item for item in items if item.due_date <= movement.booking_date]
    prefixes = [tuple(items[:count]) for count in range(2, len(items) + 1)]
    few = items[:MOST_ITEMS]
    more = (some for size in (2, 3) for some in combinations(few, size))
    for some in [tuple(items), tuple(due), *prefixes, *more]:
        keys = frozenset(item.key for item in some)
        if len(some) > 1 and keys not in seen and _total(some) == amount:
            seen.add(keys)
            yield some


def _readings(named: Sequence[tuple[OpenItem, ...]]) -> Iterator[tuple[OpenItem, ...]]:
    """What the mentions may mean together: of each a document, whole or its first instalments."""
    options = [list(_options(items)) for items in named]
    for chosen in product(*options):
        items = {item.key: item for some in chosen for item in some}
        yield tuple(sorted(items.values(), key=_by_due))


def _options(items: Sequence[OpenItem]) -> Iterator[tuple[OpenItem, ...]]:
    documents: dict[int, list[OpenItem]] = {}
    for item in items:
        documents.setdefault(item.document, []).append(item)
    for rows in documents.values():
        yield tuple(rows)
        if len(rows) > 1:
            yield from ((row,) for row in _first_of_equal(rows))
            yield from (tuple(rows[:count]) for count in range(2, len(rows)))


def _first_of_equal(rows: Sequence[OpenItem]) -> Iterator[OpenItem]:
    """Of equal instalments of one document the oldest (art. 1193 c.c.)."""
    seen: set[Decimal] = set()
    for row in rows:
        if row.balance not in seen:
            seen.add(row.balance)
            yield row


def _same_documents(readings: Sequence[tuple[OpenItem, ...]]) -> bool:
    return (
        len({frozenset(item.document for item in items) for items in readings}) == 1
        and len({frozenset(item.key for item in items) for items in readings}) == 1
    )


def _gap(case: _Case, items: Sequence[OpenItem]) -> Gap:
    missing = _total(items) - case.movement.amount
    if missing <= 0 or any(item.balance <= 0 for item in items):
        return Gap.NONE
    return explain_gap(
        items,
        missing,
        case.movement.booking_date,
        is_condominium=case.is_condominium,
        speaks_of_relief=case.speaks_of_relief,
        preferences=case.preferences,
    )


def _make(
    case: _Case,
    items: Sequence[OpenItem],
    *,
    score: int,
    is_certain: bool = False,
    gap: Gap = Gap.NONE,
    rule: Rule = "document",
) -> Proposal:
    missing = _total(items) - case.movement.amount if gap else NOTHING
    closed = spread(items, missing) if gap else [NOTHING] * len(items)
    parts = tuple(
        Part(item.key, item.balance - less, less) for item, less in zip(items, closed, strict=True)
    )
    said = ["numero del documento nel testo"] if case.named else []
    if gap:
        said.append(f"{GAP_WORDS[gap]} ({format_money(missing, case.movement.currency)})")
    else:
        said.append("importo esatto" if len(items) == 1 else f"somma esatta di {len(items)} rate")
    return Proposal(
        case.party, parts, 99 if is_certain else score, _words(case, *said), is_certain, rule, gap
    )


def _words(case: _Case, *said: str) -> tuple[str, ...]:
    return tuple(filter(None, (case.by, *said)))


def _fill(items: Sequence[OpenItem], amount: Decimal) -> tuple[tuple[Part, ...], Decimal]:
    """As much as is left of each item, in order; and what remains."""
    parts = []
    rest = amount
    for item in items:
        some = min(rest, item.balance)
        if some > 0:
            parts.append(Part(item.key, some))
            rest -= some
    return tuple(parts), rest


def _total(items: Iterable[OpenItem]) -> Decimal:
    return sum((item.balance for item in items), NOTHING)


def _by_due(item: OpenItem) -> tuple[object, int]:
    return (item.due_date, item.key)
