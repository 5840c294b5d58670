"""Pages for what went wrong, in plain words; a short message where htmx asked for a piece."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.web.answers import is_partial

WORDS: dict[str, str | Promise] = {
    "403": _("Il tuo ruolo non lo permette: chiedi al titolare."),
    "404": _("Questa riga non c’è più: ricarica la pagina."),
    "500": _("Qualcosa si è rotto, ed è colpa nostra: riprova fra poco."),
    "csrf": _("La pagina era aperta da troppo tempo: ricaricala e riprova."),
}


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    del exception
    return tell(request, "403", 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form older than the session it is sent in."""
    del reason
    return tell(request, "csrf", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    del exception
    return tell(request, "404", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return tell(request, "500", 500)


def tell(request: HttpRequest, name: str, status: int) -> HttpResponse:
    """The page of an error; a toast, and nothing else changed, where a piece was asked for."""
    if not is_partial(request):
        return render(request, f"web/errors/{name}.html", status=status)
    context = {"text": WORDS[name], "is_refusal": True}
    answer = render(request, "web/parts/toast.html", context, status=status)
    answer["HX-Reswap"] = "none"
    return answer
