"""Chiusure dell'azienda: days on which it does not work and no automatic reminder leaves."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from sollecito.accounts.models import Closure, Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.money import format_date
from sollecito.flows import audit
from sollecito.flows.field_problems import require_none
from sollecito.flows.touch_instalments import touch_company

LONGEST_DAYS = 120


def add_closure(
    company: Company, first: date, last: date, *, note: str = "", user: User | None
) -> Closure:
    """Both ends included. Raises FieldsRefusedError on ``last_date``."""
    require_none({"last_date": check_closure(first, last)})
    with transaction.atomic():
        row = Closure.objects.create(
            company=company, first_date=first, last_date=last, note=note.strip()
        )
        touch_company(company)
        text = f"Chiusura aggiunta: dal {format_date(first)} al {format_date(last)}."
        audit.record(company, user, "closure_added", target=f"company:{company.pk}", text=text)
    return row


def remove_closure(row: Closure, *, user: User | None) -> None:
    """Work on these days after all."""
    company = row.company
    with transaction.atomic():
        text = f"Chiusura tolta: dal {format_date(row.first_date)} al {format_date(row.last_date)}."
        row.delete()
        touch_company(company)
        audit.record(company, user, "closure_removed", target=f"company:{company.pk}", text=text)


def check_closure(first: date, last: date) -> Problem | None:
    """The last day is not before the first, and nobody closes for a third of a year."""
    if last < first:
        return Problem(
            "closure_order", "La chiusura finisce prima di cominciare.", "Scegli un giorno dopo."
        )
    if (last - first).days >= LONGEST_DAYS:
        return Problem(
            "closure_length",
            f"La chiusura è più lunga di {LONGEST_DAYS} giorni.",
            "Per fermare tutto a lungo ferma i solleciti automatici.",
        )
    return None
