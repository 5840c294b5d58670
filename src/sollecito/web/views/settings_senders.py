"""Impostazioni › Mittenti: who writes on each channel; add, change, try, remove."""

from __future__ import annotations

from typing import Any

from django.conf import settings as site
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sollecito.domain.mail_providers import BY_CODE, providers_of
from sollecito.domain.phones import parse_mobile
from sollecito.domain.sms import CURRENCIES
from sollecito.flows.check_sender import check_sender, is_sending
from sollecito.flows.choose_sender import usable_senders
from sollecito.flows.confirm_person import Confirmation
from sollecito.flows.edit_sender import remove_sender, save_sender
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.fill_sms import price_of
from sollecito.flows.gateway_fields import read_price
from sollecito.flows.pause_sender import release_sender
from sollecito.flows.sender_fields import fields_of
from sollecito.outbox.models import Sender
from sollecito.web.answers import is_partial
from sollecito.web.forms.gateway_tables import gateway_tables, read_settings
from sollecito.web.forms.problems import add_problems
from sollecito.web.forms.senders import (
    GatewayForm,
    MailSenderForm,
    SenderForm,
    provider_values,
)
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.sender_words import CHANNELS, reports_of, state_of, steps_of
from sollecito.web.templatetags.sollecito import decimal_words

LIST = "web:settings_senders"
SETTINGS_IN_FORM = ("message_type", "sender", "price", "currency")


class RemoveForm(SenderForm):
    """Only the password."""


@member_required
def senders(request: CompanyRequest) -> HttpResponse:
    """Every sender by channel, with its state."""
    groups = [
        {
            "channel": channel,
            "name": name,
            "icon": icon,
            "without": without,
            "rows": [
                {"sender": row, "state": state_of(row)}
                for row in usable_senders(request.company, channel)
            ],
        }
        for channel, (name, icon, without) in CHANNELS.items()
    ]
    context = {
        "groups": groups,
        "has_instance_sender": bool(site.SMTP_URL),
        "instance_from": site.SMTP_FROM,
    }
    return render(request, "web/settings/senders.html", context)


@writer_required
def sender_choose(request: CompanyRequest) -> HttpResponse:
    """Which channel and provider the new one has."""
    groups = [
        (channel, name, icon, providers_of(channel))
        for channel, (name, icon, _without) in CHANNELS.items()
    ]
    return render(request, "web/settings/sender_choose.html", {"groups": groups})


@writer_required
def sender_new(request: CompanyRequest) -> HttpResponse:
    """The form of a new sender, filled with what its provider publishes."""
    channel = request.GET.get("canale", Sender.Kind.EMAIL)
    if channel not in CHANNELS:
        raise Http404
    provider = BY_CODE.get(request.GET.get("gestore", ""))
    start: dict[str, Any] = {"port": 465, "imap_port": 993}
    start |= {"imap_folder": "INBOX", "bounce_folder": "INBOX"}
    start |= {"purpose": Sender.Purpose.OFFICE, "max_connections": 2}
    if provider:
        start |= provider_values(provider)
    if channel != Sender.Kind.SMS:
        address = request.company.pec if channel == Sender.Kind.PEC else request.company.email
        start |= {"from_address": address, "user": address}
    return _edit(request, Sender(company=request.company, channel=channel), start)


@writer_required
def sender_edit(request: CompanyRequest, pk: int) -> HttpResponse:
    """Change one."""
    sender = _own(request, pk)
    start = {name: getattr(sender, name) for name in fields_of(sender.channel)}
    start |= {name: sender.gateway_settings.get(name, "") for name in SETTINGS_IN_FORM}
    start["price"] = decimal_words(str(start["price"]))
    return _edit(request, sender, start | {"is_default": sender.is_default})


@member_required
def sender_page(request: CompanyRequest, pk: int) -> HttpResponse:
    """One sender: what it can do, what was found wrong, its test."""
    return render(request, "web/settings/sender.html", _shown(request, _own(request, pk)))


@require_POST
@writer_required
def sender_check(request: CompanyRequest, pk: int) -> HttpResponse:
    """«Prova»."""
    sender, number = _own(request, pk), ""
    if sender.channel == Sender.Kind.SMS:
        found = parse_mobile(request.POST.get("number", ""))
        if not isinstance(found, str):
            return _answer(request, sender, f"{found.message} {_('Scrivi un cellulare.')}")
        number = found
    outcome = check_sender(sender, user=request.membership.user, number=number)
    words = _("Prova riuscita.") if is_sending(outcome) else _("Prova non riuscita.")
    return _answer(request, sender, words, is_ok=is_sending(outcome))


@require_POST
@writer_required
def sender_release(request: CompanyRequest, pk: int) -> HttpResponse:
    """End the pause."""
    release_sender(_own(request, pk), user=request.membership.user)
    messages.success(request, _("Il mittente riprende a inviare."))
    return redirect("web:settings_sender", pk=pk)


@require_POST
@writer_required
def sender_remove(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take it away; the password is asked again."""
    sender = _own(request, pk)
    by = Confirmation(request.membership.user, request.POST.get("own_password", ""))
    try:
        remove_sender(sender, by=by)
    except FieldsRefusedError as error:
        messages.error(request, str(error))
        return redirect("web:settings_sender", pk=pk)
    messages.success(request, _("Mittente tolto. Gli amministratori ne ricevono avviso."))
    return redirect(LIST)


def _own(request: CompanyRequest, pk: int) -> Sender:
    return get_object_or_404(Sender, pk=pk, company=request.company, is_active=True)


def _shown(request: CompanyRequest, sender: Sender) -> dict[str, Any]:
    return {
        "sender": sender,
        "state": state_of(sender),
        "steps": steps_of(sender),
        "channel_name": CHANNELS[sender.channel][0],
        "own_password": RemoveForm()["own_password"],
        "reports": reports_of(sender),
        "price": price_of(sender),
        "number": request.membership.user.phone,
    }


def _answer(
    request: CompanyRequest, sender: Sender, words: str, *, is_ok: bool = False
) -> HttpResponse:
    if is_partial(request):
        context = _shown(request, sender) | {"outcome": words, "is_ok": is_ok}
        return render(request, "web/settings/sender_outcome.html", context)
    messages.add_message(request, messages.SUCCESS if is_ok else messages.ERROR, words)
    return redirect("web:settings_sender", pk=sender.pk)


def _edit(request: CompanyRequest, sender: Sender, start: dict[str, Any]) -> HttpResponse:
    is_sms = sender.channel == Sender.Kind.SMS
    form_class: type[SenderForm] = GatewayForm if is_sms else MailSenderForm
    data = request.POST if request.method == "POST" else None
    form = form_class(data, initial=start, sender=sender)
    generic, tables = gateway_tables(data, sender.gateway_settings) if is_sms else (None, [])
    parts: list[Any] = [form, *([generic] if generic else []), *tables]
    are_valid = [part.is_valid() for part in parts] if data else [False]
    if all(are_valid):
        values = form.values() | {"channel": sender.channel}
        if generic:
            chosen = {name: values.pop(name) for name in SETTINGS_IN_FORM}
            chosen["price"] = read_price(chosen["price"])
            chosen["currency"] = chosen["price"] and (chosen["currency"] or CURRENCIES[0])
            values["gateway_settings"] = read_settings(
                sender.gateway_settings, chosen, generic, tables
            )
        try:
            saved = save_sender(
                request.company,
                by=Confirmation(request.membership.user, form.cleaned_data["own_password"]),
                values=values,
                secrets=form.secrets(),
                sender=sender if sender.pk else None,
            )
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Mittente salvato. Adesso fai una prova."))
            return redirect("web:settings_sender", pk=saved.pk)
    context = {
        "form": form,
        "generic": generic,
        "tables": tables,
        "sender": sender,
        "channel_name": CHANNELS[sender.channel][0],
        "provider": BY_CODE.get(str(form["provider"].value() or "")) if not is_sms else None,
    }
    return render(request, "web/settings/sender_edit.html", context)
