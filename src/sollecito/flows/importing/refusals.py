"""A public body refused the invoice (EC02): a dispute, set once, ended by a person."""

from __future__ import annotations

from collections.abc import Iterable

from sollecito.domain.sdi import SdiState
from sollecito.dunning.models import Hold
from sollecito.flows import clock
from sollecito.ledger.models import Document

REASON = "Rifiutata dall'ente (esito SdI EC02)"


def add_refusal_holds(documents: Iterable[Document]) -> None:
    """Hold refused documents; one that a person already released is not held again."""
    refused = [row for row in documents if row.sdi_state == SdiState.REFUSED]
    if not refused:
        return
    held = set(
        Hold.objects.filter(
            document__in=refused, kind=Hold.Kind.DISPUTE, reason=REASON
        ).values_list("document_id", flat=True)
    )
    Hold.objects.bulk_create(
        Hold(
            company_id=row.company_id,
            kind=Hold.Kind.DISPUTE,
            document=row,
            from_date=row.sdi_since or clock.today(),
            reason=REASON,
            created_at=clock.now(),
        )
        for row in refused
        if row.pk not in held
    )
