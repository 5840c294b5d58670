"""Incassi aggiornati: up to which day takings are proven, by what, and whether that is enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Max

from sollecito.accounts.models import Company
from sollecito.accounts.queries import work_calendar
from sollecito.domain.approvals import are_takings_current
from sollecito.ledger.bank_queries import statements_until
from sollecito.ledger.models import Payment
from sollecito.ledger.sources import NOT_MONEY


class Proof(StrEnum):
    """What proves that takings are up to date to a day."""

    STATEMENT = "statement"
    PAYMENT = "payment"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class TakingsProof:
    """``until`` is the last proven day, at most today; ``None`` where nothing proves any."""

    until: date | None
    by: Proof | None
    is_current: bool
    fresh_days: int


def prove_takings(company: Company, today: date) -> TakingsProof:
    """The last proof: a statement, a payment recorded, a person's word.

    Current while it is at most the company's number of working days old: beyond it automatic
    approval waits for a person.
    """
    zone = ZoneInfo(company.time_zone)
    recorded = Payment.objects.filter(company=company, undone_at__isnull=True, date__lte=today)
    recorded = recorded.exclude(source__in=(Payment.Source.ADVANCE, *NOT_MONEY))
    last = recorded.aggregate(at=Max("recorded_at"), day=Max("date"))
    days = {
        Proof.STATEMENT: [statements_until(company, today)],
        Proof.PAYMENT: [last["day"], _day(last["at"], zone)],
        Proof.PERSON: [
            _day(company.takings_current_at, zone),
            _day(company.takings_answered_at, zone),
        ],
    }
    proofs = [(min(day, today), by) for by, some in days.items() for day in some if day]
    until, by = max(proofs, key=lambda each: each[0]) if proofs else (None, None)
    fresh = company.fresh_takings_days
    is_current = are_takings_current([until], today, fresh, work_calendar(company))
    return TakingsProof(until, by, is_current, fresh)


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None
