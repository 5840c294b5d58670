"""Planners, an approval and payments at the same moment: one set of drafts, and no error.

On a database of its own: a file, or the PostgreSQL that the suite runs on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RACE = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from sollecito.accounts.models import Company
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows import clock
from sollecito.flows.approve_reminders import approve_reminders
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.run_programmes import run_programmes
from sollecito.outbox.models import Message
from tests.ledger_rows import add_document, add_party
from tests.programmes import add_policy
from tests.reminders import add_email

vat, scene = sys.argv[1:]
TODAY = date(2026, 4, 15)
company = Company.objects.create(name="Gara S.r.l.", vat_number=vat, phone="0573 1")
company.refresh_from_db()
rows = []
for number in range(12):
    party = add_party(company, f"Cliente {number}")
    add_email(party, f"c{number}@cliente.example")
    rows += [add_document(party, "100", due=date(2026, 3, 31))[0] for _ in range(2)]
add_policy(company, 15)
if scene != "plan":
    with clock.pretend(TODAY):
        run_programmes(company)
start = Barrier(4)

def plan():
    run_programmes(company, everything=True)

def approve():
    ids = list(Draft.objects.filter(company=company, is_open=True).values_list("pk", flat=True))
    approve_reminders(company, ids, user=None)

def pay():
    for row in rows[::4]:
        pay_instalment(row, amount=Decimal(100), day=TODAY)

ACTS = {
    "plan": [plan] * 4,
    "approve": [plan, plan, approve, approve],
    "pay": [plan, plan, approve, pay],
}

def run(act):
    try:
        start.wait()
        with clock.pretend(TODAY):
            act()
            return ""
    except Exception as error:
        return f"{act.__name__}: {error!r}"
    finally:
        connection.close()

with ThreadPoolExecutor(4) as pool:
    errors = [each for each in pool.map(run, ACTS[scene]) if each]
with clock.pretend(TODAY):
    run_programmes(company)
live = Reminder.objects.filter(company=company, is_void=False, step__isnull=False)
drafts = Draft.objects.filter(company=company, is_open=True)
sent = Message.objects.filter(company=company, status="queued")
print(json.dumps({
    "errors": errors,
    "asked": sorted(live.values_list("instalment", flat=True)),
    "unpaid": sorted(row.pk for row in rows if not (scene == "pay" and row in rows[::4])),
    "drafts": drafts.count(),
    "sent": sent.count(),
    "paid_but_sent": sent.filter(content__reminders__instalment__balance=0).count(),
}))
"""


@pytest.mark.parametrize(("scene", "vat"), [("plan", "1"), ("approve", "2"), ("pay", "3")])
def test_what_happens_at_once_makes_one_set(tmp_path: Path, scene: str, vat: str) -> None:
    environment = os.environ | {
        "SOLLECITO_HOME": str(tmp_path),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
    }
    vat = f"{vat}{os.getpid():010}"
    command = [sys.executable, "-c", RACE, vat, scene]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["errors"] == []
    assert found["asked"] == found["unpaid"]  # each instalment in one live reminder
    assert found["drafts"] + found["sent"] == 12
    assert found["paid_but_sent"] == 0
