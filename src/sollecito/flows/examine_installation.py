"""What is wrong with this installation, and how to cure it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from django.conf import settings

from sollecito.flows.examine_database import (
    examine_balances,
    examine_clock,
    examine_database,
    examine_durability,
    examine_schema,
    find_trouble,
)
from sollecito.flows.examine_programmes import examine_looks, examine_programmes
from sollecito.flows.examine_sending import (
    examine_mailboxes,
    examine_passwords,
    examine_senders,
    examine_sending,
    examine_unknown,
    examine_worker,
)

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
    return sys.version_info >= (3, 11), f"Python {version}.", "Serve Python 3.11 o più recente."


def _home() -> tuple[bool, str, str]:
    home = Path(settings.HOME)
    free = shutil.disk_usage(home).free
    ok = os.access(home, os.W_OK) and free > FREE_BYTES
    return (
        ok,
        f"Dati in {home}: liberi {free // 2**20} MB.",
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


EXAMINATIONS: dict[str, Callable[[], tuple[bool, str, str]]] = {
    "python": _python,
    "home": _home,
    "keys": _keys,
    "database": examine_database,
    "schema": examine_schema,
    "durability": examine_durability,
    "clock": examine_clock,
    "passwords": examine_passwords,
    "mailboxes": examine_mailboxes,
    "sending": examine_sending,
    "senders": examine_senders,
    "worker": examine_worker,
    "unknown": examine_unknown,
    "balances": examine_balances,
    "programmes": examine_programmes,
    "looks": examine_looks,
}
WITHOUT_DATABASE = ("python", "home", "keys", "database")
