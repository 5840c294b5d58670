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


def problems_of(path: Path) -> list[str]:
    """What does not hold of a sample: it gives documents, a notification or a clear problem."""
    (found,) = open_envelope(path.name, path.read_bytes())
    is_bad = path.name in HOSTILE_OR_BROKEN
    if not isinstance(found, Envelope):
        return [] if is_bad and found.problem.hint else [f"{path.name}: refused"]
    if parse_notification(found.content, path.name) is not None:
        return []
    parsed = parse_fattura(found.content, full=True)
    if found.kind is not ContentKind.XML or bool(parsed.documents) == is_bad:
        return [f"{path.name}: {found.kind}, {len(parsed.documents)} documents"]
    return [] if bool(parsed.problems) == is_bad else [f"{path.name}: {parsed.problems}"]


def test_samples_give_documents_notifications_or_clear_problems(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = [problem for path in FILES for problem in problems_of(path)]
    with capsys.disabled():
        sys.stdout.write(f"\nsamples read: {len(FILES)} in {FOLDER or 'no folder'}\n")
    assert not wrong
    assert bool(FILES) == bool(FOLDER)
