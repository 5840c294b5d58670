"""Bozze salvate: what was written by hand and could not leave."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sollecito.dunning.models import SavedDraft
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.save_draft import discard_draft, written_options
from sollecito.web import reminder_order as order
from sollecito.web.answers import show
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.views.reminders import by_hand
from sollecito.web.views.writing import write

LIST = "web:saved_drafts"
MOST = 200


@require_GET
@member_required
def saved_drafts(request: CompanyRequest) -> HttpResponse:
    """The list, newest first."""
    rows = SavedDraft.objects.filter(company=request.company).select_related("party", "user")
    context = {"rows": rows.order_by("-created_at", "-pk")[:MOST]}
    return render(request, "web/messages/saved.html", context)


@require_GET
@writer_required
def saved_draft_open(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take one up again: the drawer as it was written."""
    row = get_object_or_404(SavedDraft, pk=pk, company=request.company)
    options = written_options(row)
    user = request.membership.user
    composed = compose_reminders(request.company, row.instalments, user=user, options=options)
    if not composed.drafts:
        reasons = list(dict.fromkeys(each.message for each in composed.refused))
        return show(request, "web/reminders/refused.html", {"reasons": reasons})
    choices = order.Choices(
        attachments=options.attachments, channel=options.channel, model=options.model
    )
    desk = by_hand(request, list(row.instalments), saved=row.pk)
    return write(request, desk, composed.drafts[0], choices=choices, notes=[row.reason])


@require_POST
@writer_required
def saved_draft_remove(request: CompanyRequest, pk: int) -> HttpResponse:
    """Throw it away."""
    get_object_or_404(SavedDraft, pk=pk, company=request.company)
    discard_draft(request.company, pk, user=request.membership.user)
    messages.success(request, _("Bozza eliminata."))
    return redirect(LIST)
