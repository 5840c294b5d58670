"""Add, change and remove the accounts (conti) a company is paid on; one is the default.

Where money goes is what a thief changes first: whoever does it has written the password again, and
every administrator hears of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain import identifiers
from sollecito.domain.documents import Problem
from sollecito.flows import audit
from sollecito.flows.confirm_person import Confirmation, check_confirmation
from sollecito.flows.field_problems import require_none
from sollecito.flows.tell_administrators import tell_administrators
from sollecito.flows.touch_instalments import touch_incomplete
from sollecito.ledger.models import BankAccount


@dataclass(frozen=True, slots=True)
class AccountData:
    """Conto as written in a form; without ``holder`` it is the company's."""

    iban: str
    holder: str = ""
    bank: str = ""
    bic: str = ""
    is_default: bool = False


def check_account(company: Company, data: AccountData, account_id: int) -> Problem | None:
    """What is wrong with the IBAN: its check digits and CIN, or that it is here already."""
    problem = identifiers.check_iban(data.iban)
    if problem:
        return problem
    others = company.bank_accounts.exclude(pk=account_id)
    if others.filter(iban=identifiers.parse_iban(data.iban)).exists():
        return Problem("iban_taken", "Questo conto c'è già.", "Modifica quello nell'elenco.")
    return None


def save_account(
    company: Company,
    *,
    by: Confirmation | None,
    data: AccountData,
    account: BankAccount | None = None,
    founder: User | None = None,
) -> BankAccount:
    """Add an account, or change ``account``. The first one is the default.

    ``by`` is ``None`` for the command line and for set-up, whose ``founder`` needs no second
    question. Raises FieldsRefusedError on ``iban`` or ``bic``.
    """
    before = account.iban if account else ""
    require_none(
        {
            "iban": check_account(company, data, account.pk if account else 0),
            "bic": identifiers.check_bic(data.bic) if data.bic.strip() else None,
            **check_confirmation(by),
        }
    )
    with transaction.atomic():
        others = company.bank_accounts.select_for_update().exclude(pk=account.pk if account else 0)
        is_default = data.is_default or not others.filter(is_default=True).exists()
        if is_default:
            others.update(is_default=False)
        row = account or BankAccount(company=company)
        row.iban = identifiers.parse_iban(data.iban)
        row.holder = data.holder.strip() or company.name[:140]
        row.bank = data.bank.strip()
        row.bic = identifiers.parse_bic(data.bic)
        row.is_default = is_default
        row.save()
        touch_incomplete(company)
        audit.record(
            company,
            by.user if by else founder,
            "bank_account_saved",
            target=f"bank_account:{row.pk}",
            text=f"Conto {identifiers.format_iban(row.iban)} salvato.",
            details={"iban": row.iban, "holder": row.holder, "default": is_default, "was": before},
        )
        if by:
            done = (
                f"modificato (prima: {identifiers.format_iban(before)})" if before else "aggiunto"
            )
            what = f"Conto {identifiers.format_iban(row.iban)} {done}"
            tell_administrators(company, what, user=by.user)
    return row


def remove_account(account: BankAccount, *, by: Confirmation | None) -> None:
    """Remove an account; if it was the default, the oldest of the others becomes it.

    Raises FieldsRefusedError.
    """
    require_none(check_confirmation(by))
    with transaction.atomic():
        company = account.company
        what = f"Conto {identifiers.format_iban(account.iban)} tolto"
        audit.record(
            company,
            by.user if by else None,
            "bank_account_removed",
            target=f"bank_account:{account.pk}",
            text=f"{what}.",
            details={"iban": account.iban},
        )
        account.delete()
        accounts = company.bank_accounts.order_by("pk")
        if not accounts.filter(is_default=True).exists():
            accounts.filter(pk__in=accounts.values("pk")[:1]).update(is_default=True)
        tell_administrators(company, what, user=by.user if by else None)
