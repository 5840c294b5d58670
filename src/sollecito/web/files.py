"""Files handed to the browser: shown beside the page, or saved."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from sollecito.web.mail_view import READ_ONLY

PDF = "application/pdf"
EML = "message/rfc822"
TEXT = "text/plain; charset=utf-8"
SHOWN = frozenset({PDF, TEXT, "text/plain"})
FROM_HERE = {"frame-ancestors": ["'self'"]}


def hand_over(content: bytes, *, name: str, media_type: str, save: bool = False) -> HttpResponse:
    """A file. Only what cannot run anything is ever shown; the rest is saved.

    A PDF is a document of its own: the pages' policy would forbid the browser's viewer.
    """
    as_attachment = save or media_type not in SHOWN
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=0"
    answer._csp_replace = FROM_HERE  # type: ignore[attr-defined]  # noqa: SLF001  what django-csp reads
    return answer


def show_mail(html: str) -> HttpResponse:
    """The HTML part of a mail as a page that can do nothing: no script, no picture, no form."""
    answer = HttpResponse(html)
    answer._csp_replace = READ_ONLY  # type: ignore[attr-defined]  # noqa: SLF001  what django-csp reads
    return answer
