from __future__ import annotations

import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError

from sollecito.accounts.models import AuditEntry, Company
from sollecito.flows.import_documents import import_documents
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.outcomes import ImportReport
from sollecito.flows.importing.rows import make_instalments
from sollecito.flows.importing.sets import CHUNK_FILES
from sollecito.flows.importing.sources import NamedFile, files_in
from sollecito.ledger.models import Document, ImportBatch, ImportItem
from tests.builders import SELLER_VAT, Row, invoice_bytes, notification_xml
from tests.ledger_snapshot import snapshot
from tests.signed_files import sign_ber, sign_der

ROOT = Path(__file__).resolve().parents[2]
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "b">]><FatturaElettronica>&a;</FatturaElettronica>'


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Azienda di prova S.r.l.", vat_number=SELLER_VAT)


def invoice(number: int, **fields: Any) -> tuple[str, bytes]:
    return f"IT{SELLER_VAT}_{number:05}.xml", invoice_bytes(number=str(number), **fields)


def bring(files: list[tuple[str, bytes]], **options: Any) -> ImportReport:
    return import_files([NamedFile(name, content=data) for name, data in files], **options)


def zipped(files: list[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(f"fatture/{name}", data)
    return stream.getvalue()


def mixture() -> list[tuple[str, bytes]]:
    files = [invoice(number) for number in range(1, 9)]
    files += [(f"{files[0][0]}.p7m", sign_der(files[0][1])), ("lotto.zip", zipped(files[:3]))]
    files += [invoice(20, rows=(Row("22.00", condition="TP03"), Row("100.00")))]
    files += [invoice(21, rows=(Row(method="MP12"),)), invoice(22, type_code="TD04")]
    for number, code in ((1, "RC"), (2, "NS"), (3, "MC"), (99, "RC")):
        name = f"IT{SELLER_VAT}_{number:05}"
        text = notification_xml(code, file_name=f"{name}.xml", sdi_id=str(number))
        files.append((f"{name}_{code}_001.xml", text.encode()))
    return files


def test_three_times_and_shuffled_give_the_same_ledger(company: Company) -> None:
    files = mixture()
    first = bring(files)
    assert (first.documents, first.duplicates, first.notifications) == (11, 4, 4)
    before = snapshot()
    for seed in (1, 2):
        random.Random(seed).shuffle(files)
        again = bring(files)
        assert (again.documents, again.instalments, again.duplicates) == (0, 0, 15)
        assert snapshot() == before
    Document.objects.all().delete()
    bring(files)
    assert snapshot()["documents"] == before["documents"]
    assert snapshot()["instalments"] == before["instalments"]


def test_one_by_one_gives_the_same_ledger(company: Company) -> None:
    files = mixture()
    random.Random(3).shuffle(files)
    for file in files:
        bring([file])
    one_by_one = snapshot()
    Document.objects.all().delete()
    bring(mixture())
    together = snapshot()
    for name in ("documents", "instalments", "holds"):
        assert one_by_one[name] == together[name]


def test_hostile_files_do_not_stop_the_rest(company: Company) -> None:
    good = [invoice(1), invoice(2)]
    bad = [
        ("a.xml", LAUGHS),
        ("b.p7m", sign_ber(good[0][1])[:-300]),
        ("c.zip", b"PK\x03\x04 broken"),
        ("d.xml", b"<a>" * 200_000),
        ("e.pdf", b"%PDF-1.7"),
        ("f.xml", b""),
        ("g.sta", b":20:STARTUMS\n:25:IT00"),
        ("h.bin", bytes(range(256))),
        ("i.csv", b"a;b\n1;2\n"),
    ]
    started = time.process_time()
    report = bring([good[0], *bad, good[1]])
    assert time.process_time() - started < 3
    assert report.documents == 2
    assert [name for name, _ in report.problems] == [name for name, _ in bad]
    for _, problem in report.problems:
        assert problem.severity == "error"
        assert problem.message.endswith((".", ")"))
        assert problem.hint
    outcomes = ImportItem.objects.values_list("name", "outcome")
    assert {name for name, outcome in outcomes if outcome == "failed"} == {name for name, _ in bad}
    batch = ImportBatch.objects.get()
    assert (batch.total, batch.done, batch.errors, batch.status) == (11, 11, 9, "done")


def test_the_report_is_what_the_command_line_prints(company: Company) -> None:
    told = bring([invoice(1), ("a.xml", LAUGHS), invoice(2, seller_vat="02222220150")]).as_dict()
    assert list(told) == [
        *("documents", "instalments", "duplicates", "notifications", "payments"),
        *("skipped", "problems"),
    ]
    assert set(told["problems"][0]) == {"file", "line", "severity", "message", "hint"}
    assert told["skipped"][0]["file"].endswith("_00002.xml")
    json.dumps(told)


def test_folders_patterns_and_archives_are_taken(company: Company, tmp_path: Path) -> None:
    (tmp_path / "2026" / "marzo").mkdir(parents=True)
    (tmp_path / ".nascosta").mkdir()
    for place, number in (("2026", 1), ("2026/marzo", 2), (".nascosta", 3), (".", 4)):
        name, data = invoice(number)
        (tmp_path / place / name).write_bytes(data)
    (tmp_path / "lotto.zip").write_bytes(zipped([invoice(5), invoice(6)]))
    names = [file.name for file in files_in([tmp_path])]
    assert names == sorted(names)
    assert import_files(files_in([tmp_path])).documents == 5
    found = files_in([str(tmp_path / "*.xml"), str(tmp_path / "**" / "*.xml"), tmp_path / "2026"])
    assert len(found) == 3
    with pytest.raises(FileNotFoundError):
        files_in([tmp_path / "manca.xml"])


def test_one_record_that_the_database_refuses_does_not_stop_the_rest(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = make_instalments

    def refuse(one: Any, row: Document) -> Any:
        if row.number == "2":
            raise DataError("value out of range")
        return real(one, row)

    monkeypatch.setattr("sollecito.flows.import_documents.make_instalments", refuse)
    report = bring([invoice(number) for number in range(1, 5)])
    assert report.documents == 3
    assert [name for name, _ in report.problems] == [f"IT{SELLER_VAT}_00002.xml"]
    assert set(Document.objects.values_list("number", flat=True)) == {"1", "3", "4"}
    batch = ImportBatch.objects.get()
    assert (batch.done, batch.errors) == (4, 1)


def test_chunks_are_bounded_and_progress_is_told(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    real = import_documents

    def count(arrivals: Any, **options: Any) -> None:
        sizes.append(len(arrivals))
        real(arrivals, **options)

    monkeypatch.setattr("sollecito.flows.importing.chunks.import_documents", count)
    told: list[tuple[int, int]] = []
    files = [invoice(number) for number in range(1, 451)]
    bring(files, on_progress=lambda done, total: told.append((done, total)))
    assert sizes == [CHUNK_FILES, CHUNK_FILES, 50]
    assert told == [(200, 450), (400, 450), (450, 450)]
    entry = AuditEntry.objects.get(action="import_done")
    assert entry.details["documents"] == 450


@pytest.mark.parametrize(("moment", "left"), [(250, 200), (600, 400)])
def test_killed_midway_and_started_again_gives_the_same_ledger(
    tmp_path: Path, moment: int, left: int
) -> None:
    folder = tmp_path / "fatture"
    folder.mkdir()
    for number in range(1, 601):
        name, data = invoice(number, rows=(Row("22.00", condition="TP03"), Row("100.00")))
        (folder / name).write_bytes(data)
    clean = _run(folder, tmp_path / "clean")
    database = tmp_path / "killed" / "sollecito.sqlite3"
    child = _start(folder, tmp_path / "killed", str(moment))
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert _count(database) == left
    again = _run(folder, tmp_path / "killed")
    assert again["report"]["documents"] == 600 - left
    assert again["report"]["duplicates"] == left
    assert again["ledger"] == clean["ledger"]


def _start(folder: Path, home: Path, *more: str) -> subprocess.Popen[bytes]:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "SOLLECITO_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-m", "tests.import_process", str(folder), *more]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)


def _run(folder: Path, home: Path) -> dict[str, Any]:
    child = _start(folder, home)
    answer: dict[str, Any] = json.loads(child.communicate()[0])
    assert child.returncode == 0
    return answer


def _count(database: Path) -> int:
    connection = sqlite3.connect(database, timeout=20)
    (count,) = connection.execute("SELECT COUNT(*) FROM ledger_document").fetchone()
    connection.close()
    return int(count)
