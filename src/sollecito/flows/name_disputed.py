"""What a message names as not included: overdue items of the same customer under dispute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sollecito.domain.documents import DocumentKind
from sollecito.domain.wording import Exclusion
from sollecito.dunning.hold_queries import wholly_disputed
from sollecito.ledger.models import Instalment


def name_disputed(rows: Sequence[Instalment], today: date) -> tuple[Exclusion, ...]:
    """What is overdue of the same customer and not asked for because all of it is disputed."""
    asked = {row.document_id for row in rows}
    found = {}
    for row in wholly_disputed(rows[0].party_id, rows[0].currency, today):
        document = row.document
        if document.pk not in asked:
            kind = DocumentKind(document.kind)
            found[document.pk] = Exclusion(kind, document.number, document.date, document.series)
    return tuple(found.values())
