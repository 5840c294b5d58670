"""Settle a doubt: by a person ("Considera inviato", "Reinvia"), or by evidence from the world."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.transitions import Command, Receipt, Status, apply, learn
from sollecito.flows import audit, clock
from sollecito.flows.note_failures import note_failures
from sollecito.flows.queue_content import LIFE
from sollecito.flows.void_reminders import void_reminders
from sollecito.outbox.models import Content, DeliveryEvent, Message

COMMANDS: dict[str, tuple[Command, str]] = {
    "accepted": (Command.CONSIDER_SENT, "Considerato inviato da una persona."),
    "resend": (Command.RESEND, "Reinviato da una persona: gli stessi byte, lo stesso Message-ID."),
}


def resolve_unknown(
    company: Company,
    message_id: int,
    *,
    verdict: Literal["accepted", "resend"],
    user: User | None,
) -> Message:
    """Do what a person decided about an unknown message.

    Raises ``Message.DoesNotExist`` and ``domain.transitions.IllegalMoveError``.
    """
    command, words = COMMANDS[verdict]
    with transaction.atomic():
        row = Message.objects.select_for_update().get(company=company, pk=message_id)
        row.status = apply(command, row.status)
        row.reason = ""
        now = clock.now()
        if command is Command.RESEND:
            row.not_before = min(row.not_before, now)  # ready at once
            row.attempt_id = row.worker_id = ""
            _give_time(row)
        else:
            row.settled_at = now
        row.save()
        void_reminders([row.content_id])
        _write_event(row, command, text=words, user=user)
        audit.record(company, user, f"message_{command}", target=f"message:{row.pk}", text=words)
    return row


def _give_time(row: Message) -> None:
    """A doubt may be looked at when its time is over: what a person sends again gets a new one."""
    until = clock.real_now() + LIFE
    Content.objects.filter(pk=row.content_id, expires_at__lt=until).update(expires_at=until)


def learn_receipt(
    message: Message,
    receipt: Receipt | str,
    *,
    text: str = "",
    raw: bytes | None = None,
    at: datetime | None = None,
) -> Status:
    """Store a receipt, whatever it is, and let the message learn from it. Never refuses.

    ``raw`` is what was received, as it came; ``at`` when it happened, if not now. Returns the
    status after it.
    """
    with transaction.atomic():
        row = Message.objects.select_for_update().get(pk=message.pk)
        _write_event(row, receipt, text=text, raw=raw, at=at)
        after = learn(row.status, receipt)
        if after != row.status:
            row.status = after
            row.settled_at = clock.now()
            row.save(update_fields=["status", "settled_at"])
            note_failures([row.content_id])
    return after


def _write_event(
    row: Message,
    kind: str,
    *,
    text: str,
    user: User | None = None,
    raw: bytes | None = None,
    at: datetime | None = None,
) -> None:
    DeliveryEvent.objects.create(
        company_id=row.company_id,
        message=row,
        at=at or clock.now(),
        kind=kind,
        text=text[:500],
        user=user,
        raw=raw,
    )
