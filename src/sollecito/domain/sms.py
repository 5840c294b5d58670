"""SMS: alphabets, parts, plain marks, cost (3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.1)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
BASIC = frozenset("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà" + _LATIN)
"""The default alphabet of GSM without the escape: one septet each."""
EXTENDED = frozenset("\f^{}\\[~]|€")
"""The extension table: an escape and a septet, two in all."""
LONGEST = 1600
"""Characters that every gateway of ours takes in one text; ten parts of GSM-7 and a little more."""

_PLAIN = {
    "'": "‘’‚‛ʼ′´`",
    '"': "“”„‟«»″",
    "-": "‐‑‒–—―−•·",
    "<": "‹",
    ">": "›",
    "...": "…",
}
_MARKS = str.maketrans({mark: plain for plain, marks in _PLAIN.items() for mark in marks})


class Alphabet(StrEnum):
    """How the characters travel; the second one costs more than twice as much."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


ALONE = {Alphabet.GSM7: 160, Alphabet.UCS2: 70}
JOINED = {Alphabet.GSM7: 153, Alphabet.UCS2: 67}
"""Units in a part of several: the header that joins them takes seven septets, three UCS-2."""


@dataclass(frozen=True, slots=True)
class SmsSize:
    """Misura di un SMS: ``units`` septets or 16-bit units, ``left`` in the last part.

    ``unusual`` are the characters outside GSM-7 that make it UCS-2, in order, once each.
    """

    alphabet: Alphabet
    units: int
    parts: int
    left: int
    unusual: tuple[str, ...] = ()


def normalise(text: str) -> str:
    """Make typographic marks plain: ``’`` → ``'``, ``–`` → ``-``, ``«`` → ``"``, nbsp → space.

    Letters are never changed, so that a name stays a name. Control and invisible characters go,
    line ends become one kind, spaces at the end of lines go. Idempotent.
    """
    composed = unicodedata.normalize("NFC", re.sub(r"\r\n?|[\u2028\u2029\x0b\x85]", "\n", text))
    plain = "".join(_plain(mark) for mark in composed.translate(_MARKS))
    return re.sub(r" +(?=\n|\Z)", "", plain).strip()


def _plain(mark: str) -> str:
    if mark == "\n":
        return mark
    kind = unicodedata.category(mark)
    if kind == "Zs" or mark == "\t":
        return " "
    return "" if kind in {"Cc", "Cf", "Cs", "Cn"} else mark


def measure(text: str) -> SmsSize:
    """Return alphabet and parts of ``text`` exactly as written (normalise it before).

    A character never straddles two parts: an escape stays with its septet, a surrogate with its
    pair, so that a part may end one unit early.
    """
    unusual = tuple(dict.fromkeys(mark for mark in text if mark not in BASIC | EXTENDED))
    alphabet = Alphabet.UCS2 if unusual else Alphabet.GSM7
    width = _WIDTHS[alphabet]
    units = sum(map(width, text))
    if units <= ALONE[alphabet]:
        parts = 1 if text else 0
        return SmsSize(alphabet, units, parts, ALONE[alphabet] - units, unusual)
    room = JOINED[alphabet]
    parts, used = 1, 0
    for size in map(width, text):
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return SmsSize(alphabet, units, parts, room - used, unusual)


CURRENCIES = ("EUR", "USD", "GBP", "CHF")
MOST_PLACES = 5
"""Gateways name prices down to hundredths of a thousandth."""


@dataclass(frozen=True, slots=True)
class PartPrice:
    """Prezzo di una parte to one number: more than zero, ``MOST_PLACES`` at most."""

    amount: Decimal
    currency: str = "EUR"

    def of(self, parts: int, recipients: int = 1) -> Decimal:
        """What sending costs, not rounded."""
        return self.amount * parts * recipients


def parse_price(written: object, currency: object = "") -> PartPrice | None:
    """A price as it is kept, with a point; ``None`` where there is none, or no sense in it."""
    try:
        amount = Decimal(str(written or 0))
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount <= 0:
        return None
    return PartPrice(amount, str(currency) if currency in CURRENCIES else CURRENCIES[0])


def _septets(mark: str) -> int:
    return 2 if mark in EXTENDED else 1


def _code_units(mark: str) -> int:
    return 2 if ord(mark) > 0xFFFF else 1  # noqa: PLR2004  beyond the plane UCS-2 can write


_WIDTHS: dict[Alphabet, Callable[[str], int]] = {
    Alphabet.GSM7: _septets,
    Alphabet.UCS2: _code_units,
}
