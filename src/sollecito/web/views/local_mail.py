"""Posta locale: the mails the `file` channel kept instead of sending, as a reader gets them."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Max, Min, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render

from sollecito.accounts.models import Company
from sollecito.channels.local_mailbox import KeptMail, open_mail, read_mail
from sollecito.outbox.models import Content, Message
from sollecito.web.files import EML, hand_over, show_mail
from sollecito.web.mail_view import read_content
from sollecito.web.mail_view import read_mail as read_bytes
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required

PAGE = 50
KEPT_HERE = Q(content__channel="file") | Q(content__channel="sms", content__sender=None)


@member_required
def mailbox(request: CompanyRequest) -> HttpResponse:
    """The company's kept mails, newest first."""
    kept = (
        Message.objects.filter(KEPT_HERE, company=request.company)
        .exclude(reference="")
        .values("reference")
        .annotate(at=Max("settled_at"), content=Min("content_id"))
        .order_by("-reference")
    )
    page = Paginator(kept, PAGE).get_page(request.GET.get("pagina"))
    subjects = Content.objects.in_bulk([row["content"] for row in page])
    mails = [(row, find_mail(row["reference"]), subjects[row["content"]]) for row in page]
    return render(request, "web/mailbox/list.html", {"page": page, "mails": mails})


@member_required
def mail(request: CompanyRequest, mail_id: str) -> HttpResponse:
    """One mail: envelope, headers, text, attachments."""
    kept = own_mail(request.company, mail_id)
    content = Content.objects.filter(company=request.company, messages__reference=mail_id).first()
    if content and content.channel == "sms":
        text = {"mail": kept, "shown": read_content(kept.raw, "sms"), "content": content}
        return render(request, "web/mailbox/mail.html", text | {"hidden": kept.recipients})
    parsed = open_mail(kept.raw)
    context = {
        "mail": kept,
        "shown": read_bytes(kept.raw),
        "sent_at": parsed["Date"].datetime if parsed["Date"] else None,
        "message_id": parsed["Message-ID"],
        "hidden": [each for each in kept.recipients if each not in shown_addresses(parsed)],
        "content": content,
    }
    return render(request, "web/mailbox/mail.html", context)


@member_required
def mail_html(request: CompanyRequest, mail_id: str) -> HttpResponse:
    """The HTML part, for a frame that runs and fetches nothing."""
    return show_mail(read_bytes(own_mail(request.company, mail_id).raw).html)


@member_required
def mail_raw(request: CompanyRequest, mail_id: str) -> HttpResponse:
    """The exact bytes, as text to read."""
    kept = own_mail(request.company, mail_id)
    if "scarica" in request.GET:
        return hand_over(kept.raw, name=f"{mail_id}.eml", media_type=EML, save=True)
    return hand_over(kept.raw, name=f"{mail_id}.txt", media_type="text/plain")


@member_required
def mail_attachment(request: CompanyRequest, mail_id: str, position: int) -> HttpResponse:
    """One attachment; ``position`` from 1."""
    parts = read_bytes(own_mail(request.company, mail_id).raw).attachments
    if not 0 < position <= len(parts):
        raise Http404
    part = parts[position - 1]
    return hand_over(part.content, name=part.name, media_type=part.media_type)


def own_mail(company: Company, mail_id: str) -> KeptMail:
    """The mail, if a message of the company became it."""
    is_own = Message.objects.filter(company=company, reference=mail_id).exists()
    kept = find_mail(mail_id) if is_own else None
    if kept is None:
        raise Http404
    return kept


def find_mail(mail_id: str) -> KeptMail | None:
    """In the folder of this installation."""
    return read_mail(Path(settings.MAILBOX), mail_id)


def shown_addresses(parsed: EmailMessage) -> set[str]:
    """The addresses every reader sees; the envelope's others are Bcc."""
    return {
        address.addr_spec
        for name in ("To", "Cc")
        for header in parsed.get_all(name, [])
        for address in header.addresses
    }
