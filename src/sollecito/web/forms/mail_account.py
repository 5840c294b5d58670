"""The company's own SMTP account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.outbox.models import Sender
from sollecito.web.forms.company import password_field, text_field
from sollecito.web.forms.controls import select


class MailAccountForm(forms.Form):
    """Server, port, security, user, password, from."""

    from_address = text_field(
        _("Indirizzo mittente"),
        254,
        help_text=_("Di solito è la stessa casella con cui si entra."),
        attributes={"type": "email"},
    )
    from_name = text_field(_("Nome mittente"), 100, help_text=_("Vuoto: il nome dell’azienda."))
    host = text_field(_("Server SMTP"), 253, help_text=_("Per esempio smtps.aruba.it."))
    port = forms.IntegerField(label=_("Porta"), min_value=1, max_value=65535, initial=465)
    security = forms.ChoiceField(
        label=_("Sicurezza"),
        choices=[
            (Sender.Security.TLS, _("TLS (porta 465)")),
            (Sender.Security.STARTTLS, _("STARTTLS (porta 587)")),
            (Sender.Security.PLAIN, _("Nessuna (solo su questo computer)")),
        ],
        widget=select(),
    )
    user = text_field(_("Utente"), 254, attributes={"autocomplete": "off"})
    password = password_field(_("Password"))

    def __init__(self, *args: object, has_password: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        self.fields["port"].widget.attrs["class"] = "form-control"
        self.fields["password"].help_text = (
            _("C’è già e non si mostra: scrivila solo per cambiarla.")
            if has_password
            else _("Si conserva cifrata e non si mostra più.")
        )
