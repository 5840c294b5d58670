"""Impostazioni › Abbonamento: what each tier includes, and which firm has which."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.accounts.models import Company, Tier
from sollecito.web.forms.company import text_field
from sollecito.web.forms.controls import select
from sollecito.web.tier_words import MODULE_NAMES

MOST = 10_000_000


def included_field(label: Any) -> forms.IntegerField:
    """How many a month; empty is unlimited."""
    field = forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST, help_text=_("Vuoto: illimitati.")
    )
    field.widget.attrs["class"] = "form-control"
    return field


class TierForm(forms.Form):
    """One tier."""

    name = text_field(_("Nome"), 60)
    modules = forms.MultipleChoiceField(
        label=_("Moduli"),
        required=False,
        choices=list(MODULE_NAMES.items()),
        widget=forms.CheckboxSelectMultiple(),
    )
    included_email = included_field(_("E-mail al mese"))
    included_pec = included_field(_("PEC al mese"))
    included_sms = included_field(_("SMS al mese"))


class AssignForm(forms.Form):
    """A firm and its tier; none is everything."""

    company = forms.ModelChoiceField(Company.objects.all(), widget=forms.HiddenInput())
    tier = forms.ModelChoiceField(
        Tier.objects.order_by("pk"),
        label=_("Abbonamento"),
        required=False,
        empty_label=_("Tutto compreso"),
        widget=select(),
    )
