"""The first run: who enters, which company, where it is paid. All on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sollecito.accounts.models import Membership, User
from sollecito.accounts.queries import companies_without_users
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.set_up_company import (
    AlreadySetUpError,
    is_set_up,
    make_company,
    set_up_installation,
)
from sollecito.web.forms.company import NewCompanyForm, PersonForm
from sollecito.web.forms.problems import add_problems


def setup(request: HttpRequest) -> HttpResponse:
    """First user and company; later, one more company of a titolare."""
    if isinstance(request.user, User):
        return add_company(request, request.user)
    if is_set_up():
        return redirect("web:login")
    known = list(companies_without_users())
    person = PersonForm(request.POST or None)
    company = None if known else NewCompanyForm(request.POST or None)
    context = {"person": person, "company_form": company, "known": known}
    if request.method != "POST":
        return render(request, "web/setup.html", context)
    values = written(company)
    try:
        user, _made = set_up_installation(
            person={
                "name": person.data.get("user_name", ""),
                "email": person.data.get("user_email", ""),
                "password": person.data.get("password", ""),
            },
            company=values,
            iban=values.get("iban", ""),
        )
    except AlreadySetUpError:
        return redirect("web:login")
    except FieldsRefusedError as error:
        share(error, person, company)
        return render(request, "web/setup.html", context)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    messages.success(request, _("Tutto pronto. Adesso porta dentro le fatture emesse."))
    return redirect("web:imports")


def add_company(request: HttpRequest, user: User) -> HttpResponse:
    """A company of who is titolare of another, or of who has none."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership and membership.role != Membership.Role.OWNER:
        return redirect("web:home")
    form = NewCompanyForm(request.POST or None)
    context = {"company_form": form, "is_more": True}
    if request.method != "POST":
        return render(request, "web/setup.html", context)
    values = written(form)
    try:
        made = make_company(values, owner=user, iban=values.get("iban", ""))
    except FieldsRefusedError as error:
        share(error, form)
        return render(request, "web/setup.html", context)
    request.session["company"] = made.pk
    messages.success(request, _("Azienda aggiunta. Adesso porta dentro le fatture emesse."))
    return redirect("web:imports")


def written(form: NewCompanyForm | None) -> dict[str, Any]:
    """The company's fields as they were written; none where no company is asked for."""
    if form is None:
        return {}
    return {name: str(form.data.get(name, "")) for name in form.fields}


def share(error: FieldsRefusedError, *asked: PersonForm | NewCompanyForm | None) -> None:
    """Put each problem beside its field, in the form that has it."""
    for form in filter(None, asked):
        form.is_valid()
        own = {name: each for name, each in error.problems.items() if name in form.fields}
        add_problems(form, FieldsRefusedError(own))
