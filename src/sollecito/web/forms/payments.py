"""Money that came in."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.web.forms.controls import DayField, MoneyField, select, text_input

METHODS = [
    ("bonifico", _("Bonifico")),
    ("riba", _("RiBa, SDD o MAV")),
    ("assegno", _("Assegno")),
    ("contanti", _("Contanti")),
    ("carta", _("Carta o POS")),
    ("altro", _("Altro")),
]


class CollectedForm(forms.Form):
    """The day of money that came in: at the latest today, which the form begins with."""

    def clean_giorno(self) -> date:
        """Refuse a day to come."""
        day: date = self.cleaned_data["giorno"]
        if day > self.initial["giorno"]:
            raise forms.ValidationError(
                _("È una data futura: scrivi il giorno in cui il denaro è arrivato.")
            )
        return day


class PaymentForm(CollectedForm):
    """Registra incasso."""

    importo = MoneyField(label=_("Importo incassato"))
    giorno = DayField(label=_("Data dell’incasso"))
    mezzo = forms.ChoiceField(
        label=_("Mezzo"), choices=METHODS, widget=select(), initial="bonifico"
    )
    nota = forms.CharField(
        label=_("Nota (facoltativa)"), required=False, max_length=300, widget=text_input()
    )


class MarkForm(CollectedForm):
    """Segna come incassate."""

    giorno = DayField(label=_("Data dell’incasso"))
