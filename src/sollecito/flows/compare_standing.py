"""Whether what a content says of its instalments still holds: the rule, asked before the dot.

The rule is ``domain.schedule.refuse_reminder``. One statement reads what it needs of the plain
case (no hold, no credit of the customer, no pro-forma and invoice in play); anything else is
gathered in full. Either way balances are derived, never the stored copy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import format_money, to_cents
from sollecito.domain.schedule import InstalmentFacts, refuse_reminder, remindable_balance
from sollecito.domain.sdi import IssueRule, SdiStanding, SdiState, compute_collectible
from sollecito.dunning.queries import instalment_facts
from sollecito.flows import clock
from sollecito.outbox.queries import fetch, is_postgres, marks

LIFE_DAYS = timedelta(days=3)
_CENT = "0.005"
_STANDING = f"""
SELECT i.id, r.frozen_balance, r.issued_date,
  i.amount - COALESCE((SELECT SUM(a.amount) FROM ledger_allocation a
    WHERE a.instalment_id = i.id AND a.undone_at IS NULL), 0),
  d.replaces_id IS NOT NULL
    OR EXISTS (SELECT 1 FROM ledger_document x WHERE x.replaces_id = d.id)
    OR EXISTS (SELECT 1 FROM dunning_hold h WHERE h.instalment_id = i.id AND h.released_at IS NULL)
    OR EXISTS (SELECT 1 FROM dunning_hold h
      WHERE h.document_id = i.document_id AND h.released_at IS NULL)
    OR EXISTS (SELECT 1 FROM dunning_hold h
      WHERE h.party_id = i.party_id AND h.released_at IS NULL)
    OR EXISTS (SELECT 1 FROM ledger_instalment n WHERE n.party_id = i.party_id AND n.amount < 0)
    OR COALESCE((SELECT SUM(p.amount) FROM ledger_payment p
        WHERE p.party_id = i.party_id AND p.undone_at IS NULL), 0)
      > {_CENT} + COALESCE((SELECT SUM(a.amount) FROM ledger_allocation a
        JOIN ledger_payment p ON p.id = a.payment_id
        WHERE p.party_id = i.party_id AND p.undone_at IS NULL AND a.undone_at IS NULL), 0),
  i.currency, i.method, d.kind, d.sdi_state, d.sdi_since, d.date, c.sdi_rule,
  d.is_public_body, d.sdi_override
FROM dunning_reminder r
JOIN ledger_instalment i ON i.id = r.instalment_id
JOIN ledger_document d ON d.id = i.document_id
JOIN accounts_company c ON c.id = i.company_id
WHERE r.content_id = %s
"""  # noqa: S608  no user data


def lock_instalments(ids: Collection[int]) -> None:
    """Lock the rows in id order, as whoever records a payment does. SQLite has one writer."""
    if ids and is_postgres():
        fetch(
            f"SELECT id FROM ledger_instalment WHERE id IN ({marks(list(ids))})"  # noqa: S608  no user data
            " ORDER BY id FOR UPDATE",
            list(ids),
        )


def lock_instalments_of(content_id: int) -> None:
    """Lock the instalments that a content speaks of, in id order."""
    if is_postgres():
        fetch(
            "SELECT i.id FROM ledger_instalment i JOIN dunning_reminder r ON r.instalment_id = i.id"
            " WHERE r.content_id = %s ORDER BY i.id FOR UPDATE OF i",
            [content_id],
        )


def find_obstacle(content_id: int) -> str:
    """Why a content may not leave, in a sentence; empty where it may."""
    rows = fetch(_STANDING, [content_id])
    today = clock.today()
    day = _day_of(rows[0][2], today) if rows else today
    if day != today or any(row[4] for row in rows):
        frozen = {row[0]: _money(row[1]) for row in rows}
        return find_obstacles({content_id: frozen}, day).get(content_id, "")
    reasons = (_judge_plain(row, _day_of(row[2], today)) for row in rows)
    return next(filter(None, reasons), "")


def find_obstacles(
    balances: Mapping[int, Mapping[int, Decimal]], day: date | None = None
) -> dict[int, str]:
    """Why each content may not leave, by content id; those that may are left out.

    ``balances`` are the frozen balances by instalment, by content; ``day`` is today unless given:
    another one was written by ``--on``, and what is dated after it does not count.
    """
    ids = {instalment for each in balances.values() for instalment in each}
    if not ids:
        return {}
    today = day or clock.today()
    as_of = today if today != clock.today() or clock.is_pretended() else None
    facts = instalment_facts(ids, today, as_of=as_of)
    found: dict[int, str] = {}
    for content, each in balances.items():
        reasons = (_judge(facts.get(key), frozen, today) for key, frozen in each.items())
        if reason := next(filter(None, reasons), ""):
            found[content] = reason
    return found


def _judge(facts: InstalmentFacts | None, frozen: Decimal, today: date) -> str:
    if facts is None:
        return "La rata non c'è più."
    if refusal := refuse_reminder(facts, today):
        return refusal.message
    balance = remindable_balance(facts, today)
    if balance == frozen:
        return ""
    was, now = format_money(frozen, facts.currency), format_money(balance, facts.currency)
    return f"Il residuo è cambiato da {was} a {now}."


def _judge_plain(row: tuple[Any, ...], today: date) -> str:
    currency, method, kind, state, since, written, rule, is_public, override = row[5:]
    facts = InstalmentFacts(
        balance=_money(row[3]),
        collectible=compute_collectible(
            DocumentKind(kind),
            standing=SdiStanding(SdiState(state), _day(since)),
            document_date=_day(written) or today,
            today=today,
            rule=IssueRule(rule),
            is_public_body=bool(is_public),
            is_approved=bool(override),
        ),
        currency=currency,
        method=method,
    )
    return _judge(facts, _money(row[1]), today)


def _day_of(issued: object, today: date) -> date:
    """The day to judge by: today, but its own for a reminder written as if it were another day."""
    day = _day(issued)
    return today if day is None or timedelta(0) <= today - day <= LIFE_DAYS else day


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _money(value: object) -> Decimal:
    return to_cents(Decimal(str(value)))
