"""Open items by everything that a transfer may tell of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher

from sollecito.domain.identifiers import parse_code
from sollecito.domain.matching.mentions import split_number
from sollecito.domain.matching.values import AgreedRate, Debtor, Identity, OpenItem
from sollecito.domain.movements import Movement
from sollecito.domain.parties import normalise_name

LEGAL_FORMS = frozenset(
    {
        *("srl", "srls", "spa", "snc", "sas", "sapa", "scarl", "scrl", "scpa", "ss", "coop", "soc"),
        *(
            "societa",
            "cooperativa",
            "e",
            "di",
            "della",
            "del",
            "dei",
            "c",
            "co",
            "the",
            "gmbh",
            "ltd",
        ),
        *(
            "ditta",
            "impresa",
            "studio",
            "figli",
            "fratelli",
            "flli",
            "in",
            "liquidazione",
            "a",
            "r",
            "l",
        ),
    }
)
SHORTEST_CODE = 8
COMMON_WORD = 60
"""A word that more customers than this share tells nobody apart."""
LIKE_SHARE = 0.6
LONG_NAME = 9
LIKE_RATIO = 0.85


class OpenBook:
    """Partite aperte with their indexes. ``take`` keeps them true as matches are made."""

    def __init__(self, items: Iterable[OpenItem], debtors: Iterable[Debtor]) -> None:
        self.debtors: Mapping[int, Debtor] = {debtor.key: debtor for debtor in debtors}
        self.items: dict[int, OpenItem] = {}
        self.of_party: dict[int, dict[int, OpenItem]] = defaultdict(dict)
        self.of_number: dict[int, set[int]] = defaultdict(set)
        self.of_amount: dict[Decimal, set[int]] = defaultdict(set)
        self.of_code: dict[str, set[int]] = defaultdict(set)
        self.agreed: dict[int, list[AgreedRate]] = {}
        self._ibans: dict[str, set[int]] = defaultdict(set)
        self._codes: dict[str, set[int]] = defaultdict(set)
        self._names: dict[str, set[int]] = defaultdict(set)
        self._bare: dict[tuple[str, ...], set[int]] = defaultdict(set)
        self._words: dict[str, set[int]] = defaultdict(set)
        self.enter(items)
        for debtor in self.debtors.values():
            self._add_debtor(debtor)

    def enter(self, items: Iterable[OpenItem]) -> None:
        """Write items into the book, after those that are there."""
        for item in items:
            self._add(item)

    def _add(self, item: OpenItem) -> None:
        self.items[item.key] = item
        self.of_party[item.party][item.key] = item
        parts = split_number(item.number, item.series, item.day.year)
        for number in parts.numbers:
            self.of_number[number].add(item.key)
        self.of_amount[item.balance].add(item.key)
        if len(code := parse_code(item.code)) >= SHORTEST_CODE:
            self.of_code[code].add(item.key)

    def _add_debtor(self, debtor: Debtor) -> None:
        for iban in debtor.ibans:
            self._ibans[iban].add(debtor.key)
        for code in debtor.codes:
            self._codes[code].add(debtor.key)
        for name in (debtor.name, *debtor.names):
            self._names[normalise_name(name)].add(debtor.key)
            words = bare_words(name)
            self._bare[_in_any_order(words)].add(debtor.key)
            for word in words:
                self._words[word].add(debtor.key)

    def agree(self, party: int, rates: Iterable[AgreedRate]) -> None:
        """A customer pays by a plan: its rates that are left, in their order."""
        self.agreed.setdefault(party, []).extend(rates)

    def _pay_rates(self, item: OpenItem, amount: Decimal) -> None:
        rates = []
        for rate in self.agreed.get(item.party, ()):
            part = min(amount, rate.left) if item.key in rate.items else Decimal(0)
            amount -= part
            if rate.left > part:
                rates.append(replace(rate, left=rate.left - part))
        if rates or item.party in self.agreed:
            self.agreed[item.party] = rates

    def take(self, key: int, amount: Decimal) -> None:
        """Less is left of an item, or nothing: it leaves the book then."""
        item = self.items[key]
        self._pay_rates(item, amount)
        left = item.balance - amount
        self.of_amount[item.balance].discard(key)
        if left:
            self.items[key] = self.of_party[item.party][key] = replace(
                item, balance=left, withheld=Decimal(0), discount=Decimal(0)
            )
            self.of_amount[left].add(key)
            return
        del self.items[key], self.of_party[item.party][key]
        parts = split_number(item.number, item.series, item.day.year)
        for number in parts.numbers:
            self.of_number[number].discard(key)
        self.of_code[parse_code(item.code)].discard(key)

    def learn(self, iban: str, party: int) -> None:
        """An IBAN was seen to pay for a customer."""
        if iban:
            self._ibans[iban].add(party)

    def identify(self, movement: Movement) -> dict[int, tuple[Identity, str]]:
        """Customers that a movement may be of, how surely, and by what (Italian)."""
        found: dict[int, tuple[Identity, str]] = {}
        seen = self._ibans.get(movement.iban, set()) if movement.iban else set()
        for party in seen:
            surely = Identity.SURE if len(seen) == 1 else Identity.NAMED
            found[party] = (surely, "IBAN già visto di questo cliente")
        coded = self._codes.get(movement.tax_code, set()) if movement.tax_code else set()
        for party in coded:
            surely = Identity.SURE if len(coded) == 1 else Identity.NAMED
            found[party] = max(found.get(party, _NOBODY), (surely, "codice fiscale del cliente"))
        for party, surely in self._named(movement).items():
            by = "nome simile" if surely is Identity.LIKE else "nome del cliente"
            found[party] = max(found.get(party, _NOBODY), (surely, by))
        sure = [party for party, (surely, _) in found.items() if surely == Identity.SURE]
        if len(sure) > 1:  # the account says one customer, the name another
            found |= {party: (Identity.NAMED, found[party][1]) for party in sure}
        return found

    def _named(self, movement: Movement) -> dict[int, Identity]:
        name = movement.counterparty
        if not name:
            return self._named_in_text(movement.text)
        exact = self._names.get(normalise_name(name), set())
        words = bare_words(name)
        bare = self._bare.get(_in_any_order(words), set()) if words else set()
        if exact:
            surely = Identity.SURE if len(exact | bare) == 1 else Identity.NAMED
            return dict.fromkeys(exact, surely)
        if bare:
            is_sure = len(bare) == 1 and len(words) > 1 and sum(map(len, words)) >= LONG_NAME
            return dict.fromkeys(bare, Identity.SURE if is_sure else Identity.NAMED)
        return self._like(words)

    def _like(self, words: tuple[str, ...]) -> dict[int, Identity]:
        counts: dict[int, int] = defaultdict(int)
        for word in set(words):
            near = self._words.get(word, set())
            if len(near) <= COMMON_WORD:
                for party in near:
                    counts[party] += len(word)
        letters = sum(map(len, set(words)))
        return {
            party: Identity.LIKE for party, count in counts.items() if count >= LIKE_SHARE * letters
        }

    def resembles(self, movement: Movement, party: int) -> bool:
        """Whether a payer's name may be a customer's, written with a slip or cut short."""
        if party not in self.debtors or not movement.counterparty:
            return False
        one, other = bare_words(movement.counterparty), bare_words(self.debtors[party].name)
        letters = sum(map(len, set(one)))
        shared = sum(map(len, set(one) & set(other)))
        if letters and shared >= LIKE_SHARE * letters:
            return True
        matcher = SequenceMatcher(None, "".join(one), "".join(other), autojunk=False)
        return matcher.real_quick_ratio() >= LIKE_RATIO and matcher.ratio() >= LIKE_RATIO

    def _named_in_text(self, text: str) -> dict[int, Identity]:
        """Customers whose whole name stands in a text that says not where the payer is."""
        words = normalise_name(text).split()
        plain = [word for word in words if word not in LEGAL_FORMS]
        said = f" {' '.join(plain)} "
        near: set[int] = set()
        for word in set(plain):
            those = self._words.get(word, set())
            if len(those) <= COMMON_WORD:
                near |= those
        found = {}
        for party in near:
            own = bare_words(self.debtors[party].name)
            if own and sum(map(len, own)) > 5 and f" {' '.join(own)} " in said:  # noqa: PLR2004
                found[party] = Identity.NAMED
        return found


_NOBODY = (Identity.NONE, "")


def _in_any_order(words: tuple[str, ...]) -> tuple[str, ...]:
    """Banks write a person's surname first."""
    return tuple(sorted(words))


def bare_words(name: str) -> tuple[str, ...]:
    """Words of a name without legal form and little words."""
    return tuple(word for word in normalise_name(name).split() if word not in LEGAL_FORMS)
