"""What some holds (blocchi) must know: the effect at the bank, the procedure, who answers now.

Pure values with what follows from their dates. Sources: art. 201, 210 and 154 CCII (D.Lgs.
14/2019), art. 26 c. 3-bis DPR 633/1972. Deadlines are hints for a person and the accountant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sollecito.domain.documents import Problem
from sollecito.domain.money import format_date
from sollecito.domain.working_days import WorkCalendar, add_working_days

FIRST_DAY = date(2000, 1, 1)
MOST_AHEAD = timedelta(days=730)
CLAIM_NOTICE = timedelta(days=30)
VARIATION_FROM = date(2021, 5, 26)
CLAIMED_PAID_DAYS = 5
"""Working days for which "dice di aver pagato" holds by itself."""


class Effect(StrEnum):
    """Effetto: how the creditor collects by itself."""

    RIBA = "riba"
    SDD = "sdd"
    MAV = "mav"
    CHEQUE = "assegno"
    BILL = "cambiale"


class ProcedureKind(StrEnum):
    """Procedura concorsuale."""

    LIQUIDATION = "liquidazione_giudiziale"
    SMALL_LIQUIDATION = "liquidazione_controllata"
    COMPULSORY = "liquidazione_coatta"
    BANKRUPTCY = "fallimento"
    COMPOSITION = "concordato"
    EXTRAORDINARY = "amministrazione_straordinaria"
    RESTRUCTURING = "accordo_di_ristrutturazione"
    OTHER = "altra"


class Ending(StrEnum):
    """Cessata o deceduto."""

    CEASED = "cessata"
    DEAD = "deceduto"


class Errand(StrEnum):
    """Compito che un blocco porta con sé."""

    COMPLETE_PROCEDURE = "dati_procedura"
    PROOF_OF_CLAIM = "insinuazione"
    STATE_CREDIT = "precisazione_credito"
    VARIATION_NOTE = "nota_variazione"
    FIND_HEIRS = "eredi"
    FIND_LIQUIDATOR = "liquidatore"


EFFECTS = {
    Effect.RIBA: "RiBa",
    Effect.SDD: "Addebito SDD",
    Effect.MAV: "MAV",
    Effect.CHEQUE: "Assegno",
    Effect.BILL: "Cambiale",
}
PROCEDURES = {
    ProcedureKind.LIQUIDATION: "Liquidazione giudiziale",
    ProcedureKind.SMALL_LIQUIDATION: "Liquidazione controllata",
    ProcedureKind.COMPULSORY: "Liquidazione coatta amministrativa",
    ProcedureKind.BANKRUPTCY: "Fallimento",
    ProcedureKind.COMPOSITION: "Concordato",
    ProcedureKind.EXTRAORDINARY: "Amministrazione straordinaria",
    ProcedureKind.RESTRUCTURING: "Accordo di ristrutturazione",
    ProcedureKind.OTHER: "Altra procedura",
}
WITHOUT_CLAIM = frozenset(
    {ProcedureKind.COMPOSITION, ProcedureKind.RESTRUCTURING, ProcedureKind.OTHER}
)
"""Where nobody is admitted to a passivo: one states the credit to who runs the procedure."""
WORKING_DAYS = dict.fromkeys(Effect, 5) | {Effect.CHEQUE: 10}
EFFECT_OF_METHOD: Mapping[str, Effect] = {
    "MP12": Effect.RIBA,
    "MP13": Effect.MAV,
    **dict.fromkeys(("MP09", "MP10", "MP11", "MP16", "MP17", "MP19", "MP20", "MP21"), Effect.SDD),
    **dict.fromkeys(("MP02", "MP03"), Effect.CHEQUE),
    "MP06": Effect.BILL,
}


@dataclass(frozen=True, slots=True)
class Presented:
    """Effetto presentato. ``due_date`` ``None``: the instalment's own."""

    effect: Effect
    bank: str = ""
    due_date: date | None = None


@dataclass(frozen=True, slots=True)
class Insolvency:
    """Procedura concorsuale; ``hearing_date`` is the day on which claims are examined."""

    kind: ProcedureKind
    opened_date: date
    curator: str = ""
    pec: str = ""
    hearing_date: date | None = None

    @property
    def is_complete(self) -> bool:
        """Whether what one writes to, and by when, is known."""
        has_term = self.kind in WITHOUT_CLAIM or self.hearing_date is not None
        return bool(self.curator and self.pec) and has_term


@dataclass(frozen=True, slots=True)
class Successor:
    """Cessata o deceduto, and who answers now: heirs or liquidator."""

    ending: Ending
    since_date: date | None = None
    name: str = ""
    email: str = ""
    pec: str = ""
    phone: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is somebody to write to."""
        return bool(self.name and (self.email or self.pec or self.phone))


HoldDetails = Presented | Insolvency | Successor


def outcome_asked_from(due_date: date, effect: Effect | None, calendar: WorkCalendar) -> date:
    """From which day a person is asked what became of an effect: 5 working days, a cheque 10."""
    return add_working_days(due_date, WORKING_DAYS.get(effect or Effect.RIBA, 5), calendar)


def claim_deadline(hearing_date: date | None) -> date | None:
    """Last day of a timely claim: 30 days before the hearing (art. 201 CCII)."""
    return hearing_date - CLAIM_NOTICE if hearing_date else None


def variation_deadline(opened_date: date) -> date | None:
    """Last day of the VAT return of the year of opening: 30 April after it.

    ``None`` for procedures opened before 26 May 2021, whose note waits for their end.
    """
    return date(opened_date.year + 1, 4, 30) if opened_date >= VARIATION_FROM else None


def errands_of(kind: str, details: HoldDetails | None) -> dict[Errand, date | None]:
    """Compiti of a hold, with their last day where one is known."""
    if isinstance(details, Insolvency):
        claim = Errand.STATE_CREDIT if details.kind in WITHOUT_CLAIM else Errand.PROOF_OF_CLAIM
        found = {
            claim: claim_deadline(details.hearing_date),
            Errand.VARIATION_NOTE: variation_deadline(details.opened_date),
        }
        return found if details.is_complete else {Errand.COMPLETE_PROCEDURE: None, **found}
    if isinstance(details, Successor):
        is_dead = details.ending is Ending.DEAD
        wanted = Errand.FIND_HEIRS if is_dead else Errand.FIND_LIQUIDATOR
        return {} if details.is_known else {wanted: None}
    wanted_of = {"insolvency": Errand.COMPLETE_PROCEDURE, "ceased": Errand.FIND_LIQUIDATOR}
    return {wanted_of[kind]: None} if kind in wanted_of else {}


def check_dates(details: HoldDetails, today: date) -> dict[str, Problem | None]:
    """What is wrong with the days of some details, by the name of the field."""
    if isinstance(details, Presented):
        return {"due_date": _check(details.due_date, FIRST_DAY, today + MOST_AHEAD)}
    if isinstance(details, Successor):
        return {"since_date": _check(details.since_date, FIRST_DAY, today)}
    opened = details.opened_date
    return {
        "opened_date": _check(opened, FIRST_DAY, today),
        "hearing_date": _check(details.hearing_date, opened, opened + 5 * MOST_AHEAD),
    }


def _check(day: date | None, first: date, last: date) -> Problem | None:
    if day is None or first <= day <= last:
        return None
    span = f"Scrivi un giorno tra il {format_date(first)} e il {format_date(last)}."
    return Problem("date_range", "La data non è plausibile.", span)


def describe_details(details: HoldDetails) -> str:
    """Sentences in Italian of all that is known; names are quoted, as they may have points."""
    return " ".join(filter(None, _say(details)))


def _say(details: HoldDetails) -> tuple[str, ...]:
    if isinstance(details, Presented):
        name = EFFECTS[details.effect]
        due = details.due_date
        return (
            f"{name} con scadenza {format_date(due)}." if due else f"{name}.",
            f"Banca: «{details.bank}»." if details.bank else "",
        )
    if isinstance(details, Insolvency):
        hearing = details.hearing_date
        return (
            f"{PROCEDURES[details.kind]}: procedura aperta il {format_date(details.opened_date)}.",
            f"Curatore: «{details.curator}»." if details.curator else "",
            f"PEC: {details.pec}." if details.pec else "",
            f"Udienza di verifica il {format_date(hearing)}." if hearing else "",
        )
    is_dead = details.ending is Ending.DEAD
    word, who = ("Deceduto", "Eredi") if is_dead else ("Attività cessata", "Liquidatore")
    since = details.since_date
    return (
        f"{word} il {format_date(since)}." if since else f"{word}.",
        f"{who}: «{details.name}»." if details.name else "",
        f"E-mail: {details.email}." if details.email else "",
        f"PEC: {details.pec}." if details.pec else "",
        f"Telefono: {details.phone}." if details.phone else "",
    )
