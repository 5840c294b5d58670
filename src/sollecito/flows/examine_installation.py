"""What is wrong with this installation, and how to cure it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypedDict

from django.conf import settings

from sollecito.channels.smtp_settings import BadSenderUrlError, parse_sender_url
from sollecito.flows import clock
from sollecito.flows.continue_imports import has_waiting_imports
from sollecito.flows.examine_database import (
    examine_balances,
    examine_clock,
    examine_database,
    examine_durability,
    examine_schema,
    find_trouble,
)
from sollecito.flows.seal_password import PasswordLostError, open_password
from sollecito.outbox.models import Instance, Message, Sender

WORKER_SILENCE = timedelta(minutes=5)
FREE_BYTES = 500 * 2**20


class Check(TypedDict):
    """One line of ``sollecito doctor``."""

    check: str
    ok: bool
    message: str
    hint: str


def examine_installation() -> list[Check]:
    """Run every examination; one that breaks is itself a finding, the others go on.

    Those that read the database wait until it answers.
    """
    names = WITHOUT_DATABASE if find_trouble() else tuple(EXAMINATIONS)
    return [_guarded(name, EXAMINATIONS[name]) for name in names]


def _guarded(name: str, look: Callable[[], tuple[bool, str, str]]) -> Check:
    try:
        ok, message, hint = look()
    except Exception as error:  # noqa: BLE001  an examination that breaks is a finding
        ok, message, hint = False, f"Controllo non riuscito: {error}", "Guarda i log di sollecito."
    return Check(check=name, ok=ok, message=message, hint="" if ok else hint)


def _python() -> tuple[bool, str, str]:
    version = ".".join(map(str, sys.version_info[:3]))
    return sys.version_info >= (3, 11), f"Python {version}", "Serve Python 3.11 o più recente."


def _home() -> tuple[bool, str, str]:
    home = Path(settings.HOME)
    free = shutil.disk_usage(home).free
    ok = os.access(home, os.W_OK) and free > FREE_BYTES
    return (
        ok,
        f"{home}, liberi {free // 2**20} MB",
        "La cartella dei dati deve essere scrivibile e avere spazio: controlla SOLLECITO_HOME.",
    )


def _keys() -> tuple[bool, str, str]:
    folder = Path(settings.HOME) / "keys"
    loose = [p.name for p in folder.glob("*.key") if p.stat().st_mode & 0o077]
    return (
        not loose,
        "Le chiavi sono leggibili solo da chi esegue Sollecito."
        if not loose
        else f"Altri utenti possono leggere {', '.join(loose)}.",
        f"chmod 600 {folder}/*.key",
    )


def _passwords() -> tuple[bool, str, str]:
    """Whether the key that seals the passwords of the mail accounts is the one they need."""
    path = Path(settings.BOX_KEY_FILE)
    sealed = Sender.objects.filter(is_active=True).exclude(password_box="")
    lost = [each.from_address for each in sealed if not _opens(each.password_box, path)]
    return (
        not lost,
        f"Password conservate: {len(sealed)}, tutte leggibili."
        if not lost
        else f"Non si legge la password di {', '.join(lost)}: {path} manca o è un altro.",
        (
            "Rimetti il file delle chiavi salvato, oppure riscrivi la password in Impostazioni › "
            "E-mail."
        ),
    )


def _opens(sealed: str, path: Path) -> bool:
    try:
        return path.exists() and bool(open_password(sealed))
    except (PasswordLostError, ValueError):
        return False


def _sending() -> tuple[bool, str, str]:
    instance = Instance.objects.first()
    if instance and instance.suspended_at:
        return (
            False,
            f"Invii sospesi: {instance.suspended_reason}",
            "Se questa è l'installazione buona: sollecito resume --confirm-copy",
        )
    if instance and instance.stopped_at:
        return False, "Invii fermati da una persona.", "Per riprendere: sollecito resume"
    return True, "Gli invii sono attivi.", ""


def _senders() -> tuple[bool, str, str]:
    paused = Sender.objects.filter(is_active=True, paused_at__isnull=False).first()
    if paused:
        return (
            False,
            f"{paused.from_address} è in pausa: {paused.paused_reason}",
            "Correggi l'account in Impostazioni › E-mail e premi «Invia una prova».",
        )
    own = Sender.objects.filter(is_active=True).count()
    try:
        if settings.SMTP_URL:
            parse_sender_url(settings.SMTP_URL)
    except BadSenderUrlError as error:
        return False, str(error), "Correggi SOLLECITO_SMTP_URL."
    default = "server dell'installazione" if settings.SMTP_URL else "posta locale, nulla esce"
    return True, f"{own} account propri; altrimenti: {default}.", ""


def _worker() -> tuple[bool, str, str]:
    instance = Instance.objects.first()
    seen = instance.worker_seen_at if instance else None
    late = seen is None or clock.now() - seen > WORKER_SILENCE
    waiting = Message.objects.filter(
        status__in=["queued", "sending"], not_before__lte=clock.now()
    ).count()
    when = f"visto {seen:%d/%m/%Y %H:%M}" if seen else "mai visto"
    uploads = has_waiting_imports()
    return (
        not (late and (waiting or uploads)),
        (
            f"Worker {when}; messaggi pronti in coda: {waiting}; file da leggere: "
            f"{'sì' if uploads else 'no'}."
        ),
        "Avvia il worker: sollecito serve (lo contiene) oppure sollecito worker.",
    )


def _unknown() -> tuple[bool, str, str]:
    number = Message.objects.filter(status="unknown").count()
    return (
        not number,
        f"Invii incerti: {number}.",
        "Guarda «Invii incerti»: Considera inviato oppure Reinvia.",
    )


EXAMINATIONS: dict[str, Callable[[], tuple[bool, str, str]]] = {
    "python": _python,
    "home": _home,
    "keys": _keys,
    "database": examine_database,
    "schema": examine_schema,
    "durability": examine_durability,
    "clock": examine_clock,
    "passwords": _passwords,
    "sending": _sending,
    "senders": _senders,
    "worker": _worker,
    "unknown": _unknown,
    "balances": examine_balances,
}
WITHOUT_DATABASE = ("python", "home", "keys", "database")
