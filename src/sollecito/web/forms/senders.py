"""Impostazioni › Mittenti: mail accounts, PEC mailboxes, SMS gateways."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.domain.mail_providers import Provider
from sollecito.domain.sms import CURRENCIES
from sollecito.flows.sender_fields import BOXES
from sollecito.outbox.models import Sender
from sollecito.web.forms.company import own_password_field, password_field, text_field
from sollecito.web.forms.controls import check_box, select
from sollecito.web.templatetags.sollecito import moment

SECURITY = [
    (Sender.Security.TLS, _("TLS")),
    (Sender.Security.STARTTLS, _("STARTTLS")),
    (Sender.Security.PLAIN, _("Nessuna (solo su questo computer)")),
]
PURPOSES = [
    (Sender.Purpose.BILLING, _("Fatturazione")),
    (Sender.Purpose.OFFICE, _("Amministrazione")),
    (Sender.Purpose.OWN, _("Proprio")),
]
GATEWAYS = [
    (Sender.Gateway.SKEBBY, _("Skebby / Aruba SMS")),
    (Sender.Gateway.TWILIO, _("Twilio")),
    (Sender.Gateway.GENERIC, _("Altro, per HTTP")),
]
PORT = {"min_value": 1, "max_value": 65535}
TWO_FACTOR = _("Con la verifica in due passaggi è una «password per le app».")


def number_field(label: Any, **options: Any) -> forms.IntegerField:
    """A whole number that may stay empty."""
    field = forms.IntegerField(label=label, required=False, **options)
    field.widget.attrs["class"] = "form-control"
    return field


class SenderForm(forms.Form):
    """What every sender has."""

    label = text_field(
        _("Etichetta"), 60, help_text=_("Per riconoscerlo, per esempio «Fatturazione».")
    )
    purpose = forms.ChoiceField(label=_("Uso"), choices=PURPOSES, widget=select())
    is_default = forms.BooleanField(
        label=_("Mittente predefinito"), required=False, widget=check_box()
    )
    per_minute = number_field(_("Al minuto"), min_value=1, max_value=100_000)
    per_hour = number_field(_("All’ora"), min_value=1, max_value=1_000_000)
    per_day = number_field(_("In 24 ore"), min_value=1, max_value=10_000_000)
    max_connections = forms.IntegerField(
        label=_("Connessioni insieme"), min_value=1, max_value=50, initial=2
    )
    own_password = own_password_field()

    def __init__(self, *args: Any, sender: Sender | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["max_connections"].widget.attrs["class"] = "form-control"
        for name in BOXES:
            if name in self.fields and sender and getattr(sender, BOXES[name]):
                self.fields[name].help_text = kept_since(sender, name)

    def values(self) -> dict[str, Any]:
        """What goes to the flow as fields: no secrets."""
        hidden = {*BOXES, "own_password"}
        return {name: value for name, value in self.cleaned_data.items() if name not in hidden}

    def secrets(self) -> dict[str, str]:
        """What goes to the flow as secrets."""
        return {name: self.cleaned_data[name] for name in BOXES if name in self.cleaned_data}


class MailSenderForm(SenderForm):
    """A mail account or a PEC mailbox."""

    provider = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput())
    from_address = text_field(
        _("Indirizzo mittente"),
        254,
        help_text=_("Di solito è la stessa casella con cui si entra."),
        attributes={"type": "email"},
    )
    from_name = text_field(_("Nome mittente"), 100, help_text=_("Vuoto: il nome dell’azienda."))
    host = text_field(_("Server SMTP"), 253)
    port = number_field(_("Porta"), initial=465, **PORT)
    security = forms.ChoiceField(label=_("Sicurezza"), choices=SECURITY, widget=select())
    user = text_field(_("Utente"), 254, attributes={"autocomplete": "off"})
    password = password_field(_("Password"), help_text=TWO_FACTOR)
    imap_host = text_field(
        _("Server IMAP"), 253, help_text=_("Per ritrovare la prova e leggere ciò che torna.")
    )
    imap_port = number_field(_("Porta IMAP"), initial=993, **PORT)
    imap_security = forms.ChoiceField(
        label=_("Sicurezza IMAP"), choices=SECURITY, widget=select(), required=False
    )
    imap_user = text_field(
        _("Utente IMAP"),
        254,
        help_text=_("Vuoto: lo stesso utente e la stessa password."),
        attributes={"autocomplete": "off"},
    )
    imap_password = password_field(_("Password IMAP"))
    imap_folder = text_field(_("Cartella in arrivo"), 200)
    sent_folder = text_field(
        _("Cartella della posta inviata"), 200, help_text=_("Vuoto: la trova la prova.")
    )
    bounce_address = text_field(
        _("Indirizzo dei ritorni"),
        200,
        help_text=_(
            "Dove torna ciò che non si può consegnare. Vuoto: al mittente. Con {id} "
            "(ritorni+{id}@…) ogni mail ha il suo, se il tuo gestore lo permette."
        ),
        attributes={"autocomplete": "off", "inputmode": "email"},
    )
    bounce_user = text_field(
        _("Utente IMAP dei ritorni"),
        254,
        help_text=_("Se i ritorni stanno in un’altra casella dello stesso server IMAP."),
        attributes={"autocomplete": "off"},
    )
    bounce_password = password_field(_("Password IMAP dei ritorni"))
    bounce_folder = text_field(_("Cartella dei ritorni"), 200)


class GatewayForm(SenderForm):
    """An SMS gateway."""

    gateway = forms.ChoiceField(label=_("Gateway"), choices=GATEWAYS, widget=select())
    alias = text_field(
        _("Alias registrato"),
        20,
        help_text=_("Il nome che vede chi riceve: al massimo 11 lettere, registrato dal gestore."),
    )
    gateway_url = text_field(
        _("Indirizzo"), 300, help_text=_("Vuoto: quello del gestore. Serve per «Altro, per HTTP».")
    )
    user = text_field(
        _("Utente"),
        254,
        help_text=_("Per Twilio è l’Account SID."),
        attributes={"autocomplete": "off"},
    )
    secret = password_field(_("Password o token"), help_text=_("Per Twilio è l’Auth Token."))
    webhook_secret = password_field(
        _("Segreto delle ricevute"),
        help_text=_("Firma le ricevute di consegna che il gestore manda a Sollecito."),
    )
    message_type = text_field(
        _("Qualità"), 10, help_text=_("Per Skebby e Aruba: GP con ricevuta (predefinita), TI, SI.")
    )
    sender = text_field(
        _("Numero o servizio"), 60, help_text=_("Per Twilio, se diverso dall’alias.")
    )
    price = text_field(
        _("Prezzo di una parte"),
        12,
        help_text=_("Di un SMS a un numero, come 0,0650. Vuoto: si dicono solo le parti."),
        attributes={"inputmode": "decimal", "autocomplete": "off"},
    )
    currency = forms.ChoiceField(
        label=_("Valuta"),
        choices=[(code, code) for code in CURRENCIES],
        required=False,
        widget=select(),
    )


def kept_since(sender: Sender, name: str) -> str:
    """A secret is there: since when, never which."""
    written = sender.secrets_set_at.get(name)
    if not written:
        return str(_("C’è già e non si mostra: scrivila solo per cambiarla."))
    when = moment(datetime.fromisoformat(written))
    words = _("Impostata il %(when)s e non si mostra: scrivila solo per cambiarla.")
    return str(words) % {"when": when}


def provider_values(provider: Provider) -> dict[str, Any]:
    """What a form of a new sender starts with."""
    return {
        "provider": provider.code,
        "host": provider.host,
        "port": provider.port,
        "security": provider.security,
        "imap_host": provider.imap_host,
        "imap_port": provider.imap_port,
        "per_minute": provider.per_minute,
        "per_hour": provider.per_hour,
        "per_day": provider.per_day,
        "max_connections": provider.connections,
    }
