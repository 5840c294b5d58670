"""Change what Impostazioni says of a company: its data and rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain import identifiers
from sollecito.domain.documents import Problem
from sollecito.flows import audit
from sollecito.flows.field_problems import check_email, check_present, require_none
from sollecito.flows.touch_instalments import touch_company, touch_incomplete

DATA = (
    *("name", "short_name", "vat_number", "tax_code", "street", "postcode", "city", "province"),
    *("country", "email", "pec", "phone", "contact_name", "contact_role", "representative"),
)
CALENDAR = ("patron_day", "quiet_august", "quiet_christmas")
MONEY = ("allowance_limit", "bank_fee_limit", "auto_match")
RESTS = ("holds_when_we_owe", "holds_open_notes")
CAPS = ("customer_day_cap", "company_day_cap", "reader_gap_days", "fresh_takings_days")
WHEN = ("window_start", "window_end", "plan_time", "agents_weekday")
DEBTS = (*RESTS, "keeps_purchases")
RULES = ("default_days", "sdi_rule", *WHEN, *CALENDAR, *CAPS, *MONEY, *DEBTS)
LOOKED_AT_AGAIN = frozenset({*CALENDAR, *CAPS, *RESTS, "sdi_rule"})
"""What changes the answers of the planner."""
LONGEST_TERM_DAYS = 365
MOST_ALLOWANCE = Decimal(100)
LEAP_YEAR = 2000


def edit_company(company: Company, *, user: User | None, changes: Mapping[str, Any]) -> bool:
    """Check and save the given fields (of ``DATA``, ``RULES``); whether any changed.

    Raises FieldsRefusedError, by field, and saves nothing.
    """
    values = clean_company(changes)
    require_none(check_company(values, company))
    with transaction.atomic():
        row = Company.objects.select_for_update().get(pk=company.pk)
        before = {name: getattr(row, name) for name in values}
        changed = {name: value for name, value in values.items() if before[name] != value}
        for name, value in changed.items():
            setattr(row, name, value)
            setattr(company, name, value)
        if changed:
            row.save(update_fields=list(changed))
            if LOOKED_AT_AGAIN & changed.keys():
                touch_company(company)
            touch_incomplete(company)
            audit.record(
                company,
                user,
                "company_edited",
                target=f"company:{company.pk}",
                text="Impostazioni dell'azienda modificate.",
                details={name: [str(before[name]), str(value)] for name, value in changed.items()},
            )
    return bool(changed)


def clean_company(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that may be changed, bare codes and no blanks around words."""
    known = {*DATA, *RULES}
    values = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in changes.items()
        if name in known and not (name in MONEY and value is None)
    }
    if "vat_number" in values:
        values["vat_number"] = identifiers.parse_vat_number(values["vat_number"])
    if "tax_code" in values:
        values["tax_code"] = identifiers.parse_tax_code(values["tax_code"])
    if "country" in values:
        values["country"] = values["country"].upper() or "IT"
    return values


def check_company(values: Mapping[str, Any], company: Company | None = None) -> dict[str, Problem]:
    """What is wrong with cleaned values, by field. A P.IVA left as it was is not asked again."""
    problems = {
        name: check(values[name]) for name, check in _CHECKS.items() if values.get(name) is not None
    }
    if company is not None and values.get("vat_number") == company.vat_number:
        problems.pop("vat_number", None)
    others = Company.objects.exclude(pk=company.pk if company else 0)
    vat_number = values.get("vat_number")
    if vat_number and others.filter(vat_number=vat_number).exists():
        problems["vat_number"] = Problem(
            "vat_taken",
            "In questa installazione c'è già un'azienda con questa partita IVA.",
            "Entra in quella, oppure controlla il numero.",
        )
    start, end = values.get("window_start"), values.get("window_end")
    if isinstance(start, time) and isinstance(end, time) and start >= end:
        problems["window_end"] = Problem(
            "window_order", "Gli invii finiscono prima di cominciare.", "Scegli un'ora successiva."
        )
    return {name: problem for name, problem in problems.items() if problem is not None}


def check_company_vat(text: str) -> Problem | None:
    """What is wrong with the company's own P.IVA: it cannot be missing."""
    return check_present(text, "la partita IVA") or identifiers.check_vat_number(text)


def check_patron_day(text: str) -> Problem | None:
    """``MM-GG``, a day that exists, or empty."""
    month, _, day = text.partition("-")
    try:
        if text:
            date(LEAP_YEAR, int(month), int(day))
    except ValueError:
        return Problem(
            "patron_day", f"«{text}» non è un giorno dell'anno.", "Scrivi mese e giorno: 07-25."
        )
    return None


def check_default_days(days: int) -> Problem | None:
    """Between 0 and 365."""
    if 0 <= days <= LONGEST_TERM_DAYS:
        return None
    return Problem("default_days", "I giorni di pagamento vanno da 0 a 365.", "Di solito 30.")


def check_limit(amount: Decimal) -> Problem | None:
    """Between nothing and a hundred euro: what is small is not worth an approval."""
    if 0 <= amount <= MOST_ALLOWANCE:
        return None
    return Problem("limit", "L'importo va da 0,00 a 100,00 €.", "Di solito 5,00 o 10,00.")


_CHECKS: dict[str, Callable[[Any], Problem | None]] = {
    "name": lambda text: check_present(text, "la ragione sociale"),
    "vat_number": check_company_vat,
    "tax_code": lambda text: identifiers.check_tax_code(text) if text else None,
    "email": check_email,
    "pec": check_email,
    "patron_day": check_patron_day,
    "default_days": check_default_days,
    **dict.fromkeys(("allowance_limit", "bank_fee_limit"), check_limit),
}
