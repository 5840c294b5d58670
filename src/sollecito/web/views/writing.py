"""The drawer in which one message is written: by hand, or out of a programme's draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sollecito.flows.freeze_mail import PreparedMail
from sollecito.flows.reminder_options import (
    Composition,
    ReminderDraft,
    ReminderOptions,
    Ways,
)
from sollecito.flows.send_reminder import new_token
from sollecito.ledger.models import Payment
from sollecito.web import files, mail_view, sms_beside
from sollecito.web import reminder_order as order
from sollecito.web.answers import refuse, show
from sollecito.web.forms.reminders import ReminderForm
from sollecito.web.middleware import CompanyRequest


class CannotSendError(Exception):
    """Nothing to show: the sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the drawer works on: its address, the page behind it, and how it composes and sends.

    ``preview`` raises CannotSendError; where ``send`` does, what was written stays in the drawer.
    """

    url: str
    back: str
    title: str
    make: Callable[[ReminderOptions], Composition]
    preview: Callable[[Ways], tuple[PreparedMail, ...]]
    send: Callable[[Ways], HttpResponse]
    is_copy: bool = False
    """Whether it sends a document: no reminder, which holds do not stop."""
    can_change_way: bool = False
    """Whether the person chooses model and channel: a programme's step has chosen its own."""
    has_sms: bool = False
    has_whatsapp: bool = False
    """Whether an SMS may leave together with the mail."""
    offered: tuple[str, str] = ("", "")
    """Subject and text that a person wrote for other amounts; empty where there are none."""
    takes: Payment | None = None
    """The payment that a thank-you is for: it asks for nothing."""

    @property
    def back_url(self) -> str:
        """The page behind the drawer."""
        return reverse(self.back)


def one_way(options: Ways) -> ReminderOptions:
    """The mail alone: where a rule or a plan has chosen the channel."""
    return options[0] if isinstance(options, tuple) else options


def is_other_letter(now: order.Choices, before: ReminderDraft) -> bool:
    """Whether model or channel changed: what goes with it is proposed anew."""
    is_pec_now = bool(now.channel) and not before.is_pec
    return is_pec_now or bool(now.model and now.model != before.code)


def answer(request: CompanyRequest, desk: Desk, before: ReminderDraft) -> HttpResponse:
    """A button was pressed: the text follows the choices, then what the button says."""
    now = order.read_choices(request.POST)
    if is_other_letter(now, before):
        now = replace(now, attachments=None)
    composed = order.compose_as(desk.make, now)
    if not composed.drafts:
        return keep_writing(request, desk, before, now, composed)
    after = composed.drafts[0]
    text, is_done = order.follow(request.POST.get("testo", ""), before, after)
    notes = [] if is_done else [_("Il testo è cambiato a mano: metti tu il conto e gli allegati.")]
    form = make_form(request, after, text, before)
    sms = sms_beside.read(request.POST, desk.make, now) if desk.has_sms else None
    act = request.POST.get("passo", "")
    if act not in {"torna", "conto"} and form.is_valid():
        options = read_options(form, request, now)
        draft = desk.make(options).drafts[0]
        notes += [f"{each.message} {each.hint}".strip() for each in draft.warnings]
        for field, problem in draft.problems:
            name = order.FIELDS.get(field)
            said = f"{problem.message} {problem.hint}".strip()
            form.add_error(name if name in form.fields else None, said)
        ways: Ways = options
        if sms and sms.is_on:
            ways = (options, sms.options(now))
            for sentence in sms.problems:
                form.add_error(None, f"SMS: {sentence}")
        if form.is_valid() and is_done:
            if act != "invia":
                return preview(request, desk, ways, now, notes)
            try:
                return desk.send(ways)
            except CannotSendError as error:
                form.add_error(None, str(error))
    return write(request, desk, after, form=form, choices=now, notes=notes, sms=sms)


def keep_writing(
    request: CompanyRequest,
    desk: Desk,
    before: ReminderDraft,
    now: order.Choices,
    composed: Composition,
) -> HttpResponse:
    """The drawer as it was, where what was chosen cannot be sent about these rows, and why."""
    reasons = [each.message for each in composed.refused]
    choices = replace(now, model=before.code, attachments=None)
    form = make_form(request, before, request.POST.get("testo", ""))
    form.data["modello"] = before.code  # type: ignore[index]  # a copy, made by make_form
    return write(request, desk, before, form=form, choices=choices, notes=reasons)


def write(
    request: CompanyRequest,
    desk: Desk,
    draft: ReminderDraft,
    *,
    choices: order.Choices,
    form: ReminderForm | None = None,
    notes: Sequence[str] = (),
    sms: sms_beside.Beside | None = None,
) -> HttpResponse:
    """The drawer to write in."""
    if sms is None and desk.has_sms:
        sms = sms_beside.read(request.POST, desk.make, choices)
    said = [*notes, *(f"{each.message} {each.hint}".strip() for each in draft.warnings)]
    context = {
        "desk": desk,
        "chosen": ",".join(str(pk) for pk in draft.instalment_ids),
        "draft": order.describe(draft),
        "form": form or make_form(request, draft, None),
        "choices": choices,
        "attachments": draft.attachments,
        "made_as": {"modello": draft.code, "canale": draft.account.channel},
        "can_change_way": desk.can_change_way,
        "copy_address": request.membership.user.email,
        "notes": list(dict.fromkeys(said)),
        "sms": sms,
    }
    return show(request, "web/reminders/compose.html", context)


def kind_of(draft: ReminderDraft) -> str:
    """Which fields the form of a message has."""
    if draft.is_letter:
        return "letter"
    return "text" if draft.is_sms or draft.is_call else "mail"


def make_form(
    request: CompanyRequest,
    draft: ReminderDraft,
    text: str | None,
    before: ReminderDraft | None = None,
) -> ReminderForm:
    """The form: prefilled from the draft, or as sent with the text that followed.

    A subject that nobody touched follows the model.
    """
    options: dict[str, Any] = {
        "accounts": order.account_choices(request.company, draft),
        "attachments": [(each.key, each.label) for each in draft.attachments],
        "models": order.model_choices(request.company, draft),
        "kind": kind_of(draft),
    }
    if text is not None:
        data = request.POST.copy()
        data["testo"] = text
        if before and before.code != draft.code and data.get("oggetto") == before.subject:
            data["oggetto"] = draft.subject
        return ReminderForm(data, **options)
    start = {
        "token": new_token(),
        "a": [box.address for box in draft.to],
        "cc": [box.address for box in draft.cc],
        "oggetto": draft.subject,
        "testo": draft.text,
        "modello": draft.code,
    }
    return ReminderForm(initial=start, **options)


def read_options(
    form: ReminderForm, request: CompanyRequest, choices: order.Choices
) -> ReminderOptions:
    """What the person chose, as the flow wants it."""
    fields = form.cleaned_data
    return ReminderOptions(
        to=tuple(fields["a"]) if "a" in fields else None,
        cc=tuple(fields.get("cc", ())),
        bcc=(request.membership.user.email,) if fields.get("copia_a_me") else (),
        channel=choices.channel,
        subject=fields.get("oggetto"),
        text=fields["testo"],
        iban=choices.iban,
        attachments=choices.attachments,
        model=choices.model,
        sender_id=choices.sender or None,
    )


def preview(
    request: CompanyRequest,
    desk: Desk,
    ways: Ways,
    choices: order.Choices,
    notes: Sequence[str],
) -> HttpResponse:
    """The message itself, from the bytes that would leave; its HTML part or its file on request."""
    try:
        mails = desk.preview(ways)
    except CannotSendError as error:
        return refuse(request, str(error), to=desk.back)
    options = one_way(ways)
    mail = mails[0]
    shown = mail_view.read_prepared(mail)
    act = request.POST.get("passo", "")
    if act == "eml":
        return files.hand_over(mail.raw, name="sollecito.eml", media_type=files.EML, save=True)
    if act == "html" and mail.draft.is_letter:
        return files.hand_over(mail.raw, name="lettera.pdf", media_type=files.PDF)
    if act == "html":
        return files.show_mail(shown.html)
    context = {
        "desk": desk,
        "mail": shown,
        "is_letter": mail.draft.is_letter,
        "is_mail": kind_of(mail.draft) == "mail",
        "bcc": ", ".join(options.bcc),
        "sms": mails[1].draft if len(mails) > 1 else None,
        "sms_size": mail_view.size_of(mails[1].draft) if len(mails) > 1 else "",
        "kept": order.kept_fields(request.POST, options, choices, mails),
        "notes": list(dict.fromkeys(notes)),
    }
    return show(request, "web/reminders/preview.html", context)
