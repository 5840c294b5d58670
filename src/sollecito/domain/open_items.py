"""The list of what is open according to another programme, held against what is open here."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sollecito.domain.documents import DocumentKind, PartyData
from sollecito.domain.parties import is_one_party, party_codes


class ListedItem(Protocol):
    """A row of the list, as ``formats.sheets`` reads it."""

    @property
    def number(self) -> str: ...
    @property
    def series(self) -> str: ...
    @property
    def date(self) -> dt.date | None: ...
    @property
    def kind(self) -> DocumentKind | None: ...
    @property
    def party(self) -> PartyData: ...
    @property
    def due_date(self) -> dt.date | None: ...
    @property
    def seq(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class KnownInstalment:
    """An open instalment of the ledger; ``key`` is handed back."""

    key: int
    number: str
    series: str
    day: dt.date
    kind: str
    customer: PartyData
    due_date: dt.date
    seq: int


def find_absent(known: Iterable[KnownInstalment], listed: Iterable[ListedItem]) -> set[int]:
    """Keys of the instalments that no row of the list can mean.

    In doubt a row means an instalment: an instalment that is left in the list by a slip costs a
    question, one that is closed by a slip costs money. Numbers are compared without case and
    blanks, with the series in front, behind, or apart; a date, kind or customer that a row gives
    must not contradict (where all of a number contradict its date or kind, they may be the other
    programme's own); rata and due date choose among a document's instalments where they fit.
    """
    by_number: dict[str, list[KnownInstalment]] = defaultdict(list)
    everything = list(known)
    for row in everything:
        for name in _names(row.number, row.series):
            by_number[name].append(row)
    meant: set[int] = set()
    for item in listed:
        names = _names(item.number, item.series)
        rows = {row.key: row for name in names for row in by_number.get(name, ())}
        of_customer = [row for row in rows.values() if _may_be_of(item, row)]
        agreeing = [row for row in of_customer if _may_mean(item, row)]
        meant |= _meant_by(item, agreeing or of_customer)
    return {row.key for row in everything} - meant


def _meant_by(item: ListedItem, rows: list[KnownInstalment]) -> set[int]:
    """Of a document's instalments, those that a row names by rata or due date; else all."""
    by_seq = {row.key for row in rows if item.seq == row.seq}
    by_date = {row.key for row in rows if item.due_date == row.due_date}
    return by_seq or by_date or {row.key for row in rows}


def _names(number: str, series: str) -> set[str]:
    """The ways one number is written: 12, 12/A, A12, A/12."""
    bare, letters = _fold(number), _fold(series)
    if not letters:
        return {bare}
    return {bare, bare + letters, letters + bare}


def _fold(text: str) -> str:
    """Letters and figures in lower case; leading zeros of each run of figures go."""
    joined = re.sub(r"[\W_]+", "", text.casefold())
    return re.sub(r"\d+", lambda found: found[0].lstrip("0") or "0", joined)


def _may_mean(item: ListedItem, row: KnownInstalment) -> bool:
    if item.date and item.date != row.day:
        return False
    return not item.kind or _same_family(item.kind.value, row.kind)


def _may_be_of(item: ListedItem, row: KnownInstalment) -> bool:
    one, other = party_codes(item.party), party_codes(row.customer)
    if not one.all or not other.all:
        return True
    return bool(one.all & other.all) and is_one_party([one, other])


def _same_family(one: str, other: str) -> bool:
    """Fattura and fattura elettronica are told apart here, in few other programmes."""
    return one.removesuffix("_elettronica") == other.removesuffix("_elettronica")
