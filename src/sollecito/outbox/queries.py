"""The outbox as the worker sees it: what is ready, whose lease is over, what the switches say.

Leases and readiness are told by the database's own clock: machines disagree about the time. The
statements are plain SQL because they run twice a message; both databases take them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from sollecito.accounts.bulk import among_texts
from sollecito.accounts.models import Company
from sollecito.domain.arrived import Kind
from sollecito.domain.transitions import IN_FLIGHT, Command, Status, sources
from sollecito.outbox.models import Content, Instance, Message, ReceivedMail, Sender, Suppression


def quoted(statuses: Iterable[Status]) -> str:
    """Statuses as the inside of an IN list."""
    return ", ".join(f"'{status}'" for status in statuses)


READY = f"m.status IN ({quoted(sources(Command.CLAIM))})"
LEASED = f"m.status IN ({quoted(IN_FLIGHT)})"


LETTER, CALL = "letter", "call"
BY_PERSON = (LETTER, CALL, "whatsapp")
"""A person prints and posts it, or sends it: no worker takes it."""

UNTRIED = "untried"
"""``Attempt.phase`` of what was claimed and given back."""

_TURN = threading.RLock()


@dataclass(frozen=True, slots=True)
class Lane:
    """Account through which contents leave: a company's own, or the instance's (``None``)."""

    channel: str
    sender_id: int | None = None

    @property
    def name(self) -> str:
        """As ``Attempt.lane`` keeps it."""
        return f"{self.channel}:{self.sender_id or ''}"


def is_postgres() -> bool:
    """Whether rows can be locked and skipped."""
    return connection.vendor == "postgresql"


@contextmanager
def short_transaction() -> Iterator[None]:
    """A transaction of the worker. On SQLite the threads of a process take turns before they ask.

    SQLite lets a second writer sleep and try again; a lock of our own wakes it at once.
    """
    with nullcontext() if is_postgres() else _TURN, transaction.atomic():
        yield


def sql_now() -> str:
    """The database's clock, comparable with stored moments."""
    return "clock_timestamp()" if is_postgres() else "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"


def sql_later(seconds: float) -> str:
    """The database's clock and ``seconds`` more."""
    if is_postgres():
        return f"(clock_timestamp() + interval '{float(seconds)} seconds')"
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '{float(seconds):+f} seconds')"


def stamp(moment: datetime) -> Any:
    """A moment as a parameter of plain SQL."""
    return connection.ops.adapt_datetimefield_value(moment)


def fetch(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    return list(_execute(sql, parameters).fetchall())


def change(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement and return how many rows it changed."""
    return int(_execute(sql, parameters).rowcount)


def _execute(sql: str, parameters: Sequence[Any]) -> Any:
    """Straight to the driver: these statements run for every message.

    On PostgreSQL with parameters of the server, so that a statement is planned once.
    """
    connection.ensure_connection()
    if is_postgres():
        return psycopg.Cursor(connection.connection).execute(sql, parameters, prepare=True)
    return connection.connection.execute(_in_sqlite(sql), parameters)


@lru_cache
def _in_sqlite(sql: str) -> str:
    return sql.replace("%s", "?").replace("%%", "%")


def marks(values: Sequence[Any]) -> str:
    """Placeholders for an IN list that is not empty."""
    return ", ".join(["%s"] * len(values))


def _of_lane(lane: Lane) -> tuple[str, list[Any]]:
    if lane.sender_id is None:
        return "c.channel = %s AND c.sender_id IS NULL", [lane.channel]
    return "c.channel = %s AND c.sender_id = %s", [lane.channel, lane.sender_id]


def can_send() -> bool:
    """Neither stopped by a person nor suspended as a copy."""
    return not fetch(
        "SELECT 1 FROM outbox_instance"
        " WHERE stopped_at IS NOT NULL OR suspended_at IS NOT NULL LIMIT 1"
    )


def _with_content() -> str:
    """From messages to their contents, in that order: SQLite would walk all contents instead."""
    join = "JOIN" if is_postgres() else "CROSS JOIN"
    return f"outbox_message m {join} outbox_content c ON c.id = m.content_id"


def ready_lanes() -> list[Lane]:
    """Accounts with something to send now; paused ones and a stopped instance have nothing."""
    if not can_send():
        return []
    rows = fetch(
        f"SELECT DISTINCT c.channel, c.sender_id FROM {_with_content()}"  # noqa: S608  no user data
        " LEFT JOIN outbox_sender s ON s.id = c.sender_id"
        f" WHERE {READY} AND m.not_before <= {sql_now()} AND c.raw IS NOT NULL"
        f" AND (c.expires_at IS NULL OR c.expires_at > {sql_now()}) AND s.paused_at IS NULL"
        f" AND c.channel NOT IN {BY_PERSON}"
        " AND (c.sender_id IS NOT NULL OR c.channel <> 'email' OR NOT EXISTS"
        " (SELECT 1 FROM outbox_instance WHERE paused_at IS NOT NULL))"
    )
    return sorted((Lane(channel, sender) for channel, sender in rows), key=lambda lane: lane.name)


def ready_contents(lane: Lane, limit: int) -> list[int]:
    """Ids of contents with a row to send now, oldest first; on PostgreSQL locked for this claim.

    Only the content is locked, so that all its ready rows go to one worker.
    """
    if lane.channel in BY_PERSON:
        return []
    where, parameters = _of_lane(lane)
    rows = fetch(
        f"SELECT c.id FROM {_with_content()}"  # noqa: S608  no user data
        f" WHERE {READY} AND m.not_before <= {sql_now()} AND {where} AND c.raw IS NOT NULL"
        f" AND (c.expires_at IS NULL OR c.expires_at > {sql_now()})"
        " ORDER BY m.not_before, m.id LIMIT %s"
        + (" FOR UPDATE OF c SKIP LOCKED" if is_postgres() else ""),
        [*parameters, limit],
    )
    return list(dict.fromkeys(row[0] for row in rows))


def busy_workers(lane: Lane, but: str) -> int:
    """How many other workers hold a live lease on this account: its open connections."""
    where, parameters = _of_lane(lane)
    rows = fetch(
        f"SELECT COUNT(DISTINCT m.worker_id) FROM {_with_content()}"  # noqa: S608  no user data
        f" WHERE {LEASED} AND m.lease_until > {sql_now()} AND {where}"
        " AND m.worker_id <> %s",
        [*parameters, but],
    )
    return int(rows[0][0])


def started_since(lane: Lane, moment: datetime) -> int:
    """How many contents this account has started since ``moment``, but what was given back."""
    rows = fetch(
        "SELECT COUNT(*) FROM outbox_attempt WHERE lane = %s AND started_at > %s AND phase <> %s",
        [lane.name, stamp(moment), UNTRIED],
    )
    return int(rows[0][0])


def live_leases() -> int:
    """How many rows some worker holds."""
    return Message.objects.filter(status__in=IN_FLIGHT).count()


def contents_to_come() -> QuerySet[Content]:
    """Contents of which some row is still to go."""
    waiting = Message.objects.filter(content=OuterRef("pk"), status__in=sources(Command.CANCEL))
    return Content.objects.filter(Exists(waiting))


def letters_to_post(company: Company) -> QuerySet[Message]:
    """Letters that are approved and not posted yet, oldest first."""
    rows = Message.objects.filter(
        company=company, content__channel=LETTER, status__in=sources(Command.CLAIM)
    )
    return rows.select_related("content").order_by("content__queued_at", "pk")


def approved_calls(company: Company) -> QuerySet[Message]:
    """Calls of reminders that are approved and not made yet, oldest first."""
    rows = Message.objects.filter(
        company=company, content__channel=CALL, status__in=sources(Command.CLAIM)
    )
    return rows.select_related("content").order_by("content__queued_at", "pk")


def is_paused(lane: Lane) -> bool:
    """Whether the account waits for a person."""
    if lane.sender_id is None:
        return lane.channel == "email" and Instance.objects.filter(paused_at__isnull=False).exists()
    return Sender.objects.filter(pk=lane.sender_id, paused_at__isnull=False).exists()


def dead_addresses(addresses: Iterable[str]) -> set[tuple[int, str]]:
    """(Company, address in lower case) of those of these that a bounce showed to be dead."""
    asked = {address.lower() for address in addresses}
    rows = Suppression.objects.filter(address__in=among_texts(asked), lifted_at__isnull=True)
    return set(rows.values_list("company_id", "address"))


def mails_to_look_at(company: Company) -> QuerySet[ReceivedMail]:
    """What arrived and a person should see: about no message known here, or changed on its way."""
    rows = ReceivedMail.objects.filter(company=company)
    return rows.filter(Q(content__isnull=True) | Q(kind=Kind.TAMPERED))


def expired_leases() -> list[int]:
    """Ids of rows whose worker has not renewed them in time."""
    rows = fetch(
        f"SELECT m.id FROM outbox_message m WHERE {LEASED}"  # noqa: S608  no user data
        f" AND m.lease_until <= {sql_now()} ORDER BY m.id"
    )
    return [row[0] for row in rows]


def expired_messages() -> list[int]:
    """Ids of rows still waiting after their content expired."""
    rows = fetch(
        "SELECT m.id FROM outbox_message m JOIN outbox_content c ON c.id = m.content_id"  # noqa: S608  no user data
        f" WHERE {READY} AND c.expires_at <= {sql_now()} ORDER BY m.id"
    )
    return [row[0] for row in rows]
