"""Impostazioni: the company, its rules, the text of the reminder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from sollecito.accounts.models import Closure, Company
from sollecito.domain.placeholders import (
    PLACEHOLDERS,
    Placeholder,
    Shape,
    allowed_names,
    check_subject,
    check_template,
    render_subject,
    sample_values,
)
from sollecito.domain.placeholders import render as render_text
from sollecito.dunning.texts import default_text
from sollecito.flows import clock
from sollecito.flows.edit_closures import add_closure, remove_closure
from sollecito.flows.edit_company import DATA, RULES, TEXTS, edit_company
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.web.forms.company import ClosureForm, CompanyForm, RulesForm, TextsForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required

MODEL = "sollecito_1"
SHOWN_AFTER_DAYS = 60
SHAPES = (
    (Shape.VALUE, gettext_noop("Parole e importi, in mezzo a una frase")),
    (Shape.LINE, gettext_noop("Frasi intere, da sole su una riga")),
    (Shape.BLOCK, gettext_noop("Elenchi e firma, da soli su una riga")),
)


@member_required
def company(request: CompanyRequest) -> HttpResponse:
    """Impostazioni › Azienda."""
    return form_page(request, CompanyForm, DATA, "web/settings/company.html", "web:settings")


@member_required
def rules(request: CompanyRequest) -> HttpResponse:
    """Impostazioni › Invii e scadenze."""
    more = closures_of(request, ClosureForm())
    page = ("web/settings/rules.html", "web:settings_rules")
    return form_page(request, RulesForm, RULES, *page, more=more)


def closures_of(request: CompanyRequest, form: ClosureForm) -> dict[str, Any]:
    """The closures, from last year's on, and the form to add one."""
    since = clock.today(request.company.time_zone) - timedelta(days=SHOWN_AFTER_DAYS)
    rows = request.company.closures.filter(last_date__gte=since).order_by("first_date")
    return {"closures": rows, "closure_form": form}


@require_POST
@writer_required
def closures(request: CompanyRequest) -> HttpResponse:
    """Add a closure."""
    form = ClosureForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            add_closure(
                request.company,
                data["first_date"],
                data["last_date"],
                note=data["note"],
                user=request.membership.user,
            )
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Chiusura aggiunta."))
            return redirect("web:settings_rules")
    rules_form = RulesForm(initial=initial(request.company, RULES))
    context = {"form": rules_form, **closures_of(request, form)}
    return render(request, "web/settings/rules.html", context)


@require_POST
@writer_required
def closure_remove(request: CompanyRequest, pk: int) -> HttpResponse:
    """Work on these days after all."""
    row = get_object_or_404(
        Closure.objects.select_related("company"), pk=pk, company=request.company
    )
    remove_closure(row, user=request.membership.user)
    messages.success(request, _("Chiusura tolta."))
    return redirect("web:settings_rules")


def form_page(
    request: CompanyRequest,
    form_class: type[forms.Form],
    names: Sequence[str],
    template: str,
    address: str,
    *,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """A page that is one form over fields of the company."""
    form = form_class(request.POST or None, initial=initial(request.company, names))
    if request.method == "POST" and form.is_valid() and save(request, form):
        messages.success(request, _("Salvato."))
        return redirect(address)
    return render(request, template, {"form": form, **(more or {})})


def initial(row: Company, names: Sequence[str]) -> dict[str, Any]:
    """The fields as they are kept; the patron day as people write it."""
    values = {name: getattr(row, name) for name in names}
    month, _dash, day = values.get("patron_day", "").partition("-")
    if day:
        values["patron_day"] = f"{day}/{month}"
    return values


def save(request: CompanyRequest, form: forms.Form) -> bool:
    """Hand the form to the flow; whether it was taken."""
    try:
        edit_company(request.company, user=request.membership.user, changes=form.cleaned_data)
    except FieldsRefusedError as error:
        add_problems(form, error)
        return False
    return True


@member_required
def texts(request: CompanyRequest) -> HttpResponse:
    """Impostazioni › Testo del sollecito: two fields, a palette, a preview on samples."""
    own = initial(request.company, TEXTS)
    is_default = not any(own.values()) or "predefinito" in request.GET
    start = default_texts() if is_default else default_texts() | {k: v for k, v in own.items() if v}
    form = TextsForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid() and save_texts(request, form):
        messages.success(request, _("Testo salvato. Vale dai prossimi solleciti."))
        return redirect("web:settings_texts")
    context = {
        "form": form,
        "palette": palette(),
        "is_default": is_default,
        "preview": preview_of(
            str(form["reminder_subject"].value() or ""), str(form["reminder_text"].value() or "")
        ),
    }
    return render(request, "web/settings/texts.html", context)


def default_texts() -> dict[str, str]:
    """The default subject and text, as the form's fields."""
    model = default_text(MODEL)
    return {"reminder_subject": model.subject, "reminder_text": model.text}


def save_texts(request: CompanyRequest, form: TextsForm) -> bool:
    """What was left as the default stays the default; line ends are the text's own."""
    for name, default in default_texts().items():
        written = str(form.cleaned_data[name]).replace("\r\n", "\n")
        form.cleaned_data[name] = "" if written.strip() == default.strip() else written
    return save(request, form)


@require_POST
@writer_required
def texts_preview(request: CompanyRequest) -> HttpResponse:
    """The text on sample values, while it is being written."""
    form = TextsForm(request.POST)
    preview = preview_of(form.data.get("reminder_subject", ""), form.data.get("reminder_text", ""))
    return render(request, "web/settings/texts_preview.html", {"preview": preview})


def preview_of(subject: str, text: str) -> dict[str, Any]:
    """Subject and text with the samples in place, and what is wrong. Empty: the default."""
    model = default_text(MODEL)
    values = sample_values("it")
    shown = render_text(text if text.strip() else model.text, values)
    return {
        "subject": render_subject(subject.strip() or model.subject, values).text,
        "text": shown.text,
        "problems": [*check_subject(subject), *check_template(text)],
    }


def palette() -> list[tuple[str, list[Placeholder]]]:
    """The placeholders a reminder may use, by where they may stand."""
    names = allowed_names(MODEL)
    rows = [item for name, item in PLACEHOLDERS.items() if name in names]
    return [(_(title), [item for item in rows if item.shape is shape]) for shape, title in SHAPES]
