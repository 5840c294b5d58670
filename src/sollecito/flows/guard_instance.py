"""Find out at start whether this database is where it was: a copy must not send by itself."""

from __future__ import annotations

import json
import platform
import uuid
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from sollecito.flows import clock
from sollecito.outbox.models import Attempt, Instance
from sollecito.outbox.queries import fetch, is_postgres

MACHINE_ID = Path("/etc/machine-id")
COPIED = "Il database è stato copiato o spostato: conferma che questa è l'installazione buona."
WENT_BACK = "Il database è tornato a uno stato precedente: controlla gli ultimi invii e conferma."


def guard_instance() -> Instance:
    """Suspend an instance that runs elsewhere than before, or that went back in time.

    Returns the one row; ``suspended_at`` tells. Called when a process starts, before anything is
    sent. The first start only notes the place.
    """
    with transaction.atomic():
        instance, _ = Instance.objects.select_for_update().get_or_create(pk=1)
        place = find_place()
        if not instance.place:
            instance.place = place
            instance.save(update_fields=["place"])
        elif instance.suspended_at is None:
            reason = COPIED if instance.place != place else ""
            reason = reason or (WENT_BACK if _last_seen(instance) > _last_attempt() else "")
            if reason:
                instance.suspended_at = clock.now()
                instance.suspended_reason = reason
                instance.save(update_fields=["suspended_at", "suspended_reason"])
    return instance


def confirm_place(instance: Instance) -> None:
    """A person says that this is the good one: from here on it runs here."""
    instance.place = find_place()
    instance.suspended_at = None
    instance.suspended_reason = ""
    instance.save(update_fields=["place", "suspended_at", "suspended_reason"])
    _witness().unlink(missing_ok=True)


def find_place() -> str:
    """Where the database lives: machine, path and inode, or PostgreSQL's own numbers."""
    if is_postgres():
        system = fetch("SELECT system_identifier FROM pg_control_system()")[0][0]
        oid = fetch("SELECT oid FROM pg_database WHERE datname = current_database()")[0][0]
        return f"postgresql:{system}:{oid}"
    path = Path(str(connection.settings_dict["NAME"]))
    inode = path.stat().st_ino if path.exists() else 0
    return f"sqlite:{_machine()}:{path.resolve() if inode else path}:{inode}"


def note_progress(instance: Instance) -> None:
    """Write beside the database how far it has come, so that an old backup put back is noticed."""
    path = _witness()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    fresh.write_text(json.dumps({"key": str(instance.key), "attempt": _last_attempt()}))
    fresh.replace(path)


def _witness() -> Path:
    return Path(settings.HOME) / "keys" / "progress.json"


def _last_seen(instance: Instance) -> int:
    with suppress(OSError, ValueError):
        kept = json.loads(_witness().read_text())
        if kept["key"] == str(instance.key):
            return int(kept["attempt"])
    return 0


def _last_attempt() -> int:
    return Attempt.objects.aggregate(last=Max("pk"))["last"] or 0


def _machine() -> str:
    with suppress(OSError):
        if name := MACHINE_ID.read_text().strip():
            return name
    return platform.node()
