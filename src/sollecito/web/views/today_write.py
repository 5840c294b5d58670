"""A draft seen as it would leave, and the drawer in which a person changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.dunning.models import Draft, Reminder
from sollecito.flows.compose_automatic import Written, compose_automatic
from sollecito.flows.freeze_mail import PreparedMail
from sollecito.flows.keep_edits import drop_edits, offered_words
from sollecito.flows.planning.refusing import ApprovalRefusedError
from sollecito.flows.planning.rendering import render
from sollecito.flows.reminder_options import Composition, ReminderOptions, Ways
from sollecito.web import files, mail_view
from sollecito.web import reminder_order as order
from sollecito.web.answers import done, refuse, show
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.views.today import TODAY, item_of
from sollecito.web.views.today_acts import draft_of, seen_of, send_draft
from sollecito.web.views.writing import CannotSendError, Desk, answer, kind_of, one_way, write


@require_GET
@member_required
def today_item(request: CompanyRequest, pk: int) -> HttpResponse:
    """What leaves exactly, and why it is here; its HTML part or its file on request."""
    draft = draft_of(request, pk)
    if not draft.is_open:
        return refuse(request, _("Non è più da inviare: l’elenco è cambiato."), to=TODAY)
    context: dict[str, Any] = {"item": item_of(request, draft), "draft": draft}
    try:
        mail = render(draft, reminders_of(draft), user=request.membership.user)
    except ApprovalRefusedError as error:
        return show(request, "web/today/item.html", context | {"obstacle": str(error)})
    act = request.GET.get("come", "")
    if act and mail.draft.is_letter:
        return files.hand_over(mail.raw, name="lettera.pdf", media_type=files.PDF)
    if act == "eml":
        return files.hand_over(mail.raw, name="sollecito.eml", media_type=files.EML, save=True)
    shown = mail_view.read_prepared(mail)
    if act == "html":
        return files.show_mail(shown.html)
    context |= {
        "kind": kind_of(mail.draft),
        "mail": shown,
        "visto": order.seen_fields([mail])[0],
        "sha256": mail.sha256,
    }
    return show(request, "web/today/item.html", context)


@require_http_methods(["GET", "POST"])
@writer_required
def today_edit(request: CompanyRequest, pk: int) -> HttpResponse:
    """The draft's text, recipients and attachments; what is written is frozen as this draft."""
    draft = draft_of(request, pk)
    if not draft.is_open:
        return refuse(request, _("Non è più da inviare: l’elenco è cambiato."), to=TODAY)
    desk = desk_of(request, draft)
    before = order.read_choices(request.POST, "_prima")
    composed = order.compose_as(desk.make, before)
    if not composed.drafts:
        words = " ".join(dict.fromkeys(each.message for each in composed.refused))
        return refuse(request, words, to=TODAY)
    made = composed.drafts[0]
    if request.method == "POST":
        return answer(request, desk, made)
    subject, text = offered = offered_words(draft, made)
    if text and request.GET.get("ripresa"):
        note = _("È il testo che avevi scritto: controlla importi e documenti.")
        taken = replace(made, subject=subject or made.subject, text=text)
        return write(request, desk, taken, choices=before, notes=[note])
    return write(request, replace(desk, offered=offered), made, choices=before)


@require_POST
@writer_required
def today_unedit(request: CompanyRequest, pk: int) -> HttpResponse:
    """The text of the rule again, instead of what a person wrote."""
    draft = draft_of(request, pk)
    drop_edits(draft, user=request.membership.user)
    return done(request, _("Vale di nuovo il testo della regola."), to=TODAY)


def desk_of(request: CompanyRequest, draft: Draft) -> Desk:
    """The drawer over one draft."""
    reminders, user = reminders_of(draft), request.membership.user
    proposed = compose_automatic(draft, reminders, user=user)
    copied = tuple(box.address for each in proposed.drafts for box in each.cc)

    def make(options: ReminderOptions) -> Composition:
        if options.attachments is None:  # nothing chosen yet: as the step wants it
            return proposed
        if options.text is None:  # a prefill for other choices: the step's own copies stay
            options = replace(options, cc=copied)
        return compose_automatic(draft, reminders, user=user, written=Written(options))

    def preview(options: Ways) -> tuple[PreparedMail, ...]:
        written = Written(one_way(options))
        try:
            return (render(draft, reminders, user=user, written=written),)
        except ApprovalRefusedError as error:
            raise CannotSendError(str(error)) from error

    def send(options: Ways) -> HttpResponse:
        return send_draft(request, draft, Written(one_way(options), seen_of(request, draft)))

    return Desk(
        url=reverse("web:today_edit", args=[draft.pk]),
        back=TODAY,
        title=_("Modifica e invia"),
        make=make,
        preview=preview,
        send=send,
    )


def reminders_of(draft: Draft) -> list[Reminder]:
    """What a draft asks for."""
    return list(draft.content.reminders.filter(is_void=False).order_by("instalment_id"))
