"""Telefonata and Nota, from any list; calls to be made."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from sollecito.domain.calls import CallOutcome
from sollecito.dunning.call_queries import message_of_call
from sollecito.dunning.models import PhoneCall
from sollecito.flows import clock
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.plan_call import drop_call
from sollecito.flows.prepare_call import prepare_call
from sollecito.flows.record_call import CallReport, record_call
from sollecito.flows.write_note import write_note
from sollecito.ledger.models import Instalment, Party
from sollecito.outbox.models import Message
from sollecito.web.answers import done, show
from sollecito.web.forms.calls import CallForm, NoteForm
from sollecito.web.forms.controls import read_keys
from sollecito.web.forms.problems import mark_invalid
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required

FIELDS = {"day": "giorno", "note": "nota", "amount": "importo"}
OF_THE_CARD = frozenset({CallOutcome.WRONG_NUMBER, CallOutcome.WRONG_PERSON})
SAID = {
    CallOutcome.NO_ANSWER: gettext_lazy("Segnata: si richiama il prossimo giorno lavorativo."),
    CallOutcome.CALL_BACK: gettext_lazy("Segnata: da richiamare quel giorno."),
    CallOutcome.WILL_PAY: gettext_lazy("Promessa registrata: i solleciti aspettano."),
    CallOutcome.SAYS_PAID: gettext_lazy("Sospesa cinque giorni lavorativi: cerca l’incasso."),
    CallOutcome.DISPUTES: gettext_lazy("Contestazione registrata: i solleciti si fermano."),
    CallOutcome.GAVE_TO_AGENT: gettext_lazy("Sospesa cinque giorni lavorativi: senti l’agente."),
}


@require_http_methods(["GET", "POST"])
@writer_required
def customer_call(request: CompanyRequest, pk: int) -> HttpResponse:
    """Telefonata: the script, what is open, what was heard."""
    parties = Party.objects.select_related("company")
    party = get_object_or_404(parties, pk=pk, company=request.company)
    rows = chosen_rows(request, party)
    task = find_task(request, party)
    prepared = prepare_call(party, rows, user=request.membership.user)
    start = {"numero": prepared.phones[0].value if prepared.phones else ""}
    form = CallForm(request.POST or None, initial=start | {"esito": CallOutcome.NO_ANSWER})
    if request.method == "POST" and form.is_valid():
        try:
            call = record_call(
                party, rows, read_report(form), user=request.membership.user, task=task
            )
        except FieldsRefusedError as error:
            say_problems(form, error)
        else:
            return answer_call(request, call, prepared.rows)
    context = {
        "party": party,
        "form": form,
        "prepared": prepared,
        "address": request.get_full_path(),
        "subtitle": party.name,
        "today": clock.today(request.company.time_zone),
    }
    return show(request, "web/calls/new.html", context)


@require_http_methods(["GET", "POST"])
@writer_required
def customer_note(request: CompanyRequest, pk: int) -> HttpResponse:
    """Nota: on a customer, or on one instalment of it."""
    parties = Party.objects.select_related("company")
    party = get_object_or_404(parties, pk=pk, company=request.company)
    rows = chosen_rows(request, party)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text, user = form.cleaned_data["testo"], request.membership.user
        targets: list[Party | Instalment] = list(rows) or [party]
        for target in targets:
            write_note(target, text, user=user)
        return done(request, _("Nota scritta."), to=reverse("web:customer", args=[party.pk]))
    context = {"form": form, "address": request.get_full_path(), "subtitle": party.name}
    return show(request, "web/calls/note.html", {**context, "party": party})


@require_POST
@writer_required
def call_drop(request: CompanyRequest, pk: int) -> HttpResponse:
    """A call that need not be made."""
    rows = PhoneCall.objects.filter(made_at__isnull=True).select_related("company", "party")
    drop_call(get_object_or_404(rows, pk=pk, company=request.company), user=request.membership.user)
    return done(request, _("Tolta da quelle da fare."), to="web:tasks")


def chosen_rows(request: CompanyRequest, party: Party) -> Sequence[Instalment]:
    """The customer's instalments that the address names."""
    keys = read_keys(request.GET.get("righe", ""))
    rows: QuerySet[Instalment] = Instalment.objects.filter(company=request.company, party=party)
    return list(rows.filter(pk__in=keys).select_related("company", "party", "document"))


def find_task(request: CompanyRequest, party: Party) -> PhoneCall | Message | None:
    """The call to be made that the address names, or the reminder by phone."""
    if asked := read_keys(request.GET.get("messaggio", "")):
        return message_of_call(request.company, party, asked[0])
    keys = read_keys(request.GET.get("compito", ""))
    rows = PhoneCall.objects.filter(company=request.company, party=party, made_at__isnull=True)
    return rows.filter(pk__in=keys[:1]).first()


def read_report(form: CallForm) -> CallReport:
    """The form's values as the flow takes them."""
    values = form.cleaned_data
    return CallReport(
        outcome=CallOutcome(values["esito"]),
        day=values["giorno"],
        amount=values["importo"],
        phone=values["numero"],
        person=values["persona"],
        note=values["nota"],
    )


def say_problems(form: CallForm, error: FieldsRefusedError) -> None:
    """What the flow refused, beside its fields."""
    for name, problem in error.problems.items():
        form.add_error(FIELDS.get(name), f"{problem.message} {problem.hint}".strip())
    mark_invalid(form)


def answer_call(
    request: CompanyRequest, call: PhoneCall, rows: Sequence[Instalment]
) -> HttpResponse:
    """Say that it is written; where something is to be done at once, lead there."""
    outcome = CallOutcome(call.outcome)
    card = reverse("web:customer", args=[call.party_id])
    keys = ",".join(str(row.pk) for row in rows)
    query = urlencode({"righe": keys})
    places = {
        CallOutcome.NOT_RECEIVED: f"{reverse('web:reminder_new')}?{query}&modello=invio_documento",
        CallOutcome.INSTALMENTS: f"{reverse('web:plan_new')}?{query}",
        CallOutcome.WRONG_NUMBER: reverse("web:customer_edit", args=[call.party_id]),
        CallOutcome.WRONG_PERSON: reverse("web:customer_edit", args=[call.party_id]),
    }
    if outcome in places and (rows or outcome in OF_THE_CARD):
        if getattr(request, "htmx", False):
            answer = HttpResponse()
            answer["HX-Redirect"] = places[outcome]
            return answer
        return redirect(places[outcome])
    return done(request, str(SAID.get(outcome, _("Telefonata segnata."))), to=card)
