"""Impostazioni › Incaricati: who sees the reminders of the day, and of whose customers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from sollecito.dunning.models import Charge
from sollecito.flows.charge_users import charge_user
from sollecito.ledger.models import Agent
from sollecito.web.answers import done, show
from sollecito.web.forms.charges import AGENTS, ALL, NOBODY, ChargeForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required

CHARGES = "web:settings_charges"


@member_required
def charges(request: CompanyRequest) -> HttpResponse:
    """The people, and what each is charged with."""
    known = charges_of(request)
    members = request.company.memberships.select_related("user").order_by("user__name")
    rows = [(member, known.get(member.user_id)) for member in members]
    context = {"members": rows, "is_nobody": not known}
    return render(request, "web/settings/charges.html", context)


def charges_of(request: CompanyRequest) -> dict[int, list[Charge]]:
    """Charges by user."""
    found: dict[int, list[Charge]] = {}
    rows = Charge.objects.filter(company=request.company).select_related("agent")
    for charge in rows.order_by("agent__name"):
        found.setdefault(charge.user_id, []).append(charge)
    return found


@writer_required
def charge_edit(request: CompanyRequest, pk: int) -> HttpResponse:
    """Change what one person is charged with."""
    member = get_object_or_404(request.company.memberships.select_related("user", "company"), pk=pk)
    agents = Agent.objects.filter(company=request.company).order_by("name")
    form = ChargeForm(request.POST or None, agents=agents, initial=start_of(request, member))
    if request.method == "POST" and form.is_valid():
        whose = form.cleaned_data["clienti"]
        charge_user(
            member,
            by=request.membership.user,
            is_charged=whose != NOBODY,
            agents=form.cleaned_data["agenti"] if whose == AGENTS else (),
        )
        return done(request, _("Incarico salvato."), to=CHARGES)
    context = {"form": form, "member": member, "has_agents": agents.exists()}
    return show(request, "web/settings/charge_edit.html", context)


def start_of(request: CompanyRequest, member: Any) -> dict[str, Any]:
    """The form as things stand."""
    mine = charges_of(request).get(member.user_id, [])
    agents = [charge.agent_id for charge in mine if charge.agent_id]
    whose = NOBODY if not mine else AGENTS if agents else ALL
    return {"clienti": whose, "agenti": agents}
