"""The filters of the scadenzario, all in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from sollecito.web import words
from sollecito.web.forms.controls import DayField, MoneyField, select, text_input

MORE = ("quando", "sospesa", "dal", "al", "importo_da", "importo_a")
KINDS = [
    ("", _("Tutti")),
    ("fattura_elettronica", _("Fatture elettroniche")),
    ("parcella_elettronica", _("Parcelle su fatture elettroniche")),
    ("fattura", _("Fatture")),
    ("parcella", _("Parcelle")),
    ("proforma", _("Proforma")),
    ("ricevuta", _("Ricevute")),
    ("nota_di_credito", _("Note di credito")),
]


class ScadenzarioForm(forms.Form):
    """What the list is narrowed to. Field names are the names in the address."""

    cerca = forms.CharField(
        label=_("Cliente o documento"),
        required=False,
        max_length=100,
        widget=text_input(data_search="", type="search", autocomplete="off"),
    )
    tipo = forms.ChoiceField(
        label=_("Tipo di documento"), required=False, choices=KINDS, widget=select()
    )
    stato = forms.ChoiceField(label=_("Stato"), required=False, widget=select())
    quando = forms.ChoiceField(
        label=_("Scadenza"),
        required=False,
        choices=[("", _("Tutte")), ("scadute", _("Solo scadute")), ("future", _("Solo future"))],
        widget=select(),
    )
    sospesa = forms.ChoiceField(label=_("Sospesa per"), required=False, widget=select())
    dal = DayField(label=_("Scadenza dal"), required=False)
    al = DayField(label=_("Scadenza al"), required=False)
    importo_da = MoneyField(label=_("Residuo da"), required=False)
    importo_a = MoneyField(label=_("Residuo fino a"), required=False)
    cliente = forms.IntegerField(required=False, widget=forms.HiddenInput())
    fascia = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())
    ordina = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput())
    vista = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stato"].choices = [("", _("Tutti")), *words.choices(words.INSTALMENT)]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["sospesa"].choices = [("", _("—")), *words.choices(words.HOLD)]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def more_fields(self) -> list[BoundField]:
        """The fields behind "Altri filtri"."""
        return [self[name] for name in MORE]

    @property
    def has_more(self) -> bool:
        """Whether one of them is in use."""
        return any(self.data.get(name) for name in MORE)

    def chosen(self) -> dict[str, Any]:
        """What is filled in and valid; what is not is left out, with its error beside it."""
        self.is_valid()
        empty: tuple[Any, ...] = (None, "")
        return {name: value for name, value in self.cleaned_data.items() if value not in empty}
