"""Abbuona o stralcia: what is owed no more, singly and in bulk; small residuals offered."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from sollecito.domain.settling import ClosingKind
from sollecito.dunning.queries import LedgerRow, ledger_rows
from sollecito.flows import clock
from sollecito.flows.check_closing import ClosingOrder
from sollecito.flows.choose_amounts import AmountsRefusedError, choose_amounts
from sollecito.flows.close_debts import close_debts
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.ledger.models import Document
from sollecito.ledger.queries import small_residuals
from sollecito.web.answers import done, is_partial, refuse, show
from sollecito.web.forms.payments import ClosingForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.templatetags.sollecito import money
from sollecito.web.views.payments import chosen_rows, name_payer, name_sums, show_undo

LIST = "web:scadenzario"
MOST_RESIDUALS = 500


@require_http_methods(["GET", "POST"])
@writer_required
def payment_close(request: CompanyRequest) -> HttpResponse:
    """Close without money what is left of the chosen rate; with ``residui`` of the small ones."""
    rows = rows_to_close(request)
    if not rows:
        return refuse(request, _("Non c’è niente da chiudere: è già tutto incassato."), to=LIST)
    is_opening = request.POST.get("passo") == "apri"
    person = request.membership.user
    start = {"giorno": clock.today(request.company.time_zone), "approved_by": person.name}
    if len(rows) == 1:
        start["importo"] = rows[0].balance
    form = ClosingForm(None if is_opening else request.POST or None, initial=start)
    if form.is_bound and form.is_valid():
        try:
            group, count = close_debts(request.company, read_order(request, form, rows))
        except FieldsRefusedError as error:
            add_problems(form, rename(error))
        else:
            return say_closed(request, group, count)
    several = _("%(rows)d rate di %(customers)d clienti, %(sums)s") % {
        "rows": len(rows),
        "customers": len({row.customer_id for row in rows}),
        "sums": name_sums(rows),
    }
    context = {
        "rows": rows,
        "is_single": len(rows) == 1,
        "chosen": ",".join(str(row.id) for row in rows),
        "form": form,
        "limit": money(request.company.allowance_limit),
        "subtitle": name_payer(rows, None) if len(rows) == 1 else several,
    }
    return show(request, "web/payments/close.html", context)


@require_POST
@writer_required
def document_amounts(request: CompanyRequest, pk: int) -> HttpResponse:
    """Gross or net: what the rate of a document ask for."""
    found = get_object_or_404(Document, company=request.company, pk=pk)
    to = reverse("web:document", args=[found.pk])
    try:
        choose_amounts(found, request.POST.get("scelta", ""), user=request.membership.user)
    except AmountsRefusedError as error:
        return refuse(request, str(error), to=to)
    return done(request, _("Fatto: vale anche per i prossimi documenti del cliente."), to=to)


def rows_to_close(request: CompanyRequest) -> list[LedgerRow]:
    """What was chosen, or every small residual."""
    if not request.GET.get("residui"):
        return [row for row in chosen_rows(request) if row.balance > 0]
    small = small_residuals(request.company).order_by("due_date", "id")[:MOST_RESIDUALS]
    return ledger_rows(small, request.company, clock.today(request.company.time_zone))


def read_order(request: CompanyRequest, form: ClosingForm, rows: list[LedgerRow]) -> ClosingOrder:
    """A part of a single rata, or all that is left of each."""
    fields = form.cleaned_data
    amount: Decimal | None = fields["importo"] if len(rows) == 1 else None
    return ClosingOrder(
        ClosingKind(fields["tipo"]),
        fields["giorno"],
        parts={} if amount is None else {rows[0].id: amount},
        whole=[row.id for row in rows] if amount is None else (),
        reason=fields["reason"],
        approved_by=fields["approved_by"],
        user=request.membership.user,
    )


def rename(error: FieldsRefusedError) -> FieldsRefusedError:
    """The names of the form."""
    names = {"amount": "importo"}
    return FieldsRefusedError({names.get(key, key): each for key, each in error.problems.items()})


def say_closed(request: CompanyRequest, group: str, count: int) -> HttpResponse:
    """How many, and the undo of all of it."""
    text = ngettext("%(n)d rata chiusa.", "%(n)d rate chiuse.", count) % {"n": count}
    if not is_partial(request):
        return done(request, text, to=reverse(LIST))
    return show_undo(request, text, reverse("web:payment_undo_group", args=[group]))
