"""Impostazioni: the company and its rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sollecito.accounts.models import Closure, Company
from sollecito.flows import clock
from sollecito.flows.edit_closures import add_closure, remove_closure
from sollecito.flows.edit_company import DATA, RULES, edit_company
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.web.forms.company import ClosureForm, CompanyForm, RulesForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required

SHOWN_AFTER_DAYS = 60


@member_required
def company(request: CompanyRequest) -> HttpResponse:
    """Impostazioni › Azienda."""
    return form_page(request, CompanyForm, DATA, "web/settings/company.html", "web:settings")


@member_required
def rules(request: CompanyRequest) -> HttpResponse:
    """Impostazioni › Invii e scadenze."""
    more = closures_of(request, ClosureForm())
    page = ("web/settings/rules.html", "web:settings_rules")
    return form_page(request, RulesForm, RULES, *page, more=more)


def closures_of(request: CompanyRequest, form: ClosureForm) -> dict[str, Any]:
    """The closures, from last year's on, and the form to add one."""
    since = clock.today(request.company.time_zone) - timedelta(days=SHOWN_AFTER_DAYS)
    rows = request.company.closures.filter(last_date__gte=since).order_by("first_date")
    return {"closures": rows, "closure_form": form}


@require_POST
@writer_required
def closures(request: CompanyRequest) -> HttpResponse:
    """Add a closure."""
    form = ClosureForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            add_closure(
                request.company,
                data["first_date"],
                data["last_date"],
                note=data["note"],
                user=request.membership.user,
            )
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Chiusura aggiunta."))
            return redirect("web:settings_rules")
    rules_form = RulesForm(initial=initial(request.company, RULES))
    context = {"form": rules_form, **closures_of(request, form)}
    return render(request, "web/settings/rules.html", context)


@require_POST
@writer_required
def closure_remove(request: CompanyRequest, pk: int) -> HttpResponse:
    """Work on these days after all."""
    row = get_object_or_404(
        Closure.objects.select_related("company"), pk=pk, company=request.company
    )
    remove_closure(row, user=request.membership.user)
    messages.success(request, _("Chiusura tolta."))
    return redirect("web:settings_rules")


def form_page(
    request: CompanyRequest,
    form_class: type[forms.Form],
    names: Sequence[str],
    template: str,
    address: str,
    *,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """A page that is one form over fields of the company."""
    form = form_class(request.POST or None, initial=initial(request.company, names))
    if request.method == "POST" and form.is_valid() and save(request, form):
        messages.success(request, _("Salvato."))
        return redirect(address)
    return render(request, template, {"form": form, **(more or {})})


def initial(row: Company, names: Sequence[str]) -> dict[str, Any]:
    """The fields as they are kept; the patron day as people write it."""
    values = {name: getattr(row, name) for name in names}
    month, _dash, day = values.get("patron_day", "").partition("-")
    if day:
        values["patron_day"] = f"{day}/{month}"
    return values


def save(request: CompanyRequest, form: forms.Form) -> bool:
    """Hand the form to the flow; whether it was taken."""
    try:
        edit_company(request.company, user=request.membership.user, changes=form.cleaned_data)
    except FieldsRefusedError as error:
        add_problems(form, error)
        return False
    return True
