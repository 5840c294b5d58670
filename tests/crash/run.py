"""``python -m tests.crash.run --kills 1000``: the kill loop at any length, on both databases.

``--scene`` plays one scene in this process and prints its figures; without it every combination
of database and number of workers gets its share of the kills, each in a process of its own.
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
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import django
import psycopg
from psycopg import sql

from tests.postgres import running_postgres

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE_FILE = "sollecito.sqlite3"
COMBINATIONS = [(database, workers) for database in ("sqlite", "postgresql") for workers in (1, 4)]
LEASE_SECONDS = 1
MUST_BE_ZERO = ("duplicates", "lost", "unsettled", "unmarked", "changed")


class Theatre:
    """One kind of database with the schema made once; every scene gets a copy of its own."""

    def __init__(self, folder: Path, server_url: str = "") -> None:
        self.folder = folder
        self.server_url = server_url
        self.template = f"template_{uuid.uuid4().hex[:12]}" if server_url else ""
        if self.template:
            self._run_on_server("CREATE DATABASE {}", self.template)
        self._run(folder, self._address(self.template), ["--scene", "schema"])

    def play(
        self, scene: str, *, kills: int = 0, workers: int = 1, seed: int = 1
    ) -> dict[str, Any]:
        """Play a scene in a process of its own, in a new home and a new database."""
        name = ""
        with tempfile.TemporaryDirectory(prefix="sollecito-crash-") as folder:
            home = Path(folder)
            if self.server_url:
                name = f"crash_{uuid.uuid4().hex[:12]}"
                self._run_on_server("CREATE DATABASE {} TEMPLATE {}", name, self.template)
            else:
                shutil.copy(self.folder / DATABASE_FILE, home / DATABASE_FILE)
            options = {"--scene": scene, "--kills": kills, "--workers": workers, "--seed": seed}
            words = [str(word) for pair in options.items() for word in pair]
            output = self._run(home, self._address(name), words)
        figures: dict[str, Any] = json.loads(output.splitlines()[-1])
        return figures

    def _run(self, home: Path, address: str, words: list[str]) -> bytes:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        environment = {
            **os.environ,
            "SOLLECITO_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "SOLLECITO_HOME": str(home),
            "DATABASE_URL": address,
            "SOLLECITO_LEASE_SECONDS": str(LEASE_SECONDS),
            "SOLLECITO_REPLY_SECONDS": "20",
            "SOLLECITO_RETRY_SECONDS": "1",
            "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
            "PYTHONPATH": f"src{os.pathsep}.",
        }
        command = [sys.executable, "-m", "tests.crash.run", *words]
        return subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, check=True, cwd=ROOT
        ).stdout

    def _address(self, name: str) -> str:
        if not name:
            return ""
        before, _, query = self.server_url.partition("?")
        return f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def _run_on_server(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def theatres() -> Iterator[dict[str, Theatre]]:
    """One for each database."""
    with (
        running_postgres() as url,
        tempfile.TemporaryDirectory() as one,
        tempfile.TemporaryDirectory() as other,
    ):
        yield {"sqlite": Theatre(Path(one)), "postgresql": Theatre(Path(other), url)}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scene", default="")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.scene:
        django.setup()
        from tests.crash.scenes import SCENES  # noqa: PLC0415  models need the settings first

        figures = SCENES[asked.scene](kills=asked.kills, workers=asked.workers, seed=asked.seed)
        sys.stdout.write(json.dumps(figures) + "\n")
        return 0
    return run_all(asked.kills, asked.seed)


def run_all(kills: int, seed: int) -> int:
    """Every combination, one after the other; print a line each and the sum."""
    share = -(-kills // len(COMBINATIONS))
    total = dict.fromkeys(("kills", "amid_work", "messages", *MUST_BE_ZERO), 0)
    with theatres() as made:
        for database, workers in COMBINATIONS:
            figures = made[database].play("kills", kills=share, workers=workers, seed=seed)
            sys.stdout.write(f"{database} × {workers}: {json.dumps(figures)}\n")
            sys.stdout.flush()
            for name in total:
                total[name] += figures[name]
    sys.stdout.write(f"total: {json.dumps(total)}\n")
    return 1 if any(total[name] for name in MUST_BE_ZERO) else 0


if __name__ == "__main__":
    sys.exit(main())
