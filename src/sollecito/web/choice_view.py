"""Which rule a customer has, as its card shows it."""

from __future__ import annotations

from typing import Any

from sollecito.dunning.policy_book import policy_book
from sollecito.ledger.models import Party


def choice_context(party: Party) -> dict[str, Any]:
    """The rule that counts, and which levels stop it or want every reminder approved."""
    resolved = policy_book(party.company).resolve(0, party.pk, party.segment)
    return {"resolved": resolved}
