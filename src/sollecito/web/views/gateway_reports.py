"""Where gateways report what became of an SMS. Nobody signs in here: the report proves itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sollecito.flows.receive_sms_report import (
    LONGEST_REPORT,
    NotSignedError,
    Received,
    receive_sms_report,
)
from sollecito.flows.seal_password import PasswordLostError
from sollecito.outbox.models import Sender


@csrf_exempt
@require_http_methods(["GET", "POST"])
def sms_report(request: HttpRequest, sender_id: int) -> HttpResponse:
    """Keep a report. The same answer whether it was new, known, or about nothing of ours."""
    sender = get_object_or_404(Sender, pk=sender_id, channel="sms")
    if int(request.headers.get("Content-Length") or 0) > LONGEST_REPORT:
        return HttpResponse(status=413)
    received = Received(
        query=request.META.get("QUERY_STRING", ""),
        body=request.body,
        media_type=request.content_type or "",
        headers=request.headers,
    )
    try:
        receive_sms_report(sender, received)
    except NotSignedError:
        return HttpResponse(status=403)
    except PasswordLostError:  # the gateway tries again later
        return HttpResponse(status=503)
    return HttpResponse(status=204)
