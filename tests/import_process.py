"""An import in a process of its own, so that it can be killed: ``python -m … FOLDER``."""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    django.setup()
    from sollecito.accounts.models import Company  # noqa: PLC0415  needs Django set up
    from sollecito.flows.import_files import import_files  # noqa: PLC0415
    from sollecito.flows.importing.sources import files_in  # noqa: PLC0415
    from sollecito.flows.prepare_schema import prepare_schema  # noqa: PLC0415
    from tests.builders import SELLER_VAT  # noqa: PLC0415
    from tests.ledger_snapshot import snapshot  # noqa: PLC0415

    prepare_schema()
    Company.objects.get_or_create(name="Azienda di prova", vat_number=SELLER_VAT)
    report = import_files(files_in([sys.argv[1]]))
    print(json.dumps({"report": report.as_dict(), "ledger": snapshot()}, default=str))  # noqa: T201  the answer to the test


if __name__ == "__main__":
    main()
