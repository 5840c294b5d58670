"""Impostazioni › Abbonamento: what a firm may use; who hosts many decides it here."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sollecito.accounts.models import Company, Tier
from sollecito.flows.count_quota import quotas_of
from sollecito.flows.edit_tiers import TierData, assign_tier, save_tier
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.web.answers import done, show
from sollecito.web.forms.problems import add_problems
from sollecito.web.forms.tiers import AssignForm, TierForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, owner_required
from sollecito.web.tier_words import KIND_NAMES, included_of, modules_of

PAGE = "web:settings_tier"
FIELDS = ("name", "modules", "included_email", "included_pec", "included_sms")


@member_required
def tier_page(request: CompanyRequest) -> HttpResponse:
    """The firm's own; for who runs the installation also all the others."""
    own = request.company.tier
    context: dict[str, Any] = {
        "tier": own,
        "modules": modules_of(own) if own else [],
        "included": included_of(own) if own else [],
        "usage": [(KIND_NAMES[each.kind], each) for each in quotas_of(request.company)],
    }
    if request.membership.user.is_superuser:
        context |= {
            "tiers": [
                (each, modules_of(each), included_of(each)) for each in Tier.objects.order_by("pk")
            ],
            "firms": [
                (firm, AssignForm(initial={"company": firm, "tier": firm.tier_id}, prefix=""))
                for firm in Company.objects.select_related("tier").order_by("name", "pk")
            ],
        }
    return render(request, "web/settings/tier.html", context)


@owner_required
def tier_edit(request: CompanyRequest, pk: int = 0) -> HttpResponse:
    """Add a tier (``pk`` 0) or change one."""
    _only_administrator(request)
    row = get_object_or_404(Tier, pk=pk) if pk else None
    start = {name: getattr(row, name) for name in FIELDS} if row else {}
    form = TierForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = TierData(**form.cleaned_data | {"modules": tuple(form.cleaned_data["modules"])})
        try:
            save_tier(data, user=request.membership.user, tier=row)
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            return done(request, _("Abbonamento salvato."), to=PAGE)
    return show(request, "web/settings/tier_edit.html", {"form": form, "tier": row})


@require_POST
@owner_required
def tier_assign(request: CompanyRequest) -> HttpResponse:
    """Give a firm its tier."""
    _only_administrator(request)
    form = AssignForm(request.POST)
    if not form.is_valid():
        raise PermissionDenied
    assign_tier(
        form.cleaned_data["company"], form.cleaned_data["tier"], user=request.membership.user
    )
    return done(request, _("Abbonamento assegnato."), to=PAGE)


def _only_administrator(request: CompanyRequest) -> None:
    """For anybody else there is no such page."""
    if not request.membership.user.is_superuser:
        raise Http404
