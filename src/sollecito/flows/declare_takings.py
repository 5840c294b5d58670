"""Incassi pregressi: what the invoices do not say, what was already collected.

Proposed first, recorded when a person says so, taken back in one step (``undo_payments``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.open_items import KnownInstalment, find_absent
from sollecito.flows import audit, clock
from sollecito.flows.importing.customers import party_data
from sollecito.flows.mark_collected import mark_collected
from sollecito.formats.sheets import parse_open_items, read_sheet
from sollecito.ledger.models import Instalment, Payment
from sollecito.ledger.queries import open_instalments

PAID_AT_ISSUE = ("MP01", "MP02", "MP08")
"""Means that are usually paid on the spot: cash, cheque, card."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposta: what would count as collected, and which rows of the list were not understood."""

    instalments: tuple[Instalment, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def total(self) -> Decimal:
        """Sum of what is left of them, currencies mixed: for one-currency firms and progress."""
        return sum((row.balance for row in self.instalments), Decimal(0))


def propose_before(
    company: Company, *, day: date | None = None, methods: Collection[str] = ()
) -> Proposal:
    """What fell due before ``day``, and what is paid by ``methods`` (MPxx), whatever its date."""
    wanted = Q()
    if day:
        wanted |= Q(due_date__lt=day)
    if methods:
        wanted |= Q(method__in=methods)
    rows = open_instalments(company).filter(wanted) if wanted else Instalment.objects.none()
    return Proposal(tuple(_shown(rows)))


def propose_from_list(
    company: Company, name: str, data: bytes, *, mapping: Mapping[str, str] | None = None
) -> Proposal:
    """What is open here and is not in another programme's complete list of open items.

    A list that cannot be read, or is empty, proposes nothing and says why.
    """
    items, problems = parse_open_items(read_sheet(name, data, mapping), mapping)
    if not items:
        empty = Problem(
            "list_empty",
            "L'elenco non ha partite aperte: non si propone nulla.",
            "Controlla il file; se davvero è tutto incassato, usa «prima di una data».",
        )
        return Proposal((), problems or (empty,))
    rows = list(_shown(open_instalments(company)))
    known = [
        KnownInstalment(
            key=row.pk,
            number=row.document.number,
            series=row.document.series,
            day=row.document.date,
            kind=row.document.kind,
            customer=party_data(row.party),
            due_date=row.due_date,
            seq=row.seq,
        )
        for row in rows
    ]
    absent = find_absent(known, items)
    return Proposal(tuple(row for row in rows if row.pk in absent), problems)


def record_takings(
    company: Company, instalment_ids: Collection[int], *, day: date, user: User | None
) -> tuple[str, int]:
    """Record a proposal as collected on ``day``; the question counts as answered.

    Returns the group for ``undo_group`` and how many instalments were collected.
    """
    with transaction.atomic():
        found = mark_collected(
            company,
            instalment_ids,
            day=day,
            user=user,
            source=Payment.Source.DECLARED,
            note="Dichiarate come già incassate.",
        )
        answer_takings(company, user=user)
    return found


def answer_takings(company: Company, *, user: User | None) -> None:
    """A person said what was collected before, even if nothing was."""
    if company.takings_answered_at is None:
        company.takings_answered_at = clock.now()
        company.save(update_fields=["takings_answered_at"])
        audit.record(company, user, "takings_answered", target=f"company:{company.pk}")


def _shown(rows: QuerySet[Instalment]) -> QuerySet[Instalment]:
    return rows.select_related("document", "party").order_by("due_date", "id")
