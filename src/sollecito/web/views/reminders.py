"""A reminder by hand: written, previewed, sent, taken back. The drawer's buttons."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.domain.transitions import IllegalMoveError
from sollecito.dunning.template_queries import template_book
from sollecito.flows.compare_standing import A_COPY
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.freeze_mail import PreparedMail
from sollecito.flows.offer_attachments import CopyNotMadeError
from sollecito.flows.open_attachment import open_attachment
from sollecito.flows.preview_reminders import preview_reminders
from sollecito.flows.reminder_options import PEC, ReminderOptions, Ways
from sollecito.flows.send_reminder import new_token, undo_sending
from sollecito.web import files
from sollecito.web import reminder_order as order
from sollecito.web.answers import done, refuse, show
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.views import reminders_sent
from sollecito.web.views.writing import CannotSendError, Desk, answer, write

LIST = "web:scadenzario"


@require_http_methods(["GET", "POST"])
@writer_required
def reminder_new(request: CompanyRequest) -> HttpResponse:
    """Open the drawer for some rows, then answer each of its buttons."""
    data = request.POST if request.method == "POST" else request.GET
    ids = order.read_ids(data.get("righe", ""))
    before = order.read_choices(data, "_prima")
    if request.method == "GET":
        before = order.start_with(data)
        ids = order.widen(request.company, ids, before)
    composed = order.compose(request.company, request.membership.user, ids, before)
    left_out = list(dict.fromkeys(each.message for each in composed.refused))
    if not composed.drafts:
        return show(request, "web/reminders/refused.html", {"reasons": left_out})
    if len(composed.drafts) > 1:
        if request.POST.get("passo") == "invia":
            return reminders_sent.send(request, ids)
        return reminders_sent.show_many(request, ids, data.get("token") or new_token())
    draft, desk = composed.drafts[0], by_hand(request, ids)
    if request.method == "GET" or request.POST.get("passo") == "apri":
        return write(request, desk, draft, choices=before, notes=left_out)
    return answer(request, desk, draft)


def by_hand(request: CompanyRequest, ids: list[int], saved: int = 0) -> Desk:
    """The drawer for some rows of the scadenzario; ``saved`` is the draft it was taken up from."""
    company, user = request.company, request.membership.user
    data = request.POST if request.method == "POST" else request.GET
    is_copy = template_book(company).kind_of(data.get("modello", "")) == A_COPY
    saved = saved or next(iter(order.read_ids(request.GET.get("bozza", ""))), 0)

    def preview(options: Ways) -> tuple[PreparedMail, ...]:
        made = preview_reminders(
            company,
            ids,
            token=request.POST.get("token", ""),
            user=user,
            options=options,
            seen=order.read_seen(request.POST),
        )
        if made.refused or not made.mails:
            raise CannotSendError(" ".join(each.message for each in made.refused))
        return made.mails

    return Desk(
        url=reverse("web:reminder_new") + (f"?bozza={saved}" if saved else ""),
        back=LIST,
        title=_("Invia il documento") if is_copy else _("Sollecita pagamento"),
        is_copy=is_copy,
        make=lambda options: compose_reminders(company, ids, user=user, options=options),
        preview=preview,
        send=partial(reminders_sent.send, request, ids),
        can_change_way=True,
        has_sms=True,
        has_whatsapp=True,
    )


@require_GET
@writer_required
def reminder_attachment(request: CompanyRequest) -> HttpResponse:
    """One of the offered attachments, opened before sending."""
    ids = order.read_ids(request.GET.get("righe", ""))
    asked = ReminderOptions(
        attachments=(request.GET.get("quale", ""),),
        model=request.GET.get("modello", ""),
        channel=PEC if request.GET.get("canale") == PEC else "",
    )
    user = request.membership.user
    composed = compose_reminders(request.company, ids, user=user, options=asked)
    for draft in composed.drafts:
        for choice in draft.attachments:
            if choice.key != request.GET.get("quale"):
                continue
            try:
                file = open_attachment(choice, draft)
            except CopyNotMadeError as error:
                return refuse(request, str(error), to=LIST)
            return files.hand_over(file.content, name=file.name, media_type=file.media_type)
    raise Http404


@require_POST
@writer_required
def reminder_undo(request: CompanyRequest, token: str) -> HttpResponse:
    """Annulla invio: truly, or say that it is too late."""
    try:
        count = undo_sending(request.company, token, user=request.membership.user)
    except IllegalMoveError:
        return refuse(
            request,
            _("È già partito, o sta partendo: non si annulla più. Lo trovi in Comunicazioni."),
            to=LIST,
        )
    text = ngettext(
        "Invio annullato: il messaggio non parte.",
        "Invio annullato: %(count)d messaggi non partono.",
        count,
    )
    return done(request, text % {"count": count}, to=LIST)


@require_GET
@writer_required
def reminder_sent(request: CompanyRequest, token: str) -> HttpResponse:
    """After sending without htmx: the same ten seconds to take it back."""
    undo = reverse("web:reminder_undo", args=[token])
    return show(request, "web/reminders/sent.html", {"undo_url": undo})
