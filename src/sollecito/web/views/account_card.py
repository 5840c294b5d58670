"""Scheda contabile of a customer: on the page, and printed from it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sollecito.domain.account_card import make_account_card
from sollecito.dunning.account_entries import account_entries, currencies_of
from sollecito.flows import clock
from sollecito.flows.gather_desk import takings_recorded_until
from sollecito.ledger.models import Party
from sollecito.web.forms.account_card import CardForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required


@require_GET
@member_required
def customer_account(request: CompanyRequest, pk: int) -> HttpResponse:
    """The page, at any date: with ``conferma`` as a request to confirm the balance."""
    parties = Party.objects.select_related("company")
    party = get_object_or_404(parties, pk=pk, company=request.company)
    today = clock.today(request.company.time_zone)
    form = CardForm(request.GET or None)
    first, until, is_confirmation = form.chosen(today)
    takings = takings_recorded_until(request.company, today)
    context = {
        "party": party,
        "form": form if form.is_bound else CardForm(initial={"al": until}),
        "first": first,
        "until": until,
        "takings": min(takings, until),
        "is_confirmation": is_confirmation,
        "title": _("Richiesta di conferma del saldo") if is_confirmation else _("Estratto conto"),
        "cards": [
            (currency, make_account_card(account_entries(party, currency), first, until))
            for currency in currencies_of(party) or ["EUR"]
        ],
    }
    return render(request, "web/customers/account.html", context)
