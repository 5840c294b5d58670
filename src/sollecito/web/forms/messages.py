"""The filters of Comunicazioni inviate, all in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.dunning.texts import CATALOGUE, Module
from sollecito.web.forms.controls import DayField, key_field, select, text_input

STATES = [
    ("", _("Tutti")),
    ("in_coda", _("In coda")),
    ("inviate", _("Inviate")),
    ("unknown", _("Invii incerti")),
    ("problemi", _("Non arrivate")),
    ("annullate", _("Annullate")),
]
STATUSES = {
    "in_coda": ("draft", "approved", "queued", "retry", "sending", "at_dot"),
    "inviate": ("accepted", "delivered"),
    "unknown": ("unknown",),
    "problemi": ("failed", "bounced"),
    "annullate": ("cancelled",),
}
"""What each choice narrows to, in statuses of a message."""

CHANNELS = [
    ("", _("Tutti")),
    ("email", _("E-mail")),
    ("pec", _("PEC")),
    ("sms", _("SMS")),
    ("letter", _("Lettera")),
    ("call", _("Telefonata")),
]
OF_CHANNEL = {"email": ("email", "file")}
"""What is kept in the local mailbox was written as mail."""
ORIGINS = [("", _("Tutte")), ("regola", _("Automatiche")), ("mano", _("A mano"))]
MODULES = [
    ("", _("Tutti")),
    (Module.REMINDERS.value, _("Solleciti")),
    (Module.FORMAL.value, _("Messe in mora")),
    (Module.STATEMENTS.value, _("Estratti conto")),
    (Module.PLANS.value, _("Promesse e piani")),
    (Module.DOCUMENTS.value, _("Documenti")),
    (Module.TAKINGS.value, _("Ringraziamenti")),
    (Module.AGENTS.value, _("Agli agenti")),
]
OF_MODULE = {
    module.value: tuple(model.code for model in CATALOGUE.values() if model.module is module)
    for module in Module
}


class MessagesForm(forms.Form):
    """What the list is narrowed to."""

    cerca = forms.CharField(
        label=_("Cliente, destinatario o oggetto"),
        required=False,
        max_length=100,
        widget=text_input(data_search="", type="search", autocomplete="off"),
    )
    stato = forms.ChoiceField(label=_("Stato"), required=False, choices=STATES, widget=select())
    canale = forms.ChoiceField(label=_("Canale"), required=False, choices=CHANNELS, widget=select())
    origine = forms.ChoiceField(label=_("Da chi"), required=False, choices=ORIGINS, widget=select())
    genere = forms.ChoiceField(
        label=_("Che cosa"), required=False, choices=MODULES, widget=select()
    )
    dal = DayField(label=_("Dal"), required=False)
    al = DayField(label=_("Al"), required=False)
    cliente = key_field()
    rata = key_field()

    def chosen(self) -> dict[str, Any]:
        """What is filled in and valid."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}
