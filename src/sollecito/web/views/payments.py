"""Registra incasso, Segna come incassate, and taking either back."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from sollecito.dunning.queries import LedgerRow, ledger_rows
from sollecito.flows import clock
from sollecito.flows.mark_collected import mark_collected
from sollecito.flows.record_payments import PaymentRefusedError, pay_instalment
from sollecito.flows.undo_payments import undo_group, undo_payment
from sollecito.ledger.models import Instalment, Payment
from sollecito.web import words
from sollecito.web.answers import done, is_partial, refuse, show, toast
from sollecito.web.forms.payments import MarkForm, PaymentForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.reminder_order import read_ids
from sollecito.web.templatetags.sollecito import money

LIST = "web:scadenzario"
UNDO_SECONDS = 10
UNSELECT = {"sollecito:unselect": {"target": "body"}}


@require_http_methods(["GET", "POST"])
@writer_required
def payment_new(request: CompanyRequest) -> HttpResponse:
    """Registra incasso, for one rata."""
    rows = chosen_rows(request)
    if len(rows) != 1 or rows[0].balance <= 0:
        return refuse(request, _("Questa rata è già incassata."), to=LIST)
    row = rows[0]
    today = clock.today(request.company.time_zone)
    start = {"importo": row.balance, "giorno": today}
    form = PaymentForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            payment = save_payment(request, row, form)
        except PaymentRefusedError as error:
            form.add_error(None, str(error))
        else:
            return say_recorded(request, payment, row)
    kind = words.DOCUMENT_KINDS.get(row.kind, row.kind)
    context = {
        "rows": rows,
        "chosen": str(row.id),
        "form": form,
        "subtitle": f"{row.customer} · {kind} {words.numbered(row)}",
    }
    return show(request, "web/payments/record.html", context)


def save_payment(request: CompanyRequest, row: LedgerRow, form: PaymentForm) -> Payment:
    """What exceeds the balance stays as the customer's credit."""
    return pay_instalment(
        Instalment.objects.select_related("company").get(company=request.company, pk=row.id),
        amount=form.cleaned_data["importo"],
        day=form.cleaned_data["giorno"],
        user=request.membership.user,
        method=form.cleaned_data["mezzo"],
        note=form.cleaned_data["nota"],
    )


def say_recorded(request: CompanyRequest, payment: Payment, row: LedgerRow) -> HttpResponse:
    """What was recorded, what is left over, and its undo."""
    text = _("Incasso di %s registrato.") % money(payment.amount, payment.currency)
    left = payment.amount - row.balance
    if left > 0:
        text += " " + _("%s restano a credito del cliente.") % money(left, payment.currency)
    if not is_partial(request):
        return done(request, text, to=reverse("web:document", args=[row.document_id]))
    undo = reverse("web:payment_undo", args=[payment.pk])
    return show_undo(request, text, undo)


@require_http_methods(["GET", "POST"])
@writer_required
def payment_mark(request: CompanyRequest) -> HttpResponse:
    """Segna come incassate: a whole selection."""
    rows = [row for row in chosen_rows(request) if row.balance > 0]
    today = clock.today(request.company.time_zone)
    is_opening = request.POST.get("passo") == "apri"
    form = MarkForm(None if is_opening else request.POST or None, initial={"giorno": today})
    if request.method == "POST" and not is_opening and rows and form.is_valid():
        group, count = mark_collected(
            request.company,
            [row.id for row in rows],
            day=form.cleaned_data["giorno"],
            user=request.membership.user,
        )
        text = ngettext(
            "%(n)d rata segnata come incassata.", "%(n)d rate segnate come incassate.", count
        ) % {"n": count}
        if not is_partial(request):
            return done(request, text, to=LIST)
        return show_undo(request, text, reverse("web:payment_undo_group", args=[group]))
    customers = len({row.customer_id for row in rows})
    context = {
        "rows": rows,
        "chosen": ",".join(str(row.id) for row in rows),
        "form": form,
        "subtitle": name_sums(rows),
        "button": _("Segna come incassate %(rows)d rate di %(customers)d clienti, %(sums)s")
        % {"rows": len(rows), "customers": customers, "sums": name_sums(rows)},
    }
    return show(request, "web/payments/mark.html", context)


@require_POST
@writer_required
def payment_undo(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take one payment back."""
    payment = get_object_or_404(Payment, company=request.company, pk=pk)
    undo_payment(payment, user=request.membership.user)
    return done(request, _("Incasso annullato: la rata è di nuovo aperta."), to=come_back(request))


@require_POST
@writer_required
def payment_undo_group(request: CompanyRequest, group: str) -> HttpResponse:
    """Take back all that was marked in one step."""
    count = undo_group(request.company, group, user=request.membership.user)
    text = ngettext(
        "Annullato: %(n)d rata di nuovo aperta.", "Annullato: %(n)d rate di nuovo aperte.", count
    )
    return done(request, text % {"n": count}, to=LIST)


def show_undo(request: CompanyRequest, text: str, undo_url: str) -> HttpResponse:
    """The toast with its button."""
    context = {
        "text": text,
        "undo_url": undo_url,
        "undo_word": _("Annulla"),
        "seconds": UNDO_SECONDS,
    }
    return toast(request, "web/parts/undo.html", context, events=UNSELECT)


def chosen_rows(request: CompanyRequest) -> list[LedgerRow]:
    """The rows that the address or the form names."""
    data = request.POST if request.method == "POST" else request.GET
    ids = read_ids(data.get("righe", ""))
    rows = Instalment.objects.filter(company=request.company, pk__in=ids)
    today = clock.today(request.company.time_zone)
    return ledger_rows(rows.order_by("due_date", "id"), request.company, today)


def come_back(request: CompanyRequest) -> str:
    """The document's page, where the button was on it."""
    document = request.POST.get("documento", "")
    return reverse("web:document", args=[int(document)]) if document.isdecimal() else LIST


def name_sums(rows: list[LedgerRow]) -> str:
    """The balances of these rows, by currency."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.balance
    return " + ".join(money(amount, code) for code, amount in sums.items())
