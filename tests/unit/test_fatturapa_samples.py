"""Public samples, read where they are; they are not part of the project."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sollecito.formats.fatturapa.envelope import ContentKind, Envelope, open_envelope
from sollecito.formats.fatturapa.parse import parse_fattura
from sollecito.formats.sdi import parse_notification

FOLDER = os.environ.get("SOLLECITO_SAMPLES", "")
FILES = sorted(
    path
    for name in ("fatturapa", "sdi")
    for path in (Path(FOLDER) / name).glob("*")
    if FOLDER and path.suffix in {".xml", ".p7m"}
)
HOSTILE_OR_BROKEN = frozenset(
    {
        "fenet__IT02182030391_31_tampered.xml.p7m",
        "simevo__billion_laughs.xml",
        "simevo__missing_CessionarioCommittente.xml",
    }
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_sample_gives_documents_a_notification_or_a_clear_problem(path: Path) -> None:
    (found,) = open_envelope(path.name, path.read_bytes())
    if not isinstance(found, Envelope):
        assert path.name in HOSTILE_OR_BROKEN
        assert found.problem.hint
        return
    assert found.kind is ContentKind.XML
    if parse_notification(found.content, path.name) is not None:
        return
    parsed = parse_fattura(found.content, full=True)
    assert bool(parsed.documents) != (path.name in HOSTILE_OR_BROKEN)
    assert bool(parsed.problems) == (path.name in HOSTILE_OR_BROKEN)


def test_how_many_samples_were_read(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\nsamples read: {len(FILES)} in {FOLDER or 'no folder'}\n")
    assert bool(FILES) == bool(FOLDER)
