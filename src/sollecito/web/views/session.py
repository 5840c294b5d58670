"""Sign in, sign out, and choose the company to work for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sollecito.accounts.queries import memberships_of
from sollecito.dunning.work_list import begins_with_work
from sollecito.flows.set_up_company import is_set_up
from sollecito.web.forms.controls import read_keys
from sollecito.web.forms.session import LoginForm
from sollecito.web.permissions import WRITERS


class LoginView(auth_views.LoginView):
    """The sign-in page; where nobody can enter yet, the first run."""

    template_name = "web/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True
    extra_context = {"page_title": _("Entra")}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A new installation has nobody who could sign in: it is set up first."""
        if not is_set_up():
            return redirect("web:setup")
        return super().dispatch(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        """Who is charged with reminders begins with those of the day."""
        mine = memberships_of(int(self.request.user.pk or 0)).first()
        if mine and begins_with_work(mine.company, mine.user, can_write=mine.role in WRITERS):
            return reverse("web:today")
        return super().get_default_redirect_url()


@method_decorator(require_POST, name="dispatch")
class LogoutView(auth_views.LogoutView):
    """Sign out; the session ends."""


@require_POST
def switch_company(request: HttpRequest) -> HttpResponse:
    """Keep the chosen company in the session, if it is one of the user's."""
    chosen = read_keys(request.POST.get("company", ""))
    if request.user.is_authenticated and chosen:
        mine = memberships_of(request.user.pk).filter(company_id=chosen[0]).first()
        if mine:
            request.session["company"] = mine.company_id
    return redirect("web:home")
