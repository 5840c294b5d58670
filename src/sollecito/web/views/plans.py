"""Piano di rientro: proposed from chosen rows, accepted, withdrawn; how it stands."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.domain.repayment import RateStanding
from sollecito.dunning.models import RepaymentPlan
from sollecito.flows import clock
from sollecito.flows.agree_plan import (
    PlanOffer,
    accept_plan,
    covered,
    propose_plan,
    withdraw_plan,
)
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.follow_plans import missed_rate, standing_of_plan
from sollecito.flows.lock_plan import LIVE, PlanRefusedError
from sollecito.ledger.models import Instalment
from sollecito.ledger.queries import derived_balance, with_derived_balance
from sollecito.web.answers import refuse
from sollecito.web.forms.controls import read_keys
from sollecito.web.forms.holds import AcceptForm, PlanForm, propose_lines
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required

USUAL_DAYS, USUAL_RATES = 30, 3


@require_http_methods(["GET", "POST"])
@writer_required
def plan_new(request: CompanyRequest) -> HttpResponse:
    """Choose how many rates and from when; correct them; propose."""
    chosen = request.POST.get("righe") or request.GET.get("righe", "")
    rows = chosen_rows(request, chosen)
    if not rows or len({(row.party_id, row.currency) for row in rows}) > 1:
        words = _("Scegli rate da pagare di un solo cliente e di una sola valuta.")
        return refuse(request, words, to="web:scadenzario")
    balance = sum((derived_balance(row) for row in rows), Decimal(0))
    first = clock.today(request.company.time_zone) + timedelta(days=USUAL_DAYS)
    start = {"righe": chosen, "prima": first}
    typed = request.POST if "azione" in request.POST else None
    form = PlanForm(typed, initial=start)
    lines = propose_lines(first, USUAL_RATES, balance)
    if typed and form.is_valid():
        if request.POST.get("azione") == "salva" and (made := save_plan(request, rows, form)):
            return redirect("web:plan", pk=made.pk)
        if request.POST.get("azione") == "proponi":
            form.data = {k: v for k, v in form.data.items() if not k.startswith("giorno_")}
        lines = form.lines(balance)
    context = {
        "form": form,
        "rows": rows,
        "party": rows[0].party,
        "balance": balance,
        "currency": rows[0].currency,
        "lines": lines,
    }
    return render(request, "web/plans/new.html", context)


def save_plan(
    request: CompanyRequest, rows: list[Instalment], form: PlanForm
) -> RepaymentPlan | None:
    """Propose it; ``None`` where the form got an error."""
    values = form.cleaned_data
    try:
        offer = PlanOffer(form.rates(), values["tolleranza"], values["promemoria"], values["nota"])
        user = request.membership.user
        return propose_plan(request.company, [row.pk for row in rows], offer, user=user)
    except ValidationError as error:
        form.add_error(None, error)
    except PlanRefusedError as error:
        form.add_error(None, str(error))
    return None


@require_GET
@member_required
def plan(request: CompanyRequest, pk: int) -> HttpResponse:
    """How it stands."""
    return show_plan(request, find_plan(request, pk), None)


@require_POST
@writer_required
def plan_accept(request: CompanyRequest, pk: int) -> HttpResponse:
    """Il cliente ha accettato."""
    found = find_plan(request, pk)
    form = AcceptForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_plan(request, found, form)
    try:
        accept_plan(
            found,
            day=form.cleaned_data["giorno"],
            by=form.cleaned_data["da"],
            text=form.cleaned_data["messaggio"],
            file=read_file(form),
            user=request.membership.user,
        )
    except FieldsRefusedError as error:
        for problem in error.problems.values():
            form.add_error("file", f"{problem.message} {problem.hint}".strip())
        return show_plan(request, found, form)
    except PlanRefusedError as error:
        form.add_error(None, str(error))
        return show_plan(request, found, form)
    return redirect("web:plan", pk=pk)


def read_file(form: AcceptForm) -> tuple[str, bytes] | None:
    """The message that was attached: its name and its bytes."""
    file = form.cleaned_data["file"]
    return (file.name, file.read()) if file else None


@require_POST
@writer_required
def plan_withdraw(request: CompanyRequest, pk: int) -> HttpResponse:
    """Ritira il piano."""
    found = find_plan(request, pk)
    try:
        withdraw_plan(found, user=request.membership.user)
    except PlanRefusedError as error:
        return refuse(request, str(error), to=f"/piani/{pk}/")
    return redirect("web:plan", pk=pk)


def show_plan(
    request: CompanyRequest, found: RepaymentPlan, form: AcceptForm | None
) -> HttpResponse:
    """The page of a plan; ``form`` with its errors, or a fresh one."""
    today = clock.today(request.company.time_zone)
    standing = standing_of_plan(found, today)
    context = {
        "plan": found,
        "rates": [{**_rate(rate), "state": _state(rate, found, today)} for rate in standing.rates],
        "rows": covered(found),
        "is_live": found.status in LIVE,
        "offers": offers(found),
        "form": form or AcceptForm(initial={"giorno": today}),
    }
    return render(request, "web/plans/page.html", context)


def offers(found: RepaymentPlan) -> dict[str, str]:
    """The plan's own texts that may be written now, with the words of their buttons."""
    if found.status == RepaymentPlan.Status.PROPOSED:
        return {"piano_proposto": _("Manda la proposta")}
    if found.status != RepaymentPlan.Status.ACCEPTED:
        return {}
    today = clock.today(found.company.time_zone)
    confirm = {"piano_confermato": _("Manda la conferma")}
    if missed_rate(standing_of_plan(found, today), today) is None:
        return confirm
    return {"piano_rata_non_pagata": _("Scrivi della rata non pagata"), **confirm}


def _rate(rate: RateStanding) -> dict[str, Any]:
    return {"seq": rate.seq, "due_date": rate.due_date, "amount": rate.amount, "left": rate.left}


def _state(rate: RateStanding, found: RepaymentPlan, today: Any) -> str:
    """The word of the scadenzario for a rate."""
    if rate.left <= 0:
        return "paid"
    if rate.due_date < today and found.status in {"accepted", "broken"}:
        return "overdue"
    return "partly_paid" if rate.left != rate.amount else "open"


def find_plan(request: CompanyRequest, pk: int) -> RepaymentPlan:
    """The company's plan, or 404."""
    rows = RepaymentPlan.objects.filter(company=request.company)
    return get_object_or_404(
        rows.select_related("party", "company", "user", "acceptance_file"), pk=pk
    )


def chosen_rows(request: CompanyRequest, chosen: str) -> list[Instalment]:
    """The company's open instalments that were chosen."""
    mine = Instalment.objects.filter(company=request.company, pk__in=read_keys(chosen))
    rows = with_derived_balance(mine).select_related("party", "document").order_by("due_date")
    return [row for row in rows if derived_balance(row) > 0]
