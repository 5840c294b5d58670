"""The reader of mailboxes dies at any point: each event is there once, and none is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.authority import Authority
from tests.crash.mailbox_mails import CONTENTS, PASSWORD, mailbox_mails
from tests.mail_servers import MailServers, running_dovecot
from tests.postgres import running_postgres

pytestmark = pytest.mark.crash
ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 25


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServers]:
    folder = tmp_path_factory.mktemp("posta")
    certificate = Authority(folder).server_file()
    with running_dovecot(certificate=certificate) as started:
        yield started


def play(servers: MailServers, home: Path, *, url: str, kills: int, seed: int) -> dict[str, Any]:
    box = f"{home.name}@example.test"
    servers.add_user(box, PASSWORD)
    for mail in mailbox_mails(seed):
        servers.put(box, mail)
    environment = {
        **os.environ,
        "SOLLECITO_HOME": str(home),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    words = ["--port", servers.imap_port, "--kills", kills, "--seed", seed, "--box", box]
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.read_mailboxes", *map(str, words)],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_kills_lose_nothing_and_double_nothing(
    servers: MailServers, tmp_path: Path, database: str
) -> None:
    calm = tmp_path / f"calm-{database}"
    wild = tmp_path / f"wild-{database}"
    calm.mkdir()
    wild.mkdir()
    expected = play(servers, calm, url="", kills=0, seed=1)
    if database == "sqlite":
        figures = play(servers, wild, url="", kills=KILLS, seed=1)
    else:
        with running_postgres() as url:
            figures = play(servers, wild, url=url, kills=KILLS, seed=1)
    assert figures.pop("amid_work") > KILLS / 4
    assert expected.pop("amid_work") == 0
    assert figures.pop("repeated") == expected.pop("repeated") == []
    assert figures.pop("mails").__len__() == expected.pop("mails").__len__()
    for found in (figures, expected):
        found["events"] = [each[:2] for each in found["events"]]
    assert figures == expected
    assert figures["replies"] == CONTENTS
    assert {status for _, status in figures["statuses"]} == {"delivered", "bounced", "accepted"}
