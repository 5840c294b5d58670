"""A document arrives: is it new, known already, in conflict, or the corrected one?

Identity is company, kind, number as written with its series where the source has a field for it,
and year of its date. The same invoice comes as .xml, as .p7m and inside an archive, today and
again next month: it must enter once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from sollecito.domain.documents import DocumentKind
from sollecito.domain.sdi import SdiState

TRANSMISSION_NAME = re.compile(r"[a-z]{2}[a-z0-9]{2,28}_[a-z0-9]{1,5}")


_MARKS = ("/", "", "-", " ", "_", ".")


class Arrival(StrEnum):
    """What a document that arrives is to the ledger."""

    NEW = "new"
    DUPLICATE = "duplicate"
    SENT_AGAIN = "sent_again"
    CORRECTED = "corrected"
    CONFLICT = "conflict"


class DocumentKey(NamedTuple):
    """Identity of a document inside a company."""

    kind: DocumentKind
    number: str
    year: int
    series: str = ""


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What has to be known of a document to judge another one with the same key.

    ``file_key`` is the normalised name of the file whose content it has, ``other_keys`` those of
    the other files that carried it, before or after.
    """

    fingerprint: str
    state: SdiState = SdiState.NONE
    file_key: str = ""
    other_keys: frozenset[str] = frozenset()


def compute_fingerprint(
    day: date, currency: str, total: Decimal, amounts: Iterable[Decimal]
) -> str:
    """Hash of date and amounts: with the customer, what tells a duplicate from a conflict.

    The customer is compared apart, because one may come under several codes.

    Args:
        day: date of the document.
        currency: ISO code.
        total: as entered in the ledger.
        amounts: of the instalments as the file says, in any order.
    """
    parts = [day.isoformat(), currency, f"{total:.2f}"]
    parts += sorted(f"{amount:.2f}" for amount in amounts)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def spellings(number: str, series: str) -> set[str]:
    """Numbers under which another source may keep a document: ``1/A`` for 1 of series A, and back.

    Only to look them up; ``is_same_number`` judges.
    """
    if series:
        return {
            f"{one}{mark}{other}"
            for one, other in ((number, series), (series, number))
            for mark in _MARKS
        }
    parts = [part for part in re.split(r"[\W_]+", number) if part]
    letters = re.fullmatch(r"(\d+)([^\W\d_]+)|([^\W\d_]+)(\d+)", number)
    return {*parts, *(part for part in (letters.groups() if letters else ()) if part)} - {number}


def is_same_number(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two numbers with their series are one, written together here and apart there.

    Args:
        one: number and series, either of which may hold the series.
        other: the same of another source.
    """
    if bool(one[1]) == bool(other[1]):
        return False
    (number, series), (whole, _) = (one, other) if one[1] else (other, one)
    return _fold(whole) in {_fold(number + series), _fold(series + number)}


def folded_spellings(number: str, series: str) -> set[str]:
    """Ways to write a number with its series, without signs and case: what equal ones share."""
    return {_fold(number), _fold(number + series), _fold(series + number)}


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def is_transmission_name(file_key: str) -> bool:
    """Whether a normalised name is one that the SdI gives to one transmission only."""
    return TRANSMISSION_NAME.fullmatch(file_key) is not None


def decide_arrival(
    known: KnownDocument | None,
    *,
    fingerprint: str,
    file_key: str,
    is_same_xml: bool = False,
    is_same_customer: bool = True,
) -> Arrival:
    """Judge a document against the one already there with the same key.

    A rejected document (NS) was never issued: another file with its key takes its place, with
    new content (corrected) or the same (sent again). A copy of the very file that was rejected,
    under whatever name a person gave it, changes nothing.

    Args:
        known: the document already there, ``None`` for a new key.
        fingerprint: of the one that arrives.
        file_key: normalised name of its file; empty when it did not come as a FatturaPA file.
        is_same_xml: its XML is byte for byte the one already there.
        is_same_customer: its customer may be the one already there.
    """
    if known is None:
        return Arrival.NEW
    if file_key and file_key in known.other_keys:
        return Arrival.DUPLICATE
    is_same = is_same_customer and known.fingerprint == fingerprint
    if known.state is SdiState.REJECTED and file_key and not is_same:
        return Arrival.CORRECTED
    if not is_same:
        return Arrival.CONFLICT
    is_new_file = bool(file_key) and file_key != known.file_key
    is_edited = known.state is SdiState.REJECTED and not is_same_xml
    if is_new_file and (is_edited or is_transmission_name(file_key)):
        return Arrival.SENT_AGAIN
    return Arrival.DUPLICATE
