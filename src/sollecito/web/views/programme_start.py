"""Attiva una regola: for whom, how the old ones begin, how many a day; then what will happen."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sollecito.domain.starting import Start
from sollecito.dunning.models import Policy
from sollecito.dunning.policy_book import policy_value
from sollecito.dunning.policy_queries import segments_of
from sollecito.flows.activate_programme import activate_programme, foresee_activation
from sollecito.flows.manage_policies import InUse, usage_of
from sollecito.flows.planning.levels import Level
from sollecito.flows.planning.starting import Activation
from sollecito.web.forms.programmes import ActivationForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import owner_required

EVERYBODY, AS_NOW, SEGMENT = "tutti", "com_e", "categoria:"
FIELDS = ("per", "inizio", "tetto")
USUAL_CAP = 20


@owner_required
def programme_activate(request: CompanyRequest, pk: int) -> HttpResponse:
    """One page: three questions with their numbers, and the button that says what happens."""
    row = get_object_or_404(Policy, pk=pk, company=request.company)
    usage = usage_of(row)
    form = ActivationForm(asked(request, row, usage), levels=levels(request, usage))
    if not form.is_valid():
        return render(request, "web/programmes/activate.html", {"row": row, "form": form})
    wanted = activation(form)
    if request.method == "POST":
        outlook = activate_programme(row, wanted, user=request.membership.user)
        text = _(
            "Regola attiva. %(n)d rate sono in gioco; niente parte prima che tu approvi i primi."
        )
        messages.success(request, text % {"n": outlook.governed})
        return redirect("web:programmes")
    policy, outlook = policy_value(row), foresee_activation(row, wanted)
    context = {
        "row": row,
        "form": form,
        "policy": policy,
        "outlook": outlook,
        "begins": [
            (None if rank is None else policy.steps[rank], number)
            for rank, number in outlook.by_rank
        ],
        "wanted": wanted,
    }
    return render(request, "web/programmes/activate.html", context)


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
