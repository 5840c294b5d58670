"""Messages a second into `smtp-sink`, claim, gate and marks included, beside `smtp-source`.

Four connections and 20 KB each on both sides, in the same run; SQLite and PostgreSQL. Each
database gets processes of its own, because settings read the environment when imported.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

CONNECTIONS = 4
SIZE = 20_000
BOUND = 1 / 16


def main() -> int:
    """Measure and print one row a database."""
    parser = argparse.ArgumentParser(prog="bench delivery")
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside is not None:
        print(json.dumps(_inside(asked.inside, asked.messages)))
        return 0
    if not shutil.which("smtp-sink"):
        print("Serve smtp-sink: installa il pacchetto postfix.", file=sys.stderr)
        return 2
    rows = [_measure(name, asked.messages) for name in ("sqlite", "postgresql")]
    if asked.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(
                f"{row['database']:<11} {row['messages_s']:>7} messaggi/s   smtp-source "
                f"{row['peer_s']:>7}/s   rapporto 1/{1 / row['ratio']:.1f} (serve 1/16)"
            )
    return 0 if all(row["ratio"] >= BOUND for row in rows) else 1


def _measure(database: str, messages: int) -> dict[str, float]:
    from tests.postgres import running_postgres  # noqa: PLC0415  development libraries

    server = running_postgres() if database == "postgresql" else nullcontext("")
    with tempfile.TemporaryDirectory() as home, smtp_sink() as port, server as url:
        environment = {
            **os.environ,
            "SOLLECITO_HOME": home,
            "DATABASE_URL": url,
            "SOLLECITO_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
        }
        before = _peer(port, messages * 3)
        command = [sys.executable, "-m", "bench.delivery"]
        options = ["--inside", str(port), "--messages", str(messages)]
        answer = subprocess.run(
            [*command, *options], env=environment, check=True, stdout=subprocess.PIPE
        ).stdout
        after = _peer(port, messages * 3)
    seconds = json.loads(answer)["seconds"]
    peer = (before + after) / 2
    return {
        "database": database,
        "messages_s": round(messages / seconds),
        "peer_s": round(peer),
        "ratio": messages / seconds / peer,
    }


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Debian's smtp-sink on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = subprocess.Popen(
        ["smtp-sink", *user, f"127.0.0.1:{port}", "256"], cwd=tempfile.gettempdir()
    )
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        sink.terminate()
        sink.wait()


def _peer(port: int, messages: int) -> float:
    """Messages a second of smtp-source."""
    started = time.perf_counter()
    subprocess.run(
        [
            "smtp-source",
            *("-s", str(CONNECTIONS), "-m", str(messages), "-l", str(SIZE), "-d"),
            *("-f", "solleciti@example.test", "-t", "rossi@example.test", f"127.0.0.1:{port}"),
        ],
        check=True,
    )
    return messages / (time.perf_counter() - started)


def _inside(_port: int, messages: int) -> dict[str, float]:
    """In a process of its own: make the rows, then time the worker until nothing is ready."""
    import django  # noqa: PLC0415  after the environment

    django.setup()
    from tests.outbox_rows import queue  # noqa: PLC0415

    from sollecito.flows.prepare_schema import prepare_schema  # noqa: PLC0415
    from sollecito.outbox.models import Message  # noqa: PLC0415
    from sollecito.worker.loop import run  # noqa: PLC0415

    prepare_schema()
    queue(messages, size=SIZE)
    started = time.perf_counter()
    run(drain=True, threads=CONNECTIONS)
    seconds = time.perf_counter() - started
    accepted = Message.objects.filter(status="accepted").count()
    if accepted != messages:
        raise SystemExit(f"{accepted} of {messages} were accepted")
    return {"seconds": seconds}


if __name__ == "__main__":
    sys.exit(main())
