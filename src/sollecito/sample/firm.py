"""The sample firm: Ventofresco Impianti S.r.l., its accounts, people and agents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from sollecito.domain.documents import Address, PartyData
from sollecito.domain.working_days import WorkCalendar
from sollecito.sample.days import CALENDAR

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
    has_weekly_list: bool = False


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

NEARBY_BEFORE, NEARBY_AFTER = timedelta(days=15), timedelta(days=30)

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
    Person("agente@ventofresco.example", "Davide Corsi", "lettura", "0573 999 0151"),
)
AGENTS = (
    Agent("Davide Corsi", "davide.corsi@agenti.example", "0573 999 0151"),
    Agent("Silvia Greco", "silvia.greco@agenti.example", "059 999 0152", has_weekly_list=True),
)
CHARGED_AGENT = AGENTS[0].name
"""Davide Corsi gets a copy of every reminder to his customers, and enters to see what they are
asked; Silvia Greco prefers the weekly list."""
AUTO_COPY_CUSTOMERS = frozenset({9, 13, 15, 24})
"""Whose reminders by hand carry the courtesy copy of the invoice."""
FIXED_DAY_CUSTOMERS = {3: (10, 10)}
"""Day of the month on which a customer pays, and the days of tolerance it is given."""


def account_of(customer: int) -> Account:
    """Return the account that a customer's documents ask to be paid on."""
    if customer in ADVANCES_CUSTOMERS:
        return ADVANCES
    return FACTOR if customer in FACTOR_CUSTOMERS else ORDINARY


def closures(today: date) -> list[tuple[date, date, str]]:
    """Return the firm's closures around ``today``, both ends included, oldest first.

    One so near that nothing could be sent this morning, or that all of it would have waited for
    this morning, is left out: that year the firm stays open.
    """
    found = []
    for year in range(today.year - 2, today.year + 2):
        found.append((date(year, 8, 8), date(year, 8, 22), "Ferie d'agosto"))
        found.append((date(year, 12, 24), date(year + 1, 1, 6), "Chiusura natalizia"))
    return [
        (first, last, note)
        for first, last, note in found
        if not first - NEARBY_BEFORE <= today <= last + NEARBY_AFTER
    ]


def calendar(today: date) -> WorkCalendar:
    """Return the working days of the firm, its closures included."""
    spans = tuple((first, last) for first, last, _ in closures(today))
    return replace(CALENDAR, closures=spans)


@dataclass(frozen=True, slots=True)
class PayingOffice:
    """Contatto dei pagamenti: who answers for the customers of these numbers."""

    name: str
    email: str
    phone: str
    customers: tuple[int, ...]


PAYING_OFFICES = (
    PayingOffice(
        "Ufficio pagamenti Girasolaio",
        "ufficio.pagamenti@girasolaio.example",
        "055 999 0204",
        (4, 5),
    ),
    PayingOffice(
        "Studio Pontelieve, amministratore",
        "contabilita@studiopontelieve.example",
        "0573 999 0206",
        (6, 7, 8),
    ),
)
