"""Sospendi i solleciti…, Riprendi, Perché?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.domain.hold_details import EFFECT_OF_METHOD, Effect
from sollecito.dunning.hold_queries import RELATED, TARGETS, claim_sums, open_holds, open_tasks
from sollecito.dunning.models import Decision, Hold
from sollecito.flows import clock
from sollecito.flows.detail_hold import HoldRefusedError, detail_hold
from sollecito.flows.explain_decision import Explanation, explain_decision, name_step
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.hold_as_asked import hold_as_asked
from sollecito.flows.hold_reminders import Held, holds_on, release_hold
from sollecito.flows.promise_payment import PromiseRefusedError
from sollecito.ledger.models import Instalment, Party
from sollecito.web import words
from sollecito.web.answers import done, refuse, show
from sollecito.web.forms.controls import DayField
from sollecito.web.forms.hold_details import FIELDS, HoldDetailsForm, initial_details
from sollecito.web.forms.holds import OF_CUSTOMER, HoldForm, Scopes
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.said import said
from sollecito.web.templatetags.sollecito import write_day

SHOWN = 20


@require_http_methods(["GET", "POST"])
@writer_required
def instalment_hold(request: CompanyRequest, pk: int) -> HttpResponse:
    """Sospendi i solleciti… from a row: of it, of its document, of its customer."""
    row = find_instalment(request, pk)
    start = {"effetto": EFFECT_OF_METHOD.get(row.method, Effect.RIBA)}
    form = hold_form(request, initial=start)
    targets: dict[str, Held] = {"instalment": row, "document": row.document, "party": row.party}
    if request.method == "POST" and form.is_valid():
        held = save_holds(request, [targets[form.cleaned_data["ambito"]]], form)
        if held:
            to = reverse("web:document", args=[row.document_id])
            return done(request, say_held(form), to=to)
    return show_hold(request, form, title_of(row))


@require_http_methods(["GET", "POST"])
@writer_required
def customer_hold(request: CompanyRequest, pk: int) -> HttpResponse:
    """Sospendi i solleciti… of a whole customer."""
    party = get_object_or_404(Party, company=request.company, pk=pk)
    form = hold_form(request, scopes=OF_CUSTOMER, initial={"ambito": "party"})
    form.fields["ambito"].required = False
    if request.method == "POST" and form.is_valid() and save_holds(request, [party], form):
        to = reverse("web:customer", args=[party.pk])
        return done(request, say_held(form), to=to)
    return show_hold(request, form, party.name)


def hold_form(
    request: CompanyRequest, *, scopes: Scopes | None = None, initial: dict[str, Any]
) -> HoldForm:
    """The one form of Sospendi i solleciti…, filled in or to be."""
    today = clock.today(request.company.time_zone)
    return HoldForm(request.POST or None, today=today, scopes=scopes, initial=initial)


def show_hold(request: CompanyRequest, form: HoldForm, subtitle: str, **more: Any) -> HttpResponse:
    """The form, in the drawer or on a page."""
    context = {"form": form, "subtitle": subtitle, "address": request.path, **more}
    return show(request, "web/holds/new.html", context)


def save_holds(request: CompanyRequest, targets: Sequence[Held], form: HoldForm) -> list[Hold]:
    """Hold them all as the form says; nothing where the form got an error."""
    wish = form.wish()
    try:
        return hold_as_asked(targets, wish, user=request.membership.user)
    except PromiseRefusedError as error:
        form.add_error("fino_al" if "data" in str(error) else "importo", str(error))
    except HoldRefusedError as error:
        form.add_error("importo" if wish.amount is not None else "ambito", str(error))
    except FieldsRefusedError as error:
        form.add_refusal(wish.kind, error)
    return []


def say_held(form: HoldForm) -> str:
    """What was done."""
    if form.cleaned_data["tipo"] == Hold.Kind.PROMISE:
        return _("Promessa registrata: i solleciti aspettano.")
    return _("Solleciti sospesi.")


@require_http_methods(["GET", "POST"])
@writer_required
def hold_detail(request: CompanyRequest, pk: int) -> HttpResponse:
    """Completa: what a hold must know, written or corrected later."""
    hold = find_hold(request, pk)
    if hold.kind not in FIELDS:
        return refuse(request, _("Questa sospensione non ha altri dati."), to=page_of(hold))
    form = HoldDetailsForm(
        request.POST or None,
        initial=initial_details(hold.details) or guess_details(hold),
        kind=hold.kind,
    )
    if request.method == "POST" and form.is_valid() and save_details(request, hold, form):
        return done(request, _("Dati salvati."), to=page_of(hold))
    context = {
        "form": form,
        "hold": hold,
        "subtitle": hold.customer.name,
        "address": request.path,
        "back": page_of(hold),
    }
    return show(request, "web/holds/detail.html", context)


def guess_details(hold: Hold) -> dict[str, Any]:
    """What the instalment already says of its effect."""
    method = hold.instalment.method if hold.instalment else ""
    return {"effetto": EFFECT_OF_METHOD.get(method, Effect.RIBA)}


def save_details(request: CompanyRequest, hold: Hold, form: HoldDetailsForm) -> bool:
    """Whether they were saved; else the form has the errors."""
    details = form.details(hold.kind)
    try:
        if details is not None:
            detail_hold(hold, details, user=request.membership.user)
    except FieldsRefusedError as error:
        form.add_refusal(hold.kind, error)
    except HoldRefusedError as error:
        form.add_error(None, str(error))
    return not form.errors


@require_POST
@writer_required
def hold_release(request: CompanyRequest, pk: int) -> HttpResponse:
    """Riprendi i solleciti; ``errore``: the hold was a mistake, addresses stay."""
    hold = find_hold(request, pk)
    is_mistake = bool(request.POST.get("errore"))
    try:
        release_hold(hold, user=request.membership.user, is_mistake=is_mistake)
    except HoldRefusedError as error:
        return refuse(request, said(str(error)), to=page_of(hold))
    return done(request, _("Solleciti ripresi."), to=page_of(hold))


def find_hold(request: CompanyRequest, pk: int) -> Hold:
    """The company's hold with all that is shown of it, or 404."""
    rows = Hold.objects.filter(company=request.company)
    return get_object_or_404(rows.select_related(*RELATED, *TARGETS), pk=pk)


def page_of(hold: Hold) -> str:
    """Where a hold is seen: its document, or its customer."""
    target = hold.document_id or (hold.instalment and hold.instalment.document_id)
    if target:
        return reverse("web:document", args=[target])
    return reverse("web:customer", args=[hold.party_id])


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
        "holds": holds_on(request.company, row).select_related(*RELATED).order_by("from_date"),
        "answers": [say_stored(each) for each in stored.order_by("-day", "-pk")[:SHOWN]],
    }
    return show(request, "web/holds/why.html", context)


def find_instalment(request: CompanyRequest, pk: int) -> Instalment:
    """The company's instalment, or 404."""
    rows = Instalment.objects.filter(company=request.company)
    return get_object_or_404(rows.select_related("document__company", "party", "company"), pk=pk)


def agreements_of(party: Party) -> dict[str, Any]:
    """Holds, promises and plans of a customer, as its card shows them."""
    held = Q(party=party) | Q(document__party=party)
    held |= Q(instalment__party=party, instalment__balance__gt=0)
    holds = list(open_holds(party.company).filter(held))
    procedure = next((each for each in holds if hasattr(each, "procedure")), None)
    opened = procedure.procedure.opened_date if procedure else None
    return {
        "holds": holds,
        "hold_tasks": open_tasks(party.company, party),
        "procedure": procedure,
        "claims": claim_sums(party, opened) if opened else [],
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
