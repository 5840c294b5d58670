"""Impostazioni › Utenti, and › Agenti."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sollecito.accounts.models import Membership
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.manage_agents import remove_agent, save_agent
from sollecito.flows.manage_users import (
    LastOwnerError,
    change_user,
    invite_user,
    is_only_here,
    remove_user,
)
from sollecito.ledger.models import Agent
from sollecito.web.answers import done, refuse, show
from sollecito.web.forms.people import AgentForm, InviteForm, MemberForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, owner_required, writer_required

AGENT_FIELDS = ("name", "email", "phone", "has_weekly_list", "is_forewarned")
USERS, AGENTS = "web:settings_users", "web:settings_agents"


@owner_required
def users(request: CompanyRequest) -> HttpResponse:
    """Who may enter."""
    rows = request.company.memberships.select_related("user").order_by("user__name")
    return render(request, "web/settings/users.html", {"members": rows})


@owner_required
def user_invite(request: CompanyRequest) -> HttpResponse:
    """Let a person in."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = invite_user(
                request.company,
                by=request.membership.user,
                email=values["email"],
                role=values["role"],
                data=values,
            )
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            return done(request, _("%s può entrare.") % made.user, to=USERS)
    return show(request, "web/settings/user_edit.html", {"form": form})


@owner_required
def user_edit(request: CompanyRequest, pk: int) -> HttpResponse:
    """Change a person's role; name, phone and password where the person works only here."""
    row = get_object_or_404(request.company.memberships.select_related("user", "company"), pk=pk)
    only_here = is_only_here(row)
    start = {"name": row.user.name, "phone": row.user.phone, "role": row.role}
    form = MemberForm(request.POST or None, initial=start)
    if not only_here:
        for name in ("name", "phone", "password"):
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        try:
            change_user(row, by=request.membership.user, changes=form.cleaned_data)
        except FieldsRefusedError as error:
            add_problems(form, error)
        except LastOwnerError as error:
            form.add_error("role", str(error))
        else:
            return done(request, _("Utente salvato."), to=USERS)
    context = {"form": form, "member": row, "only_here": only_here}
    return show(request, "web/settings/user_edit.html", context)


@require_POST
@owner_required
def user_remove(request: CompanyRequest, pk: int) -> HttpResponse:
    """Close the company to a person."""
    row = get_object_or_404(Membership, pk=pk, company=request.company)
    try:
        remove_user(row, by=request.membership.user)
    except LastOwnerError as error:
        return refuse(request, str(error), to=USERS)
    return done(request, _("%s non può più entrare.") % row.user, to=USERS)


@member_required
def agents(request: CompanyRequest) -> HttpResponse:
    """The agents, and how many customers each has."""
    rows = Agent.objects.filter(company=request.company).annotate(customers=Count("parties"))
    return render(request, "web/settings/agents.html", {"agents": rows.order_by("name")})


@writer_required
def agent_edit(request: CompanyRequest, pk: int = 0) -> HttpResponse:
    """Add an agent (``pk`` 0) or change one."""
    row = get_object_or_404(Agent, pk=pk, company=request.company) if pk else None
    start = {name: getattr(row, name, "") for name in AGENT_FIELDS}
    form = AgentForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            save_agent(
                request.company, user=request.membership.user, agent=row, **form.cleaned_data
            )
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            return done(request, _("Agente salvato."), to=AGENTS)
    context = {"form": form, "agent": row}
    return show(request, "web/settings/agent_edit.html", context)


@require_POST
@writer_required
def agent_remove(request: CompanyRequest, pk: int) -> HttpResponse:
    """Remove an agent; the customers stay."""
    row = get_object_or_404(Agent, pk=pk, company=request.company)
    number = remove_agent(row, user=request.membership.user)
    words = ngettext(
        "Agente tolto: %(n)d cliente resta senza agente.",
        "Agente tolto: %(n)d clienti restano senza agente.",
        number,
    )
    text = words % {"n": number} if number else _("Agente tolto.")
    return done(request, text, to=AGENTS)
