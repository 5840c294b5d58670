"""FatturaPA files a second stored into SQLite, beside what `a38` needs only to parse them.

Files of about 15 KB with 10 lines and 3 instalments, on disk, through the same flow as
``sollecito import``. Peak memory is that of the importing process, at a tenth of the files and
at all of them; each measure has a process and a database of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BOUND = 5.0
MEMORY_BOUND = 1.2
CUSTOMERS = 200
PEER_FILES = 400
SELLER = "12345670157"
WORDS = "Fornitura e posa in opera di materiale elettrico, manodopera specializzata compresa. "


def main() -> int:
    """Write the files, measure in turn, print one row."""
    parser = argparse.ArgumentParser(prog="bench imports")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inside", choices=["store", "peer"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        measure = {"store": _store, "peer": _peer}[asked.inside]
        print(json.dumps(measure(Path(asked.folder), asked.files)))
        return 0
    row = _measure(asked.files)
    if asked.json:
        print(json.dumps(row))
    else:
        print(
            f"{row['files']} files of {row['bytes']} bytes: {row['files_s']} files/s stored, "
            f"a38 parses {row['peer_s']}/s: {row['ratio']} times (bound {BOUND})"
        )
        print(
            f"peak memory {row['peak_mb_few']} MB at {row['files'] // 10}, "
            f"{row['peak_mb_all']} MB at {row['files']}: {row['memory_ratio']} times "
            f"(bound {MEMORY_BOUND})"
        )
    return 0


def _measure(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="sollecito-bench-") as name:
        root = Path(name)
        few, every = root / "few", root / "all"
        write_files(few, count // 10)
        write_files(every, count)
        before = _child("peer", every, root / "peer-before")
        less = _child("store", few, root / "home-few")
        more = _child("store", every, root / "home-all")
        after = _child("peer", every, root / "peer-after")
        size = next(every.iterdir()).stat().st_size
    stored = more["files"] / more["seconds"]
    peer = (before["files"] + after["files"]) / (before["seconds"] + after["seconds"])
    return {
        "files": count,
        "bytes": size,
        "files_s": round(stored),
        "peer_s": round(peer),
        "ratio": round(stored / peer, 1),
        "peak_mb_few": round(less["peak_mb"], 1),
        "peak_mb_all": round(more["peak_mb"], 1),
        "memory_ratio": round(more["peak_mb"] / less["peak_mb"], 2),
    }


def _child(what: str, folder: Path, home: Path) -> dict[str, float]:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "SOLLECITO_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
    }
    command = [sys.executable, "-m", "bench.imports", "--inside", what, "--folder", str(folder)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def write_files(folder: Path, count: int) -> None:
    """Invoices of 10 lines and 3 instalments to 200 customers, numbered from 1."""
    from tests.builders import Row, Vat, invoice_bytes  # noqa: PLC0415  needs the project on the path

    folder.mkdir(parents=True)
    rows = tuple(
        Row("406.68" if month == "04" else "406.66", f"2026-{month}-30", condition="TP01")
        for month in ("04", "05", "06")
    )
    for number in range(1, count + 1):
        customer = number % CUSTOMERS
        content = invoice_bytes(
            number=f"{number}/B",
            total="1220.00",
            vat=(Vat("1000.00", "220.00"),),
            lines=10,
            description=WORDS * 13,
            rows=rows,
            buyer_vat=f"9{customer:010}",
            buyer_name=f"Cliente di prova numero {customer} S.r.l.",
            buyer_address=f"Via dei Collaudi {customer}",
        )
        (folder / f"IT{SELLER}_{number:05}.xml").write_bytes(content)


def _store(folder: Path, _files: int) -> dict[str, float]:
    """Import a folder into a fresh database."""
    import django  # noqa: PLC0415  after the environment

    django.setup()
    from sollecito.flows.import_files import import_files  # noqa: PLC0415
    from sollecito.flows.importing.sources import files_in  # noqa: PLC0415
    from sollecito.flows.prepare_schema import prepare_schema  # noqa: PLC0415
    from sollecito.flows.set_up_company import set_up_company  # noqa: PLC0415
    from sollecito.ledger.models import Instalment  # noqa: PLC0415

    prepare_schema()
    set_up_company(vat=SELLER, name="Azienda di prova", check=False)
    started = time.perf_counter()
    report = import_files(files_in([folder]))
    seconds = time.perf_counter() - started
    if Instalment.objects.count() != 3 * report.documents or report.problems:
        raise SystemExit(f"{report.documents} documents, {report.problems[:3]}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"files": report.documents, "seconds": seconds, "peak_mb": peak}


def _peer(folder: Path, _files: int) -> dict[str, float]:
    """Parse some of the files with a38, and nothing else."""
    import xml.etree.ElementTree as ET  # noqa: PLC0415  what a38 reads from

    from a38.fattura import auto_from_etree  # noqa: PLC0415

    paths = sorted(folder.iterdir())[:PEER_FILES]
    started = time.perf_counter()
    for path in paths:
        auto_from_etree(ET.parse(path).getroot())  # noqa: S314  files of our own
    return {"files": len(paths), "seconds": time.perf_counter() - started}


if __name__ == "__main__":
    sys.exit(main())
