"""The drawer in which one message is written: by hand, or out of a programme's draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sollecito.flows.freeze_mail import PreparedMail
from sollecito.flows.reminder_options import Composition, ReminderDraft, ReminderOptions
from sollecito.flows.send_reminder import new_token
from sollecito.web import files, mail_view
from sollecito.web import reminder_order as order
from sollecito.web.answers import refuse, show
from sollecito.web.forms.reminders import ReminderForm
from sollecito.web.middleware import CompanyRequest


class CannotSendError(Exception):
    """Nothing to show: the sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the drawer works on: its address, the page behind it, and how it composes and sends.

    ``preview`` raises CannotSendError.
    """

    url: str
    back: str
    title: str
    make: Callable[[ReminderOptions], Composition]
    preview: Callable[[ReminderOptions], PreparedMail]
    send: Callable[[ReminderOptions], HttpResponse]
    can_change_way: bool = False
    """Whether the person chooses the channel: a programme's step has chosen its own."""

    @property
    def back_url(self) -> str:
        """The page behind the drawer."""
        return reverse(self.back)


def answer(request: CompanyRequest, desk: Desk, before: ReminderDraft) -> HttpResponse:
    """A button was pressed: the text follows the choices, then what the button says."""
    now = order.read_choices(request.POST)
    after = order.compose_as(desk.make, now).drafts[0]
    text, is_done = order.follow(request.POST.get("testo", ""), before, after)
    notes = [] if is_done else [_("Il testo è cambiato a mano: metti tu il conto e gli allegati.")]
    form = make_form(request, after, text)
    act = request.POST.get("passo", "")
    if act not in {"torna", "conto"} and form.is_valid():
        options = read_options(form, request, now)
        draft = desk.make(options).drafts[0]
        notes += [f"{each.message} {each.hint}".strip() for each in draft.warnings]
        for field, problem in draft.problems:
            form.add_error(order.FIELDS.get(field), f"{problem.message} {problem.hint}".strip())
        if not draft.problems and is_done:
            if act == "invia":
                return desk.send(options)
            return preview(request, desk, options, now, notes)
    return write(request, desk, after, form=form, choices=now, notes=notes)


def write(
    request: CompanyRequest,
    desk: Desk,
    draft: ReminderDraft,
    *,
    choices: order.Choices,
    form: ReminderForm | None = None,
    notes: Sequence[str] = (),
) -> HttpResponse:
    """The drawer to write in."""
    said = [*notes, *(f"{each.message} {each.hint}".strip() for each in draft.warnings)]
    context = {
        "desk": desk,
        "chosen": ",".join(str(pk) for pk in draft.instalment_ids),
        "draft": order.describe(draft),
        "form": form or make_form(request, draft, None),
        "choices": choices,
        "attachments": draft.attachments,
        "can_change_way": desk.can_change_way,
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
        "cc": [box.address for box in draft.cc],
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
        channel=choices.channel,
        subject=fields["oggetto"],
        text=fields["testo"],
        iban=choices.iban,
        attachments=choices.attachments,
    )


def preview(
    request: CompanyRequest,
    desk: Desk,
    options: ReminderOptions,
    choices: order.Choices,
    notes: Sequence[str],
) -> HttpResponse:
    """The message itself, from the bytes that would leave; its HTML part or its file on request."""
    try:
        mail = desk.preview(options)
    except CannotSendError as error:
        return refuse(request, str(error), to=desk.back)
    shown = mail_view.read_content(mail.raw, mail.draft.account.channel)
    act = request.POST.get("passo", "")
    if act == "eml":
        return files.hand_over(mail.raw, name="sollecito.eml", media_type=files.EML, save=True)
    if act == "html":
        return files.show_mail(shown.html)
    context = {
        "desk": desk,
        "mail": shown,
        "bcc": ", ".join(options.bcc),
        "kept": order.kept_fields(request.POST, options, choices, [mail]),
        "notes": list(dict.fromkeys(notes)),
    }
    return show(request, "web/reminders/preview.html", context)
