"""Abbonamenti: who hosts many firms says what each may use; nobody else may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify

from sollecito.accounts.models import Company, Tier, User
from sollecito.domain.documents import Problem
from sollecito.domain.tiers import MODULES
from sollecito.flows import audit
from sollecito.flows.field_problems import check_present, require_none
from sollecito.flows.touch_instalments import touch_company


@dataclass(frozen=True, slots=True)
class TierData:
    """Abbonamento as written: ``None`` is unlimited, 0 nothing."""

    name: str
    modules: tuple[str, ...] = ()
    included_email: int | None = None
    included_pec: int | None = None
    included_sms: int | None = None
    code: str = ""


def save_tier(data: TierData, *, user: User | None, tier: Tier | None = None) -> Tier:
    """Add a tier, or change one: it holds at once for every firm that has it.

    Raises FieldsRefusedError on ``name`` or ``modules``.
    """
    unknown = [each for each in data.modules if each not in MODULES]
    code = tier.code if tier else slugify(data.code or data.name)[:30]
    others = Tier.objects.exclude(pk=tier.pk if tier else 0)
    is_taken = others.filter(code=code).exists()
    taken = Problem("taken", f"L'abbonamento «{code}» c'è già.", "Scegli un altro nome.")
    known = f"I moduli sono: {', '.join(MODULES)}."
    wrong = Problem("module", f"Il modulo «{', '.join(unknown)}» non c'è.", known)
    require_none(
        {
            "name": check_present(data.name, "il nome") or (taken if is_taken else None),
            "modules": wrong if unknown else None,
        }
    )
    with transaction.atomic():
        row = tier or Tier(code=code)
        row.name = data.name.strip()
        row.modules = [each for each in MODULES if each in data.modules]
        row.included_email = data.included_email
        row.included_pec = data.included_pec
        row.included_sms = data.included_sms
        row.save()
        _touch(row.companies.all())
        text = f"Abbonamento {row.name} salvato."
        details = {"modules": row.modules, "email": row.included_email, "sms": row.included_sms}
        audit.record(None, user, "tier_saved", target=f"tier:{row.pk}", text=text, details=details)
    return row


def assign_tier(company: Company, tier: Tier | None, *, user: User | None) -> None:
    """Give a firm a tier; ``None`` lets it use everything."""
    with transaction.atomic():
        company.tier = tier
        company.save(update_fields=["tier"])
        _touch([company])
        text = f"Abbonamento: {tier.name}." if tier else "Abbonamento: tutto compreso."
        audit.record(company, user, "tier_assigned", target=f"company:{company.pk}", text=text)


def _touch(companies: Iterable[Company]) -> None:
    """What a module switches is decided again."""
    for company in companies:
        touch_company(company)
