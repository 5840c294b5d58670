"""The scadenzario: what am I owed, what is late, what happened last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from sollecito.dunning.queries import ledger_query, ledger_rows
from sollecito.flows import clock
from sollecito.ledger.models import Instalment, Party
from sollecito.ledger.queries import (
    CurrencyTotal,
    group_by_customer,
    party_names,
    sort_instalments,
    total_instalments,
)
from sollecito.web.answers import is_partial
from sollecito.web.forms.scadenzario import ScadenzarioForm
from sollecito.web.listing import PAGE_SIZE, age_parts, link, make_columns
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required

MOST_PICKED = 2000
COLUMNS = (
    (_("Documento"), "documento", False),
    (_("Cliente"), "cliente", False),
    (_("Scadenza"), "scadenza", False),
    (_("Giorni"), "", False),
    (_("Importo"), "importo", True),
    (_("Residuo"), "residuo", True),
    (_("Stato"), "", False),
    (_("Solleciti"), "", False),
)
CELLS = ("doc", "party", "due", "days", "amount", "balance", "state", "mails")


@require_GET
@member_required
def scadenzario(request: CompanyRequest) -> HttpResponse:
    """The list, flat or by customer; the piece that changes when htmx asks."""
    form = ScadenzarioForm(request.GET)
    rows = filtered(request, form)
    today = clock.today(request.company.time_zone)
    context: dict[str, Any] = {
        "form": form,
        "bucket": form.chosen().get("fascia", ""),
        "is_filtered": bool(form.chosen()),
        "customer": chosen_customer(request, form),
        "totals": [
            show_total(request, total) for total in total_instalments(rows, request.company, today)
        ],
        "pick_url": link(request, reverse("web:scadenzario_rows")),
    }
    by_customer = form.chosen().get("vista") == "clienti"
    context |= grouped_page(request, rows) if by_customer else flat_page(request, form, rows)
    name = "list" if is_partial(request) else "page"
    return render(request, f"web/scadenzario/{name}.html", context)


@require_GET
@member_required
def picked_rows(request: CompanyRequest) -> JsonResponse:
    """All that is filtered, for the selection: ids, cents, currency, customer."""
    rows = filtered(request, ScadenzarioForm(request.GET)).order_by("due_date", "id")
    found = rows.values_list("id", "balance", "currency", "party_id")[:MOST_PICKED]
    return JsonResponse(
        {
            "rows": [
                {"id": pk, "cents": int(balance * 100), "currency": currency, "party": party}
                for pk, balance, currency, party in found
            ]
        }
    )


def filtered(request: CompanyRequest, form: ScadenzarioForm) -> QuerySet[Instalment]:
    """What the address asks for."""
    today = clock.today(request.company.time_zone)
    return ledger_query(request.company, form.ledger_filter(), today)


def flat_page(
    request: CompanyRequest, form: ScadenzarioForm, rows: QuerySet[Instalment]
) -> dict[str, Any]:
    """One row an instalment."""
    today = clock.today(request.company.time_zone)
    page = turn(request, sort_instalments(rows, form.sort_key()))
    columns = make_columns(request, COLUMNS, default="scadenza")
    return {
        "page": page,
        "rows": ledger_rows(cast("QuerySet[Instalment]", page.object_list), request.company, today),
        "groups": None,
        "columns": [replace(one, name=cell) for one, cell in zip(columns, CELLS, strict=True)],
        "pickable": min(page.paginator.count, MOST_PICKED),
    }


def grouped_page(request: CompanyRequest, rows: QuerySet[Instalment]) -> dict[str, Any]:
    """One row a customer and currency; those named in the address are open."""
    today = clock.today(request.company.time_zone)
    page = turn(request, group_by_customer(rows, today))
    here = {group["party_id"] for group in page.object_list}
    names = party_names(here)
    wanted = request.GET.get("aperto", "")
    is_all_open = wanted == "tutti"
    opened = here if is_all_open else {int(pk) for pk in wanted.split(".") if pk.isdecimal()}
    members: dict[tuple[int, str], list[Any]] = {}
    opened_rows = sort_instalments(rows.filter(party__in=opened & here), "due")
    for row in ledger_rows(opened_rows, request.company, today):
        members.setdefault((row.customer_id, row.currency), []).append(row)
    groups = [
        {
            "group": group | {"customer": names[group["party_id"]]},
            "is_open": group["party_id"] in opened,
            "rows": members.get((group["party_id"], group["currency"]), []),
            "href": link(
                request,
                aperto=".".join(map(str, sorted(opened ^ {group["party_id"]}))) or None,
                pagina=page.number,
            ),
        }
        for group in page.object_list
    ]
    return {
        "page": page,
        "groups": groups,
        "is_all_open": is_all_open,
        "pickable": min(rows.count(), MOST_PICKED),
    }


def turn(request: CompanyRequest, rows: Any) -> Page[Any]:
    """The page that the address asks for; the nearest there is."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("pagina"))


def show_total(request: CompanyRequest, total: CurrencyTotal) -> dict[str, Any]:
    """A currency's total with the parts of its bar."""
    return {"total": total, "parts": age_parts(request, total)}


def chosen_customer(request: CompanyRequest, form: ScadenzarioForm) -> Party | None:
    """The customer that the list is narrowed to."""
    wanted = form.chosen().get("cliente")
    return Party.objects.filter(company=request.company, pk=wanted).first() if wanted else None
