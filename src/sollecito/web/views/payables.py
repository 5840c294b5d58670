"""Quanto dobbiamo noi a un cliente, e la compensazione con quello che ci deve."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sollecito.domain.settling import share_oldest_first
from sollecito.dunning.queries import LedgerRow, ledger_rows
from sollecito.flows import clock
from sollecito.flows.compensate import Offset, OffsetRefusedError, compensate
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.keep_payables import Debt, add_payable, reopen_payable, settle_payable
from sollecito.ledger.models import Party, Payable
from sollecito.ledger.payable_queries import payables_of
from sollecito.ledger.queries import open_instalments
from sollecito.web.answers import done, refuse, show, undoable
from sollecito.web.forms.payables import OffsetForm, PayableForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.templatetags.sollecito import money
from sollecito.web.views.payments import MOST_ROWS


@require_http_methods(["GET", "POST"])
@writer_required
def payable_new(request: CompanyRequest, pk: int) -> HttpResponse:
    """Write what we owe a customer."""
    party = get_object_or_404(Party, company=request.company, pk=pk)
    start = {"day": clock.today(request.company.time_zone)}
    form = PayableForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            add_payable(party, Debt(**form.cleaned_data), user=request.membership.user)
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            return done(request, _("Scritto: se ne tiene conto da subito."), to=card_of(party))
    context = {"party": party, "form": form}
    return show(request, "web/payments/payable.html", context)


@require_POST
@writer_required
def payable_settle(request: CompanyRequest, pk: int) -> HttpResponse:
    """Pagato, or no debt."""
    row = get_object_or_404(Payable, company=request.company, pk=pk)
    settle_payable(row, user=request.membership.user)
    undo = reverse("web:payable_reopen", args=[row.pk])
    return undoable(request, _("Tolto dai nostri debiti."), undo, to=card_of(row.party))


@require_POST
@writer_required
def payable_reopen(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take that back."""
    row = get_object_or_404(Payable, company=request.company, pk=pk)
    reopen_payable(row, user=request.membership.user)
    return done(request, _("Il debito è di nuovo aperto."), to=card_of(row.party))


@require_http_methods(["GET", "POST"])
@writer_required
def customer_offset(request: CompanyRequest, pk: int) -> HttpResponse:
    """Compensa: how much, of which rate and of which debts."""
    party = get_object_or_404(Party, company=request.company, pk=pk)
    debts = payables_of(party)
    currency = debts[0][0].currency if debts else "EUR"
    debts = [each for each in debts if each[0].currency == currency]
    today = clock.today(request.company.time_zone)
    mine = open_instalments(request.company).filter(party=party, currency=currency)
    rows = ledger_rows(mine.order_by("due_date", "id")[:MOST_ROWS], request.company, today)
    if not debts or not rows:
        text = _("Per compensare serve qualcosa di aperto da tutte e due le parti.")
        return refuse(request, text, to=card_of(party))
    start: dict[str, Any] = {"giorno": today, "importo": min(total(rows), owed(debts))}
    form = OffsetForm(request.POST or None, rows=rows, debts=debts, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            payment = compensate(party, read_offset(request, form, rows))
        except (OffsetRefusedError, FieldsRefusedError) as error:
            form.add_error(None, str(error))
        else:
            text = _("Compensati %s, da una parte e dall’altra.")
            undo = reverse("web:payment_undo", args=[payment.pk])
            words = text % money(payment.amount, payment.currency)
            return undoable(request, words, undo, to=card_of(party))
    context = {"party": party, "form": form, "rows": rows}
    return show(request, "web/payments/offset.html", context)


def read_offset(request: CompanyRequest, form: OffsetForm, rows: list[LedgerRow]) -> Offset:
    """Both sides, the oldest first where nothing else is written."""
    fields = form.cleaned_data
    balances = [(row.id, row.balance) for row in rows]
    debts = [(row.pk, left) for row, left in form.debts]
    return Offset(
        ours=form.parts or share_oldest_first(fields["importo"], balances),
        theirs=form.debt_parts or share_oldest_first(fields["importo"], debts),
        day=fields["giorno"],
        note=fields["nota"],
        user=request.membership.user,
    )


def total(rows: list[LedgerRow]) -> Decimal:
    """What the customer owes."""
    return sum((row.balance for row in rows), Decimal(0))


def owed(debts: list[tuple[Payable, Decimal]]) -> Decimal:
    """What we owe."""
    return sum((left for _row, left in debts), Decimal(0))


def card_of(party: Party) -> str:
    """The customer's card."""
    return reverse("web:customer", args=[party.pk])
