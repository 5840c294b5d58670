"""Crediti da abbinare of a customer: money and credit notes that closed nothing yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sollecito.accounts.models import Company
from sollecito.domain.settling import share_oldest_first
from sollecito.dunning.queries import (
    LedgerRow,
    ledger_rows,
    notes_to_link,
    unmatched_notes,
    unmatched_payments,
)
from sollecito.flows import clock
from sollecito.flows.match_credit import CreditRefusedError, match_credits
from sollecito.flows.spend_credit import spend_credit, undo_allocation
from sollecito.ledger.models import Allocation, Instalment, Party, Payment
from sollecito.ledger.queries import open_instalments
from sollecito.web import words
from sollecito.web.answers import done, show
from sollecito.web.forms.payments import CreditForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.templatetags.sollecito import money
from sollecito.web.views.payments import MOST_ROWS, come_back


@dataclass(frozen=True, slots=True)
class OpenCredit:
    """Credito aperto: ``code`` is ``p12`` for a payment, ``n12`` for a credit note's rata."""

    code: str
    party: Party
    date: date
    left: Decimal
    currency: str
    source: Payment | Instalment

    @property
    def document(self) -> str:
        """The credit note; empty for money."""
        if isinstance(self.source, Payment):
            return ""
        written = self.source.document
        return f"{words.DOCUMENT_KINDS.get(written.kind, written.kind)} {words.numbered(written)}"


def open_credits_of(party: Party) -> list[OpenCredit]:
    """What of the customer is matched to nothing, the oldest first."""
    found = [
        OpenCredit(f"p{row.pk}", party, row.date, left, row.currency, row)
        for row, left in unmatched_payments(party.pk)
    ]
    found += [
        OpenCredit(f"n{row.pk}", party, row.document.date, left, row.currency, row)
        for row, left in unmatched_notes(party.pk)
    ]
    return sorted(found, key=lambda credit: (credit.date, credit.code))


def notes_waiting(company: Company) -> list[OpenCredit]:
    """Credit notes that a person has to link, the oldest first."""
    return [
        OpenCredit(f"n{row.pk}", row.party, row.document.date, -row.balance, row.currency, row)
        for row in notes_to_link(company)[:MOST_ROWS]
    ]


@require_http_methods(["GET", "POST"])
@writer_required
def credit_match(request: CompanyRequest, pk: int, code: str) -> HttpResponse:
    """Abbina credito: to which rate, oldest due first unless written otherwise.

    With ``tutto`` in one click: all that can be matched.
    """
    party = get_object_or_404(Party, company=request.company, pk=pk)
    credit = next((each for each in open_credits_of(party) if each.code == code), None)
    if credit is None:
        raise Http404
    today = clock.today(request.company.time_zone)
    mine = open_instalments(request.company).filter(party=party, currency=credit.currency)
    rows = ledger_rows(mine.order_by("due_date", "id")[:MOST_ROWS], request.company, today)
    start = {"importo": min(credit.left, sum((row.balance for row in rows), Decimal(0)))}
    asked = start if request.POST.get("tutto") else request.POST
    form = CreditForm(asked or None, rows=rows, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, credit, form, rows)
        except CreditRefusedError as error:
            form.add_error(None, str(error))
        else:
            text = _("Credito abbinato: i solleciti ne tengono conto da subito.")
            return done(request, text, to=reverse("web:customer", args=[party.pk]))
    context = {"credit": credit, "rows": rows, "form": form, "subtitle": party.name}
    return show(request, "web/payments/match.html", context)


def spend(
    request: CompanyRequest, credit: OpenCredit, form: CreditForm, rows: list[LedgerRow]
) -> None:
    """Share it out and match it."""
    balances = [(row.id, row.balance) for row in rows]
    parts = form.parts or share_oldest_first(form.cleaned_data["importo"], balances)
    user = request.membership.user
    if isinstance(credit.source, Payment):
        spend_credit(credit.source, parts, user=user)
    else:
        match_credits(credit.source, parts, user=user)


@require_POST
@writer_required
def allocation_undo(request: CompanyRequest, pk: int) -> HttpResponse:
    """Annulla abbinamento: it is credit again, to be matched elsewhere."""
    found = get_object_or_404(Allocation.objects.select_related("company"), pk=pk)
    if found.company_id != request.company.pk:
        raise Http404
    undo_allocation(found, user=request.membership.user)
    text = _("Abbinamento annullato: %s tornano a credito.") % money(
        found.amount, found.instalment.currency
    )
    return done(request, text, to=come_back(request))
