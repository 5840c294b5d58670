"""Impostazioni › E-mail: the company's own SMTP account, and its test."""

from __future__ import annotations

from django.conf import settings as site
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sollecito.flows.check_sender import check_sender
from sollecito.flows.edit_sender import (
    FIELDS,
    active_sender,
    release_sender,
    remove_sender,
    save_sender,
)
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.outbox.models import Sender
from sollecito.web.answers import is_partial
from sollecito.web.forms.mail_account import MailAccountForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required


@member_required
def mail_account(request: CompanyRequest) -> HttpResponse:
    """The account in use, or what is used without one."""
    sender = active_sender(request.company)
    start = {name: getattr(sender, name) for name in FIELDS} if sender else {}
    form = MailAccountForm(
        request.POST or None,
        initial=start or {"from_address": request.company.email},
        has_password=bool(sender and sender.password_box),
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_sender(
                request.company,
                user=request.membership.user,
                values=form.cleaned_data,
                password=form.cleaned_data["password"],
            )
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Account salvato. Adesso fai una prova."))
            return redirect("web:settings_mail")
    context = {
        "form": form,
        "sender": sender,
        "has_instance_sender": bool(site.SMTP_URL),
        "instance_from": site.SMTP_FROM,
    }
    return render(request, "web/settings/mail.html", context)


@require_POST
@writer_required
def mail_check(request: CompanyRequest) -> HttpResponse:
    """«Invia una prova»."""
    sender = get_object_or_404(Sender, company=request.company, channel="email", is_active=True)
    outcome = check_sender(sender, user=request.membership.user)
    if is_partial(request):
        return render(request, "web/settings/mail_outcome.html", {"outcome": outcome})
    level = messages.SUCCESS if outcome.is_ok else messages.ERROR
    said = " ".join(filter(None, (outcome.message, outcome.hint, outcome.words)))
    messages.add_message(request, level, said)
    return redirect("web:settings_mail")


@require_POST
@writer_required
def mail_release(request: CompanyRequest) -> HttpResponse:
    """End the pause of the account."""
    sender = get_object_or_404(Sender, company=request.company, channel="email", is_active=True)
    release_sender(sender, user=request.membership.user)
    messages.success(request, _("L’account riprende a inviare."))
    return redirect("web:settings_mail")


@require_POST
@writer_required
def mail_remove(request: CompanyRequest) -> HttpResponse:
    """Forget the account."""
    remove_sender(request.company, user=request.membership.user)
    messages.success(request, _("Account tolto: si usa il mittente di questa installazione."))
    return redirect("web:settings_mail")
