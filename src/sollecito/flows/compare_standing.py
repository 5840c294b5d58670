"""Whether what a content says of its instalments still holds: the rule, asked before the dot.

The rule is ``domain.schedule.refuse_reminder``. One statement reads what it needs of the plain
case (no hold, no credit of the customer, no pro-forma and invoice in play); anything else is
gathered in full. Either way balances are derived, never the stored copy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import Q

from sollecito.domain.money import format_money
from sollecito.domain.schedule import (
    InstalmentFacts,
    refuse_reminder,
    remindable_balance,
    within_plan,
    without_collections,
    without_holds,
)
from sollecito.dunning.fact_queries import instalment_facts
from sollecito.dunning.models import Reminder
from sollecito.dunning.queries import announced_reminders
from sollecito.flows import clock
from sollecito.flows.read_standing import read_standings
from sollecito.outbox.queries import fetch, is_postgres

OF_A_PLAN = "piano_"
A_COPY = "invio_documento"
"""The answer to "we never got the invoice": no reminder, so that no hold stops it."""


def as_told(facts: InstalmentFacts, kind: str) -> InstalmentFacts:
    """The facts as a message of this kind, sent by a person or by a plan, sees them."""
    if kind.startswith(OF_A_PLAN):
        return within_plan(facts)
    return without_holds(facts) if kind == A_COPY else facts


def lock_instalments(ids: Collection[int]) -> None:
    """Lock the rows in id order, as whoever records a payment does. SQLite has one writer."""
    if ids and is_postgres():
        fetch(
            "SELECT id FROM ledger_instalment WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE",
            [list(ids)],
        )


def lock_out_runs(company_id: int) -> None:
    """No run proposes drafts until this transaction ends; approvals do not wait for one another.

    A run takes the company's row alone, which is cheaper than ten thousand rows of instalments.
    Call it before any other lock. SQLite has one writer.
    """
    if is_postgres():
        fetch("SELECT id FROM accounts_company WHERE id = %s FOR SHARE", [company_id])


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
    today = clock.today()
    rows = read_standings(content_id, today)
    day = rows[0].day if rows else today
    if day != today or any(row.needs_more for row in rows):
        frozen = {row.instalment: row.frozen for row in rows}
        return find_obstacles({content_id: frozen}, day).get(content_id, "")
    reasons = (_judge(row.facts, row.frozen, today) for row in rows)
    return next(filter(None, reasons), "")


def find_obstacles(
    balances: Mapping[int, Mapping[int, Decimal]],
    day: date | None = None,
    *,
    kind: str = "",
) -> dict[int, str]:
    """Why each content may not leave, by content id; those that may are left out.

    ``balances`` are the frozen balances by instalment, by content; ``day`` is today unless given:
    another one was written by ``--on``, and what is dated after it does not count. ``kind`` is
    their model, where they are not stored yet.
    """
    ids = {instalment for each in balances.values() for instalment in each}
    if not ids:
        return {}
    today = day or clock.today()
    as_of = today if today != clock.today() else clock.pretended_day()
    facts = instalment_facts(ids, today, as_of=as_of)
    kinds, announced = _kinds(balances), announced_reminders(balances)
    found: dict[int, str] = {}
    for content, each in balances.items():
        known = {key: facts[key] for key in each if key in facts}
        known = {key: as_told(one, kinds.get(content, kind)) for key, one in known.items()}
        known = {
            key: without_collections(one) if (content, key) in announced else one
            for key, one in known.items()
        }
        reasons = (_judge(known.get(key), frozen, today) for key, frozen in each.items())
        if reason := next(filter(None, reasons), ""):
            found[content] = reason
    return found


def _kinds(contents: Collection[int]) -> dict[int, str]:
    """Of these contents those that see no hold: a repayment plan's own, and copies by hand."""
    rows = Reminder.objects.filter(content__in=contents).filter(
        Q(kind__startswith=OF_A_PLAN) | Q(kind=A_COPY, step__isnull=True)
    )
    return dict(rows.values_list("content_id", "kind"))


def _judge(facts: InstalmentFacts | None, frozen: Decimal, today: date) -> str:
    if facts is None:
        return "La rata non c'è più."
    facts = replace(facts, minimum_balance=Decimal(0))
    if refusal := refuse_reminder(facts, today):
        return refusal.message
    balance = remindable_balance(facts, today)
    if balance == frozen:
        return ""
    was, now = format_money(frozen, facts.currency), format_money(balance, facts.currency)
    return f"Il residuo è cambiato da {was} a {now}."
