"""What the gate reads: one statement tells the plain case of each instalment of a content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import to_cents
from sollecito.domain.schedule import InstalmentFacts
from sollecito.domain.sdi import IssueRule, SdiStanding, SdiState, compute_collectible
from sollecito.outbox.queries import fetch

LIFE_DAYS = timedelta(days=3)
_CENT = "0.005"
# Counting keeps PostgreSQL from hashing every credit note of the ledger for one customer's.
_STANDING = f"""
SELECT i.id, r.frozen_balance, r.issued_date,
  i.amount - COALESCE((SELECT SUM(a.amount) FROM ledger_allocation a
    WHERE a.instalment_id = i.id AND a.undone_at IS NULL), 0),
  d.replaces_id IS NOT NULL OR d.amounts = 'pending'
    OR EXISTS (SELECT 1 FROM ledger_document x WHERE x.replaces_id = d.id)
    OR EXISTS (SELECT 1 FROM dunning_hold h WHERE h.instalment_id = i.id AND h.released_at IS NULL)
    OR EXISTS (SELECT 1 FROM dunning_hold h
      WHERE h.document_id = i.document_id AND h.released_at IS NULL)
    OR EXISTS (SELECT 1 FROM dunning_hold h
      WHERE h.party_id = i.party_id AND h.released_at IS NULL)
    OR (SELECT COUNT(*) FROM ledger_instalment n
      WHERE n.party_id = i.party_id AND n.amount < 0) > 0
    OR COALESCE((SELECT SUM(p.amount - p.interest) FROM ledger_payment p
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


@dataclass(frozen=True, slots=True)
class Standing:
    """One instalment of a content: the balance frozen with it, and the facts of the plain case.

    ``day`` is the one to judge by. Where ``needs_more`` (a hold, a credit of the customer, a
    pro-forma and its invoice in play), all facts must be gathered.
    """

    instalment: int
    frozen: Decimal
    day: date
    needs_more: bool
    facts: InstalmentFacts


def read_standings(content_id: int, today: date) -> list[Standing]:
    """What the content says of each of its instalments, beside what holds now."""
    return [_standing(row, today) for row in fetch(_STANDING, [content_id])]


def _standing(row: tuple[Any, ...], today: date) -> Standing:
    currency, method, kind, state, since, written, rule, is_public, override = row[5:]
    day = _day_of(row[2], today)
    facts = InstalmentFacts(
        balance=_money(row[3]),
        collectible=compute_collectible(
            DocumentKind(kind),
            standing=SdiStanding(SdiState(state), _day(since)),
            document_date=_day(written) or day,
            today=day,
            rule=IssueRule(rule),
            is_public_body=bool(is_public),
            is_approved=bool(override),
        ),
        currency=currency,
        method=method,
    )
    return Standing(row[0], _money(row[1]), day, bool(row[4]), facts)


def _day_of(issued: object, today: date) -> date:
    """The day to judge by: today, but its own for a reminder written as if it were another day."""
    day = _day(issued)
    return today if day is None or timedelta(0) <= today - day <= LIFE_DAYS else day


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _money(value: object) -> Decimal:
    return to_cents(Decimal(str(value)))
