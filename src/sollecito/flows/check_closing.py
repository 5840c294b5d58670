"""What a closing without money is made of, and whether it may be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.money import format_money
from sollecito.domain.settling import ClosingKind, needs_approval
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.ledger.models import Payment
from sollecito.ledger.queries import derived_balance


@dataclass(frozen=True, slots=True)
class ClosingOrder:
    """Ordine di chiusura: what kind, on which day, why, who approved it, who writes it.

    ``parts``: instalment id → what is closed of it; an instalment named in ``whole`` closes for
    all that is left. ``beside``: the payment that it came with, undone together.
    """

    kind: ClosingKind
    day: date
    parts: Mapping[int, Decimal] = field(default_factory=dict)
    whole: Collection[int] = ()
    reason: str = ""
    approved_by: str = ""
    user: User | None = None
    beside: Payment | None = None


def check_closing(
    company: Company, rows: list[Any], parts: Mapping[int, Decimal], order: ClosingOrder
) -> None:
    """Raise FieldsRefusedError by ``amount``, ``reason``, ``approved_by``.

    ``rows`` are locked, with their derived balances.
    """
    for row in rows:
        left = derived_balance(row)
        if row.pk in parts and not 0 < parts[row.pk] <= left:
            most = format_money(max(left, Decimal(0)), row.currency)
            words = f"Della rata {row.seq} di {row.document.number} restano {most}."
            problem = Problem("too_much", words, "Scrivi un importo fra un centesimo e quello.")
            raise FieldsRefusedError({"amount": problem})
    limit = company.allowance_limit
    if not any(needs_approval(order.kind, part, limit) for part in parts.values()):
        return
    beyond = f"Oltre {format_money(limit)} serve: resta scritto, e si può sempre annullare."
    missing = {
        "reason": (order.reason, "Manca il motivo."),
        "approved_by": (order.approved_by, "Manca chi l'ha approvato."),
    }
    if problems := {
        name: Problem(f"{name}_missing", words, beyond)
        for name, (text, words) in missing.items()
        if not text.strip()
    }:
        raise FieldsRefusedError(problems)
