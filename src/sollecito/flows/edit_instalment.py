"""Modifica scadenza: date, amount and note of an open instalment, with history."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.documents import Problem
from sollecito.domain.money import format_date, format_money, to_cents
from sollecito.flows import audit
from sollecito.flows.field_problems import require_none
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.withdraw_messages import withdraw_for_instalments
from sollecito.ledger.models import Instalment
from sollecito.ledger.queries import derived_balance, with_derived_balance

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


class SettledInstalmentError(Exception):
    """Nothing is left of the instalment, so its terms no longer change."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Rata già incassata: per cambiarla annulla prima l'incasso.")


def edit_instalment(
    instalment: Instalment,
    *,
    user: User | None,
    due_date: date | None = None,
    amount: Decimal | None = None,
    note: str | None = None,
) -> Instalment:
    """Change what is given; ``None`` leaves a field as it is.

    A date moved by a person begins a new round of reminders. Messages that asked for something
    else and have not left are withdrawn. Raises SettledInstalmentError, and FieldsRefusedError on
    ``due_date`` or ``amount``.
    """
    with transaction.atomic():
        rows = Instalment.objects.select_for_update().filter(pk=instalment.pk)
        row: Instalment = with_derived_balance(rows).select_related("document", "company").get()
        if derived_balance(row) <= 0:
            raise SettledInstalmentError
        require_none({"due_date": _check_date(due_date), "amount": _check_amount(row, amount)})
        changes = _apply(row, due_date=due_date, amount=amount, note=note)
        if not changes:
            return row
        row.save()
        refresh_balances([row.pk])
        withdraw_for_instalments(row.company, [row.pk])
        audit.record(
            row.company,
            user,
            "instalment_edited",
            target=f"instalment:{row.pk}",
            text=f"Rata {row.seq} di {row.of}, {row.document.number}: " + "; ".join(changes) + ".",
            details={"document": row.document_id},
        )
        row.refresh_from_db()
    return row


def _apply(
    row: Instalment, *, due_date: date | None, amount: Decimal | None, note: str | None
) -> list[str]:
    """Set the fields; return what changed, in words."""
    changes = []
    if due_date is not None and (due_date != row.due_date or row.due_date_assumed):
        changes.append(f"scadenza dal {format_date(row.due_date)} al {format_date(due_date)}")
        row.due_date, row.due_date_assumed = due_date, False
        row.round += 1
    if amount is not None and to_cents(amount) != row.amount:
        old, new = (format_money(each, row.currency) for each in (row.amount, amount))
        changes.append(f"importo da {old} a {new}")
        row.amount = to_cents(amount)
    if note is not None and note.strip() != row.note:
        row.note = note.strip()
        changes.append(f"nota «{row.note}»" if row.note else "nota tolta")
    return changes


def _check_date(due_date: date | None) -> Problem | None:
    if due_date is None or FIRST_DAY <= due_date < LAST_DAY:
        return None
    return Problem("date_range", "La data non è plausibile.", "Controlla l'anno.")


def _check_amount(row: Instalment, amount: Decimal | None) -> Problem | None:
    if amount is None:
        return None
    if amount <= 0:
        return Problem("amount_sign", "L'importo deve essere maggiore di zero.", "Correggilo.")
    collected = row.amount - derived_balance(row)
    if amount < collected:
        known = format_money(collected, row.currency)
        return Problem(
            "below_collected",
            f"Su questa rata sono già incassati {known}.",
            "Scrivi un importo non inferiore, oppure annulla l'incasso.",
        )
    return None
