"""Which column is which, where a sheet's own names do not say: corrected once, remembered."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, takewhile

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sollecito.flows.accept_upload import accept_upload
from sollecito.flows.declare_takings import propose_from_list
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.keep_file import open_file
from sollecito.flows.remember_columns import remember_columns
from sollecito.formats.sheets import map_columns, read_heads, read_sheet
from sollecito.ledger.models import StoredFile
from sollecito.web.column_words import COLUMNS
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.views.takings import show_proposal

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the sheet: its name, what stands below it, and what it is taken for."""

    place: int
    name: str
    samples: tuple[str, ...]
    chosen: str


@writer_required
def columns(request: CompanyRequest, pk: int) -> HttpResponse:
    """Say it once; then the file is read again."""
    file = get_object_or_404(StoredFile, pk=pk, company=request.company)
    data = open_file(file)
    headings = headings_of(file.name, data)
    if not headings:
        messages.error(request, _("In questo file non si trova una riga con i nomi delle colonne."))
        return redirect("web:imports")
    if request.method == "POST":
        mapping = {
            heading.name: request.POST.get(f"colonna_{heading.place}", "") for heading in headings
        }
        mapping = {name: value if value in COLUMNS else "" for name, value in mapping.items()}
        if any(mapping.values()):
            return read_again(request, file.name, data, mapping)
        messages.error(request, _("Scegli che cosa contiene almeno una colonna."))
    context = {"file": file, "headings": headings, "columns": COLUMNS.items()}
    return render(request, "web/imports/columns.html", context)


def read_again(
    request: CompanyRequest, name: str, data: bytes, mapping: dict[str, str]
) -> HttpResponse:
    """Remember, then import the file, or compare it where it is a list of open items."""
    user = request.membership.user
    remember_columns(request.company, list(mapping), mapping, user=user)
    if request.GET.get("per") == "incassi":
        proposal = propose_from_list(request.company, name, data, mapping=mapping)
        return show_proposal(request, proposal)
    batch = accept_upload(request.company, [NamedFile(name, content=data)], user=user)
    return redirect("web:import_detail", batch.pk)


def headings_of(name: str, data: bytes) -> list[Heading]:
    """The header as the reader found it, else the first row with the most words."""
    sheet = read_sheet(name, data)
    if sheet.header:
        header = list(sheet.header)
        below = [[str(cell) for cell in row.cells] for row in sheet.rows[:SAMPLES]]
    else:
        heads = read_heads(data)
        width = max((filled(row) for row in heads), default=0)
        place = next((n for n, row in enumerate(heads) if filled(row) == width), 0)
        header = list(heads[place]) if width > 1 else []
        same_table = takewhile(lambda row: len(row) == len(header), heads[place + 1 :])
        below = [list(row) for row in islice(same_table, SAMPLES)]
    known = {place: column.value for column, place in map_columns(header).items()}
    return [
        Heading(
            place,
            word,
            tuple(row[place] for row in below if place < len(row) and row[place]),
            known.get(place, ""),
        )
        for place, word in enumerate(header)
        if word.strip()
    ]


def filled(row: tuple[str, ...]) -> int:
    """How many of its cells say something."""
    return sum(bool(cell.strip()) for cell in row)
