"""What a message names as not included: what of its customers is under dispute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain

from sollecito.domain.documents import DocumentKind
from sollecito.domain.schedule import InstalmentFacts, holds_in_force
from sollecito.domain.wording import Exclusion
from sollecito.dunning.hold_queries import wholly_disputed
from sollecito.ledger.models import Instalment


def name_disputed(rows: Sequence[Instalment], today: date) -> tuple[Exclusion, ...]:
    """What is overdue of the same customers and not asked for because all of it is disputed."""
    asked = {row.document_id for row in rows}
    found = {}
    customers = dict.fromkeys(row.party_id for row in rows)
    disputed = (wholly_disputed(pk, rows[0].currency, today) for pk in customers)
    for row in chain.from_iterable(disputed):
        document = row.document
        if document.pk not in asked:
            kind = DocumentKind(document.kind)
            found[document.pk] = Exclusion(kind, document.number, document.date, document.series)
    return tuple(found.values())


def find_exclusions(
    rows: Sequence[Instalment], facts: Mapping[int, InstalmentFacts], today: date
) -> tuple[Exclusion, ...]:
    """What of these instalments is disputed in part, and so left out of the amount."""
    found = []
    for row in rows:
        disputed = sum(
            (hold.amount or Decimal(0) for hold in holds_in_force(facts[row.pk].holds, today)),
            Decimal(0),
        )
        if disputed:
            document = row.document
            kind = DocumentKind(document.kind)
            found.append(Exclusion(kind, document.number, document.date, document.series, disputed))
    return tuple(found)
