"""The ledger as plain values, without row numbers: equal ledgers compare equal."""

from __future__ import annotations

from typing import Any

from sollecito.dunning.models import Hold
from sollecito.ledger.models import Allocation, Document, Instalment, Party, SdiNotification


def snapshot() -> dict[str, Any]:
    return {
        "documents": sorted(
            Document.objects.values_list(
                "company__vat_number", "kind", "number", "date", "currency", "total", "expected",
                "party__identity", "file_key", "position", "sdi_state", "sdi_since", "fingerprint",
            )
        ),
        "instalments": sorted(
            Instalment.objects.values_list(
                "document__kind", "document__number", "document__year", "seq", "of", "due_date",
                "due_date_assumed", "amount", "balance", "method", "iban", "is_advance",
            )
        ),
        "customers": sorted(Party.objects.values_list("identity", "name", "kind", "city")),
        "holds": sorted(
            Hold.objects.values_list("kind", "instalment__document__number", "reason"), key=str
        ),
        "allocations": sorted(
            Allocation.objects.values_list("instalment__document__number", "amount", "date")
        ),
        "notifications": sorted(SdiNotification.objects.values_list("sha256", "target", "code")),
    }  # fmt: skip
