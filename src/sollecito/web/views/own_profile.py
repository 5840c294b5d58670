"""One's own name, phone and password."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sollecito.accounts.models import User
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.manage_users import edit_user
from sollecito.web.forms.people import ProfileForm
from sollecito.web.forms.problems import add_problems


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Any role changes its own; a new password asks for the one of now."""
    user = cast("User", request.user)
    form = ProfileForm(request.POST or None, initial={"name": user.name, "phone": user.phone})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if values["password"] and not user.check_password(values["current"]):
            form.add_error("current", _("Non è la password di adesso."))
        else:
            try:
                edit_user(user, by=user, changes=values)
            except FieldsRefusedError as error:
                add_problems(form, error)
            else:
                update_session_auth_hash(request, user)
                messages.success(request, _("Profilo salvato."))
                return redirect("web:profile")
    return render(request, "web/profile.html", {"form": form})
