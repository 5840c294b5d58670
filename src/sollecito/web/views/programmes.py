"""Solleciti automatici: the rules of the company, what each governs and will send, the switches."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sollecito.domain import policies as values
from sollecito.domain.presets import PRESETS
from sollecito.dunning.models import Policy
from sollecito.dunning.policy_book import policy_book, policy_value
from sollecito.dunning.policy_queries import activations_under_way, governed_counts, policies_of
from sollecito.flows.manage_policies import (
    InUse,
    PolicyInUseError,
    deactivate_policy,
    duplicate_policy,
    remove_policy,
    usage_of,
)
from sollecito.flows.pause_automation import (
    pause_company,
    pause_instance,
    resume_company,
    resume_instance,
)
from sollecito.flows.planning.trying import MOST_INSTALMENTS, Coming, coming_by_policy
from sollecito.web import programme_words as words
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, owner_required, writer_required

LIST = "web:programmes"
ALL = "tutte"


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule of the list."""

    row: Policy
    policy: values.Policy
    usage: InUse
    governed: int
    coming: Coming | None


@require_GET
@member_required
def programmes(request: CompanyRequest) -> HttpResponse:
    """The page. What each will send is counted by a second request: ``?calcola=1`` or ``tutte``."""
    company = request.company
    rows = list(policies_of(company))
    counts = governed_counts(company, policy_book(company))
    asked = request.GET.get("calcola")
    is_counted = bool(asked) or not rows
    coming, played = None, None
    if is_counted and rows:
        coming, played = coming_by_policy(company, None if asked == ALL else MOST_INSTALMENTS)
    shown = [
        Shown(
            row,
            policy_value(row),
            usage_of(row),
            counts[row.pk],
            coming.get(row.pk, Coming()) if coming is not None else None,
        )
        for row in rows
    ]
    context = {
        "shown": shown,
        "without": counts[0],
        "starting": activations_under_way(company),
        "is_counted": is_counted,
        "played": played,
        "presets": [
            (code, PRESETS[code], title, text) for code, (title, text) in words.PRESETS.items()
        ],
    }
    return render(request, "web/programmes/list.html", context)


@require_POST
@owner_required
def duplicate(request: CompanyRequest, pk: int) -> HttpResponse:
    """A copy to change."""
    row = get_object_or_404(Policy, pk=pk, company=request.company)
    made = duplicate_policy(row, user=request.membership.user)
    messages.success(request, _("Copia pronta: cambiala come vuoi, poi attivala."))
    return redirect("web:programme", made.pk)


@owner_required
def stop(request: CompanyRequest, pk: int) -> HttpResponse:
    """Say what stops, then stop it."""
    row = get_object_or_404(Policy, pk=pk, company=request.company)
    if request.method == "POST":
        deactivate_policy(row, user=request.membership.user)
        messages.success(request, _("Regola fermata: non propone più niente."))
        return redirect(LIST)
    counts = governed_counts(request.company, policy_book(request.company))
    context = {"row": row, "usage": usage_of(row), "governed": counts[row.pk]}
    return render(request, "web/programmes/stop.html", context)


@require_POST
@owner_required
def remove(request: CompanyRequest, pk: int) -> HttpResponse:
    """Remove one that nobody used."""
    row = get_object_or_404(Policy, pk=pk, company=request.company)
    try:
        remove_policy(row, user=request.membership.user)
    except PolicyInUseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Regola tolta."))
    return redirect(LIST)


@require_POST
@writer_required
def pause(request: CompanyRequest) -> HttpResponse:
    """Stop the automatic reminders of this company."""
    taken = pause_company(request.company, user=request.membership.user)
    messages.success(request, said_paused(taken))
    return redirect(LIST)


@require_POST
@owner_required
def resume(request: CompanyRequest) -> HttpResponse:
    """Let them go on."""
    resume_company(request.company, user=request.membership.user)
    messages.success(request, _("Solleciti automatici ripresi: la lista si rifà da sola."))
    return redirect(LIST)


@require_POST
@owner_required
def pause_everything(request: CompanyRequest) -> HttpResponse:
    """Stop the automatic reminders of every company of the installation."""
    taken = pause_instance(user=request.membership.user)
    messages.success(request, said_paused(taken))
    return redirect(LIST)


@require_POST
@owner_required
def resume_everything(request: CompanyRequest) -> HttpResponse:
    """Let them go on."""
    resume_instance(user=request.membership.user)
    messages.success(request, _("Solleciti automatici ripresi per tutta l’installazione."))
    return redirect(LIST)


def said_paused(taken: int) -> str:
    """What stopping did."""
    text = _("Solleciti automatici fermati.")
    if not taken:
        return text
    words_ = ngettext(
        "%(n)d messaggio in coda è tornato in lista.",
        "%(n)d messaggi in coda sono tornati in lista.",
        taken,
    )
    return f"{text} {words_ % {'n': taken}}"
