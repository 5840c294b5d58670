"""Two orders at the same moment, on a database file of their own: one message."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RACE = """
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from sollecito.flows import clock
from sollecito.flows.send_reminder import send_reminders
from sollecito.outbox.models import Content, Message
from tests.reminders import TODAY, add_email, import_invoice, make_company

company = make_company()
(row,) = import_invoice(company)
add_email(row.party)
start = Barrier(4)

def order(_):
    start.wait()
    with clock.pretend(TODAY):
        sent = send_reminders(company, [row.pk], token="lo-stesso")
    connection.close()
    return sent.already_sent, [content.pk for content in sent.contents]

with ThreadPoolExecutor(4) as pool:
    outcomes = list(pool.map(order, range(4)))
print(json.dumps([outcomes, Content.objects.count(), Message.objects.count()]))
"""


def test_the_same_token_at_the_same_moment_sends_once(tmp_path: Path) -> None:
    environment = os.environ | {
        "SOLLECITO_HOME": str(tmp_path),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
        "DATABASE_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", RACE], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    outcomes, contents, messages = json.loads(done.stdout)
    assert (contents, messages) == (1, 1)
    assert len({tuple(found) for _, found in outcomes}) == 1
    assert [already for already, _ in outcomes].count(False) == 1
