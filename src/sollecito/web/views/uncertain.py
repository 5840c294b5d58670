"""Invii incerti: the messages that may have left, with all that is known of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_GET

from sollecito.domain.transitions import Status
from sollecito.dunning.models import Reminder
from sollecito.outbox.models import Attempt, DeliveryEvent, Message
from sollecito.web.message_words import PHASES, Happening, line
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required

PAGE = 30
SHOWN_EVENTS = 6


@dataclass(frozen=True, slots=True)
class Doubt:
    """One uncertain message: how far its last attempt came, and what was heard since."""

    row: Message
    attempt: Attempt | None
    phase: str | Promise
    events: list[Happening]


@require_GET
@member_required
def uncertain(request: CompanyRequest) -> HttpResponse:
    """The page, the oldest doubt first."""
    reminders = Reminder.objects.select_related("instalment__document", "instalment__party")
    rows = (
        Message.objects.filter(company=request.company, status=Status.UNKNOWN)
        .select_related("content__sender")
        .defer("content__raw", "content__text")
        .prefetch_related(Prefetch("content__reminders", queryset=reminders), "content__attempts")
        .order_by("at_dot_at", "pk")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("pagina"))
    context = {"page": page, "doubts": [show_doubt(row) for row in page.object_list]}
    return render(request, "web/messages/uncertain.html", context)


def show_doubt(row: Message) -> Doubt:
    """What is known of one."""
    attempts = sorted(row.content.attempts.all(), key=lambda each: each.started_at)
    mine = [each for each in attempts if each.attempt_id == row.attempt_id] or attempts
    last = mine[-1] if mine else None
    events = DeliveryEvent.objects.filter(message=row).select_related("message", "user", "mail")
    told = events.defer("raw", "mail__raw", "mail__text").order_by("-at", "-pk")[:SHOWN_EVENTS]
    phase = PHASES.get(last.phase, last.phase) if last else ""
    return Doubt(row, last, phase, [line(event) for event in reversed(told)])
