"""Nuovo documento, Modifica scadenza."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sollecito.accounts.models import Company
from sollecito.domain.documents import DocumentKind, PartyData
from sollecito.flows import clock
from sollecito.flows.create_document import NewDocument, create_document
from sollecito.flows.edit_instalment import SettledInstalmentError, edit_instalment
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.ledger.models import Instalment, Party
from sollecito.web import words
from sollecito.web.answers import done, refuse, show
from sollecito.web.forms.documents import INSTALMENTS, DocumentForm, InstalmentForm
from sollecito.web.forms.problems import mark_invalid
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required

MOST_NAMES = 3000
FIELDS = {
    "number": "numero",
    "day": "giorno",
    "total": "totale",
    "instalments": "importo_1",
    "customer": "cliente",
    "vat_number": "partita_iva",
    "tax_code": "codice_fiscale",
    "pdf": "pdf",
    "due_date": "scadenza",
    "amount": "importo",
}


@require_http_methods(["GET", "POST"])
@writer_required
def document_new(request: CompanyRequest) -> HttpResponse:
    """Nuovo documento."""
    start = {"giorno": clock.today(request.company.time_zone)}
    form = DocumentForm(request.POST or None, request.FILES or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_document(
                request.company,
                read_document(request.company, form.cleaned_data),
                user=request.membership.user,
            )
        except FieldsRefusedError as error:
            say_problems(form, error)
        else:
            return redirect("web:document", pk=made.pk)
    names = Party.objects.filter(company=request.company).order_by("name")
    context = {"form": form, "customers": names.values_list("name", flat=True)[:MOST_NAMES]}
    return render(request, "web/documents/new.html", context)


@require_http_methods(["GET", "POST"])
@writer_required
def instalment_edit(request: CompanyRequest, pk: int) -> HttpResponse:
    """Modifica scadenza."""
    rows = Instalment.objects.filter(company=request.company).select_related("document", "party")
    row = get_object_or_404(rows, pk=pk)
    start = {"scadenza": row.due_date, "importo": row.amount, "nota": row.note}
    form = InstalmentForm(request.POST or None, initial=start)
    back = reverse("web:document", args=[row.document_id])
    if request.method == "POST" and form.is_valid():
        try:
            edit_instalment(
                row,
                user=request.membership.user,
                due_date=form.cleaned_data["scadenza"],
                amount=form.cleaned_data["importo"],
                note=form.cleaned_data["nota"],
            )
        except FieldsRefusedError as error:
            say_problems(form, error)
        except SettledInstalmentError as error:
            return refuse(request, str(error), to=back)
        else:
            return done(request, _("Scadenza modificata."), to=back)
    kind = words.DOCUMENT_KINDS.get(row.document.kind, row.document.kind)
    subtitle = f"{kind} {words.numbered(row.document)} · {row.party.name}"
    return show(
        request,
        "web/documents/edit_instalment.html",
        {"row": row, "form": form, "subtitle": subtitle},
    )


def read_document(company: Company, fields: dict[str, Any]) -> NewDocument:
    """What was typed, as the flow wants it."""
    customer, new_customer = read_customer(company, fields)
    file = fields["pdf"]
    return NewDocument(
        kind=DocumentKind(fields["tipo"]),
        number=fields["numero"],
        day=fields["giorno"],
        total=fields["totale"],
        instalments=read_instalments(fields),
        series=fields["sezionale"],
        currency=fields["valuta"],
        customer=customer,
        new_customer=new_customer,
        note=fields["nota"],
        pdf=(file.name, file.read()) if file else None,
    )


def read_customer(
    company: Company, fields: dict[str, Any]
) -> tuple[Party | None, PartyData | None]:
    """A known customer by its name, unless a code was typed: then whoever has it."""
    vat_number, tax_code = fields["partita_iva"].strip(), fields["codice_fiscale"].strip()
    known = Party.objects.filter(company=company, name__iexact=fields["cliente"].strip()).first()
    if known and not vat_number and not tax_code:
        return known, None
    return None, PartyData(
        name=fields["cliente"].strip(),
        vat_country="IT" if vat_number[:2].isdecimal() else vat_number[:2].upper(),
        vat_number=vat_number if vat_number[:2].isdecimal() else vat_number[2:],
        tax_code=tax_code.upper(),
        email=fields["email"],
    )


def read_instalments(fields: dict[str, Any]) -> list[tuple[date, Decimal]]:
    """The filled lines; a single date without amount is for the whole total."""
    lines = [(fields[f"scadenza_{n}"], fields[f"importo_{n}"]) for n in range(1, INSTALMENTS + 1)]
    filled = [(day, amount) for day, amount in lines if day]
    if len(filled) == 1 and filled[0][1] is None:
        return [(filled[0][0], fields["totale"])]
    return [(day, amount or Decimal(0)) for day, amount in filled]


def say_problems(form: DocumentForm | InstalmentForm, error: FieldsRefusedError) -> None:
    """What the flow refused, beside its fields."""
    for name, problem in error.problems.items():
        field = FIELDS.get(name)
        form.add_error(
            field if field in form.fields else None, f"{problem.message} {problem.hint}".strip()
        )
    mark_invalid(form)
