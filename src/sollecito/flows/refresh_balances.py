"""Keep the copies of the balances equal to what is derived."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F
from django.db.models.functions import Round

from sollecito.ledger.models import Instalment
from sollecito.ledger.queries import MONEY, allocated

SLICE = 500


def refresh_balances(instalment_ids: Collection[int]) -> None:
    """Write the derived balance of these instalments, a statement for each 500.

    The planner looks at them again. Call it in the transaction that changed their allocations or
    amounts.
    """
    ids = sorted(instalment_ids)
    balance = F("amount") - allocated("instalment") + allocated("credit")
    for start in range(0, len(ids), SLICE):
        Instalment.objects.filter(pk__in=ids[start : start + SLICE]).update(
            balance=Round(balance, precision=2, output_field=MONEY), is_touched=True
        )
