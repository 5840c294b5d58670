"""Numbers of documents in the words of a transfer, in the many ways people write them.

``FT 124/A``, ``fatt.124A``, ``n. 124 e 126 del 10/09/2026``, ``FPR 12/26``, ``2026-00012``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sollecito.domain.movements import Movement

CENTURY = 2000
YEARS = range(2000, 2100)
LONGEST_NUMBER = 9
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b")
_RF = re.compile(r"\bRF\d{2}[A-Z0-9]{1,21}\b")
_NOISE = re.compile(
    r"\b(?:TRN|CRO|CAU|ABI|CAB|BIC|SWIFT|CIG|CUP|COD(?:ICE)?(?: DISP)?|ID|MANDATO|TEL|P ?IVA|CF)"
    r"[ .:]*[A-Z]*\d[A-Z0-9]*"
)
_DATE = re.compile(
    r"(?<![\d/])(?:[0-3]?\d[/.][01]?\d[/.](?:20\d{2}|\d{2})|20\d{2}-\d{2}-\d{2}"
    r"|[0-3]?\d[ \-][01]?\d[ \-]20\d{2})(?![\d/])"
)
_DAY_WORDS = re.compile(
    r"\b\d{1,2} (?:GEN|FEB|MAR|APR|MAG|GIU|LUG|AGO|SET|OTT|NOV|DIC)[A-Z]* (?:20)?\d{2}\b"
)
_MONEY = re.compile(
    r"(?:\b(?:EUR|EURO|IMPORTO|IMP)[ .:]*\d[\d.]*(?:,\d{1,2})?)"
    r"|(?<![\d/])\d[\d.]{2,},\d{2}(?![\d,])"
    r"|\b\d+(?:[.,]\d{1,2})? ?(?:EUR|EURO|€)"
)
_TOKEN = re.compile(r"\d+|[A-Z]+|[^A-Z\d]+")
INVOICE_WORDS = frozenset(
    {
        *("FT", "FTT", "FATT", "FATTURA", "FATTURE", "FAT", "FTE", "FTRA", "FTN", "FS"),
        *("FV", "FATTN", "N", "NR", "NUM", "NUMERO", "NO", "NS", "DOC", "DOCUMENTO", "DOCUMENTI"),
        *("INV", "INVOICE", "INVOICES", "PARCELLA", "PARC", "PARCELLE", "RICEVUTA", "RIC", "NN"),
        *("PROFORMA", "SALDO", "PAGAMENTO", "PAG", "ACCONTO", "RIF", "BILL", "FF", "FFT", "FATTS"),
    }
)
CREDIT_WORDS = frozenset({"NC", "NDC", "ACCREDITO", "CREDITO", "NCR", "NDA", "CN"})
LIST_WORDS = frozenset({"E", "ED", "AND", "PIU", "MENO", "DEL", "DELLA", "DI", "DA", "A", "AL"})
PART_WORDS = re.compile(r"\b(?:ACCONTO|ACC|PARZIALE|IN PARTE|PARTE|ANTICIPO|RATA)\b")
RELIEF_WORDS = re.compile(
    r"RISTRUTTUR|16 ?BIS|BONUS|RISPARMIO ENERG|RIQUALIFICAZIONE|DETRAZION|SISMA|D ?P ?R ?917|"
    r"ART ?16|LEGGE 296|L ?296|RECUPERO PATRIMONIO"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A number in a text: its letters and further numbers beside it, and how it was called.

    ``is_named``: a word like "fattura" stands before it, or before the list that it is in.
    """

    number: int
    letters: frozenset[str] = frozenset()
    beside: tuple[int, ...] = ()
    is_named: bool = False
    is_credit: bool = False


@dataclass(frozen=True, slots=True)
class NumberParts:
    """A document's own number taken apart: ``core`` is what people write."""

    core: int
    letters: frozenset[str]
    others: frozenset[int] = field(default_factory=frozenset)
    glued: frozenset[int] = field(default_factory=frozenset)
    """The core with its year behind it, as those write it who leave the bar out."""

    @property
    def numbers(self) -> frozenset[int]:
        """Every number by which people may mean the document."""
        return frozenset({self.core, *self.others, *self.glued})


def normalise_text(text: str) -> str:
    """Upper case without accents, blanks drawn together."""
    plain = unicodedata.normalize("NFKD", text.upper())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


@lru_cache(maxsize=200_000)
def split_number(number: str, series: str, year: int) -> NumberParts:
    """``124/A`` → 124 with A; ``FPR 12/26`` of 2026 → 12 with FPR; ``2026-00012`` → 12."""
    text = normalise_text(f"{number} {series}")
    digits = [int(each[:LONGEST_NUMBER]) for each in re.findall(r"\d+", normalise_text(number))]
    letters = frozenset(re.findall(r"[A-Z]+", text))
    own = [each for each in digits if each not in {year, year % 100}]
    if not own or len(digits) == 1:
        own = digits or [-1]
    core = max(own, key=lambda each: (each, -own.index(each)))
    if len(digits) > 1 and len(own) == len(digits):
        core = own[-1] if own[-1] not in YEARS else own[0]
    years = {each for each in re.findall(r"\d+", number) if int(each) in {year, year % 100}}
    glued = {int(f"{core}{each}"[:LONGEST_NUMBER]) for each in years if len(digits) > 1}
    return NumberParts(core, letters, frozenset(own) - {core}, frozenset(glued))


def text_of(movement: Movement) -> str:
    """All the words in which a movement may name documents."""
    return normalise_text(f"{movement.text} {movement.end_to_end}")


def calls_document(mention: Mention) -> bool:
    """Whether a number is called a document's, and is not any number."""
    return bool(mention.is_named or mention.letters or mention.beside)


def numbers_called(movement: Movement) -> frozenset[int]:
    """Numbers of a movement that call a document, whosever it is."""
    found = find_mentions(text_of(movement))
    return frozenset(each.number for each in found if calls_document(each))


def means_number(number: str, series: str, year: int, wanted: Collection[int]) -> bool:
    """Whether a document may be meant by one of some numbers."""
    return not split_number(number, series, year).numbers.isdisjoint(wanted)


def find_mentions(text: str) -> tuple[Mention, ...]:
    """Every number of a text that may be a document's, in order; dates, amounts, IBANs are none."""
    bare = normalise_text(text)
    for pattern, instead in (
        (_IBAN, " "),
        (_RF, " "),
        (_NOISE, " "),
        (_DATE, " @ "),
        (_DAY_WORDS, " @ "),
        (_MONEY, " "),
    ):
        bare = pattern.sub(instead, bare)
    return tuple(_walk(_TOKEN.findall(bare)))


def find_dates(text: str) -> frozenset[date]:
    """Days that a text names."""
    found = set()
    for written in _DATE.findall(normalise_text(text)):
        day, month, year = (int(part) for part in re.split(r"[/.\- ]", written))
        if day > 31:  # noqa: PLR2004  the year comes first
            day, year = year, day
        try:
            found.add(date(year if year >= CENTURY else year + CENTURY, month, day))
        except ValueError:
            continue
    return frozenset(found)


def _walk(tokens: list[str]) -> Iterator[Mention]:
    named = credit = False
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.isalpha():
            word_ends_list = token not in LIST_WORDS and len(token) > 1
            if token in CREDIT_WORDS:
                credit, named = True, True
            elif token in INVOICE_WORDS:
                named, credit = True, credit and token in {"N", "NR", "NUM", "NUMERO"}
            elif token.startswith(("FATT", "FT")) and len(token) > 2:  # noqa: PLR2004  FTN, FATTNR
                named, credit = True, False
            elif word_ends_list and not _is_beside_number(tokens, place):
                named = credit = False
        elif token.isdigit():
            mention, place = _mention(tokens, place, named=named, credit=credit)
            if mention is not None:
                yield mention
            continue
        place += 1


def _mention(
    tokens: list[str], place: int, *, named: bool, credit: bool
) -> tuple[Mention | None, int]:
    """A number with what is glued to it by ``/``, ``-`` or nothing; and where to go on."""
    if len(tokens[place]) > LONGEST_NUMBER + 3:
        return None, place + 1
    letters = set(_letters_before(tokens, place))
    beside: list[int] = []
    here = place + 1
    while here < len(tokens):
        step = 1 if tokens[here].strip() in {"/", "-", "."} and here + 1 < len(tokens) else 0
        token = tokens[here + step] if here + step < len(tokens) else ""
        if token.isdigit() and step and tokens[here].strip() != ".":
            is_year = int(token[:9]) in YEARS or len(token) == 2 < len(tokens[place])  # noqa: PLR2004
            if tokens[here].strip() == "-" and not (is_year and tokens[here] == "-"):
                break
            beside.append(int(token[:LONGEST_NUMBER]))
        elif _is_series(token, is_glued=step == 1 or tokens[here] == token):
            letters.add(token)
        elif tokens[here] == " " and here + 1 < len(tokens) and _is_single(tokens, here + 1):
            letters.add(tokens[here + 1])
            step = 1
        else:
            break
        here += step + 1
    number = int(tokens[place][:LONGEST_NUMBER])
    if number in YEARS and beside:  # 2026/124
        number, beside = beside[0], [number, *beside[1:]]
    return Mention(number, frozenset(letters), tuple(beside), named, credit), here


def _letters_before(tokens: list[str], place: int) -> Iterator[str]:
    """``A124``, ``A/124``, ``FPR 12``: letters before a number that are no word of a list."""
    before = tokens[place - 1] if place else ""
    word = tokens[place - 2] if place > 1 else ""
    if before.isalpha():
        if _is_series(before, is_glued=True):
            yield before
    elif word.isalpha():
        is_glued = before in {"/", "-"} or (before == " " and len(word) > 2)  # noqa: PLR2004  FPR 12
        if _is_series(word, is_glued=is_glued):
            yield word


def _is_series(word: str, *, is_glued: bool) -> bool:
    return (
        is_glued
        and word.isalpha()
        and len(word) <= 4  # noqa: PLR2004  letters of a series
        and word not in INVOICE_WORDS
        and word not in CREDIT_WORDS
        and word
        not in {"E", "ED", "DEL", "DI", "DA", "AL", "PER", "TRN", "CRO", "BEN", "ORD", "EUR"}
    )


def _is_single(tokens: list[str], place: int) -> bool:
    """One letter that stands alone after a number: ``124 A``; not "e", not the start of a word."""
    word = tokens[place]
    return len(word) == 1 and word.isalpha() and word not in {"E", "N", "D"}


def _is_beside_number(tokens: list[str], place: int) -> bool:
    after = tokens[place + 1 : place + 3]
    return len(tokens[place]) <= 4 and any(each.isdigit() for each in after)  # noqa: PLR2004


def fits(mention: Mention, parts: NumberParts, day: date) -> bool:
    """Whether a mention may mean the document with these parts and this date.

    Letters that the document has not, or another year, say that it does not.
    """
    if mention.number in parts.glued:
        return mention.letters <= parts.letters
    if mention.number != parts.core:
        return mention.number in parts.others and parts.core in mention.beside
    if mention.letters and not mention.letters <= parts.letters:
        return False
    for other in mention.beside:
        is_year = other in YEARS or (other < 100 and other + CENTURY in range(2010, 2060))  # noqa: PLR2004
        if other in parts.others or other in {day.year, day.year % 100}:
            continue
        if is_year:
            return False
    return True


def is_exact(mention: Mention, parts: NumberParts, day: date) -> bool:
    """Whether a mention says so much that no other document of the series can be meant."""
    has_year = bool({day.year, day.year % 100} & set(mention.beside))
    return mention.letters == parts.letters and (has_year or mention.is_named)
