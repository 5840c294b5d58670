"""Registra incasso, Segna come incassate, and taking either back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from sollecito.domain.settling import ClosingKind
from sollecito.domain.wording import InterestClaim
from sollecito.dunning.positions import position_on
from sollecito.dunning.queries import LedgerRow, ledger_rows
from sollecito.flows import clock
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.gather_interest import charge_interest, counting_of, sum_charged
from sollecito.flows.mark_collected import mark_collected
from sollecito.flows.receive_money import Receipt, is_cash_over_limit, receive_money
from sollecito.flows.record_payments import PaymentRefusedError
from sollecito.flows.spend_credit import left_of
from sollecito.flows.undo_payments import undo_group, undo_payment
from sollecito.ledger.models import Instalment, Party, Payment
from sollecito.ledger.queries import open_instalments
from sollecito.web import words
from sollecito.web.answers import done, is_partial, refuse, show, toast
from sollecito.web.forms.payments import MarkForm, PaymentForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.reminder_order import read_ids
from sollecito.web.templatetags.sollecito import money

LIST = "web:scadenzario"
UNDO_SECONDS = 10
MOST_ROWS = 60
"""Of one customer in the form; more are reached by choosing them in the list."""
UNSELECT = {"sollecito:unselect": {"target": "body"}}


@require_http_methods(["GET", "POST"])
@writer_required
def payment_new(request: CompanyRequest) -> HttpResponse:
    """Registra incasso: for some rate of one customer, or for the customer (``cliente``)."""
    party = chosen_party(request)
    rows = rows_to_pay(request, party)
    if not rows and party is None:
        return refuse(request, _("Queste rate sono già incassate."), to=LIST)
    if len({(row.customer_id, row.currency) for row in rows}) > 1:
        text = _("Un incasso è di un solo cliente: scegli le sue rate, o «Segna come incassate».")
        return refuse(request, text, to=LIST)
    is_opening = request.POST.get("passo") == "apri"
    start: dict[str, Any] = {"giorno": clock.today(request.company.time_zone)}
    if party is None:
        start["importo"] = sum((row.balance for row in rows), Decimal(0))
    form = PaymentForm(None if is_opening else request.POST or None, rows=rows, initial=start)
    is_over_cash = False
    if form.is_bound and form.is_valid():
        is_over_cash = asks_about_cash(form, rows, party)
        payment = None if is_over_cash else save_payment(request, form, rows, party)
        if payment is not None:
            return say_recorded(request, payment, rows)
    accrued = accrued_interest(party or Party.objects.get(pk=rows[0].customer_id))
    context = {
        "rows": rows,
        "party": party,
        "chosen": ",".join(str(row.id) for row in rows),
        "form": form,
        "subtitle": name_payer(rows, party),
        "is_over_cash": is_over_cash,
        "accrued": accrued,
        "may_impute": party is not None and offer_imputation(form, accrued, rows),
    }
    return show(request, "web/payments/record.html", context)


def accrued_interest(payer: Party) -> InterestClaim:
    """What the customer's open items bear today: said, for the law would serve it first."""
    today = clock.today(payer.company.time_zone)
    position = position_on(payer, "EUR", today)
    return sum_charged(charge_interest(position.rows, position.owed, counting_of(payer, today)))


def offer_imputation(form: PaymentForm, accrued: InterestClaim, rows: list[LedgerRow]) -> bool:
    """Whether costs and interest may come first, and of how much the form says it."""
    if not rows or rows[0].currency != "EUR" or not (accrued.interest or accrued.flat):
        return False
    form.fields["interessi"].help_text = _(
        "A oggi sono maturati interessi per %(amount)s e spese (indennizzo) per %(costs)s. Se il "
        "cliente non ha detto che cosa paga, puoi imputare l’incasso prima a quelli: il resto va "
        "al capitale, dalle rate più vecchie."
    ) % {"amount": money(accrued.interest), "costs": money(accrued.flat)}
    return True


def chosen_party(request: CompanyRequest) -> Party | None:
    """The customer that the address or the form names."""
    data = request.POST if request.method == "POST" else request.GET
    keys = read_ids(data.get("cliente", ""))
    return get_object_or_404(Party, company=request.company, pk=keys[0]) if keys else None


def rows_to_pay(request: CompanyRequest, party: Party | None) -> list[LedgerRow]:
    """The open rows that were chosen; of a customer the first open ones in one currency."""
    if party is None:
        return [row for row in chosen_rows(request) if row.balance > 0]
    today = clock.today(request.company.time_zone)
    mine = open_instalments(request.company).filter(party=party).order_by("due_date", "id")
    first = mine.values_list("currency", flat=True).first()
    return ledger_rows(mine.filter(currency=first)[:MOST_ROWS], request.company, today)


def save_payment(
    request: CompanyRequest, form: PaymentForm, rows: list[LedgerRow], party: Party | None
) -> Payment | None:
    """What exceeds the balances stays as credit; ``None``: the form says why not."""
    fields = form.cleaned_data
    receipt = Receipt(
        amount=fields["importo"],
        day=fields["giorno"],
        instalments=() if fields["a_credito"] else [row.id for row in rows],
        parts={} if fields["a_credito"] else form.parts,
        party=party,
        rest=ClosingKind(fields["resto"]) if fields["resto"] else None,
        method=fields["mezzo"],
        note=fields["nota"],
        user=request.membership.user,
        is_interest_first=fields["interessi"],
    )
    try:
        return receive_money(request.company, receipt)
    except PaymentRefusedError as error:
        form.add_error(None, str(error))
    except FieldsRefusedError:
        limit = money(request.company.allowance_limit)
        text = _("L’abbuono arriva a %s: per di più registra l’incasso, poi «Abbuona o stralcia…».")
        form.add_error("resto", text % limit)
    return None


def asks_about_cash(form: PaymentForm, rows: list[LedgerRow], party: Party | None) -> bool:
    """Whether cash over the legal limit has not been confirmed yet."""
    fields = form.cleaned_data
    cash = fields["mezzo"], fields["importo"], fields["giorno"]
    payer = party.pk if party else rows[0].customer_id
    return not fields["conferma"] and is_cash_over_limit(payer, *cash)


def name_payer(rows: list[LedgerRow], party: Party | None) -> str:
    """Who pays, and what."""
    if party or not rows:
        return party.name if party else ""
    row = rows[0]
    kind = words.DOCUMENT_KINDS.get(row.kind, row.kind)
    text = f"{row.customer} · {kind} {words.numbered(row)}"
    return text if len(rows) == 1 else f"{row.customer} · {name_sums(rows)}"


def say_recorded(request: CompanyRequest, payment: Payment, rows: list[LedgerRow]) -> HttpResponse:
    """What was recorded, what is left over, and its undo."""
    text = _("Incasso di %s registrato.") % money(payment.amount, payment.currency)
    if payment.interest:
        text += " " + _("%s sono andati a spese e interessi.") % money(payment.interest)
    left = left_of(payment)
    if left > 0:
        text += " " + _("%s restano a credito del cliente.") % money(left, payment.currency)
    if is_partial(request):
        return show_undo(request, text, reverse("web:payment_undo", args=[payment.pk]))
    if len(rows) == 1:
        return done(request, text, to=reverse("web:document", args=[rows[0].document_id]))
    return done(request, text, to=reverse("web:customer", args=[payment.party_id]))


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
    """The page where the button was: a document's or a customer's."""
    for name, page in (("documento", "web:document"), ("cliente", "web:customer")):
        if keys := read_ids(request.POST.get(name, "")):
            return reverse(page, args=[keys[0]])
    return LIST


def name_sums(rows: list[LedgerRow]) -> str:
    """The balances of these rows, by currency."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.balance
    return " + ".join(money(amount, code) for code, amount in sums.items())
