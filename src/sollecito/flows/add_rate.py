"""Add a rate that was published after this version was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.dunning.models import InterestRate
from sollecito.dunning.rates import rates_of
from sollecito.flows import audit, clock
from sollecito.flows.field_problems import check_present, require_none

MOST_PERCENT = 100


@dataclass(frozen=True, slots=True)
class NewRate:
    """A published rate: days included, per cent a year, where it is said."""

    kind: str
    first_date: date
    last_date: date
    percent: Decimal
    source: str


def add_rate(company: Company, new: NewRate, *, user: User | None) -> InterestRate:
    """Keep a published rate with its source.

    Raises FieldsRefusedError (``first_date``, ``last_date``, ``percent``, ``source``): days out of
    order, days that have a rate already, a rate that is none, no source.
    """
    known = rates_of(InterestRate.Kind(new.kind), company)
    taken = next(
        (rate for rate in known if rate.first <= new.last_date and new.first_date <= rate.last),
        None,
    )
    require_none(
        {
            "first_date": Problem(
                "taken",
                f"Dal {taken.first:%d/%m/%Y} al {taken.last:%d/%m/%Y} c'è già un tasso.",
                "Scrivi i giorni che mancano.",
            )
            if taken
            else None,
            "last_date": Problem("order", "Finisce prima di cominciare.", "Controlla le date.")
            if new.last_date < new.first_date
            else None,
            "percent": None
            if 0 <= new.percent < MOST_PERCENT
            else Problem("range", "Il tasso va da 0 a 100.", "Scrivilo in per cento, come 10,15."),
            "source": check_present(new.source, "la fonte"),
        }
    )
    with transaction.atomic():
        row = InterestRate.objects.create(
            company=company,
            kind=new.kind,
            first_date=new.first_date,
            last_date=new.last_date,
            percent=new.percent,
            source=new.source.strip()[:300],
            user=user,
            created_at=clock.now(),
        )
        text = f"Tasso aggiunto: {row}."
        audit.record(company, user, "rate_added", target=f"rate:{row.pk}", text=text)
    return row


def remove_rate(row: InterestRate, *, user: User | None) -> None:
    """Take an added rate away; the shipped ones stay."""
    with transaction.atomic():
        text = f"Tasso tolto: {row}."
        audit.record(row.company, user, "rate_removed", target=f"rate:{row.pk}", text=text)
        row.delete()
