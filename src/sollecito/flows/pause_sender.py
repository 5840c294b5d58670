"""Pause an account in a storm of refusals, and let it go on."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.retry import STORM_WINDOW, is_storm
from sollecito.flows import audit, clock
from sollecito.outbox.models import Attempt, Instance, Sender
from sollecito.outbox.queries import Lane

REASON = "Troppi invii rifiutati: controlla l'account e invia una prova."


def pause_in_a_storm(lane: Lane, words: str) -> bool:
    """Pause the account if its last attempts say so; whether it was paused now.

    The counted attempts are then spent: a person who releases it starts a new count.
    """
    counted = Attempt.objects.filter(lane=lane.name).exclude(outcome="")
    last = list(
        counted.order_by("-started_at", "-pk").values_list("outcome", flat=True)[:STORM_WINDOW]
    )
    if not is_storm([outcome == "refused" for outcome in last]):
        return False
    pause(lane, f"{REASON} Ultima risposta: {words}")
    counted.update(outcome="")
    return True


def pause(lane: Lane, reason: str) -> None:
    """Nothing more leaves through this account until a person or a successful test says so."""
    changes = {"paused_at": clock.now(), "paused_reason": reason[:300]}
    if lane.sender_id is None:
        Instance.objects.update_or_create(pk=1, defaults=changes)
        return
    Sender.objects.filter(pk=lane.sender_id).update(**changes)
    sender = Sender.objects.get(pk=lane.sender_id)
    audit.record(sender.company, None, "sender_paused", target=f"sender:{sender.pk}", text=reason)


def list_pauses() -> list[str]:
    """Accounts that wait for a person, in a sentence each."""
    found = [
        f"{sender} è in pausa: {sender.paused_reason}"
        for sender in Sender.objects.filter(is_active=True, paused_at__isnull=False)
    ]
    default = Instance.objects.filter(paused_at__isnull=False).first()
    if default:
        found.append(f"Il mittente dell'installazione è in pausa: {default.paused_reason}")
    return found


def release_sender(sender: Sender, *, user: User | None) -> None:
    """Let a paused account write again, by order of a person."""
    with transaction.atomic():
        Sender.objects.filter(pk=sender.pk).update(paused_at=None, paused_reason="")
        text = f"Mittente {sender}: pausa tolta."
        target = f"sender:{sender.pk}"
        audit.record(sender.company, user, "sender_released", target=target, text=text)


def release_all(*, user: User | None) -> int:
    """End every pause, the default account's too; how many accounts go on."""
    paused = list(Sender.objects.filter(paused_at__isnull=False).select_related("company"))
    for sender in paused:
        text = f"Mittente {sender}: pausa tolta."
        audit.record(
            sender.company, user, "sender_released", target=f"sender:{sender.pk}", text=text
        )
    Sender.objects.filter(pk__in=[sender.pk for sender in paused]).update(
        paused_at=None, paused_reason=""
    )
    default = Instance.objects.filter(paused_at__isnull=False)
    return len(paused) + default.update(paused_at=None, paused_reason="")
