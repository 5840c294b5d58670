"""Importa: upload, progress, the report of each file, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, QuerySet, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sollecito.accounts.models import Company
from sollecito.flows.accept_upload import accept_upload
from sollecito.flows.confirm_match import MovementRefusedError
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.keep_file import open_file
from sollecito.flows.undo_import import ImportInUseError, undo_import, why_not_undone
from sollecito.ledger.models import ImportBatch, StoredFile
from sollecito.ledger.queries import customers_without_contact
from sollecito.web.files import hand_over
from sollecito.web.import_words import COUNTS, OUTCOMES
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required

PAGE, RECENT = 100, 20
WORKING = frozenset({ImportBatch.Status.PENDING, ImportBatch.Status.RUNNING})
BATCHES = "web:imports"
URGENCY = Case(
    When(outcome="to_confirm", then=0),
    When(outcome="failed", then=0),
    When(~Q(problems=[]), then=1),
    When(outcome__in=["skipped", "waiting"], then=2),
    default=3,
)
"""What wants a look comes first in the report."""


@member_required
def imports(request: CompanyRequest) -> HttpResponse:
    """Drop files here; below, what was imported before."""
    if request.method == "POST":
        return receive(request)
    rows = batches_of(request.company).select_related("user").order_by("-started_at", "-pk")
    context = {
        "page": Paginator(rows, RECENT).get_page(request.GET.get("pagina")),
        **next_steps(request.company),
    }
    return render(request, "web/imports/list.html", context)


def receive(request: CompanyRequest) -> HttpResponse:
    """Keep the uploaded files; the worker reads them."""
    files = request.FILES.getlist("file")
    if not files:
        messages.error(request, _("Non hai scelto nessun file: trascinali qui o premi «Scegli»."))
        return redirect(BATCHES)
    batch = accept_upload(
        request.company, (named(file) for file in files), user=request.membership.user
    )
    return redirect("web:import_detail", batch.pk)


def named(file: UploadedFile[bytes]) -> NamedFile:
    """An uploaded file: large ones stay on disk."""
    name = file.name or "file"
    if isinstance(file, TemporaryUploadedFile):
        return NamedFile(name, path=Path(file.temporary_file_path()))
    return NamedFile(name, content=file.read())


@require_GET
@member_required
def import_detail(request: CompanyRequest, pk: int) -> HttpResponse:
    """How far it is; once it is over, what each file gave and what to do about it."""
    batch = get_object_or_404(batches_of(request.company), pk=pk)
    counted = dict(batch.items.values_list("outcome").annotate(n=Count("pk")).order_by())
    chosen = request.GET.get("esito", "")
    items = batch.items.select_related("file").order_by(URGENCY, "pk")
    if chosen == "problemi":
        items = items.exclude(problems=[])
    elif chosen in OUTCOMES:
        items = items.filter(outcome=chosen)
    context = {
        "batch": batch,
        "is_working": batch.status in WORKING,
        "figures": [(word, number) for name, word in COUNTS if (number := batch.counts.get(name))],
        "outcomes": [(code, OUTCOMES[code], counted.get(code, 0)) for code in OUTCOMES],
        "chosen": chosen,
        "with_problems": batch.items.exclude(problems=[]).count(),
        "page": Paginator(items, PAGE).get_page(request.GET.get("pagina")),
        "why_not_undone": why_not_undone(batch),
        **next_steps(request.company),
    }
    return render(request, "web/imports/detail.html", context)


@require_GET
@member_required
def import_progress(request: CompanyRequest, pk: int) -> HttpResponse:
    """The bar alone, asked for every second; when it is over, the whole page is asked for."""
    batch = get_object_or_404(batches_of(request.company), pk=pk)
    context = {"batch": batch, "is_working": batch.status in WORKING}
    answer = render(request, "web/imports/progress.html", context)
    if not context["is_working"]:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@writer_required
def import_undo(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    batch = get_object_or_404(batches_of(request.company), pk=pk)
    try:
        count = undo_import(batch, user=request.membership.user)
    except (ImportInUseError, MovementRefusedError) as error:
        messages.error(request, str(error))
    else:
        words = ngettext(
            "Importazione annullata: tolto %(n)d documento.",
            "Importazione annullata: tolti %(n)d documenti.",
            count,
        )
        messages.success(request, words % {"n": count})
    return redirect("web:import_detail", pk)


@require_GET
@member_required
def file_download(request: CompanyRequest, pk: int) -> HttpResponse:
    """An original, as it came."""
    file = get_object_or_404(StoredFile, pk=pk, company=request.company)
    return hand_over(open_file(file), name=file.name, media_type=file.media_type, save=True)


def batches_of(company: Company) -> QuerySet[ImportBatch]:
    """The company's imports."""
    return ImportBatch.objects.filter(company=company)


def next_steps(company: Company) -> dict[str, Any]:
    """What the first import asks: what is already collected, and where to write to."""
    return {
        "asks_takings": company.takings_answered_at is None and company.documents.exists(),
        "without_contact": customers_without_contact(company).count(),
        "has_documents": company.documents.exists(),
    }
