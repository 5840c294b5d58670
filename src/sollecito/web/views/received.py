"""What came back: receipts and bounces of a communication, answers of customers, its proof."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sollecito.domain.arrived import Kind
from sollecito.dunning.models import CustomerReply
from sollecito.flows.make_proof_folder import make_proof_folder
from sollecito.flows.see_reply import see_reply
from sollecito.flows.suppress_address import lift_suppression
from sollecito.ledger.contact_queries import customers_reached_by
from sollecito.ledger.models import Party
from sollecito.outbox.models import Content, ReceivedMail, Suppression
from sollecito.outbox.queries import mails_to_look_at
from sollecito.web import files
from sollecito.web.answers import done
from sollecito.web.message_words import RECEIVED, signature_words
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required

ZIP = "application/zip"
PAGE = 30


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A received mail in words: what it is and of whom it speaks."""

    row: ReceivedMail
    word: str | Promise
    icon: str
    whom: str

    @property
    def signature(self) -> tuple[str | Promise, str]:
        """What is known of its signature: words and icon."""
        return signature_words(self.row)


def received_of(content: Content) -> list[ShownMail]:
    """What arrived about a communication, oldest first."""
    rows = content.received_mails.defer("raw").prefetch_related("events__message")
    found = []
    for row in rows.order_by("arrived_at", "pk"):
        word, icon = RECEIVED.get(row.kind, (row.kind, "mail"))
        told = sorted({event.message.address for event in row.events.all()})
        whom = row.from_address if row.kind in {Kind.MAIL, Kind.PEC_MAIL} else ", ".join(told)
        found.append(ShownMail(row, word, icon, whom))
    return found


@require_GET
@member_required
def received_eml(request: CompanyRequest, pk: int) -> HttpResponse:
    """The bytes as they came."""
    mail = get_object_or_404(ReceivedMail, pk=pk, company=request.company)
    return files.hand_over(
        bytes(mail.raw), name=f"{mail.kind}-{pk}.eml", media_type=files.EML, save=True
    )


@require_GET
@member_required
def message_proof(request: CompanyRequest, pk: int) -> HttpResponse:
    """The proof folder of a communication: one download."""
    rows = Content.objects.filter(company=request.company, raw__isnull=False)
    content = get_object_or_404(rows.select_related("company"), pk=pk)
    return files.hand_over(
        make_proof_folder(content), name=f"prova-{pk}.zip", media_type=ZIP, save=True
    )


@require_GET
@member_required
def replies(request: CompanyRequest) -> HttpResponse:
    """Risposte: those to read, or all of them."""
    rows = CustomerReply.objects.filter(company=request.company)
    is_all = request.GET.get("quali") == "tutte"
    shown = rows if is_all else rows.filter(seen_at__isnull=True)
    shown = shown.select_related("mail", "party", "seen_by").defer("mail__raw")
    page = Paginator(shown.order_by("-at", "-pk"), PAGE).get_page(request.GET.get("pagina"))
    return render(request, "web/replies/list.html", {"page": page, "is_all": is_all})


@require_GET
@member_required
def loose(request: CompanyRequest) -> HttpResponse:
    """Posta da guardare: of no message known here, broken while read, changed after signing."""
    rows = mails_to_look_at(request.company).select_related("content").defer("raw")
    rows = rows.order_by("-arrived_at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("pagina"))
    mails = [
        ShownMail(row, *RECEIVED.get(row.kind, (row.kind, "mail")), row.from_address)
        for row in page
    ]
    return render(request, "web/messages/loose.html", {"page": page, "mails": mails})


@require_POST
@writer_required
def reply_seen(request: CompanyRequest, pk: int) -> HttpResponse:
    """Segna come letta."""
    row = get_object_or_404(CustomerReply, pk=pk, company=request.company)
    see_reply(request.company, pk, user=request.membership.user)
    return done(
        request,
        _("Segnata come letta: i solleciti automatici riprendono."),
        to=reverse("web:customer", args=[row.party_id]),
    )


@require_POST
@writer_required
def address_retry(request: CompanyRequest, pk: int) -> HttpResponse:
    """Riprova: a person knows that the address is good."""
    rows = Suppression.objects.filter(company=request.company, lifted_at__isnull=True)
    row = get_object_or_404(rows, pk=pk)
    lift_suppression(request.company, row.pk, user=request.membership.user)
    reached = customers_reached_by(request.company, [row.address])
    parties = Party.objects.filter(pk__in=reached).order_by("pk")
    party = parties.filter(pk=request.POST.get("cliente") or 0).first() or parties.first()
    text = _("%(address)s torna in uso: il prossimo sollecito ci riprova.")
    back = reverse("web:customer", args=[party.pk]) if party else reverse("web:customers")
    if not party:
        return redirect(back)
    return done(request, text % {"address": row.address}, to=back)
