"""What ``sollecito doctor`` says of the database: each answer is (ok, message, cure)."""

from __future__ import annotations

from django.db import connection

from sollecito.flows.prepare_schema import is_schema_current
from sollecito.ledger.queries import wrong_balances


def examine_schema() -> tuple[bool, str, str]:
    """Whether every migration is applied."""
    ok = is_schema_current()
    return ok, "aggiornato" if ok else "manca un aggiornamento", "Esegui: sollecito migrate"


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
                f"SQLite, journal {journal}, synchronous {level}",
                "Il database deve stare su un disco locale, non su una cartella di rete.",
            )
        cursor.execute("SHOW synchronous_commit")
        value = cursor.fetchone()[0]
        return (
            value not in {"off", "local"},
            f"PostgreSQL, synchronous_commit {value}",
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
