"""A fresh database: its tables made at once are those that the migrations leave."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).parents[2] / "src"
AT_ONCE = "from sollecito.flows.prepare_schema import prepare_schema; assert prepare_schema()"
ONE_BY_ONE = "from django.core.management import call_command; call_command('migrate', verbosity=0)"
AGAIN = "from sollecito.flows.prepare_schema import prepare_schema; assert not prepare_schema()"
NAMED = re.compile(r'CONSTRAINT "(\w+)" (?:CHECK|UNIQUE)')


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str, str], Path]:
    """Runs code in a folder of its own, on SQLite."""

    def run(folder: str, code: str) -> Path:
        home = tmp_path / folder
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        settings = {"DJANGO_SETTINGS_MODULE": "sollecito.config.settings"}
        environment = kept | settings | {"SOLLECITO_HOME": str(home), "PYTHONPATH": str(SOURCES)}
        setup = "import django; django.setup(); "
        subprocess.run([sys.executable, "-c", setup + code], env=environment, check=True)
        return home / "sollecito.sqlite3"

    return run


def schema(database: Path) -> dict[str, Any]:
    """Columns, foreign keys, checks and indexes by table, in no order; and the first rows."""
    found: dict[str, Any] = {}
    with closing(sqlite3.connect(database)) as connection:

        def ask(sql: str) -> list[Any]:
            return connection.execute(sql).fetchall()

        for name, sql in ask("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
            columns = sorted(row[1:4] + row[5:] for row in ask(f"PRAGMA table_info({name})"))
            keys = sorted(row[2:5] for row in ask(f"PRAGMA foreign_key_list({name})"))
            found[name] = columns, keys, sorted(NAMED.findall(sql or ""))
        indexes = ask("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOTNULL")
        found["indexes"] = sorted(indexes)
        found["tiers"] = ask("SELECT code, name, modules FROM accounts_tier ORDER BY code")
        found["migrations"] = sorted(ask("SELECT app, name FROM django_migrations"))
        found["permissions"] = sorted(ask("SELECT codename FROM auth_permission"))
    return found


def test_tables_made_at_once_are_those_of_the_migrations(make: Callable[[str, str], Path]) -> None:
    fresh = make("fresh", AT_ONCE)
    assert schema(fresh) == schema(make("migrated", ONE_BY_ONE))
    make("fresh", AGAIN)
