"""Leases: renewed while their worker lives, and what becomes of them when it does not."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import transaction

from sollecito.domain.transitions import Command, Status, sources, target
from sollecito.flows import clock
from sollecito.flows.note_failures import note_failures
from sollecito.flows.void_reminders import void_reminders
from sollecito.outbox.models import DeliveryEvent, Message
from sollecito.outbox.queries import (
    LEASED,
    change,
    expired_leases,
    expired_messages,
    is_postgres,
    marks,
    sql_later,
    sql_now,
)

DOUBT = "Il worker si è fermato dopo la partenza, prima di leggere la risposta del server."
TOO_LATE = "expired"


def renew_leases(worker_ids: Collection[str]) -> int:
    """Renew what these workers hold; how many rows. A lease that is over stays over.

    A worker frozen past its lease and woken must find it lost, whoever looks first.
    """
    workers = list(worker_ids)
    if not workers:
        return 0
    held = (
        f"SELECT m.id FROM outbox_message m WHERE {LEASED}"  # noqa: S608  no user data
        f" AND m.worker_id IN ({marks(workers)}) AND m.lease_until > {sql_now()}"
    )
    if is_postgres():  # a row at its gate has time left; waiting for it could end in a deadlock
        held += " FOR UPDATE SKIP LOCKED"
    return change(
        f"UPDATE outbox_message SET lease_until = {sql_later(settings.LEASE_SECONDS)}"  # noqa: S608  no user data
        f" WHERE id IN ({held})",
        workers,
    )


def recover_leases() -> tuple[int, int]:
    """Settle rows whose lease is over: ``(queued again, unknown)``. Never the other way."""
    if not expired_leases():
        return 0, 0
    with transaction.atomic():
        safe = _move(Command.RELEASE, "released", "")
        doubtful = _move(Command.DOUBT, Status.UNKNOWN, DOUBT)
    return safe, doubtful


def expire_messages() -> int:
    """Fail what is still waiting past its day: the next step, or nobody, will write again."""
    if not expired_messages():
        return 0
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update()
            .filter(pk__in=expired_messages(), status__in=sources(Command.EXPIRE))
            .order_by("pk")
            .only("pk", "company_id", "content_id")
        )
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            status=target(Command.EXPIRE), reason=TOO_LATE, settled_at=clock.now()
        )
        _write_events(rows, TOO_LATE, "Scaduto prima di poter partire.")
        note_failures({row.content_id for row in rows})
    return len(rows)


def _move(command: Command, kind: str, text: str) -> int:
    """Only the UPDATE decides: a lease renewed since it was listed is left alone."""
    (before,) = sources(command)
    moved = [
        row
        for row in Message.objects.select_for_update()
        .filter(pk__in=expired_leases(), status=before)
        .order_by("pk")
        .only("pk", "company_id", "content_id", "attempt_id")
        if change(
            f"UPDATE outbox_message SET status = '{target(command)}', lease_until = NULL,"  # noqa: S608  no user data
            f" reason = %s WHERE id = %s AND status = '{before}' AND lease_until <= {sql_now()}",
            [text, row.pk],
        )
    ]
    _write_events(
        moved, kind, text or "Il worker si è fermato prima della partenza: di nuovo in coda."
    )
    void_reminders({row.content_id for row in moved})
    return len(moved)


def _write_events(rows: list[Message], kind: str, text: str) -> None:
    DeliveryEvent.objects.bulk_create(
        DeliveryEvent(
            company_id=row.company_id,
            message_id=row.pk,
            at=clock.now(),
            kind=kind,
            text=text,
            attempt_id=row.attempt_id if kind != TOO_LATE else "",
        )
        for row in rows
    )
