"""The two switches: a person stops everything; a copied database waits for a person."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.flows import audit, clock
from sollecito.flows.guard_instance import confirm_place
from sollecito.flows.pause_sender import release_all
from sollecito.outbox.models import Instance


class SuspendedError(Exception):
    """The database was copied or restored: only a person may let it send."""

    def __init__(self, reason: str) -> None:
        """Say what to do."""
        super().__init__(
            f"{reason} Se è questa l'installazione che deve inviare: "
            "sollecito resume --confirm-copy."
        )


def stop_sending(*, user: User | None) -> Instance:
    """Stop everything: no dot starts later than one second after this returns."""
    with transaction.atomic():
        instance, _ = Instance.objects.select_for_update().get_or_create(pk=1)
        if instance.stopped_at is None:
            instance.stopped_at = clock.now()
            instance.stopped_by = user
            instance.save(update_fields=["stopped_at", "stopped_by"])
            audit.record(None, user, "sending_stopped", text="Tutti gli invii fermati.")
    return instance


def resume_sending(*, user: User | None, confirm_copy: bool = False) -> Instance:
    """Let everything go on: ends the stop and every pause of an account.

    Raises SuspendedError where the database was copied or restored and ``confirm_copy`` is not
    given: the person says with it that the other one does not send.
    """
    with transaction.atomic():
        instance, _ = Instance.objects.select_for_update().get_or_create(pk=1)
        if instance.suspended_at is not None:
            if not confirm_copy:
                raise SuspendedError(instance.suspended_reason)
            confirm_place(instance)
            audit.record(None, user, "copy_confirmed", text="Installazione confermata.")
        if instance.stopped_at is not None:
            instance.stopped_at = None
            instance.stopped_by = None
            instance.save(update_fields=["stopped_at", "stopped_by"])
            audit.record(None, user, "sending_resumed", text="Invii ripresi.")
        release_all(user=user)
    return instance


def sending_refused() -> str:
    """Why nothing leaves now, in a sentence; empty when it does."""
    instance = Instance.objects.filter(pk=1).first()
    if instance and instance.suspended_at:
        return str(SuspendedError(instance.suspended_reason))
    if instance and instance.stopped_at:
        return "Gli invii sono fermati. Per riprendere: sollecito resume."
    return ""
