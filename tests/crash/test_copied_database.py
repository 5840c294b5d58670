"""A copied or restored database sends nothing until a person says so."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crash.fault_server import FaultServer

pytestmark = pytest.mark.crash
ROOT = Path(__file__).resolve().parent.parent.parent
MAKE = (
    "import django; django.setup();"
    "from tests.outbox_rows import queue; queue(3); queue(2, channel='file')"
)


def run(home: Path, port: int, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "SOLLECITO_HOME": str(home),
        "SOLLECITO_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT
    )


def sollecito(home: Path, port: int, *words: str) -> subprocess.CompletedProcess[str]:
    return run(home, port, "-m", "sollecito", *words)


def instance(home: Path) -> dict[str, Any]:
    with sqlite3.connect(home / "sollecito.sqlite3") as database:
        database.row_factory = sqlite3.Row
        return dict(database.execute("SELECT * FROM outbox_instance").fetchone())


def test_a_copy_is_suspended_and_the_original_is_not(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    with FaultServer(tmp_path / "log") as server:
        sollecito(first, server.port, "migrate")
        assert run(first, server.port, "-c", MAKE).returncode == 0
        shutil.copytree(first, second)
        refused = sollecito(second, server.port, "worker", "--drain")
        assert refused.returncode == 3, refused.stderr
        assert "resume --confirm-copy" in refused.stderr
        assert server.taken() == []
        assert not (second / "mailbox").exists()
        assert "copiato" in instance(second)["suspended_reason"]
        assert sollecito(second, server.port, "resume").returncode == 3
        assert sollecito(first, server.port, "worker", "--drain").returncode == 0
        assert len(server.taken()) == 3
        confirmed = sollecito(second, server.port, "resume", "--confirm-copy", "--json")
        assert confirmed.returncode == 0, confirmed.stderr
        assert json.loads(confirmed.stdout) == {"stopped": False}
        assert sollecito(second, server.port, "worker", "--drain").returncode == 0
        assert len(server.taken()) == 6
        assert len(list((second / "mailbox").glob("*.eml"))) == 2


def test_an_old_backup_put_back_in_place_is_suspended(tmp_path: Path) -> None:
    home = tmp_path / "home"
    file = home / "sollecito.sqlite3"
    with FaultServer(tmp_path / "log") as server:
        sollecito(home, server.port, "migrate")
        run(home, server.port, "-c", MAKE)
        backup = file.read_bytes()
        sollecito(home, server.port, "worker", "--drain")
        assert len(server.taken()) == 3
        for path in (file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
            path.unlink(missing_ok=True)
        file.write_bytes(backup)  # the same path and the same inode
        refused = sollecito(home, server.port, "worker", "--drain")
        assert refused.returncode == 3, refused.stderr
        assert "precedente" in instance(home)["suspended_reason"]
        assert len(server.taken()) == 3
