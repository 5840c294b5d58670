"""A reminder by hand: written, previewed, sent, taken back. The drawer's buttons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.domain.transitions import IllegalMoveError
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.gather_reminder_facts import list_open_items
from sollecito.flows.offer_attachments import CopyNotMadeError, open_attachment
from sollecito.flows.preview_reminders import preview_reminders
from sollecito.flows.reminder_options import ReminderDraft, ReminderOptions
from sollecito.flows.send_reminder import new_token, undo_sending
from sollecito.web import files, mail_view
from sollecito.web import reminder_order as order
from sollecito.web.answers import done, refuse, show
from sollecito.web.forms.reminders import ReminderForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.views import reminders_sent

LIST = "web:scadenzario"


@require_http_methods(["GET", "POST"])
@writer_required
def reminder_new(request: CompanyRequest) -> HttpResponse:
    """Open the drawer for some rows, then answer each of its buttons."""
    data = request.POST if request.method == "POST" else request.GET
    ids = order.read_ids(data.get("righe", ""))
    before = order.read_choices(data, "_prima")
    composed = order.compose(request.company, request.membership.user, ids, before)
    left_out = list(dict.fromkeys(each.message for each in composed.refused))
    if not composed.drafts:
        return show(request, "web/reminders/refused.html", {"reasons": left_out})
    if len(composed.drafts) > 1:
        if request.POST.get("passo") == "invia":
            return reminders_sent.send(request, ids)
        return reminders_sent.show_many(request, ids, data.get("token") or new_token())
    draft = composed.drafts[0]
    if request.method == "GET" or request.POST.get("passo") == "apri":
        return write(request, draft, None, before, notes=left_out)
    return answer(request, ids, draft)


def answer(request: CompanyRequest, ids: list[int], before: ReminderDraft) -> HttpResponse:
    """A button was pressed: the text follows the choices, then what the button says."""
    company, user = request.company, request.membership.user
    now = order.read_choices(request.POST)
    after = order.compose(company, user, ids, now).drafts[0]
    text, is_done = order.follow(request.POST.get("testo", ""), before, after)
    notes = [] if is_done else [_("Il testo è cambiato a mano: metti tu il conto e gli allegati.")]
    form = make_form(request, after, text)
    act = request.POST.get("passo", "")
    if act not in {"torna", "conto"} and form.is_valid():
        options = read_options(form, request, now)
        draft = compose_reminders(company, ids, user=user, options=options).drafts[0]
        notes += [f"{each.message} {each.hint}".strip() for each in draft.warnings]
        for field, problem in draft.problems:
            form.add_error(order.FIELDS.get(field), f"{problem.message} {problem.hint}".strip())
        if not draft.problems and is_done:
            if act == "invia":
                return reminders_sent.send(request, ids, options)
            return preview(request, ids, options, now, notes)
    return write(request, after, form, now, notes=notes)


def write(
    request: CompanyRequest,
    draft: ReminderDraft,
    form: ReminderForm | None,
    choices: order.Choices,
    *,
    notes: Sequence[str] = (),
) -> HttpResponse:
    """The drawer to write in."""
    said = [*notes, *(f"{each.message} {each.hint}".strip() for each in draft.warnings)]
    context = {
        "chosen": ",".join(str(pk) for pk in draft.instalment_ids),
        "draft": order.describe(draft),
        "form": form or make_form(request, draft, None),
        "choices": choices,
        "attachments": draft.attachments,
        "copy_address": request.membership.user.email,
        "notes": list(dict.fromkeys(said)),
    }
    return show(request, "web/reminders/compose.html", context)


def make_form(request: CompanyRequest, draft: ReminderDraft, text: str | None) -> ReminderForm:
    """The form: prefilled from the draft, or as sent with the text that followed."""
    options: dict[str, Any] = {
        "accounts": order.account_choices(request.company, draft),
        "attachments": [(each.key, each.label) for each in draft.attachments],
    }
    if text is not None:
        data = request.POST.copy()
        data["testo"] = text
        return ReminderForm(data, **options)
    start = {
        "token": new_token(),
        "a": [box.address for box in draft.to],
        "oggetto": draft.subject,
        "testo": draft.text,
    }
    return ReminderForm(initial=start, **options)


def read_options(
    form: ReminderForm, request: CompanyRequest, choices: order.Choices
) -> ReminderOptions:
    """What the person chose, as the flow wants it."""
    fields = form.cleaned_data
    return ReminderOptions(
        to=tuple(fields["a"]),
        cc=tuple(fields["cc"]),
        bcc=(request.membership.user.email,) if fields["copia_a_me"] else (),
        subject=fields["oggetto"],
        text=fields["testo"],
        iban=choices.iban,
        attachments=choices.attachments,
    )


def preview(
    request: CompanyRequest,
    ids: list[int],
    options: ReminderOptions,
    choices: order.Choices,
    notes: Sequence[str],
) -> HttpResponse:
    """The message itself, from the bytes that would leave; its HTML part or its file on request."""
    made = preview_reminders(
        request.company,
        ids,
        token=request.POST.get("token", ""),
        user=request.membership.user,
        options=options,
        seen=order.read_seen(request.POST),
    )
    if not made.mails:
        return refuse(request, " ".join(each.message for each in made.refused), to=LIST)
    mail = made.mails[0]
    shown = mail_view.read_mail(mail.raw)
    act = request.POST.get("passo", "")
    if act == "eml":
        return files.hand_over(mail.raw, name="sollecito.eml", media_type=files.EML, save=True)
    if act == "html":
        return files.show_mail(shown.html)
    context = {
        "mail": shown,
        "bcc": ", ".join(options.bcc),
        "kept": order.kept_fields(request.POST, options, choices, made.mails),
        "notes": list(dict.fromkeys(notes)),
    }
    return show(request, "web/reminders/preview.html", context)


@require_GET
@writer_required
def reminder_attachment(request: CompanyRequest) -> HttpResponse:
    """One of the offered attachments, opened before sending."""
    ids = order.read_ids(request.GET.get("righe", ""))
    composed = compose_reminders(request.company, ids, user=request.membership.user)
    for draft in composed.drafts:
        for choice in draft.attachments:
            if choice.key != request.GET.get("quale"):
                continue
            try:
                file = open_attachment(choice, partial(list_open_items, draft))
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
