"""The sample firm: Ventofresco Impianti S.r.l., its accounts, people and agents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sollecito.domain.documents import Address, PartyData

Role = Literal["titolare", "amministrazione", "lettura"]


@dataclass(frozen=True, slots=True)
class Account:
    """Conto su cui farsi pagare."""

    iban: str
    holder: str
    bank: str
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Utente dell'azienda di esempio."""

    email: str
    name: str
    role: Role
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """Agente."""

    name: str
    email: str
    phone: str


FIRM = PartyData(
    name="Ventofresco Impianti S.r.l.",
    vat_country="IT",
    vat_number="99900010473",
    tax_code="99900010473",
    address=Address("Via dei Collaudi 12", "51100", "Pistoia", "PT", "IT"),
    email="amministrazione@ventofresco.example",
    pec="ventofresco@pec.example",
    phone="0573 999 0100",
)
SHORT_NAME = "Ventofresco"
PATRON_DAY = "07-25"
PASSWORD = "fattura-di-prova"  # noqa: S105  shown on the sign-in page: whoever sees it may enter

ORDINARY = Account("IT18Z9999099990000000000101", FIRM.name, "Banca di Prova", is_default=True)
ADVANCES = Account("IT08B9999099990000000000202", FIRM.name, "Banca di Prova")
FACTOR = Account(
    "IT54D9999199991000000000303", "Fattorbanco di Prova S.p.A.", "Fattorbanco di Prova S.p.A."
)
ACCOUNTS = (ORDINARY, ADVANCES, FACTOR)

ADVANCES_CUSTOMERS = frozenset({4, 5})
FACTOR_CUSTOMERS = frozenset({20})

GIULIA = Person(
    "amministrazione@ventofresco.example", "Giulia Neri", "amministrazione", "0573 999 0101"
)
PEOPLE = (
    Person("titolare@ventofresco.example", "Paola Ventura", "titolare", "0573 999 0100"),
    GIULIA,
    Person("contabile@ventofresco.example", "Marco Fontana", "amministrazione", "0573 999 0102"),
    Person("lettura@ventofresco.example", "Enrico Sala", "lettura"),
)
AGENTS = (
    Agent("Davide Corsi", "davide.corsi@agenti.example", "0573 999 0151"),
    Agent("Silvia Greco", "silvia.greco@agenti.example", "059 999 0152"),
)
COPIED_AGENTS = AGENTS[:1]
"""Who gets a copy of every reminder to the own customers."""
AUTO_COPY_CUSTOMERS = frozenset({9, 13, 15, 24})
"""Whose reminders carry the courtesy copy of the invoice."""


def account_of(customer: int) -> Account:
    """Return the account that a customer's documents ask to be paid on."""
    if customer in ADVANCES_CUSTOMERS:
        return ADVANCES
    return FACTOR if customer in FACTOR_CUSTOMERS else ORDINARY
