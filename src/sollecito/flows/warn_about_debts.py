"""What who writes should know: the company owes money to the customer it is about to ask."""

from __future__ import annotations

from collections.abc import Iterator

from sollecito.domain.money import format_money
from sollecito.flows.reminder_options import ReminderDraft
from sollecito.ledger.payable_queries import owed_by_us


def warn_about_debts(draft: ReminderDraft) -> Iterator[tuple[str, str, str]]:
    """Code, sentence, hint."""
    owed = owed_by_us({row.party_id for row in draft.rows})
    for (_party, currency), amount in sorted(owed.items()):
        yield (
            "we_owe",
            f"Siamo anche debitori di questo cliente per {format_money(amount, currency)}.",
            "Se va compensato, fallo dalla sua scheda prima di scrivere.",
        )
