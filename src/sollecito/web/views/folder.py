"""Fascicolo: what a customer's folder holds, files put in by hand, and the whole for a lawyer."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.dunning.models import AttachedFile
from sollecito.dunning.time_line import communications_of, notifications_of
from sollecito.flows.attach_file import attach_file, remove_file
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.keep_file import open_file
from sollecito.flows.make_dossier import dossier_name, make_dossier
from sollecito.ledger.models import Party
from sollecito.web.answers import done, show
from sollecito.web.files import hand_over
from sollecito.web.forms.folder import AttachForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required


@require_GET
@member_required
def customer_folder(request: CompanyRequest, pk: int) -> HttpResponse:
    """The page: what the dossier will hold, and the files put in by hand."""
    party = find_party(request, pk)
    files = party.attached_files.select_related("document", "user", "file")
    context = {
        "party": party,
        "files": files.order_by("-created_at", "-pk"),
        "counts": (
            (_("Documenti"), party.documents.count()),
            (_("Ricevute SdI"), notifications_of(party).count()),
            (_("Comunicazioni"), communications_of(party).count()),
            (_("File allegati a mano"), files.count()),
        ),
    }
    return render(request, "web/customers/folder.html", context)


@require_GET
@member_required
def customer_dossier(request: CompanyRequest, pk: int) -> HttpResponseBase:
    """The zip: one PDF and every original."""
    party = find_party(request, pk)
    made = make_dossier(party, user=request.membership.user)
    return FileResponse(made, as_attachment=True, filename=dossier_name(party))


@require_http_methods(["GET", "POST"])
@writer_required
def customer_attach(request: CompanyRequest, pk: int) -> HttpResponse:
    """Allega un file."""
    party = find_party(request, pk)
    start = {"documento": request.GET.get("documento", "")}
    form = AttachForm(request.POST or None, request.FILES or None, party=party, initial=start)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            attach_file(
                party,
                user=request.membership.user,
                name=values["file"].name,
                content=values["file"].read(),
                kind=values["tipo"],
                document=values["documento"],
                note=values["nota"],
            )
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            to = reverse("web:customer_folder", args=[party.pk])
            return done(request, _("File allegato."), to=to)
    return show(
        request,
        "web/customers/attach.html",
        {"party": party, "form": form, "subtitle": party.name},
    )


@require_GET
@member_required
def folder_file(request: CompanyRequest, pk: int) -> HttpResponse:
    """A file put in by hand, as it came."""
    row = get_object_or_404(AttachedFile, pk=pk, company=request.company)
    return hand_over(open_file(row.file), name=row.name, media_type=row.file.media_type)


@require_POST
@writer_required
def folder_file_remove(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take a file out of the folder."""
    rows = AttachedFile.objects.select_related("file", "company")
    row = get_object_or_404(rows, pk=pk, company=request.company)
    remove_file(row, user=request.membership.user)
    return redirect("web:customer_folder", row.party_id)


def find_party(request: CompanyRequest, pk: int) -> Party:
    """The company's customer, or 404."""
    parties = Party.objects.select_related("company")
    return get_object_or_404(parties, pk=pk, company=request.company)
