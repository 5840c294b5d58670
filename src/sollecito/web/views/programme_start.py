"""Attiva una regola: for whom, how the old ones begin, how many a day; then what will happen."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sollecito.domain.starting import Start
from sollecito.dunning.models import ActivationOrder, Policy
from sollecito.dunning.plan_queries import count_open
from sollecito.dunning.policy_book import policy_value
from sollecito.dunning.policy_queries import segments_of
from sollecito.flows.activate_programme import foresee_activation, order_activation
from sollecito.flows.manage_policies import InUse, usage_of
from sollecito.flows.planning.levels import Level
from sollecito.flows.planning.starting import Activation
from sollecito.web.forms.programmes import ActivationForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import owner_required

EVERYBODY, AS_NOW, SEGMENT = "tutti", "com_e", "categoria:"
FIELDS = ("per", "inizio", "tetto")
USUAL_CAP = 20
COUNTED_AT_ONCE = 5000
"""Open instalments: with more of them the page does not wait for its numbers."""


@owner_required
def programme_activate(request: CompanyRequest, pk: int) -> HttpResponse:
    """One page: three questions with their numbers, and the button that says what happens.

    On a big ledger the numbers come by a second request: ``?calcola=1``.
    """
    row = get_object_or_404(Policy, pk=pk, company=request.company)
    usage = usage_of(row)
    form = ActivationForm(asked(request, row, usage), levels=levels(request, usage))
    if not form.is_valid():
        return render(request, "web/programmes/activate.html", {"row": row, "form": form})
    wanted = activation(form)
    if request.method == "POST":
        order = order_activation(row, wanted, user=request.membership.user)
        if order.ended_at:
            messages.success(request, say_active(order))
        return redirect("web:programmes")
    policy = policy_value(row)
    context = {"row": row, "form": form, "policy": policy, "wanted": wanted}
    if request.GET.get("calcola") or count_open(request.company) <= COUNTED_AT_ONCE:
        outlook = foresee_activation(row, wanted)
        context["outlook"] = outlook
        context["begins"] = [
            (None if rank is None else policy.steps[rank], number)
            for rank, number in outlook.by_rank
        ]
    else:
        context["address"] = f"?{urlencode({**form.data, 'calcola': '1'})}"
    return render(request, "web/programmes/activate.html", context)


@require_GET
@owner_required
def programme_starting(request: CompanyRequest, pk: int) -> HttpResponse:
    """The bar alone, asked for every second; when it is over, the whole page is asked for."""
    order = get_object_or_404(ActivationOrder, pk=pk, company=request.company)
    answer = render(request, "web/programmes/starting.html", {"order": order})
    if order.ended_at:
        messages.success(request, say_active(order))
        answer["HX-Refresh"] = "true"
    return answer


def say_active(order: ActivationOrder) -> str:
    """What a person is told once the rule works."""
    text = _("Regola attiva. %(n)d rate sono in gioco; niente parte prima che tu approvi i primi.")
    return text % {"n": order.governed}


def asked(request: HttpRequest, row: Policy, usage: InUse) -> dict[str, str]:
    """What was chosen so far, the rest as it is usual."""
    sent = request.POST if request.method == "POST" else request.GET
    start = {
        "per": AS_NOW if is_used(usage) else EVERYBODY,
        "inizio": Start.FIRST.value,
        "tetto": str(row.day_cap or USUAL_CAP),
    }
    return start | {name: sent[name] for name in FIELDS if name in sent}


def is_used(usage: InUse) -> bool:
    """Whether somebody has it already."""
    return bool(usage.is_default or usage.segments or usage.customers or usage.instalments)


def levels(request: CompanyRequest, usage: InUse) -> list[tuple[str, str]]:
    """For whom it may be activated."""
    rows = [(EVERYBODY, _("Tutti i clienti che non hanno un’altra regola"))]
    rows += [
        (f"{SEGMENT}{name}", _("Categoria %(name)s") % {"name": name})
        for name, _number in segments_of(request.company)
    ]
    if is_used(usage):
        rows.append((AS_NOW, _("Chi ha già questa regola")))
    return rows


def activation(form: ActivationForm) -> Activation:
    """The choice as the flow reads it."""
    data = form.cleaned_data
    level: Level | None = None
    if data["per"] == EVERYBODY:
        level = Level()
    elif data["per"].startswith(SEGMENT):
        level = Level(segment=data["per"].removeprefix(SEGMENT))
    return Activation(level, Start(data["inizio"]), data["tetto"] or 0)
