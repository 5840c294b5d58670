"""The dossier of one customer (fascicolo) as a PDF/A, in Italian: it goes to an Italian lawyer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from sollecito.domain.money import format_date
from sollecito.formats.pdf.compiler import compile_pdf, tidy

TEMPLATE = "dossier.typ"


@dataclass(frozen=True, slots=True)
class DossierTable:
    """One chapter: a table of text. ``figures`` are the columns set right, ``wide`` share the room.

    ``note`` comes under it.
    """

    title: str
    headers: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    figures: tuple[int, ...] = ()
    wide: tuple[int, ...] = (1,)
    total: str = ""
    note: str = ""
    empty: str = "Nessuno."


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the PDF says, as text: who claims from whom, and the chapters in order."""

    day: date
    creditor: tuple[str, ...]
    debtor: tuple[str, ...]
    summary: tuple[tuple[str, str], ...]
    tables: tuple[DossierTable, ...] = field(default_factory=tuple)


def make_dossier_pdf(dossier: Dossier) -> bytes:
    """The PDF/A; the same bytes for the same facts."""
    plain = json.loads(json.dumps(asdict(dossier) | {"day": format_date(dossier.day)}))
    return compile_pdf(TEMPLATE, tidy(plain), day=dossier.day)
