"""Interest that one message claims: of its overdue items, as they stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sollecito.domain.wording import InterestClaim, Item
from sollecito.flows.gather_interest import Charged, charge_interest, counting_of, sum_charged
from sollecito.ledger.models import Instalment


def claim_interest(rows: Sequence[Instalment], items: Sequence[Item], until: date) -> InterestClaim:
    """What the overdue items of one message bear up to ``until``; the flat sum once a document."""
    balances = {_key_of_item(item): item.balance for item in items}
    owed = {row.pk: balances[_key_of_row(row)] for row in rows if _key_of_row(row) in balances}
    found: list[Charged] = []
    for party in {row.party_id: row.party for row in rows}.values():
        mine = [row for row in rows if row.pk in owed and row.party_id == party.pk]
        found += charge_interest(mine, owed, counting_of(party, until))
    return sum_charged(found)


def _key_of_row(row: Instalment) -> tuple[str, str, date, int]:
    document = row.document
    return (document.number, document.series, document.date, row.seq)


def _key_of_item(item: Item) -> tuple[str, str, date, int]:
    return (item.number, item.series, item.document_date, item.seq)
