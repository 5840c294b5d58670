"""Which company the request is about, and in which role."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from sollecito.accounts.models import Company, Membership
from sollecito.accounts.queries import memberships_of


class CompanyRequest(HttpRequest):
    """A request after ``CompanyMiddleware``: what views are typed with."""

    company: Company
    membership: Membership


class CompanyMiddleware:
    """Set ``request.company`` and ``request.membership``; send a new installation to set-up.

    The chosen company is kept in the session; a user sees only companies of a membership.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.company = None  # type: ignore[attr-defined]  # see CompanyRequest
        request.membership = None  # type: ignore[attr-defined]  # see CompanyRequest
        if request.user.is_authenticated:
            membership = self.choose(request)
            if membership:
                request.membership = membership  # type: ignore[attr-defined]  # see CompanyRequest
                request.company = membership.company  # type: ignore[attr-defined]  # the same
            elif not is_open(request.path):
                return redirect("web:setup")
        return self.get_response(request)

    def choose(self, request: HttpRequest) -> Membership | None:
        """The membership of the company in the session, else the user's first."""
        mine = memberships_of(int(request.user.pk or 0))
        chosen = request.session.get("company")
        return (mine.filter(company_id=chosen).first() if chosen else None) or mine.first()


def is_open(path: str) -> bool:
    """Whether a page needs no company: set-up, sign-in and out, static files."""
    return path.startswith((reverse("web:setup"), reverse("web:login"), reverse("web:logout")))
