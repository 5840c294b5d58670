"""How the customers of one payment contact are told apart in a message about several of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sollecito.domain.wording.values import say_tax_id
from sollecito.ledger.models import Party


def name_apart(parties: Iterable[Party]) -> dict[int, str]:
    """The name of each, by id; namesakes with their code, else with their number here."""
    every = list(parties)
    same = Counter(party.name for party in every)
    found = {party.pk: party.name for party in every}
    for party in every:
        if same[party.name] > 1:
            country, vat, tax = party.vat_country, party.vat_number, party.tax_code
            code = say_tax_id(country, vat, tax, "it") or party.code or f"n. {party.pk}"
            found[party.pk] = f"{party.name} ({code})"
    again = Counter(found.values())
    return {pk: name if again[name] == 1 else f"{name} n. {pk}" for pk, name in found.items()}
