"""The one button that stops every message, and the one that lets them go on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sollecito.flows.stop_sending import SuspendedError, resume_sending, stop_sending
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import owner_required, writer_required


@require_POST
@writer_required
def stop(request: CompanyRequest) -> HttpResponse:
    """Stop everything."""
    stop_sending(user=request.membership.user)
    messages.success(request, _("Invii fermati: da adesso non parte più niente."))
    return redirect("web:home")


@require_POST
@owner_required
def resume(request: CompanyRequest) -> HttpResponse:
    """Let everything go on; a copied database only with the confirmation."""
    try:
        resume_sending(
            user=request.membership.user, confirm_copy=request.POST.get("confirm_copy") == "1"
        )
    except SuspendedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Invii ripresi."))
    return redirect("web:home")
