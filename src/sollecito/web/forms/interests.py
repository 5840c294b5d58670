"""Interessi: up to which day and by which law; a rate published later."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.domain.interest import Regime
from sollecito.dunning.models import InterestRate
from sollecito.web.forms.company import text_field
from sollecito.web.forms.controls import CONTROL, DayField, named, select

LAWS = [
    (Regime.LATE_PAYMENT.value, _("D.Lgs. 231/2002: imprese ed enti pubblici")),
    (Regime.AGRIFOOD.value, _("Filiera agricola e alimentare")),
    (Regime.LEGAL.value, _("Interesse legale: privati e condomini")),
    (Regime.AGREED.value, _("Tasso del contratto, scritto sulla scheda")),
]


class InterestForm(forms.Form):
    """Up to which day, by which law; all in the address."""

    al = DayField(label=_("Fino al"), required=False)
    legge = forms.ChoiceField(label=_("Legge"), choices=LAWS, required=False, widget=select())

    def chosen(self, today: date, proposed: Regime) -> tuple[date, Regime]:
        """What is filled in and valid, else today and what fits the customer."""
        values = self.cleaned_data if self.is_bound and self.is_valid() else {}
        law = values.get("legge") or proposed
        return values.get("al") or today, Regime(law)


class RateForm(forms.Form):
    """A rate that was published."""

    kind = forms.ChoiceField(
        label=_("Tipo"),
        choices=[
            (InterestRate.Kind.REFERENCE.value, _("Tasso BCE di riferimento")),
            (InterestRate.Kind.LEGAL.value, _("Interesse legale")),
        ],
        widget=select(),
    )
    first_date = DayField(label=_("Dal"))
    last_date = DayField(label=_("Al"))
    percent = forms.DecimalField(
        label=_("Per cento"),
        max_digits=6,
        decimal_places=3,
        localize=True,
        help_text=_("Della BCE il solo tasso: gli 8 punti li aggiunge la legge."),
        widget=forms.TextInput(attrs=CONTROL | named({"inputmode": "decimal"})),
    )
    source = text_field(_("Fonte"), 300, help_text=_("Il decreto o la Gazzetta Ufficiale."))
