"""Banca: movements that wait, what each may pay, and who pays from which account."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sollecito.flows.confirm_match import MovementRefusedError, confirm_proposal
from sollecito.flows.learn_payers import forget_payer
from sollecito.flows.match_movements import propose_matches
from sollecito.flows.record_payments import PaymentRefusedError
from sollecito.flows.undo_match import set_aside, undo_match
from sollecito.ledger.bank_queries import listed_movements
from sollecito.ledger.models import BankMovement, BankRule
from sollecito.web.bank_view import rows_of, write_parts
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required

PAGE = "web:bank"
ROWS = 30
Status = BankMovement.Status


@require_GET
@member_required
def bank(request: CompanyRequest) -> HttpResponse:
    """Movements by state, those to match first, with their proposals."""
    status = request.GET.get("stato", Status.OPEN)
    status = status if status in Status.values else Status.OPEN
    found = listed_movements(request.company, status)
    if status == Status.OPEN:
        found = found.filter(amount__gt=0)
    page = Paginator(found, ROWS).get_page(request.GET.get("pagina"))
    rules = BankRule.objects.filter(company=request.company).select_related("party")
    context = {
        "page": page,
        "rows": rows_of(request.company, list(page.object_list)),
        "status": status,
        "states": [
            (Status.OPEN, _("Da abbinare")),
            (Status.MATCHED, _("Abbinati")),
            (Status.PENDING, _("Non ancora contabilizzati")),
            (Status.IGNORED, _("Messi da parte")),
        ],
        "rules": rules.order_by("party__name", "pk"),
    }
    return render(request, "web/bank/list.html", context)


@require_POST
@writer_required
def bank_confirm(request: CompanyRequest, pk: int) -> HttpResponse:
    """Confirm the proposal that was shown; if it is another by now, nothing is done."""
    row = get_object_or_404(BankMovement, pk=pk, company=request.company)
    shown = request.POST.get("parti", "")
    proposals = propose_matches(request.company, [row]).get(row.pk, ())
    chosen = next((each for each in proposals if write_parts(each) == shown), None)
    if chosen is None:
        messages.error(request, _("Le proposte sono cambiate: guarda di nuovo il movimento."))
        return redirect(PAGE)
    user, remember = request.membership.user, "ricorda" in request.POST
    try:
        confirm_proposal(row, chosen, user=user, remember=remember)
    except (MovementRefusedError, PaymentRefusedError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Incasso registrato dal movimento."))
    return redirect(PAGE)


@require_POST
@writer_required
def bank_undo(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take a match back: the movement waits again."""
    row = get_object_or_404(BankMovement, pk=pk, company=request.company)
    undo_match(row, user=request.membership.user)
    messages.success(request, _("Abbinamento annullato: il movimento è di nuovo da abbinare."))
    return redirect(PAGE)


@require_POST
@writer_required
def bank_aside(request: CompanyRequest, pk: int) -> HttpResponse:
    """Put a movement aside, or take it up again."""
    row = get_object_or_404(BankMovement, pk=pk, company=request.company)
    is_ignored = row.status == Status.OPEN
    set_aside(row, user=request.membership.user, is_ignored=is_ignored)
    words = _("Movimento messo da parte.") if is_ignored else _("Movimento di nuovo da abbinare.")
    messages.success(request, words)
    return redirect(PAGE)


@require_POST
@writer_required
def bank_forget(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take a learned payer away."""
    rule = get_object_or_404(BankRule, pk=pk, company=request.company)
    forget_payer(rule, user=request.membership.user)
    messages.success(request, _("Regola tolta."))
    return redirect(PAGE)
