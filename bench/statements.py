"""A statement of thousands of movements imported and matched; then the same file once more.

Each database has a process and a home of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from datetime import date
from time import perf_counter
from typing import Any

MOVEMENTS = 2_000
DATABASES = ("sqlite", "postgresql")
DAY = date(2026, 4, 20)


def measure(database: str, movements: int = MOVEMENTS) -> dict[str, Any]:
    """Seconds to import, how many were matched, seconds to import the file again."""
    from tests.postgres import running_postgres  # noqa: PLC0415  development libraries

    server = running_postgres() if database == "postgresql" else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="sollecito-bench-") as home, server as url:
        environment = {
            **os.environ,
            "SOLLECITO_HOME": home,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
        }
        command = [sys.executable, "-m", "bench.statements", str(movements)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return {"database": database, **found}


def inside(movements: int) -> dict[str, Any]:
    """In the process that has the database."""
    import django  # noqa: PLC0415  after the environment

    django.setup()
    from tests.bank_files import Line, camt  # noqa: PLC0415
    from tests.ledger_rows import add_document, add_party  # noqa: PLC0415

    from sollecito.accounts.models import Company  # noqa: PLC0415  after django.setup()
    from sollecito.flows.import_files import import_files  # noqa: PLC0415
    from sollecito.flows.import_sheets import import_sheet  # noqa: PLC0415
    from sollecito.flows.importing.sources import NamedFile  # noqa: PLC0415
    from sollecito.flows.prepare_schema import prepare_schema  # noqa: PLC0415
    from sollecito.ledger.models import BankMovement  # noqa: PLC0415

    prepare_schema()
    company = Company.objects.create(name="Prova S.r.l.", vat_number="12345670157")
    lines = []
    for number in range(1, movements + 1):
        name, amount = f"Cliente Numero {number} S.r.l.", f"{100 + number % 900}.{number % 100:02}"
        add_document(add_party(company, name), amount, number=f"{number}/A")
        text, code = f"SALDO FATT {number}/A", f"B{number}"
        lines.append(Line(amount, DAY.isoformat(), name, text, iban="", bank_id=code))
    file = NamedFile("estratto.xml", content=camt(*lines))
    times = []
    for _ in range(2):
        started = perf_counter()
        report = import_files([file], company=company, sheets=import_sheet)
        times.append(perf_counter() - started)
    matched = BankMovement.objects.filter(status=BankMovement.Status.MATCHED).count()
    return {
        "movements": movements,
        "import_s": times[0],
        "matched": matched,
        "again_s": times[1],
        "duplicates": report.duplicates,
    }


def show(row: dict[str, Any]) -> str:
    """One line of figures."""
    return (
        f"{row['database']}: {row['movements']} movements imported and {row['matched']} matched in "
        f"{row['import_s']:.1f} s ({row['movements'] / row['import_s']:.0f} a second); the same "
        f"file again {row['again_s']:.1f} s, {row['duplicates']} known"
    )


if __name__ == "__main__":
    print(json.dumps(inside(int(sys.argv[1]))))
