"""Compiti: outcomes of effects to be told, and what procedures and endings ask for."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.dunning.call_queries import calls_to_make
from sollecito.dunning.hold_queries import RELATED, TARGETS, open_tasks, outcomes_to_ask
from sollecito.dunning.models import Hold, HoldTask
from sollecito.flows import clock
from sollecito.flows.answer_collection import collect_effect, return_effect
from sollecito.flows.detail_hold import HoldRefusedError, tick_task, untick_task
from sollecito.web.answers import done, refuse, show
from sollecito.web.forms.hold_details import ReturnForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.said import said
from sollecito.web.views.holds import find_hold
from sollecito.web.views.open_credits import notes_waiting

TASKS = "web:tasks"
DONE_SHOWN = 20


@require_GET
@member_required
def tasks(request: CompanyRequest) -> HttpResponse:
    """The page."""
    company = request.company
    today = clock.today(company.time_zone)
    outcomes = outcomes_to_ask(company, today)
    over = HoldTask.objects.filter(company=company, done_date__isnull=False, user__isnull=False)
    context = {
        "presented": [each for each in outcomes if each.is_presented],
        "silent": [each for each in outcomes if not each.is_presented],
        "calls": calls_to_make(company),
        "tasks": open_tasks(company),
        "notes": notes_waiting(company),
        "over": over.select_related("hold__party", "user").order_by("-done_date", "-pk")[
            :DONE_SHOWN
        ],
        "today": today,
    }
    return render(request, "web/holds/tasks.html", context)


@require_POST
@writer_required
def tasks_collected(request: CompanyRequest) -> HttpResponse:
    """Incassata salvo buon fine: one, or those that were ticked."""
    one = request.POST.get("solo", "")
    asked = [one] if one else request.POST.getlist("blocco")
    keys = [int(each) for each in asked if each.isdecimal()]
    holds = Hold.objects.filter(company=request.company, pk__in=keys)
    count, refused = 0, ""
    for hold in holds.select_related(*RELATED, *TARGETS):
        try:
            collect_effect(hold, user=request.membership.user)
            count += 1
        except HoldRefusedError as error:
            refused = said(str(error))
    if not count:
        return refuse(request, refused or _("Scegline almeno una."), to=TASKS)
    text = ngettext(
        "%(n)d rata incassata salvo buon fine.", "%(n)d rate incassate salvo buon fine.", count
    )
    return done(request, f"{text % {'n': count}} {refused}".strip(), to=TASKS)


@require_http_methods(["GET", "POST"])
@writer_required
def hold_returned(request: CompanyRequest, pk: int) -> HttpResponse:
    """Tornata insoluta…: with the bank's fee, if one wishes."""
    hold = find_hold(request, pk)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fee = form.cleaned_data["spese"] or Decimal(0)
        try:
            return_effect(hold, fee=fee, user=request.membership.user)
        except HoldRefusedError as error:
            form.add_error("spese", str(error))
        else:
            text = _("Rata riaperta: il messaggio «Effetto insoluto» è fra i solleciti di oggi.")
            return done(request, text, to=TASKS)
    context = {
        "form": form,
        "hold": hold,
        "subtitle": hold.customer.name,
        "address": reverse("web:hold_returned", args=[pk]),
    }
    return show(request, "web/holds/returned.html", context)


@require_POST
@writer_required
def task_done(request: CompanyRequest, pk: int) -> HttpResponse:
    """Fatto."""
    tick_task(find_task(request, pk), user=request.membership.user)
    return done(request, _("Compito fatto."), to=TASKS)


@require_POST
@writer_required
def task_reopen(request: CompanyRequest, pk: int) -> HttpResponse:
    """Non ancora fatto."""
    untick_task(find_task(request, pk), user=request.membership.user)
    return done(request, _("Compito riaperto."), to=TASKS)


def find_task(request: CompanyRequest, pk: int) -> HoldTask:
    """The company's task, or 404."""
    rows = HoldTask.objects.filter(company=request.company)
    related = [f"hold__{name}" for name in TARGETS]
    return get_object_or_404(rows.select_related("company", *related), pk=pk)
