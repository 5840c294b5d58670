"""A night of the planner: 10,000 instalments due among 1,000,000 open ones of 50,000 customers.

Beside it, in the same run and on the same rows, the bare SQL that finds the same 10,000 by looking
at every open instalment: its due date, what was sent of it and when, what holds it. SQLite and
PostgreSQL; then the planner again with a tenth of the open instalments and as many due.
Every measure has a process of its own, so that the peaks of memory are its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from bench.big_ledger import TODAY, days_from, fill, literal

CUSTOMERS = 50_000
DECIDE_BOUND, DRAFTS_BOUND, GROWTH_BOUND = 3.0, 8.0, 2.0
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    """Fill, measure in turn, print a row for each database."""
    parser = argparse.ArgumentParser(prog="bench plan")
    parser.add_argument("--instalments", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=10_000)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inside", choices=["fill", "scan", "plan"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        print(json.dumps(_inside(asked)))
        return 0
    rows = []
    for database in asked.database or DATABASES:
        many = _measure(database, asked, asked.instalments)
        few = _measure(database, asked, asked.instalments // 10)
        rows.append({"database": database, "many": many, "few": few})
        if not asked.json:
            _show(rows[-1])
    if asked.json:
        print(json.dumps(rows))
    return 0


def _show(row: dict[str, Any]) -> None:
    many, few = row["many"], row["few"]
    scan, decide, drafts = many["scan_s"], many["decide_s"], many["plan_s"]
    print(
        f"{row['database']}: {many['instalments']} open, {many['due']} due, {many['drafts']} drafts"
        f" (filled in {many['filled_s']:.0f} s)"
    )
    print(f"  bare SQL by full scan      {scan:7.2f} s {many['scan_mb']:7.0f} MB")
    print(
        f"  read, decide, store        {decide:7.2f} s {'':10} "
        f"{decide / scan:5.1f} times (bound {DECIDE_BOUND})"
    )
    print(
        f"  with reminders and drafts  {drafts:7.2f} s {many['plan_mb']:7.0f} MB "
        f"{drafts / scan:5.1f} times (bound {DRAFTS_BOUND})"
    )
    print(
        f"  a tenth open, as many due  {few['plan_s']:7.2f} s {few['plan_mb']:7.0f} MB "
        f"{drafts / few['plan_s']:5.1f} times less (bound {GROWTH_BOUND})",
        flush=True,
    )


def _measure(database: str, asked: argparse.Namespace, instalments: int) -> dict[str, Any]:
    from tests.postgres import running_postgres  # noqa: PLC0415  development libraries

    server = running_postgres() if database == "postgresql" else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="sollecito-bench-") as home, server as url:
        environment = {
            **os.environ,
            "SOLLECITO_HOME": home,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
        }
        sizes = ("--instalments", str(instalments), "--due", str(asked.due))
        options = (*sizes, "--customers", str(asked.customers))
        found: dict[str, Any] = {"instalments": instalments, "due": asked.due}
        for what in ("fill", "scan", "plan"):
            command = [sys.executable, "-m", "bench.plan", "--inside", what, *options]
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
            found |= json.loads(done.stdout)
    return found


def _inside(asked: argparse.Namespace) -> dict[str, float]:
    import django  # noqa: PLC0415  after the environment

    django.setup()
    if asked.inside == "fill":
        return _fill(asked)
    return _scan(asked.due) if asked.inside == "scan" else _plan(asked.due)


def _fill(asked: argparse.Namespace) -> dict[str, float]:
    from sollecito.flows.prepare_schema import prepare_schema  # noqa: PLC0415  after django.setup()

    started = time.perf_counter()
    prepare_schema()
    fill(asked.instalments, asked.due, asked.customers)
    return {"filled_s": time.perf_counter() - started}


def _scan(due: int) -> dict[str, float]:
    """The peer: the ids of what is due, three times; the median counts."""
    from django.db import connection  # noqa: PLC0415  after django.setup()

    statement = full_scan()

    def scan() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            found = [row[0] for row in cursor.fetchall()]
        if len(found) != due:
            raise SystemExit(f"the scan finds {len(found)}, not {due}")

    times = [_time(scan) for _ in range(4)]
    return {"scan_s": statistics.median(times[1:]), "scan_mb": _peak_mb()}


def full_scan() -> str:
    """Open, not held, and the day of its next step has come."""
    today = literal(TODAY)
    return f"""
        SELECT i.id FROM ledger_instalment i
        LEFT JOIN (
            SELECT instalment_id, MAX(offset_days) AS step, MAX(issued_date) AS last
            FROM dunning_reminder WHERE issued_date IS NOT NULL AND NOT is_void
            GROUP BY instalment_id
        ) r ON r.instalment_id = i.id
        WHERE i.company_id = 1 AND i.balance > 0 AND {today} >= CASE
            WHEN r.step = 30 THEN {days_from("r.last", "30")}
            WHEN r.step = 15 THEN {days_from("i.due_date", "30")}
            WHEN r.step = -10 OR i.due_date < {today} THEN {days_from("i.due_date", "15")}
            ELSE {days_from("i.due_date", "-10")} END
        AND NOT EXISTS (
            SELECT 1 FROM dunning_hold h WHERE h.released_at IS NULL
            AND h.instalment_id = i.id AND h.from_date <= {today} AND h.until_date >= {today}
        )"""  # noqa: S608  no outside words


def _plan(due: int) -> dict[str, float]:
    """Read, decide and store, taken back; then the whole run.

    The libraries are loaded before, as in a worker; the rows are read for the first time.
    """
    from django.db import connection, transaction  # noqa: PLC0415  after django.setup()

    from sollecito.accounts.models import Company  # noqa: PLC0415  same
    from sollecito.domain.working_days import holidays_of  # noqa: PLC0415  same
    from sollecito.dunning.models import Run  # noqa: PLC0415  same
    from sollecito.dunning.policy_book import policy_book  # noqa: PLC0415  same
    from sollecito.flows import clock  # noqa: PLC0415  same
    from sollecito.flows.plan_reminders import plan_reminders  # noqa: PLC0415  same
    from sollecito.flows.planning.looking import look_at_due  # noqa: PLC0415  same

    company = Company.objects.get()
    holidays_of(TODAY.year)

    def decide() -> None:
        with transaction.atomic():
            run = Run.objects.create(company=company, day=TODAY, started_at=clock.now())
            look_at_due(company, run, book=policy_book(company))
            if connection.vendor == "postgresql":  # what a commit checks is part of storing
                connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)

    with clock.pretend(TODAY):
        decide_s = _time(decide)
        started = time.perf_counter()
        outcome = plan_reminders(company)
        plan_s = time.perf_counter() - started
    if outcome.issued != due or outcome.problems:
        raise SystemExit(f"{outcome.issued} issued, {outcome.problems[:3]}")
    drafts = len(outcome.contents)
    return {"decide_s": decide_s, "plan_s": plan_s, "plan_mb": _peak_mb(), "drafts": drafts}


def _time(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
