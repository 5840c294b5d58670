"""Customers: the filters of the list, the card."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.accounts.models import Company
from sollecito.domain.interest import Regime
from sollecito.ledger.models import Agent
from sollecito.web.customer_words import CONTACTS, KINDS, LANGUAGES, PURPOSES
from sollecito.web.forms.company import text_field
from sollecito.web.forms.controls import DayField, check_box, select, text_area, text_input

WHICH = [
    ("", _("Tutti")),
    ("aperti", _("Con qualcosa da incassare")),
    ("scaduti", _("Con scaduto")),
    ("senza_recapito", _("Senza e-mail")),
    ("tornati", _("Con un indirizzo tornato indietro")),
    ("da_confermare", _("Tipo da confermare")),
]


class CustomersForm(forms.Form):
    """What the list is narrowed to. Field names are the names in the address."""

    cerca = forms.CharField(
        label=_("Nome, partita IVA, e-mail"),
        required=False,
        max_length=100,
        widget=text_input(data_search="", type="search", autocomplete="off"),
    )
    quali = forms.ChoiceField(label=_("Quali"), required=False, choices=WHICH, widget=select())
    tipo = forms.ChoiceField(label=_("Tipo di cliente"), required=False, widget=select())
    agente = forms.ChoiceField(label=_("Agente"), required=False, widget=select())
    ordina = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput())

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tipo"].choices = [("", _("Tutti")), *KINDS.items()]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["agente"].choices = agent_choices(company, _("Tutti"))  # type: ignore[attr-defined]  # the same

    def chosen(self) -> dict[str, Any]:
        """What is filled in and valid."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CustomerForm(forms.Form):
    """What people know of a customer and files do not say."""

    name = text_field(_("Denominazione"), 200)
    kind = forms.ChoiceField(label=_("Tipo di cliente"), choices=[*KINDS.items()], widget=select())
    contact_name = text_field(_("Referente"), 100, help_text=_("Chi segue i pagamenti."))
    auto_copy = forms.BooleanField(
        label=_("Invio copia automatico della fattura"),
        required=False,
        widget=check_box(),
        help_text=_("Nei solleciti la copia è già allegata; si può togliere."),
    )
    agent = forms.ChoiceField(label=_("Agente"), required=False, widget=select())
    language = forms.ChoiceField(
        label=_("Lingua dei solleciti"), choices=[*LANGUAGES.items()], widget=select()
    )
    segment = text_field(_("Categoria cliente"), 60)
    payment_day = forms.IntegerField(
        label=_("Paga il giorno del mese"),
        help_text=_("0: alla scadenza. I solleciti contano da quel giorno."),
        required=False,
        min_value=0,
        max_value=31,
    )
    grace_days = forms.IntegerField(
        label=_("Giorni di tolleranza"), required=False, min_value=0, max_value=365
    )
    interest_regime = forms.ChoiceField(
        label=_("Interessi di mora"),
        required=False,
        choices=[
            ("", _("Secondo il tipo di cliente")),
            (Regime.LATE_PAYMENT.value, _("D.Lgs. 231/2002")),
            (Regime.AGRIFOOD.value, _("Filiera agricola e alimentare")),
            (Regime.AGREED.value, _("Tasso del contratto")),
        ],
        widget=select(),
        help_text=_("A privati e condomini mai quelli del D.Lgs. 231/2002."),
    )
    interest_percent = forms.DecimalField(
        label=_("Tasso del contratto, per cento"),
        required=False,
        min_value=0,
        max_value=99,
        max_digits=6,
        decimal_places=3,
        localize=True,
        widget=text_input(inputmode="decimal"),
    )
    contract_date = DayField(
        label=_("Data del contratto"),
        required=False,
        help_text=_("Serve solo se è anteriore al 2013: allora i punti sono 7."),
    )
    street = text_field(_("Indirizzo"), 200)
    postcode = text_field(_("CAP"), 10)
    city = text_field(_("Comune"), 100)
    province = text_field(_("Provincia"), 10)
    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=text_area(3))

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("payment_day", "grace_days"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["agent"].choices = agent_choices(company, _("Nessuno"))  # type: ignore[attr-defined]  # a ChoiceField

    def clean_payment_day(self) -> int:
        """Empty: none."""
        return int(self.cleaned_data["payment_day"] or 0)

    def clean_grace_days(self) -> int:
        """Empty: none."""
        return int(self.cleaned_data["grace_days"] or 0)


class ContactForm(forms.Form):
    """One contact; an empty one is no contact."""

    kind = forms.ChoiceField(label=_("Tipo"), choices=[*CONTACTS.items()], widget=select())
    value = text_field(_("Recapito"), 254, attributes={"autocomplete": "off"})
    purpose = forms.ChoiceField(label=_("Scopo"), choices=[*PURPOSES.items()], widget=select())
    person = text_field(_("Persona"), 100, attributes={"autocomplete": "off"})


ContactForms = forms.formset_factory(ContactForm, extra=2, max_num=20)


def agent_choices(company: Company, empty: str | Promise) -> list[tuple[str, str | Promise]]:
    """The company's agents, by name."""
    agents = Agent.objects.filter(company=company).order_by("name").values_list("pk", "name")
    return [("", empty), *((str(pk), name) for pk, name in agents)]
