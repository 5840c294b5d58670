"""Solleciti di oggi: what do I do now."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sollecito.dunning.models import Draft, Policy, SendOrder
from sollecito.dunning.run_queries import last_failed_run
from sollecito.dunning.work_list import (
    Shelf,
    WorkFilter,
    WorkItem,
    agents_charged,
    are_takings_awaited,
    filter_work,
    group_work,
    last_order,
    leaving,
    list_work,
    on_shelf,
    sort_work,
    sum_work,
)
from sollecito.flows import clock
from sollecito.flows.confirm_takings import confirm_takings
from sollecito.flows.refresh_work_list import recheck_lacking, refresh_work_list
from sollecito.ledger.models import Party
from sollecito.web.answers import done, is_partial
from sollecito.web.forms.today import SHELVES, WorkForm
from sollecito.web.listing import PAGE_SIZE
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required

TODAY = "web:today"
BACK = {"cruscotto": "web:home", "banca": "web:bank"}
SHELF_WORDS = {
    "da_inviare": gettext_lazy("Da inviare"),
    "da_completare": gettext_lazy("Da completare"),
    "in_attesa": gettext_lazy("In attesa"),
}


@require_GET
@member_required
def today_list(request: CompanyRequest) -> HttpResponse:
    """The list, recomputed; the piece that changes when htmx asks."""
    company, day = request.company, clock.today(request.company.time_zone)
    waiting = refresh_work_list(company)
    form = WorkForm(request.GET, company=company)
    if form.shelf == Shelf.INCOMPLETE:
        recheck_lacking(company)
    rows = filtered(request, form)
    shown = sort_work(on_shelf(rows, form.shelf), form.sort_key())
    turned = turn(request, shown)
    context: dict[str, Any] = {
        "form": form,
        "shelf": form.shelf.value,
        "shelves": count_shelves(form, rows),
        "sums": [each for each in sum_work(rows) if each.shelf == form.shelf],
        "page": turned,
        "groups": group_work(list_work(turned.object_list, day)),
        "waiting": waiting,
        "leaving": with_seconds(request),
        "is_takings_awaited": are_takings_awaited(rows),
        "failed_run": last_failed_run(company),
        "has_programmes": Policy.objects.filter(company=company, is_active=True).exists(),
        "customer": chosen_customer(request, form),
        "charged": agents_charged(company, request.membership.user),
    }
    context |= order_context(last_order(company, request.membership.user, clock.real_now()))
    return render(request, f"web/today/{'list' if is_partial(request) else 'page'}.html", context)


def turn(request: CompanyRequest, rows: QuerySet[Draft]) -> Page[Draft]:
    """The page that the address asks for; the nearest there is."""
    whole = rows.select_related("party__agent", "contact", "policy", "step", "content")
    return Paginator(whole, PAGE_SIZE).get_page(request.GET.get("pagina"))


def filtered(request: CompanyRequest, form: WorkForm) -> QuerySet[Draft]:
    """What the address asks for, of the customers the user is charged with."""
    day = clock.today(request.company.time_zone)
    return filter_work(request.company, scope(request, form), day)


def scope(request: CompanyRequest, form: WorkForm) -> WorkFilter:
    """The address's filter; «di=tutti» looks beyond one's own customers."""
    everybody = form.chosen().get("di") == "tutti"
    user = request.membership.user
    return form.work_filter(None if everybody else agents_charged(request.company, user))


def count_shelves(form: WorkForm, rows: QuerySet[Draft]) -> list[dict[str, Any]]:
    """The three parts of the list, with how many drafts each has."""
    counts = dict.fromkeys(Shelf, 0)
    for each in sum_work(rows):
        counts[each.shelf] += each.count
    return [
        {
            "name": name,
            "word": SHELF_WORDS[name],
            "count": counts[shelf],
            "is_here": shelf == form.shelf,
        }
        for name, shelf in SHELVES.items()
    ]


def order_context(order: SendOrder | None) -> dict[str, Any]:
    """An order's bar: what it could not send, and the seconds until all of it leaves."""
    if order is None:
        return {"order": None}
    refused = [each["content"] for each in order.refused]
    names = dict(Draft.objects.filter(pk__in=refused).values_list("pk", "party__name"))
    left = (order.leaves_at - clock.real_now()).total_seconds() if order.leaves_at else 0
    return {
        "order": order,
        "refusals": [(names.get(each["content"], ""), each["text"]) for each in order.refused],
        "order_seconds": max(1, int(left) + 1) if order.leaves_at else 0,
    }


def with_seconds(request: CompanyRequest) -> dict[str, Any]:
    """In partenza: what can still be taken back, and in how many seconds the first is gone."""
    now = clock.real_now()
    rows = leaving(request.company, now)
    seconds = [max(1, int((each.at - now).total_seconds()) + 1) for each in rows]
    return {"rows": rows, "next": min(seconds, default=0)}


def item_of(request: CompanyRequest, draft: Draft) -> WorkItem:
    """One draft as the list shows it."""
    day = clock.today(request.company.time_zone)
    return list_work([draft], day)[0]


def chosen_customer(request: CompanyRequest, form: WorkForm) -> Party | None:
    """The customer that the list is narrowed to."""
    wanted = form.chosen().get("cliente")
    return Party.objects.filter(company=request.company, pk=wanted).first() if wanted else None


@require_POST
@writer_required
def today_refresh(request: CompanyRequest) -> HttpResponse:
    """Look at everything that waits now, however much it is."""
    refresh_work_list(request.company, most=None)
    return done(request, _("Elenco aggiornato."), to=TODAY)


@require_POST
@writer_required
def today_takings(request: CompanyRequest) -> HttpResponse:
    """Gli incassi sono aggiornati a oggi."""
    confirm_takings(request.company, user=request.membership.user)
    refresh_work_list(request.company)
    back = BACK.get(request.POST.get("torna", ""), TODAY)
    return done(request, _("Segnato: gli incassi sono aggiornati a oggi."), to=back)
