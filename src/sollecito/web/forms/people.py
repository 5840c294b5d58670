"""Users, agents and one's own profile."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.web.forms.company import password_field, text_field
from sollecito.web.forms.controls import check_box, select

ROLES = [
    ("titolare", _("Titolare: tutto, anche utenti e account")),
    ("amministrazione", _("Amministrazione: lavora su tutto, tranne gli utenti")),
    ("lettura", _("Sola lettura: guarda e non cambia nulla")),
]


class InviteForm(forms.Form):
    """A new person."""

    name = text_field(_("Nome e cognome"), 100)
    email = text_field(_("E-mail"), 254, attributes={"type": "email", "autocomplete": "off"})
    phone = text_field(
        _("Telefono diretto"), 40, help_text=_("Va nella firma dei solleciti che invia.")
    )
    role = forms.ChoiceField(
        label=_("Ruolo"), choices=ROLES, initial="amministrazione", widget=select()
    )
    password = password_field(
        _("Password iniziale"), help_text=_("Dagliela a voce: potrà cambiarla in Profilo.")
    )

    field_order = ("name", "email", "role", "phone", "password")


class MemberForm(InviteForm):
    """A person who is here."""

    email = None  # type: ignore[assignment]  # how Django leaves an inherited field out
    password = password_field(_("Nuova password"), help_text=_("Vuota: resta quella di adesso."))


class ProfileForm(forms.Form):
    """One's own name, phone and password."""

    name = text_field(_("Nome e cognome"), 100)
    phone = text_field(
        _("Telefono diretto"), 40, help_text=_("Va nella firma dei solleciti che invii.")
    )
    current = password_field(
        _("Password di adesso"), help_text=_("Serve solo per cambiarla con una nuova.")
    )
    password = password_field(_("Nuova password"), help_text=_("Vuota: resta quella di adesso."))


class AgentForm(forms.Form):
    """An agent."""

    name = text_field(_("Nome"), 100)
    email = text_field(_("E-mail"), 254, attributes={"type": "email"})
    phone = text_field(_("Telefono"), 40)
    has_weekly_list = forms.BooleanField(
        label=_("Elenco settimanale dei suoi clienti con scaduto"),
        help_text=_("Prende il posto delle copie di ogni sollecito. Mai i privati e i condomini."),
        required=False,
        widget=check_box(),
    )
    is_forewarned = forms.BooleanField(
        label=_("Avviso il giorno prima di un primo sollecito"),
        required=False,
        widget=check_box(),
    )
