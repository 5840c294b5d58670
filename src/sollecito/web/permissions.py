"""Who may open a view: any member, who may write, the owner only. Asked on the server, always."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from sollecito.accounts.models import Membership
from sollecito.web.middleware import CompanyRequest

P = ParamSpec("P")
CompanyView = Callable[Concatenate[CompanyRequest, P], HttpResponseBase]
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

WRITERS = frozenset({Membership.Role.OWNER, Membership.Role.OFFICE})
OWNERS = frozenset({Membership.Role.OWNER})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def member_required(view: CompanyView[P]) -> PlainView[P]:
    """Any role may open it; only who may write may post to it."""
    return _guarded(view, reads=frozenset(Membership.Role), writes=WRITERS)


def writer_required(view: CompanyView[P]) -> PlainView[P]:
    """Titolare and amministrazione, also to look."""
    return _guarded(view, reads=WRITERS, writes=WRITERS)


def owner_required(view: CompanyView[P]) -> PlainView[P]:
    """Titolare only, also to look."""
    return _guarded(view, reads=OWNERS, writes=OWNERS)


def _guarded(
    view: CompanyView[P], *, reads: frozenset[Membership.Role], writes: frozenset[Membership.Role]
) -> PlainView[P]:
    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        membership = getattr(request, "membership", None)
        if membership is None:
            return _to_login(request)
        if membership.role not in (reads if request.method in SAFE_METHODS else writes):
            raise PermissionDenied
        return view(cast("CompanyRequest", request), *args, **kwargs)

    return inner


def _to_login(request: HttpRequest) -> HttpResponse:
    """Sign in first; a piece of a page asks the whole page to go there, and to come back."""
    if getattr(request, "htmx", False):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = f"{page.path or '/'}?{page.query}".removesuffix("?")
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect_to_login(back)["Location"]
        return answer
    return redirect_to_login(request.get_full_path())
