"""Whether what a content says of its instalments still holds.

The rule is ``domain.schedule.refuse_reminder``, for every content, at the claim. Just before the
dot one statement reads all that could have changed since; only where something has is the rule
asked again. So the gate costs little and decides the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sollecito.domain.money import format_money, to_cents
from sollecito.domain.schedule import InstalmentFacts, refuse_reminder, remindable_balance
from sollecito.dunning.queries import instalment_facts
from sollecito.flows import clock
from sollecito.outbox.queries import fetch, is_postgres, marks

_STANDING = """
SELECT i.id,
  i.amount - COALESCE((SELECT SUM(a.amount) FROM ledger_allocation a
    WHERE a.instalment_id = i.id AND a.undone_at IS NULL), 0),
  EXISTS (SELECT 1 FROM dunning_hold h WHERE h.instalment_id = i.id AND h.released_at IS NULL)
    OR EXISTS (SELECT 1 FROM dunning_hold h
      WHERE h.document_id = i.document_id AND h.released_at IS NULL)
    OR EXISTS (SELECT 1 FROM dunning_hold h
      WHERE h.party_id = i.party_id AND h.released_at IS NULL),
  i.method, i.currency, d.kind, d.sdi_state, d.sdi_since, d.sdi_override, d.is_public_body,
  d.replaces_id, d.is_replacement_confirmed, i.party_id, c.sdi_rule,
  (SELECT MAX(p.id) FROM ledger_payment p WHERE p.party_id = i.party_id),
  (SELECT MAX(x.id) FROM ledger_document x WHERE x.party_id = i.party_id),
  (SELECT COUNT(*) FROM ledger_document r WHERE r.replaces_id = d.id
    AND COALESCE(r.is_replacement_confirmed, TRUE))
FROM ledger_instalment i
JOIN ledger_document d ON d.id = i.document_id
JOIN accounts_company c ON c.id = i.company_id
WHERE i.id IN ({ids})
"""


class Standing(NamedTuple):
    """All that the rule reads of one instalment, or a trace of its change."""

    balance: Decimal
    is_held: bool
    traces: tuple[Any, ...]


def lock_instalments(ids: Collection[int]) -> None:
    """Lock the rows in id order, as whoever records a payment does. SQLite has one writer."""
    if ids and is_postgres():
        fetch(
            f"SELECT id FROM ledger_instalment WHERE id IN ({marks(list(ids))})"  # noqa: S608  no user data
            " ORDER BY id FOR UPDATE",
            list(ids),
        )


def read_standing(ids: Iterable[int]) -> dict[int, Standing]:
    """The standing of each instalment, now."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = fetch(_STANDING.format(ids=marks(wanted)), wanted)
    return {
        row[0]: Standing(to_cents(Decimal(str(row[1]))), bool(row[2]), tuple(row[3:]))
        for row in rows
    }


def is_unchanged(standing: Mapping[int, Standing], ids: Collection[int]) -> bool:
    """Whether nothing that the rule reads has changed. A hold in force is always asked again."""
    if not ids:
        return True
    now = read_standing(ids)
    return all(key in now and now[key] == standing.get(key) and not now[key].is_held for key in ids)


def find_obstacles(balances: Mapping[int, Mapping[int, Decimal]]) -> dict[int, str]:
    """Why each content may not leave, by content id; those that may are left out.

    ``balances`` are the frozen balances by instalment, by content.
    """
    ids = {instalment for each in balances.values() for instalment in each}
    if not ids:
        return {}
    today = clock.today()
    facts = instalment_facts(ids, today)
    found: dict[int, str] = {}
    for content, each in balances.items():
        reasons = (_find_obstacle(facts.get(key), frozen, today) for key, frozen in each.items())
        if reason := next(filter(None, reasons), ""):
            found[content] = reason
    return found


def _find_obstacle(facts: InstalmentFacts | None, frozen: Decimal, today: date) -> str:
    if facts is None:
        return "La rata non c'è più."
    if refusal := refuse_reminder(facts, today):
        return refusal.message
    balance = remindable_balance(facts, today)
    if balance == frozen:
        return ""
    was, now = format_money(frozen, facts.currency), format_money(balance, facts.currency)
    return f"Il residuo è cambiato da {was} a {now}."
