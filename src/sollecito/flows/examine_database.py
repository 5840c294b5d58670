"""What ``sollecito doctor`` says of the database: each answer is (ok, message, cure)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import Max

from sollecito.flows import clock
from sollecito.flows.prepare_schema import is_schema_current
from sollecito.ledger.queries import wrong_balances
from sollecito.outbox.models import Attempt, Instance
from sollecito.outbox.queries import fetch, is_postgres

CLOCKS_APART = timedelta(minutes=2)


def find_trouble() -> str:
    """Why the database does not answer, in its own words; empty where it does."""
    try:
        connection.ensure_connection()
    except (DatabaseError, OSError) as error:
        return str(error).strip().splitlines()[0]
    return ""


def examine_database() -> tuple[bool, str, str]:
    """Whether the database answers."""
    trouble = find_trouble()
    return (
        not trouble,
        trouble or f"{connection.vendor} risponde.",
        (
            "Controlla che il server sia acceso e DATABASE_URL giusto; con SQLite, il file del "
            "database e la sua cartella."
        ),
    )


def examine_clock() -> tuple[bool, str, str]:
    """Whether the machine's clock goes with the database's, and did not go back."""
    now = clock.real_now()
    seen = [Instance.objects.aggregate(last=Max("worker_seen_at"))["last"]]
    seen.append(Attempt.objects.aggregate(last=Max("started_at"))["last"])
    last = max(filter(None, seen), default=now)
    theirs = _server_time(now)
    ok = abs(theirs - now) <= CLOCKS_APART and last - now <= CLOCKS_APART
    return (
        ok,
        (
            f"Qui {now:%d/%m/%Y %H:%M}, database {theirs:%d/%m/%Y %H:%M}, ultimo lavoro "
            f"{last:%d/%m/%Y %H:%M} (ora UTC)."
        ),
        (
            "Rimetti l'ora del computer: timedatectl set-ntp true. Le scadenze si contano dal suo "
            "calendario."
        ),
    )


def _server_time(now: datetime) -> datetime:
    """What time PostgreSQL says it is; SQLite has no clock of its own."""
    if not is_postgres():
        return now
    theirs: datetime = fetch("SELECT clock_timestamp()")[0][0]
    return theirs


def examine_schema() -> tuple[bool, str, str]:
    """Whether every migration is applied."""
    ok = is_schema_current()
    words = "Lo schema è aggiornato." if ok else "Manca un aggiornamento dello schema."
    return ok, words, "Esegui: sollecito migrate"


def examine_durability() -> tuple[bool, str, str]:
    """Whether a commit survives a power cut."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            journal, level = (
                cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous")
            )
            full = 2
            return (
                journal == "wal" and level >= full,
                f"SQLite, journal {journal}, synchronous {level}.",
                "Il database deve stare su un disco locale, non su una cartella di rete.",
            )
        cursor.execute("SHOW synchronous_commit")
        value = cursor.fetchone()[0]
        return (
            value not in {"off", "local"},
            f"PostgreSQL, synchronous_commit {value}.",
            "Rimetti synchronous_commit = on per l'utente di Sollecito.",
        )


def examine_balances() -> tuple[bool, str, str]:
    """Whether the copies of the balances equal what is derived."""
    wrong = wrong_balances()
    return (
        not wrong,
        "Ogni residuo è uguale a importo meno abbinamenti."
        if not wrong
        else f"Residui da ricalcolare: {len(wrong)}.",
        "Segnalalo: non deve succedere. Gli invii ricalcolano comunque il residuo.",
    )
