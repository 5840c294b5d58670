"""Which column is which: of a statement once, of another sheet where its names are unclear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice, takewhile

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sollecito.domain.movements import BankFile
from sollecito.flows.accept_upload import accept_upload
from sollecito.flows.declare_takings import propose_from_list
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.keep_file import open_file
from sollecito.flows.remember_columns import confirm_columns, remembered_columns
from sollecito.formats.bank import (
    find_columns,
    is_statement_sheet,
    parse_statement_sheet,
)
from sollecito.formats.sheets import map_columns, read_heads, read_sheet
from sollecito.ledger.models import StoredFile
from sollecito.web.column_words import BANK_COLUMNS, COLUMNS
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.views.takings import show_proposal

SAMPLES, SHOWN_MOVEMENTS = 3, 3
MEANINGS = frozenset({*COLUMNS, *BANK_COLUMNS})


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the sheet: its name, what stands below it, and what it is taken for."""

    place: int
    name: str
    samples: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Headings:
    """The header of a sheet as the reader found it, and its columns that have a name."""

    header: tuple[str, ...]
    columns: list[Heading]
    is_statement: bool = False


@writer_required
def columns(request: CompanyRequest, pk: int) -> HttpResponse:
    """Say it once; then the file is read again."""
    file = get_object_or_404(StoredFile, pk=pk, company=request.company)
    data = open_file(file)
    found = headings_of(file.name, data, remembered_columns(request.company, data))
    if not found.columns:
        messages.error(request, _("In questo file non si trova una riga con i nomi delle colonne."))
        return redirect("web:imports")
    if request.method == "POST":
        mapping = posted(request, found)
        found = replace(
            found, columns=[replace(each, chosen=mapping[each.name]) for each in found.columns]
        )
        if not any(mapping.values()):
            messages.error(request, _("Scegli che cosa contiene almeno una colonna."))
        elif request.POST.get("passo") != "prova":
            return read_again(request, file, data, found.header, mapping)
    return render(request, "web/imports/columns.html", show_columns(file, data, found))


def posted(request: CompanyRequest, found: Headings) -> dict[str, str]:
    """What each column was said to be; empty where it is not needed."""
    said = {each.name: request.POST.get(f"colonna_{each.place}", "") for each in found.columns}
    return {name: value if value in MEANINGS else "" for name, value in said.items()}


def show_columns(file: StoredFile, data: bytes, found: Headings) -> dict[str, object]:
    """The page's words: choices, and of a statement what its first movements would be."""
    mapping = {each.name: each.chosen for each in found.columns}
    preview: BankFile | None = None
    if any(value in BANK_COLUMNS for value in mapping.values()):
        preview = parse_statement_sheet(data, mapping)
    movements = [each for one in preview.statements for each in one.movements] if preview else []
    return {
        "file": file,
        "headings": found.columns,
        "columns": COLUMNS.items(),
        "bank_columns": BANK_COLUMNS.items(),
        "is_statement": found.is_statement,
        "preview": preview,
        "movements": movements[:SHOWN_MOVEMENTS],
        "count": len(movements),
    }


def read_again(
    request: CompanyRequest,
    file: StoredFile,
    data: bytes,
    header: tuple[str, ...],
    mapping: dict[str, str],
) -> HttpResponse:
    """Remember, then import the file, or compare it where it is a list of open items."""
    user = request.membership.user
    confirm_columns(request.company, file, header, mapping, user=user)
    if request.GET.get("per") == "incassi":
        proposal = propose_from_list(request.company, file.name, data, mapping=mapping)
        return show_proposal(request, proposal)
    batch = accept_upload(request.company, [NamedFile(file.name, content=data)], user=user)
    return redirect("web:import_detail", batch.pk)


def headings_of(name: str, data: bytes, known: dict[str, str] | None) -> Headings:
    """The header as the reader found it, else the first row with the most words."""
    if is_statement_sheet(data, known) and (found := find_columns(data, known)):
        meanings = {place: column.value for place, column in found.columns.items()}
        columns = _columns(found.header, [list(row) for row in found.samples], meanings)
        return Headings(found.header, columns, is_statement=True)
    sheet = read_sheet(name, data)
    if sheet.header:
        header = sheet.header
        below = [[str(cell) for cell in row.cells] for row in sheet.rows[:SAMPLES]]
    else:
        heads = read_heads(data)
        width = max((filled(row) for row in heads), default=0)
        place = next((n for n, row in enumerate(heads) if filled(row) == width), 0)
        header = heads[place] if width > 1 else ()
        same_table = takewhile(lambda row: len(row) == len(header), heads[place + 1 :])
        below = [list(row) for row in islice(same_table, SAMPLES)]
    known_places = {place: column.value for column, place in map_columns(header).items()}
    return Headings(tuple(header), _columns(header, below, known_places))


def _columns(
    header: tuple[str, ...], below: list[list[str]], meanings: dict[int, str]
) -> list[Heading]:
    return [
        Heading(
            place,
            word,
            tuple(row[place] for row in below if place < len(row) and row[place]),
            meanings.get(place, ""),
        )
        for place, word in enumerate(header)
        if word.strip()
    ]


def filled(row: tuple[str, ...]) -> int:
    """How many of its cells say something."""
    return sum(bool(cell.strip()) for cell in row)
