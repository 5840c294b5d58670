"""Banca: movements that wait, what each may pay, and who pays from which account."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sollecito.accounts.models import Company
from sollecito.flows import clock
from sollecito.flows.confirm_match import MovementRefusedError, confirm_proposal
from sollecito.flows.detail_hold import HoldRefusedError
from sollecito.flows.learn_payers import forget_payer
from sollecito.flows.match_movements import propose_matches
from sollecito.flows.match_returns import confirm_return, propose_effects
from sollecito.flows.prove_takings import prove_takings
from sollecito.flows.record_payments import PaymentRefusedError
from sollecito.flows.undo_match import set_aside, undo_match
from sollecito.ledger.bank_queries import listed_movements, movements_to_review
from sollecito.ledger.models import BankMovement, BankRule
from sollecito.web.answers import done, is_partial, refuse, undoable
from sollecito.web.bank_view import rows_of, write_parts
from sollecito.web.forms.controls import parse_amount
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required

PAGE = "web:bank"
ROWS = 20
Status = BankMovement.Status


@require_GET
@member_required
def bank(request: CompanyRequest) -> HttpResponse:
    """Movements by state, those to match first, with their proposals."""
    status = request.GET.get("stato", Status.OPEN)
    status = status if status in Status.values else Status.OPEN
    text = request.GET.get("cerca", "").strip()
    page = Paginator(_found(request.company, status, text), ROWS).get_page(
        request.GET.get("pagina")
    )
    rules = BankRule.objects.filter(company=request.company).select_related("party", "user")
    waiting = movements_to_review(request.company).count()
    context: dict[str, Any] = {
        "page": page,
        "rows": rows_of(request.company, list(page.object_list)),
        "status": status,
        "text": text,
        "waiting": waiting,
        "states": [
            (Status.OPEN, _("Da abbinare")),
            (Status.MATCHED, _("Abbinati")),
            (Status.PENDING, _("Non ancora contabilizzati")),
            (Status.IGNORED, _("Messi da parte")),
        ],
        "rules": rules.order_by("party__name", "pk"),
        "takings": prove_takings(request.company, clock.today(request.company.time_zone)),
        "back": "banca",
        "has_movements": BankMovement.objects.filter(company=request.company).exists(),
    }
    name = "list" if is_partial(request) else "page"
    return render(request, f"web/bank/{name}.html", context)


def _found(company: Company, status: str, text: str) -> QuerySet[BankMovement]:
    rows = listed_movements(company, status)
    if status == Status.OPEN:
        rows = movements_to_review(company)
    if not text:
        return rows
    wanted = Q(text__icontains=text) | Q(counterparty__icontains=text) | Q(iban__icontains=text)
    with suppress(ValidationError):
        wanted |= Q(amount=parse_amount(text))
    return rows.filter(wanted)


@require_POST
@writer_required
def bank_confirm(request: CompanyRequest, pk: int) -> HttpResponse:
    """Confirm the proposal that was shown; if it is another by now, nothing is done."""
    row = get_object_or_404(BankMovement, pk=pk, company=request.company)
    shown = request.POST.get("parti", "")
    proposals = propose_matches(request.company, [row]).get(row.pk, ())
    chosen = next((each for each in proposals if write_parts(each) == shown), None)
    if chosen is None:
        return _refuse_changed(request)
    user, remember = request.membership.user, "ricorda" in request.POST
    try:
        confirm_proposal(row, chosen, user=user, remember=remember)
    except (MovementRefusedError, PaymentRefusedError) as error:
        return refuse(request, str(error), to=PAGE)
    return _say_done(request, row, _("Incasso registrato dal movimento."))


@require_POST
@writer_required
def bank_return(request: CompanyRequest, pk: int) -> HttpResponse:
    """The effect came back unpaid: its instalment is open again, with the fee if one is written."""
    row = get_object_or_404(BankMovement, pk=pk, company=request.company)
    proposals = propose_effects(request.company, [row]).get(row.pk, ())
    wanted = request.POST.get("effetto", "")
    chosen = next((each for each in proposals if str(each.effect.hold) == wanted), None)
    if chosen is None:
        return _refuse_changed(request)
    try:
        fee = parse_amount(request.POST.get("spese", "").strip() or "0")
        confirm_return(row, chosen, fee=fee, user=request.membership.user)
    except ValidationError as error:
        return refuse(request, error.messages[0], to=PAGE)
    except (MovementRefusedError, HoldRefusedError) as error:
        return refuse(request, str(error), to=PAGE)
    text = _("Effetto tornato insoluto: la rata è di nuovo aperta e i solleciti ricominciano.")
    return _say_done(request, row, text)


def _refuse_changed(request: CompanyRequest) -> HttpResponse:
    text = _("Le proposte sono cambiate: guarda di nuovo il movimento.")
    return refuse(request, text, to=PAGE)


def _say_done(request: CompanyRequest, row: BankMovement, text: str) -> HttpResponse:
    return undoable(request, text, reverse("web:bank_undo", args=[row.pk]), to=PAGE)


@require_POST
@writer_required
def bank_undo(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take a match back: the movement waits again."""
    row = get_object_or_404(BankMovement, pk=pk, company=request.company)
    try:
        undo_match(row, user=request.membership.user)
    except (MovementRefusedError, PaymentRefusedError) as error:
        return refuse(request, str(error), to=PAGE)
    text = _("Abbinamento annullato: il movimento è di nuovo da abbinare.")
    return done(request, text, to=PAGE)


@require_POST
@writer_required
def bank_aside(request: CompanyRequest, pk: int) -> HttpResponse:
    """Non è un incasso: put a movement aside, or take it up again."""
    row = get_object_or_404(BankMovement, pk=pk, company=request.company)
    is_ignored = row.status == Status.OPEN
    set_aside(row, user=request.membership.user, is_ignored=is_ignored)
    if not is_ignored:
        return done(request, _("Movimento di nuovo da abbinare."), to=PAGE)
    undo = reverse("web:bank_aside", args=[pk])
    return undoable(request, _("Messo da parte: non è un incasso."), undo, to=PAGE)


@require_POST
@writer_required
def bank_forget(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take a learned payer away."""
    rule = get_object_or_404(BankRule, pk=pk, company=request.company)
    forget_payer(rule, user=request.membership.user)
    return done(request, _("Regola tolta."), to=PAGE)
