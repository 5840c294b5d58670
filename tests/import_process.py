"""An import in a process of its own: ``python -m … FOLDER``.

``python -m … FOLDER N`` is killed once its N-th document is written, before the commit.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

INSERT = 'INSERT INTO "ledger_document"'


class Killer:
    """Around every statement to the database: with ``moment`` documents written, the end."""

    def __init__(self, moment: int, count: Callable[[], int]) -> None:
        self.moment, self.count = moment, count

    def __call__(self, run: Callable[..., Any], sql: str, *others: Any) -> Any:
        done = run(sql, *others)
        if sql.startswith(INSERT) and self.count() >= self.moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


def main() -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415  needs Django set up

    from sollecito.accounts.models import Company  # noqa: PLC0415  needs Django set up
    from sollecito.flows.import_files import import_files  # noqa: PLC0415
    from sollecito.flows.importing.sources import files_in  # noqa: PLC0415
    from sollecito.flows.prepare_schema import prepare_schema  # noqa: PLC0415
    from sollecito.ledger.models import Document  # noqa: PLC0415
    from tests.builders import SELLER_VAT  # noqa: PLC0415
    from tests.ledger_snapshot import snapshot  # noqa: PLC0415

    prepare_schema()
    Company.objects.get_or_create(name="Azienda di prova", vat_number=SELLER_VAT)
    if len(sys.argv) > 2:
        killer = Killer(int(sys.argv[2]), Document.objects.count)
        connection.execute_wrappers.append(killer)
    report = import_files(files_in([sys.argv[1]]))
    print(json.dumps({"report": report.as_dict(), "ledger": snapshot()}, default=str))  # noqa: T201  the answer to the test


if __name__ == "__main__":
    main()
