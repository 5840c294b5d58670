"""Incassi già fatti: asked once after the first import, shown before, taken back in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Max, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sollecito.accounts.models import Company
from sollecito.flows import clock
from sollecito.flows.declare_takings import (
    PAID_AT_ISSUE,
    Proposal,
    answer_takings,
    propose_before,
    propose_from_list,
    record_takings,
)
from sollecito.flows.keep_file import keep_file
from sollecito.flows.remember_columns import remembered_columns
from sollecito.flows.undo_payments import undo_group
from sollecito.formats.fatturapa.codes import NAME_OF_METHOD
from sollecito.ledger.models import Instalment, Payment
from sollecito.ledger.queries import open_instalments
from sollecito.web.column_words import NOT_UNDERSTOOD
from sollecito.web.forms.takings import ConfirmTakingsForm, TakingsForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required

MOST_ROWS = 300
PAGE = "web:takings"


@writer_required
def takings(request: CompanyRequest) -> HttpResponse:
    """The question; posting it shows what would be marked and marks nothing."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = TakingsForm(*sent, methods=methods_of(request.company))
    if form.is_bound and form.is_valid():
        proposal = propose(request.company, form.cleaned_data)
        if proposal.instalments or not proposal.problems:
            return show_proposal(request, proposal)
        if any(problem.code in NOT_UNDERSTOOD for problem in proposal.problems):
            return ask_columns(request, form.cleaned_data["file"])
        for problem in proposal.problems[:5]:
            form.add_error("file", f"{problem.message} {problem.hint}".strip())
    return show_question(request, form)


def propose(company: Company, values: dict[str, Any]) -> Proposal:
    """What the answer means: a list wins over a date and the means."""
    if file := values["file"]:
        data = file.read()
        mapping = remembered_columns(company, data)
        return propose_from_list(company, file.name, data, mapping=mapping)
    return propose_before(company, day=values["before"], methods=values["methods"])


def ask_columns(request: CompanyRequest, file: UploadedFile[bytes]) -> HttpResponse:
    """The list's column names say nothing: a person says which is which."""
    file.seek(0)
    kept = keep_file(
        request.company,
        name=file.name or "elenco",
        media_type=file.content_type or "application/octet-stream",
        content=file.read(),
    )
    return redirect(f"{reverse('web:columns', args=[kept.pk])}?per=incassi")


def show_question(request: CompanyRequest, form: TakingsForm) -> HttpResponse:
    """The page with the ways to answer, and what was declared before."""
    context = {
        "form": form,
        "usual": PAID_AT_ISSUE,
        "declared": declared(request.company),
        "is_answered": request.company.takings_answered_at is not None,
        "open_count": open_instalments(request.company).count(),
    }
    return render(request, "web/takings/question.html", context)


def show_proposal(request: CompanyRequest, proposal: Proposal) -> HttpResponse:
    """What would be marked, row by row; the first rows can be left out one by one."""
    rows = proposal.instalments
    context = {
        "rows": rows[:MOST_ROWS],
        "others": ",".join(str(row.pk) for row in rows[MOST_ROWS:]),
        "more": max(0, len(rows) - MOST_ROWS),
        "count": len(rows),
        "totals": totals_of(rows),
        "parties": len({row.party_id for row in rows}),
        "problems": proposal.problems,
        "form": ConfirmTakingsForm(initial={"day": clock.today(request.company.time_zone)}),
    }
    return render(request, "web/takings/proposal.html", context)


@require_POST
@writer_required
def takings_confirm(request: CompanyRequest) -> HttpResponse:
    """Mark what was shown."""
    form = ConfirmTakingsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("La data d’incasso non è valida: ripeti la scelta."))
        return redirect(PAGE)
    _group, count = record_takings(
        request.company, form.ids(), day=form.cleaned_data["day"], user=request.membership.user
    )
    words = ngettext(
        "%(n)d rata segnata come incassata. Qui sotto la puoi riaprire in un passo.",
        "%(n)d rate segnate come incassate. Qui sotto le puoi riaprire in un passo.",
        count,
    )
    messages.success(request, words % {"n": count})
    return redirect(PAGE)


@require_POST
@writer_required
def takings_none(request: CompanyRequest) -> HttpResponse:
    """Nothing was collected before: that is an answer too."""
    answer_takings(request.company, user=request.membership.user)
    messages.success(request, _("Annotato: le rate aperte sono tutte da incassare."))
    return redirect("web:scadenzario")


@require_POST
@writer_required
def takings_undo(request: CompanyRequest, group: str) -> HttpResponse:
    """Take a declaration back in one step."""
    if not Payment.objects.filter(company=request.company, group=group).exists():
        raise Http404
    count = undo_group(request.company, group, user=request.membership.user)
    words = ngettext("%(n)d rata riaperta.", "%(n)d rate riaperte.", count)
    messages.success(request, words % {"n": count})
    return redirect(PAGE)


def methods_of(company: Company) -> list[tuple[str, str | Promise]]:
    """The means of payment of what is open, the commonest first."""
    found = Counter(
        dict(open_instalments(company).order_by().values_list("method").annotate(n=Count("pk")))
    )
    return [
        (code, f"{NAME_OF_METHOD.get(code, code)} ({number})")
        for code, number in found.most_common()
        if code
    ]


def totals_of(rows: Iterable[Instalment]) -> list[tuple[str, Decimal]]:
    """The sum of what is left, by currency."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.balance
    return sorted(sums.items())


def declared(company: Company) -> Any:
    """What was declared before, the newest first, with what can still be taken back."""
    rows = Payment.objects.filter(company=company, source=Payment.Source.DECLARED)
    return (
        rows.exclude(group="")
        .order_by()
        .values("group", "currency")
        .annotate(
            total=Sum("amount"),
            at=Max("recorded_at"),
            day=Max("date"),
            active=Count("pk", filter=Q(undone_at__isnull=True)),
            instalments=Count("allocations"),
        )
        .order_by("-at")
    )
