"""Queries over companies and users."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from sollecito.accounts.models import Company


def companies_named(text: str | None) -> QuerySet[Company]:
    """Companies whose P.IVA or codice fiscale is ``text``; all of them without one."""
    if not text:
        return Company.objects.order_by("id")
    code = text.strip().upper().removeprefix("IT")
    return Company.objects.filter(Q(vat_number=code) | Q(tax_code=code)).order_by("id")
