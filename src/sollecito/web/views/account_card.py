"""Estratto conto of a customer at any date: a partite aperte or scheda contabile, also as PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sollecito.domain.account_card import AccountCard, make_account_card
from sollecito.domain.aging import days_overdue
from sollecito.domain.statements import Form, StatementOrder
from sollecito.domain.wording import InterestClaim
from sollecito.dunning.account_entries import account_entries, currencies_of
from sollecito.dunning.positions import Position, position_on
from sollecito.flows import clock
from sollecito.flows.gather_desk import takings_recorded_until
from sollecito.flows.gather_interest import charge_interest, counting_of, sum_charged
from sollecito.flows.make_account_statement import make_account_statement
from sollecito.formats.mime import clean_file_name
from sollecito.ledger.models import Instalment, Party
from sollecito.ledger.queries import open_instalments
from sollecito.web import files
from sollecito.web.forms.account_card import CardForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required


@dataclass(frozen=True, slots=True)
class OpenRow:
    """Partita aperta a una data: the row, what is open of it, what was paid, days late."""

    row: Instalment
    owed: Decimal
    paid: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class Account:
    """A currency's part of the page: the scheda, or the open items with their subtotals."""

    currency: str
    card: AccountCard | None
    position: Position
    rows: tuple[OpenRow, ...]
    overdue: Decimal
    claim: InterestClaim | None

    @property
    def upcoming(self) -> Decimal:
        """A scadere."""
        return self.position.total - self.overdue


@require_GET
@member_required
def customer_account(request: CompanyRequest, pk: int) -> HttpResponse:
    """The page, at any date: with ``conferma`` as a request to confirm the balance."""
    party, form, order = read_order(request, pk)
    today = clock.today(request.company.time_zone)
    first = open_instalments(request.company).filter(party=party).order_by("due_date", "pk").first()
    suffix = "+interest" if order.with_interest else ""
    context = {
        "party": party,
        "form": form if form.is_bound else CardForm(initial={"al": order.day}),
        "order": order,
        "takings": min(takings_recorded_until(request.company, today), order.day),
        "title": title_of(order),
        "accounts": [account_of(party, each, order) for each in currencies_of(party) or ["EUR"]],
        "query": request.GET.urlencode(),
        "first_open": first,
        "attachment": f"{order.form}@{order.day.isoformat()}{suffix}",
    }
    return render(request, "web/customers/account.html", context)


@require_GET
@member_required
def customer_account_pdf(request: CompanyRequest, pk: int) -> HttpResponse:
    """The same as a PDF, in one currency (``valuta``)."""
    party, _form, order = read_order(request, pk)
    known = currencies_of(party) or ["EUR"]
    wanted = request.GET.get("valuta", "")
    pdf = make_account_statement(party, wanted if wanted in known else known[0], order)
    name = clean_file_name(f"{title_of(order)} {party.name[:60]} {order.day.isoformat()}.pdf")
    return files.hand_over(pdf, name=name, media_type="application/pdf")


def read_order(request: CompanyRequest, pk: int) -> tuple[Party, CardForm, StatementOrder]:
    """Whose account, and what the address asks for."""
    parties = Party.objects.select_related("company")
    party = get_object_or_404(parties, pk=pk, company=request.company)
    form = CardForm(request.GET or None)
    return party, form, form.chosen(clock.today(request.company.time_zone))


def title_of(order: StatementOrder) -> str:
    """What the page and the file are called."""
    if order.is_confirmation:
        return _("Richiesta di conferma del saldo")
    return _("Estratto conto")


def account_of(party: Party, currency: str, order: StatementOrder) -> Account:
    """One currency, as the order wants it."""
    position = position_on(party, currency, order.day)
    card = None
    if order.form is Form.CARD:
        card = make_account_card(account_entries(party, currency), order.first, order.day)
    claim = None
    if order.with_interest and currency == "EUR":
        counting = counting_of(party, order.day)
        claim = sum_charged(charge_interest(position.rows, position.owed, counting))
    rows = tuple(open_row(row, position.owed[row.pk], order.day) for row in position.rows)
    return Account(currency, card, position, rows, position.overdue(order.day), claim)


def open_row(row: Instalment, owed: Decimal, day: date) -> OpenRow:
    """One open item."""
    return OpenRow(row, owed, row.amount - owed, days_overdue(row.due_date, day))
