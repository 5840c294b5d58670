"""Movements of a bank account (movimenti): what a statement says, and what its words tell.

Whatever the format (CAMT, CBI, MT940, a sheet) a movement is this one value. What a format has no
field for is looked for in the text, in the ways that Italian banks write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sollecito.domain import identifiers
from sollecito.domain.documents import Problem

LONGEST_TEXT = 1000
LONGEST_NAME = 140
NO_REFERENCES = frozenset({"", "NOTPROVIDED", "NONREF", "NOREF", "NONE", "NOTAVAILABLE", "ND"})
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}")
_RF = re.compile(r"(?<![A-Z0-9])RF\d{2}(?:[ ]?[A-Z0-9]){1,21}")
_TRN = re.compile(r"\b(?:TRN|CRO)\b[ .:]*([A-Z0-9]{11,35})\b", re.IGNORECASE)
_END = (
    r"(?=[ ;,]+(?:PER|CAUSALE|CAUS|NOTE|NOTA|IBAN|TRN|CRO|BEN|BENEF|BENEFICIARIO|DATA|INFO|"
    r"INFO-CLI|COD|RIF|RI|SALDO|FATT|FATTURA|FT|ACCONTO|PAGAMENTO|VALUTA|BANCA|A FAVORE|ID)"
    r"\b[ .:]*|[;]|$)"
)
_PAYERS = (
    re.compile(r"\bANAGRAFICA ORDINANTE[ :]+(.+?)" + _END, re.IGNORECASE),
    re.compile(
        r"\b(?:ORDINANTE|ORD|MITTENTE|MITT|ORDERING PARTY)[ ]*[:.][ ]*(.+?)" + _END, re.IGNORECASE
    ),
    re.compile(r"\bORDINANTE[ ]+(.+?)" + _END, re.IGNORECASE),
    re.compile(
        r"\b(?:BONIFICO|BONIF|BON|ACCREDITO|INCASSO|GIROCONTO|SEPA|BEU)\b.{0,60}?"
        r"\b(?:DISPOSTO DA|EFFETTUATO DA|DA|FROM)[ :]+(.+?)" + _END,
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True, slots=True)
class Movement:
    """Movimento. ``amount`` is signed: above 0 came in. Dates are the bank's.

    ``account`` is an IBAN, or what the file calls it. ``reference`` is a structured creditor
    reference (RF), ``end_to_end`` what the payer's order carries, ``bank_id`` what the bank calls
    the movement (TRN, AcctSvcrRef). ``is_return``: money that came back, or a reversal. ``line``
    counts from 1.
    """

    amount: Decimal
    booking_date: date
    currency: str = "EUR"
    value_date: date | None = None
    account: str = ""
    counterparty: str = ""
    iban: str = ""
    tax_code: str = ""
    text: str = ""
    end_to_end: str = ""
    reference: str = ""
    bank_id: str = ""
    code: str = ""
    is_pending: bool = False
    is_return: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """Estratto di un conto. ``format`` says which dialect it came in (``camt.053``, ``cbi_rh``).

    Balances are signed; ``None`` where the file does not give them. ``closing_date`` likewise.
    """

    format: str
    account: str
    movements: tuple[Movement, ...]
    currency: str = "EUR"
    opening: Decimal | None = None
    closing: Decimal | None = None
    closing_date: date | None = None

    @property
    def until(self) -> date | None:
        """The last day that it speaks of."""
        days = [each.booking_date for each in self.movements if not each.is_pending]
        return max([*days, *([self.closing_date] if self.closing_date else [])], default=None)


@dataclass(frozen=True, slots=True)
class BankFile:
    """What a file gave. An error among ``problems`` means that nothing of it counts."""

    statements: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the file was refused whole."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What the words of a movement tell; empty where they say nothing."""

    counterparty: str = ""
    iban: str = ""
    reference: str = ""
    bank_id: str = ""


class BrokenStatementError(Exception):
    """A statement is wrong or cut; carries what to tell."""

    def __init__(self, code: str, message: str, line: int = 0, hint: str = "") -> None:
        super().__init__(message)
        again = "Scaricalo di nuovo dalla banca: nessun movimento di questo file è stato importato."
        self.problem = Problem(code, message, hint or again, line=line)


def refuse_file(error: BrokenStatementError) -> BankFile:
    """A file refused whole, for the reason that the error carries."""
    return BankFile(problems=(error.problem,))


def read_text_facts(text: str) -> TextFacts:
    """Payer, IBAN, RF and TRN as banks write them into a text: ``BONIFICO … DA x PER y TRN z``.

    IBAN and RF only where their check digits are right.
    """
    upper = text.upper()
    payer = next((found[1] for each in _PAYERS if (found := each.search(text))), "")
    trn = _TRN.search(text)
    return TextFacts(
        counterparty=" ".join(payer.split())[:LONGEST_NAME].strip(" ,;:-"),
        iban=_first_valid(_IBAN, upper, identifiers.is_iban),
        reference=_first_valid(
            _RF, upper, lambda code: identifiers.check_rf_reference(code) is None
        ),
        bank_id=trn[1].upper() if trn else "",
    )


def complete_from_text(movement: Movement) -> Movement:
    """Fill in what the file had no field for, from the movement's own text."""
    facts = read_text_facts(movement.text)
    iban = facts.iban if facts.iban != movement.account else ""
    return replace(
        movement,
        counterparty=movement.counterparty or facts.counterparty,
        iban=movement.iban or iban,
        reference=movement.reference or facts.reference,
        bank_id=movement.bank_id or facts.bank_id,
    )


def known_reference(text: str) -> str:
    """A reference as written, or empty where banks write that there is none (NOTPROVIDED)."""
    bare = " ".join(text.split())
    return "" if re.sub(r"[\W_]+", "", bare).upper() in NO_REFERENCES else bare


def join_words(parts: list[str]) -> str:
    """Pieces of text as one, each once, blanks drawn together."""
    words = [" ".join(part.split()) for part in parts]
    return " ".join(dict.fromkeys(word for word in words if word))[:LONGEST_TEXT]


def warn_of_balance(statement: Statement, line: int = 0) -> tuple[Problem, ...]:
    """A warning where opening balance and movements do not make the closing balance."""
    if statement.opening is None or statement.closing is None:
        return ()
    booked = [each.amount for each in statement.movements if not each.is_pending]
    found = statement.opening + sum(booked, Decimal(0))
    if found == statement.closing:
        return ()
    return (
        Problem(
            "balance_mismatch",
            f"I movimenti non portano dal saldo iniziale a quello finale (mancano "
            f"{statement.closing - found} {statement.currency}).",
            "Controlla che il file sia completo: i movimenti letti sono stati importati.",
            "warning",
            line,
        ),
    )


def _first_valid(pattern: re.Pattern[str], text: str, is_valid: Callable[[str], bool]) -> str:
    """The first code whose check digits are right, blanks inside it or not."""
    for found in pattern.finditer(text):
        words = found[0].split(" ")
        for count in range(len(words), 0, -1):
            code = "".join(words[:count])
            if is_valid(code):
                return code
    return ""
