"""Interessi di mora of a customer, row by row, to look at and to print; the published rates."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.domain.documents import CustomerKind
from sollecito.domain.interest import Regime, regime_of
from sollecito.dunning.models import InterestRate
from sollecito.dunning.positions import position_on
from sollecito.dunning.rates import shipped_rates
from sollecito.flows import clock
from sollecito.flows.add_rate import NewRate, add_rate, remove_rate
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.gather_interest import charge_interest, counting_of, sum_charged
from sollecito.ledger.models import Party
from sollecito.web.forms.interests import InterestForm, RateForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, owner_required

SHOWN_RATES = 8
REGIMES: dict[Regime, str | Promise] = {
    Regime.LATE_PAYMENT: gettext_lazy("D.Lgs. 231/2002"),
    Regime.AGRIFOOD: gettext_lazy("Filiera agricola e alimentare"),
    Regime.LEGAL: gettext_lazy("Interesse legale"),
    Regime.AGREED: gettext_lazy("Tasso del contratto"),
}


@require_GET
@member_required
def customer_interest(request: CompanyRequest, pk: int) -> HttpResponse:
    """The page: kept apart from the balance of the documents, never added to it."""
    parties = Party.objects.select_related("company")
    party = get_object_or_404(parties, pk=pk, company=request.company)
    today = clock.today(request.company.time_zone)
    proposed = counting_of(party, today).terms.regime
    form = InterestForm(request.GET or None)
    until, regime = form.chosen(today, proposed)
    counting = counting_of(party, until, regime)
    position = position_on(party, "EUR", min(until, today))
    charged = charge_interest(position.rows, position.owed, counting)
    context = {
        "party": party,
        "form": form if form.is_bound else InterestForm(initial={"al": until, "legge": regime}),
        "until": counting.until,
        "is_frozen": counting.until < until,
        "law": REGIMES[regime],
        "is_consumer": regime_of(CustomerKind(party.kind)) is Regime.LEGAL,
        "charged": charged,
        "sums": sum_charged(charged),
    }
    return render(request, "web/customers/interest.html", context)


@require_http_methods(["GET", "POST"])
@member_required
def rates(request: CompanyRequest) -> HttpResponseBase:
    """Impostazioni › Tassi di interesse: what is known, and from when nothing is."""
    form = RateForm(request.POST or None)
    if request.method == "POST":
        return _add(request, form)
    return _show_rates(request, form)


@owner_required
def _add(request: CompanyRequest, form: RateForm) -> HttpResponse:
    if form.is_valid():
        try:
            new = NewRate(**form.cleaned_data)
            add_rate(request.company, new, user=request.membership.user)
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            return redirect("web:settings_rates")
    return _show_rates(request, form)


def _show_rates(request: CompanyRequest, form: RateForm) -> HttpResponse:
    tables = []
    for kind, word in (
        (InterestRate.Kind.REFERENCE, _("Tasso BCE di riferimento (D.Lgs. 231/2002)")),
        (InterestRate.Kind.LEGAL, _("Interesse legale (art. 1284 c.c.)")),
    ):
        own = InterestRate.objects.filter(company=request.company, kind=kind)
        shipped = shipped_rates(kind)[::-1]
        last = max([shipped[0].last, *(row.last_date for row in own)])
        tables.append(
            {
                "word": word,
                "own": own.order_by("-first_date"),
                "shipped": shipped[:SHOWN_RATES],
                "last": last,
            }
        )
    return render(request, "web/settings/rates.html", {"tables": tables, "form": form})


@require_POST
@owner_required
def rate_remove(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take an added rate away."""
    rows = InterestRate.objects.select_related("company")
    row = get_object_or_404(rows, pk=pk, company=request.company)
    remove_rate(row, user=request.membership.user)
    return redirect("web:settings_rates")
