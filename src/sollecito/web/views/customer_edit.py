"""The card of a customer, changed: fields, contacts, kind."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sollecito.flows.edit_customer import FIELDS, Contact, edit_customer
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.ledger.models import Agent, Party
from sollecito.web.answers import done, show
from sollecito.web.forms.customers import ContactForms, CustomerForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required

CONTACT_FIELDS = ("kind", "value", "purpose", "person")


@writer_required
def customer_edit(request: CompanyRequest, pk: int) -> HttpResponse:
    """The form of the card, with its contacts; an emptied contact goes away."""
    party = get_object_or_404(
        Party.objects.select_related("company"), pk=pk, company=request.company
    )
    start = {name: getattr(party, name) for name in FIELDS} | {"agent": party.agent_id or ""}
    form = CustomerForm(request.POST or None, company=request.company, initial=start)
    points = list(party.contact_points.order_by("kind", "pk").values(*CONTACT_FIELDS))
    contacts = ContactForms(request.POST or None, initial=points, prefix="recapiti")
    if request.method == "POST" and form.is_valid() and contacts.is_valid():
        try:
            edit_customer(
                party,
                user=request.membership.user,
                changes=changes_of(form, party),
                contacts=contacts_of(contacts),
            )
        except FieldsRefusedError as error:
            show_problems(form, contacts, error)
        else:
            here = reverse("web:customer", args=[party.pk])
            return done(request, _("Scheda salvata."), to=here)
    context = {"party": party, "form": form, "contacts": contacts}
    return show(request, "web/customers/edit.html", context)


def changes_of(form: CustomerForm, party: Party) -> dict[str, Any]:
    """What the form says; a kind that was left as proposed is not thereby confirmed."""
    values = dict(form.cleaned_data)
    agent = values.pop("agent")
    if values["kind"] == party.kind:
        del values["kind"]
    return values | {"agent": Agent.objects.get(pk=agent) if agent else None}


def contacts_of(forms: Any) -> list[Contact]:
    """The contacts that are filled in."""
    filled = [form.cleaned_data for form in forms if form.cleaned_data.get("value", "").strip()]
    return [Contact(**{name: row.get(name, "") for name in CONTACT_FIELDS}) for row in filled]


def show_problems(form: CustomerForm, contacts: Any, error: FieldsRefusedError) -> None:
    """Problems of ``contact_<n>`` go beside the n-th contact that is filled in."""
    filled = [row for row in contacts if row.cleaned_data.get("value", "").strip()]
    own = {}
    for name, problem in error.problems.items():
        if name.startswith("contact_"):
            row = filled[int(name.removeprefix("contact_"))]
            row.add_error("value", f"{problem.message} {problem.hint}".strip())
        else:
            own[name] = problem
    add_problems(form, FieldsRefusedError(own))


@require_POST
@writer_required
def customer_confirm_kind(request: CompanyRequest, pk: int) -> HttpResponse:
    """The proposed kind is right."""
    party = get_object_or_404(
        Party.objects.select_related("company"), pk=pk, company=request.company
    )
    edit_customer(party, user=request.membership.user, changes={"kind": party.kind})
    messages.success(request, _("Tipo di cliente confermato."))
    return redirect("web:customer", pk)
