"""How a view answers: in the drawer when htmx asks, as a page of its own otherwise."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

# Said to the body: the element that asked may be gone by then.
CLOSE = {"sollecito:close": {"target": "body"}, "sollecito:changed": {"target": "body"}}


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of the page."""
    return bool(getattr(request, "htmx", False))


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A form or a sheet: ``frame`` is the drawer, or a whole page without htmx.

    A form with errors is an answer like another: 4xx would be an error in the console.
    """
    is_page = not is_partial(request)
    frame = "web/frames/sheet.html" if is_page else "web/frames/drawer.html"
    return render(request, template, {**context, "frame": frame, "is_page": is_page})


def done(
    request: HttpRequest, text: str, *, to: str, events: dict[str, Any] | None = None
) -> HttpResponse:
    """Say that it is done: a toast over the refreshed list, or a message on the page ``to``."""
    if not is_partial(request):
        messages.success(request, text)
        return redirect(to)
    return toast(request, "web/parts/toast.html", {"text": text}, events=events)


def undoable(
    request: HttpRequest, text: str, undo: str, *, to: str, seconds: int = 10
) -> HttpResponse:
    """As ``done``, with the button that takes it back by posting to ``undo``."""
    if not is_partial(request):
        messages.success(request, text, extra_tags=undo)
        return redirect(to)
    context = {"text": text, "undo_url": undo, "undo_word": _("Annulla"), "seconds": seconds}
    return toast(request, "web/parts/undo.html", context)


def toast(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    events: dict[str, Any] | None = None,
) -> HttpResponse:
    """Close the drawer, refresh what is behind it and show a toast."""
    answer = HttpResponse(render_to_string(template, context, request))
    answer["HX-Trigger"] = json.dumps(CLOSE | (events or {}))
    return answer


def refuse(request: HttpRequest, text: str, *, to: str) -> HttpResponse:
    """Say what happened and what to do, where nothing could be done."""
    if not is_partial(request):
        messages.error(request, text)
        return redirect(to)
    context = {"text": text, "is_refusal": True}
    return toast(request, "web/parts/toast.html", context)
