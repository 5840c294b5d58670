"""Abbina a mano: search, share a movement out, see what is left of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sollecito.dunning.queries import LedgerRow, ledger_rows
from sollecito.flows import clock
from sollecito.flows.confirm_match import MovementRefusedError
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.match_movements import propose_matches
from sollecito.flows.record_payments import PaymentRefusedError
from sollecito.flows.split_movement import split_movement
from sollecito.ledger.bank_queries import customers_named, payable_with
from sollecito.ledger.models import BankMovement, Instalment, Party
from sollecito.ledger.queries import open_instalments
from sollecito.web.answers import refuse, show, undoable
from sollecito.web.forms.bank import MatchForm
from sollecito.web.forms.controls import parse_amount
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.templatetags.sollecito import money

PAGE = "web:bank"
MOST_FOUND, MOST_CUSTOMERS = 40, 10
QUOTA, REST = "quota_", "manca_"


@require_http_methods(["GET", "POST"])
@writer_required
def bank_match(request: CompanyRequest, pk: int) -> HttpResponse:
    """The form; «Cerca» shows more rows and keeps what was written, «Abbina» records it."""
    movement = get_object_or_404(BankMovement, pk=pk, company=request.company)
    if movement.status != BankMovement.Status.OPEN or movement.amount <= 0:
        return refuse(request, _("Il movimento non è più da abbinare."), to=PAGE)
    data = request.POST if request.method == "POST" else request.GET
    written, rests = _written(request, QUOTA), _written(request, REST)
    text = data.get("cerca", "").strip()
    rows = _rows(request, movement, text, list({**written, **rests}))
    parties = list(customers_named(request.company, text)[:MOST_CUSTOMERS]) if text else []
    if kept := _party(request, data.get("resto_a", "")):
        parties.append(kept)
    is_final = data.get("passo") == "abbina" and request.method == "POST"
    start: dict[str, Any] = {"cerca": text, "ricorda": "ricorda" in data or request.method == "GET"}
    start |= {f"{QUOTA}{key}": value for key, value in written.items()}
    start |= {f"{REST}{key}": value for key, value in rests.items()}
    start["resto_a"] = kept.pk if kept else None
    form = MatchForm(request.POST if is_final else None, rows=rows, parties=parties, initial=start)
    if is_final and form.is_valid() and _save(request, movement, form):
        done = _("Incasso registrato dal movimento.")
        return undoable(request, done, reverse("web:bank_undo", args=[pk]), to=reverse(PAGE))
    context = {
        "movement": movement,
        "form": form,
        "text": text,
        "left": movement.amount - sum(map(_amount, written.values()), Decimal(0)),
        "has_found": any(row.id not in written for row in rows),
    }
    return show(request, "web/bank/match.html", context)


def _written(request: CompanyRequest, prefix: str) -> dict[int, str]:
    """What stands in the fields of instalments that are in sight, by their key."""
    fields = request.POST.items()
    return {
        int(name.removeprefix(prefix)): str(value).strip()
        for name, value in fields
        if name.startswith(prefix) and name.removeprefix(prefix).isdecimal() and str(value).strip()
    }


def _amount(text: str) -> Decimal:
    try:
        return parse_amount(text.replace("€", "").replace(" ", ""))
    except ValidationError:
        return Decimal(0)


def _rows(
    request: CompanyRequest, movement: BankMovement, text: str, kept: list[int]
) -> list[LedgerRow]:
    """Those with an amount first, then what the search finds, or what was proposed."""
    company, today = request.company, clock.today(request.company.time_zone)
    chosen = Instalment.objects.filter(company=company, pk__in=kept).order_by("due_date", "pk")
    if text:
        amount = _amount(text) or None
        found = payable_with(company, movement.currency, text, amount)
    else:
        proposals = propose_matches(company, [movement]).get(movement.pk, ())
        named = [each.party for each in proposals]
        found = open_instalments(company).filter(currency=movement.currency, party__in=named)
        found = found.order_by("party__name", "due_date", "pk")
    more = found.exclude(pk__in=kept)[:MOST_FOUND]
    return [*ledger_rows(chosen, company, today), *ledger_rows(more, company, today)]


def _party(request: CompanyRequest, key: str) -> Party | None:
    if not key.isdecimal():
        return None
    return Party.objects.filter(company=request.company, pk=int(key)).first()


def _save(request: CompanyRequest, movement: BankMovement, form: MatchForm) -> bool:
    fields = form.cleaned_data
    keeper = _party(request, str(fields["resto_a"] or ""))
    try:
        split_movement(
            movement,
            form.parts,
            closings=form.closings,
            credit_to=keeper,
            user=request.membership.user,
            remember=fields["ricorda"],
        )
    except (MovementRefusedError, PaymentRefusedError) as error:
        form.add_error(None, str(error))
        return False
    except FieldsRefusedError:
        limit = money(request.company.allowance_limit)
        text = _("L’abbuono arriva a %s: per di più registra l’incasso, poi «Abbuona o stralcia…».")
        form.add_error(None, text % limit)
        return False
    return True
