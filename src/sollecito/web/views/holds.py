"""Sospendi i solleciti…, Riprendi, Perché?"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.dunning.models import Decision, Hold
from sollecito.flows import clock
from sollecito.flows.explain_decision import Explanation, explain_decision, name_step
from sollecito.flows.hold_reminders import Held, hold_reminders, holds_on, release_hold
from sollecito.flows.promise_payment import PromiseRefusedError, promise_payment
from sollecito.ledger.models import Instalment, Party
from sollecito.web import words
from sollecito.web.answers import done, show
from sollecito.web.forms.controls import DayField
from sollecito.web.forms.holds import HoldForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.templatetags.sollecito import write_day

SHOWN = 20


@require_http_methods(["GET", "POST"])
@writer_required
def instalment_hold(request: CompanyRequest, pk: int) -> HttpResponse:
    """Sospendi i solleciti… from a row: of it, of its document, of its customer."""
    row = find_instalment(request, pk)
    form = HoldForm(request.POST or None)
    to = reverse("web:document", args=[row.document_id])
    if request.method == "POST" and form.is_valid():
        targets: dict[str, Held] = {
            "instalment": row,
            "document": row.document,
            "party": row.party,
        }
        target = targets[form.cleaned_data["ambito"]]
        if said := save_hold(request, target, form):
            return done(request, said, to=to)
    context = {"row": row, "form": form, "subtitle": title_of(row), "address": request.path}
    return show(request, "web/holds/new.html", context)


@require_http_methods(["GET", "POST"])
@writer_required
def customer_hold(request: CompanyRequest, pk: int) -> HttpResponse:
    """Sospendi i solleciti… of a whole customer."""
    party = get_object_or_404(Party, company=request.company, pk=pk)
    form = HoldForm(request.POST or None, initial={"ambito": "party"})
    form.fields["ambito"].required = False
    if request.method == "POST" and form.is_valid() and (said := save_hold(request, party, form)):
        return done(request, said, to=reverse("web:customer", args=[party.pk]))
    context = {"form": form, "subtitle": party.name, "address": request.path}
    return show(request, "web/holds/new.html", context)


@require_POST
@writer_required
def hold_release(request: CompanyRequest, pk: int) -> HttpResponse:
    """Riprendi i solleciti."""
    hold = get_object_or_404(Hold, company=request.company, pk=pk)
    release_hold(hold, user=request.membership.user)
    target = hold.document_id or (hold.instalment and hold.instalment.document_id)
    to = (
        reverse("web:document", args=[target])
        if target
        else reverse("web:customer", args=[hold.party_id])
    )
    return done(request, _("Solleciti ripresi."), to=to)


@require_GET
@member_required
def instalment_why(request: CompanyRequest, pk: int) -> HttpResponse:
    """Perché? Today, or on a day."""
    row = find_instalment(request, pk)
    today = clock.today(request.company.time_zone)
    day = read_day(request.GET.get("giorno", "")) or today
    found = explain_on(row, day, today)
    stored = Decision.objects.filter(instalment=row, day__lte=day).select_related("run")
    context = {
        "row": row,
        "subtitle": title_of(row),
        "day": day,
        "is_today": day == today,
        "found": found,
        "level": words.LEVELS.get(found.level, ""),
        "steps": steps_of(found),
        "holds": holds_on(request.company, row).order_by("from_date"),
        "answers": [say_stored(each) for each in stored.order_by("-day", "-pk")[:SHOWN]],
    }
    return show(request, "web/holds/why.html", context)


def save_hold(request: CompanyRequest, target: Held, form: HoldForm) -> str:
    """Set the hold or the promise; what to say, empty where the form got an error."""
    values, user = form.cleaned_data, request.membership.user
    try:
        if values["tipo"] == Hold.Kind.PROMISE:
            promise_payment(
                target,
                day=values["fino_al"],
                amount=values["importo"],
                reason=values["motivo"],
                user=user,
            )
            return _("Promessa registrata: i solleciti aspettano.")
        hold_reminders(
            target,
            values["tipo"],
            user=user,
            until=values["fino_al"],
            amount=values["importo"],
            reason=values["motivo"],
        )
    except PromiseRefusedError as error:
        form.add_error("fino_al" if "data" in str(error) else "importo", str(error))
        return ""
    return _("Solleciti sospesi.")


def find_instalment(request: CompanyRequest, pk: int) -> Instalment:
    """The company's instalment, or 404."""
    rows = Instalment.objects.filter(company=request.company)
    return get_object_or_404(rows.select_related("document__company", "party", "company"), pk=pk)


def agreements_of(party: Party) -> dict[str, Any]:
    """Holds, promises and plans of a customer, as its card shows them."""
    held = Q(party=party) | Q(document__party=party) | Q(instalment__party=party)
    holds = Hold.objects.filter(held, company=party.company, released_at__isnull=True)
    return {
        "holds": holds.select_related("document", "instalment__document").order_by("from_date"),
        "promises": party.promises.order_by("-date")[:SHOWN],
        "plans": party.repayment_plans.order_by("-pk"),
    }


def title_of(row: Instalment) -> str:
    """«Fattura 12/A · Rossi S.r.l.»."""
    kind = words.DOCUMENT_KINDS.get(row.document.kind, row.document.kind)
    return f"{kind} {words.numbered(row.document)} · {row.party.name}"


def explain_on(row: Instalment, day: date, today: date) -> Explanation:
    """The answer of a day, as the command line gives it."""
    if day == today:
        return explain_decision(row)
    with clock.pretend(day):
        return explain_decision(row)


def steps_of(found: Explanation) -> list[dict[str, Any]]:
    """What was issued or skipped of this instalment, in order of days."""
    planned = found.decided.planned
    names = {step.id: step for step in planned.policy.steps} if planned.policy else {}
    rows = []
    for each in sorted(planned.history.issued, key=lambda issued: issued.day):
        step = names.get(each.step_id or 0)
        word = name_step(step, each.occurrence) if step else _("Sollecito a mano")
        if each.step_id and step is None:
            word = _("Passo di un altro programma (%(n)+d giorni)") % {"n": each.offset_days or 0}
        rows.append({"day": each.day, "word": word, "is_skip": each.is_skip})
    return rows


def say_stored(each: Decision) -> dict[str, Any]:
    """An answer that was stored, in a few words."""
    word = words.ANSWERS.get(each.answer, each.answer)
    reason = words.REASONS.get(each.reason, each.reason)
    until = _("fino al %s") % write_day(each.until) if each.until else ""
    return {"day": each.day, "word": word, "reason": reason, "until": until}


def read_day(text: str) -> date | None:
    """A day as the browser sends it, or nothing."""
    try:
        day: date | None = DayField(required=False).clean(text)
    except ValidationError:
        return None
    return day
