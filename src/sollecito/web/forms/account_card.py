"""Which days of a customer's account, and in which form."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.web.forms.controls import DayField, check_box


class CardForm(forms.Form):
    """Scheda contabile: all of it in the address."""

    dal = DayField(label=_("Dal (prima: saldo iniziale)"), required=False)
    al = DayField(label=_("Situazione al"), required=False)
    conferma = forms.BooleanField(
        label=_("Per la conferma del saldo"), required=False, widget=check_box()
    )

    def chosen(self, today: date) -> tuple[date | None, date, bool]:
        """First day, last day, whether it asks for a confirmation; what is wrong is left out."""
        if not self.is_bound or not self.is_valid():
            return None, today, False
        fields = self.cleaned_data
        return fields["dal"], fields["al"] or today, fields["conferma"]
