"""Apri in WhatsApp: the link, and whether the person sent it."""

from __future__ import annotations

from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sollecito.flows.send_reminder import new_token
from sollecito.flows.write_whatsapp import note_whatsapp, prepare_whatsapp
from sollecito.web import reminder_order as order
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.said import said


@require_http_methods(["GET", "POST"])
@writer_required
def whatsapp(request: CompanyRequest) -> HttpResponse:
    """Show the text and its link; keep what was sent as a reminder by hand."""
    data = request.POST if request.method == "POST" else request.GET
    ids, user = order.read_ids(data.get("righe", "")), request.membership.user
    if request.method == "POST":
        done = note_whatsapp(
            request.company, ids, token=data.get("token", ""), text=data.get("testo", ""), user=user
        )
        for refused in done.refused:
            notes.error(request, said(refused.message))
        if done.contents:
            notes.success(request, _("Segnato fra i solleciti a mano."))
        return redirect("web:scadenzario")
    made = prepare_whatsapp(request.company, ids, user=user)
    context = {"made": made, "problem": said(made.problem), "token": new_token(), "chosen": ids}
    return render(request, "web/reminders/whatsapp.html", context)
