"""Impostazioni › Modelli di comunicazione: the list, own models, and what is chosen for each."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sollecito.dunning.models import Template
from sollecito.dunning.template_queries import OWN_MODEL, template_book
from sollecito.dunning.texts import CATALOGUE
from sollecito.flows.choose_for_template import (
    TemplateChoices,
    choose_for_template,
    declare_checked,
)
from sollecito.flows.choose_sender import usable_senders
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.manage_templates import (
    TemplateInUseError,
    archive_template,
    copy_template,
)
from sollecito.web.forms.problems import add_problems
from sollecito.web.forms.templates import CheckedForm, ChoicesForm, CopyForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, owner_required, writer_required
from sollecito.web.said import said
from sollecito.web.template_view import list_models, name_of
from sollecito.web.tier_words import MODULE_NAMES
from sollecito.web.views.template_edit import included_only

LIST = "web:settings_templates"


@member_required
def templates(request: CompanyRequest) -> HttpResponse:
    """Every model, by the part of the product that uses it."""
    book = template_book(request.company)
    sections = list_models(book)
    lacking = dict.fromkeys(model.tier for model in CATALOGUE.values() if model.tier)
    names = [str(MODULE_NAMES[module]) for module in lacking if module in book.excluded]
    context = {"sections": sections, "excluded": ", ".join(names), "tier": request.company.tier}
    return render(request, "web/models/list.html", context)


@writer_required
def template_copy(request: CompanyRequest) -> HttpResponse:
    """Make a model of the company's own."""
    book = template_book(request.company)
    codes = [*CATALOGUE, *(code for code in book.templates if code not in CATALOGUE)]
    codes = [code for code in codes if book.is_included(code)]
    sources = [(code, said(name_of(book, code))) for code in codes]
    start = {"source": request.GET.get("da", "sollecito_1")}
    form = CopyForm(request.POST or None, sources=sources, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = copy_template(
                request.company, data["source"], data["name"], user=request.membership.user
            )
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Modello creato: ora scrivilo come vuoi."))
            return redirect("web:settings_template", made.code)
    return render(request, "web/models/copy.html", {"form": form})


@require_POST
@writer_required
def template_archive(request: CompanyRequest, code: str) -> HttpResponse:
    """Take one of the company's own models away."""
    row = get_object_or_404(Template, company=request.company, code=code, archived_at__isnull=True)
    if code in CATALOGUE:
        raise Http404
    try:
        archive_template(row, user=request.membership.user)
    except TemplateInUseError as error:
        messages.error(request, said(str(error)))
        return redirect("web:settings_template", code)
    messages.success(request, _("Modello tolto."))
    return redirect(LIST)


@require_POST
@writer_required
@included_only
def template_choices(request: CompanyRequest, code: str) -> HttpResponse:
    """Sender, attachments, whether it is in use."""
    if not template_book(request.company).knows(code) and code != OWN_MODEL:
        raise Http404
    form = ChoicesForm(request.POST, company=request.company)
    if form.is_valid():
        data = form.cleaned_data
        senders = {str(row.pk): row for row in usable_senders(request.company)}
        choices = TemplateChoices(
            sender=senders.get(data["sender"]),
            attach_invoices=data["attach_invoices"],
            attach_statement=data["attach_statement"],
            is_off=not data["is_on"],
        )
        choose_for_template(request.company, code, choices, user=request.membership.user)
        messages.success(request, _("Salvato."))
    else:
        messages.error(request, _("Questo mittente non si può usare: scegline un altro."))
    return redirect("web:settings_template", code)


@require_POST
@owner_required
@included_only
def template_checked(request: CompanyRequest, code: str) -> HttpResponse:
    """Write down who checked a text that needs a lawyer."""
    book = template_book(request.company)
    if not book.knows(code) or not CATALOGUE[book.base_of(code)].needs_lawyer:
        raise Http404
    form = CheckedForm(request.POST)
    form.is_valid()
    try:
        declare_checked(
            request.company, code, form.cleaned_data["words"], user=request.membership.user
        )
    except FieldsRefusedError as error:
        messages.error(request, said(str(error)))
    else:
        messages.success(request, _("Segnato: il testo è verificato."))
    return redirect("web:settings_template", code)
