"""Invia i selezionati, Invia tutti i visibili: confirmed by name, then a bar that goes on."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sollecito.domain.approvals import Review
from sollecito.dunning.models import Reminder, SendOrder
from sollecito.dunning.work_list import (
    Shelf,
    WorkFilter,
    WorkSum,
    filter_work,
    list_work,
    on_shelf,
    sort_work,
    sum_work,
)
from sollecito.flows import clock
from sollecito.flows.price_texts import price_drafts
from sollecito.flows.send_drafts import order_sending, undo_order
from sollecito.web.answers import is_partial, refuse, show, toast
from sollecito.web.forms.today import WorkForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.reminder_order import MOST_ROWS, read_ids
from sollecito.web.sms_words import say_texts
from sollecito.web.templatetags.sollecito import money
from sollecito.web.views.today import TODAY, filtered, order_context
from sollecito.web.views.today_acts import say_taken_back

SHOWN = 100
COMPOSED = ("content", "party__agent", "policy", "step", "company")
"""What composing a draft reads of it."""


@require_POST
@writer_required
def today_order(request: CompanyRequest) -> HttpResponse:
    """Ask, then send: the chosen ones, or all that the filter of the address shows."""
    day = clock.today(request.company.time_zone)
    if request.POST.get("quali") == "tutti":
        form = WorkForm(request.GET, company=request.company)
        ids = tuple(on_shelf(filtered(request, form), Shelf.TO_SEND).values_list("pk", flat=True))
    else:
        ids = tuple(read_ids(request.POST.get("righe", "")))
    wanted = WorkFilter(contents=ids[:MOST_ROWS])
    rows = on_shelf(filter_work(request.company, wanted, day), Shelf.TO_SEND)
    sums = sum_work(rows)
    if not sums:
        text = _("Nessun sollecito da inviare fra quelli scelti: aggiorna l’elenco.")
        return refuse(request, text, to=TODAY)
    if request.POST.get("passo") == "invia":
        return begin(request, list(rows.values_list("pk", flat=True)))
    return ask(request, rows, sums)


def ask(request: CompanyRequest, rows: Any, sums: list[WorkSum]) -> HttpResponse:
    """Name what will happen: messages, customers, amounts, and what to look at first."""
    day = clock.today(request.company.time_zone)
    shown = sort_work(rows, "late").select_related("party", "contact", "step", "policy", "content")
    reviews = {code for draft in rows.only("review") for code in draft.review}
    texts = rows.filter(content__channel="sms").select_related(*COMPOSED)
    priced = price_drafts(request.company, list(texts), request.membership.user)
    context = {
        "chosen": ",".join(str(pk) for pk in rows.values_list("pk", flat=True)),
        "button": name_order(rows, sums),
        "later": " + ".join(money(each.later, each.currency) for each in sums if each.later),
        "items": list_work(shown[:SHOWN], day),
        "more": max(0, sum(each.count for each in sums) - SHOWN),
        "notes": [*(text for code, text in warnings() if code in reviews), *say_texts(priced)],
    }
    return show(request, "web/today/confirm.html", context)


def warnings() -> list[tuple[str, str]]:
    """What a person should know before so many leave at once."""
    return [
        (Review.UNUSUAL_DAY.value, _("Oggi sono molti più del solito: guarda prima l’elenco.")),
        (Review.TAKINGS.value, _("Gli incassi forse non sono aggiornati: hai guardato la banca?")),
        (Review.CREDIT.value, _("Qualche cliente ha un credito da abbinare.")),
        (Review.FORMAL_NOTICE.value, _("Fra questi c’è una messa in mora.")),
    ]


def name_order(rows: Any, sums: list[WorkSum]) -> str:
    """«Invia 12 messaggi a 9 clienti, 34.210,00 €»."""
    count = sum(each.count for each in sums)
    about = Reminder.objects.filter(content__in=rows.values("pk"), is_void=False).order_by()
    customers = about.values("instalment__party").distinct().count()
    first = ngettext("Invia %(n)d messaggio", "Invia %(n)d messaggi", count) % {"n": count}
    second = ngettext("a %(n)d cliente", "a %(n)d clienti", customers) % {"n": customers}
    amounts = " + ".join(money(each.amount, each.currency) for each in sums)
    return f"{first} {second}, {amounts}"


def begin(request: CompanyRequest, ids: list[int]) -> HttpResponse:
    """The order is a row; the list shows its bar."""
    order_sending(request.company, ids, user=request.membership.user)
    if not is_partial(request):
        return redirect(TODAY)
    context = {"text": _("Invio cominciato: puoi anche chiudere la pagina.")}
    events = {"sollecito:unselect": {"target": "body"}}
    return toast(request, "web/parts/toast.html", context, events=events)


@require_GET
@writer_required
def today_progress(request: CompanyRequest, pk: int) -> HttpResponse:
    """The bar of one's own order."""
    order = own_order(request, pk)
    answer = render(request, "web/today/order.html", order_context(order))
    if order.ended_at:
        answer["HX-Trigger"] = json.dumps({"sollecito:changed": {"target": "body"}})
    return answer


@require_POST
@writer_required
def today_order_undo(request: CompanyRequest, pk: int) -> HttpResponse:
    """Annulla tutto: stops what is not approved yet and takes back what has not left."""
    outcome = undo_order(own_order(request, pk), user=request.membership.user)
    return say_taken_back(request, outcome)


def own_order(request: CompanyRequest, pk: Any) -> SendOrder:
    """An order of this user, in this company."""
    return get_object_or_404(
        SendOrder, pk=pk, company=request.company, user=request.membership.user
    )
