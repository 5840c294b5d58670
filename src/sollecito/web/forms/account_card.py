"""Which days of a customer's account, and in which form."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.domain.statements import Form, StatementOrder
from sollecito.web.forms.controls import DayField, check_box, select


class CardForm(forms.Form):
    """Scheda contabile: all of it in the address."""

    forma = forms.ChoiceField(
        label=_("Forma"),
        required=False,
        choices=[("", _("Scheda contabile: dare, avere, saldo")), ("aperte", _("Partite aperte"))],
        widget=select(),
    )
    dal = DayField(label=_("Dal (prima: saldo iniziale)"), required=False)
    al = DayField(label=_("Situazione al"), required=False)
    conferma = forms.BooleanField(
        label=_("Per la conferma del saldo"), required=False, widget=check_box()
    )

    interessi = forms.BooleanField(
        label=_("Con gli interessi maturati, a parte"), required=False, widget=check_box()
    )

    def chosen(self, today: date) -> StatementOrder:
        """What is filled in and valid, else the scheda as of today."""
        if not self.is_bound or not self.is_valid():
            return StatementOrder(Form.CARD, today)
        fields = self.cleaned_data
        return StatementOrder(
            Form.OPEN_ITEMS if fields["forma"] else Form.CARD,
            fields["al"] or today,
            fields["dal"],
            with_interest=fields["interessi"],
            is_confirmation=fields["conferma"],
        )
