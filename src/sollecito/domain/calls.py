"""Telefonate: what a person hears, and what follows from it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sollecito.domain.documents import Problem
from sollecito.domain.working_days import WorkCalendar, add_working_days


class CallOutcome(StrEnum):
    """Esito di una telefonata."""

    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    CALL_BACK = "call_back"
    WILL_PAY = "will_pay"
    SAYS_PAID = "says_paid"
    NOT_RECEIVED = "not_received"
    DISPUTES = "disputes"
    INSTALMENTS = "instalments"
    WRONG_PERSON = "wrong_person"
    GAVE_TO_AGENT = "gave_to_agent"


NEEDS_DAY = frozenset({CallOutcome.CALL_BACK, CallOutcome.WILL_PAY})
NEEDS_NOTE = frozenset({CallOutcome.DISPUTES})
HOLDS_BACK = frozenset(
    {
        *(CallOutcome.WILL_PAY, CallOutcome.SAYS_PAID, CallOutcome.DISPUTES),
        CallOutcome.GAVE_TO_AGENT,
    }
)
"""After these nothing is asked for a while."""
RETRY_WORKING_DAYS = 1


def check_call(
    outcome: CallOutcome, day: date | None, today: date, note: str
) -> dict[str, Problem]:
    """What an outcome lacks, by field (``day``, ``note``)."""
    problems: dict[str, Problem] = {}
    if outcome in NEEDS_DAY and day is None:
        problems["day"] = Problem("day", "Scrivi il giorno.", "Per esempio fra una settimana.")
    elif day and outcome in NEEDS_DAY and day < today:
        hint = "Scrivine uno da oggi in poi."
        problems["day"] = Problem("past", "Il giorno è già passato.", hint)
    if outcome in NEEDS_NOTE and not note.strip():
        problems["note"] = Problem("note", "Scrivi che cosa contesta.", "Resta nella storia.")
    return problems


def next_call_date(
    outcome: CallOutcome, today: date, day: date | None, calendar: WorkCalendar
) -> date | None:
    """When to call again: the next working day, the day they named, or not at all."""
    if outcome is CallOutcome.NO_ANSWER:
        return add_working_days(today, RETRY_WORKING_DAYS, calendar)
    return day if outcome is CallOutcome.CALL_BACK else None
