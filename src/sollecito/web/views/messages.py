"""Comunicazioni inviate: what, when, to whom, by whom, and what became of it."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages as notes
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sollecito.accounts.models import Company
from sollecito.domain.transitions import IllegalMoveError
from sollecito.dunning.models import Reminder
from sollecito.flows.make_proof_folder import has_proof
from sollecito.flows.reminder_options import CALL, LETTER, TEXTS
from sollecito.flows.resolve_unknown import resolve_unknown
from sollecito.flows.withdraw_messages import cancel_messages
from sollecito.ledger.models import Instalment, Party
from sollecito.outbox.models import Content, Message
from sollecito.web.files import EML, PDF, TEXT, hand_over
from sollecito.web.forms.messages import OF_CHANNEL, OF_MODULE, STATUSES, MessagesForm
from sollecito.web.mail_view import read_content
from sollecito.web.message_words import PHASES, happenings
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.views.received import received_of

PAGE = 50
CANCELLABLE = frozenset({"draft", "approved", "queued", "retry"})


@member_required
def messages(request: CompanyRequest) -> HttpResponse:
    """The list, filtered by the address."""
    form = MessagesForm(request.GET)
    chosen = form.chosen()
    rows = filtered(contents_of(request.company), chosen, ZoneInfo(request.company.time_zone))
    context = {
        "form": form,
        "more_filters": [form["genere"], form["canale"], form["origine"]],
        "is_filtered": bool(chosen),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("pagina")),
        "customer": of_company(Party, request.company, chosen.get("cliente")),
        "instalment": of_company(Instalment, request.company, chosen.get("rata")),
        "doubts": Message.objects.filter(company=request.company, status="unknown").count(),
    }
    return render(request, "web/messages/list.html", context)


@member_required
def instalment_messages(request: CompanyRequest, pk: int) -> HttpResponse:
    """The communications of one rata."""
    row = get_object_or_404(
        Instalment.objects.select_related("document", "party"), pk=pk, company=request.company
    )
    rows = contents_of(request.company).filter(reminders__instalment=row)
    return render(request, "web/messages/of_instalment.html", {"instalment": row, "contents": rows})


@member_required
def message(request: CompanyRequest, pk: int) -> HttpResponse:
    """One communication, from the frozen bytes to the last answer."""
    content = get_object_or_404(contents_of(request.company).defer(None), pk=pk)
    raw = bytes(content.raw or b"")
    rows = sorted(content.messages.all(), key=lambda row: row.pk)
    context = {
        "content": content,
        "rows": rows,
        "attachments": read_content(raw, content.channel).attachments if raw else (),
        "enclosed": content.attachments.order_by("position") if content.channel == LETTER else (),
        "size": len(raw),
        "is_intact": hashlib.sha256(raw).hexdigest() == content.sha256,
        "can_cancel": bool(rows) and any(row.status in CANCELLABLE for row in rows),
        "attempts": [
            (attempt, PHASES.get(attempt.phase, attempt.phase))
            for attempt in content.attempts.order_by("started_at")
        ],
        "events": happenings(content),
        "received": received_of(content),
        "has_proof": bool(raw) and has_proof(content),
    }
    return render(request, "web/messages/detail.html", context)


@member_required
def message_eml(request: CompanyRequest, pk: int) -> HttpResponse:
    """The exact bytes that left."""
    content = get_object_or_404(Content, pk=pk, company=request.company, raw__isnull=False)
    raw = bytes(content.raw or b"")
    if content.channel == "letter":
        return hand_over(raw, name=f"lettera-{pk}.pdf", media_type=PDF, save=True)
    if content.channel in {*TEXTS, CALL}:
        return hand_over(raw, name=f"comunicazione-{pk}.txt", media_type=TEXT, save=True)
    return hand_over(raw, name=f"comunicazione-{pk}.eml", media_type=EML, save=True)


@member_required
def message_attachment(request: CompanyRequest, pk: int, position: int) -> HttpResponse:
    """One attachment, out of the frozen bytes; ``position`` from 1."""
    content = get_object_or_404(Content, pk=pk, company=request.company, raw__isnull=False)
    parts = read_content(bytes(content.raw or b""), content.channel).attachments
    if not 0 < position <= len(parts):
        raise Http404
    part = parts[position - 1]
    return hand_over(part.content, name=part.name, media_type=part.media_type)


@require_POST
@writer_required
def message_cancel(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take back what is still waiting."""
    content = get_object_or_404(Content, pk=pk, company=request.company)
    waiting = content.messages.filter(status__in=CANCELLABLE).values_list("pk", flat=True)
    try:
        count = cancel_messages(request.company, list(waiting), user=request.membership.user)
    except IllegalMoveError as error:
        notes.error(request, str(error))
    else:
        if count:
            notes.success(request, _("Invio annullato: non è partito nulla."))
        else:
            notes.warning(request, _("Troppo tardi: il messaggio è già partito."))
    return redirect("web:message", pk)


@require_POST
@writer_required
def message_resolve(request: CompanyRequest, pk: int) -> HttpResponse:
    """«Considera inviato» or «Reinvia», for one recipient in doubt."""
    row = get_object_or_404(Message, pk=pk, company=request.company)
    resend = request.POST.get("verdetto") == "resend"
    try:
        resolve_unknown(
            request.company,
            row.pk,
            verdict="resend" if resend else "accepted",
            user=request.membership.user,
        )
    except IllegalMoveError as error:
        notes.error(request, str(error))
    else:
        said = _("Torna in coda e riparte.") if resend else _("Contato come inviato.")
        notes.success(request, f"{row.address}: {said}")
    if request.POST.get("da") == "incerti":
        return redirect("web:uncertain")
    return redirect("web:message", row.content_id)


def contents_of(company: Company) -> QuerySet[Content]:
    """The company's communications, newest first, with what a row shows."""
    reminders = Reminder.objects.select_related("instalment__document", "instalment__party")
    return (
        Content.objects.filter(company=company, queued_at__isnull=False)
        .select_related("created_by", "sender")
        .prefetch_related("messages", Prefetch("reminders", queryset=reminders))
        .defer("raw", "text")
        .order_by("-created_at", "-pk")
    )


def filtered(rows: QuerySet[Content], chosen: dict[str, Any], zone: ZoneInfo) -> QuerySet[Content]:
    """Narrow the list, each communication once; days are days of the company."""
    every = rows
    if text := chosen.get("cerca"):
        rows = rows.filter(
            Q(subject__icontains=text)
            | Q(messages__address__icontains=text)
            | Q(reminders__instalment__party__name__icontains=text)
        )
    if state := chosen.get("stato"):
        rows = rows.filter(messages__status__in=STATUSES[str(state)])
    if channel := str(chosen.get("canale", "")):
        rows = rows.filter(channel__in=OF_CHANNEL.get(channel, (channel,)))
    if origin := chosen.get("origine"):
        rows = rows.filter(is_automatic=origin == "regola")
    if module := chosen.get("genere"):
        rows = rows.filter(kind__in=OF_MODULE[str(module)])
    if party := chosen.get("cliente"):
        rows = rows.filter(reminders__instalment__party=party)
    if instalment := chosen.get("rata"):
        rows = rows.filter(reminders__instalment=instalment)
    if first := chosen.get("dal"):
        rows = rows.filter(created_at__gte=datetime.combine(first, time(), zone))
    if last := chosen.get("al"):
        end = datetime.combine(last, time(), zone) + timedelta(days=1)
        rows = rows.filter(created_at__lt=end)
    return every.filter(pk__in=rows.order_by().values("pk"))


def of_company(model: type[Party | Instalment], company: Company, pk: object) -> object:
    """The row a filter names, or ``None``: an unknown one gives 404."""
    return get_object_or_404(model, pk=pk, company=company) if pk else None
