"""What the filters of the scadenzario and of today's reminders share: all of it in the address."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from sollecito.web.forms.controls import DayField, key_field, select, text_input

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


class FilterForm(forms.Form):
    """What a list is narrowed to. Field names are the names in the address."""

    MAIN: ClassVar[tuple[str, ...]] = ()
    MORE: ClassVar[tuple[str, ...]] = ()
    UNFILTERED: ClassVar[frozenset[str]] = frozenset({"vista", "ordina"})
    """Fields that order or show the list, and narrow nothing."""

    cerca = forms.CharField(
        label=_("Cliente o documento"),
        required=False,
        max_length=100,
        widget=text_input(data_search="", type="search", autocomplete="off"),
    )
    tipo = forms.ChoiceField(
        label=_("Tipo di documento"), required=False, choices=KINDS, widget=select()
    )
    dal = DayField(label=_("Scadenza dal"), required=False)
    al = DayField(label=_("Scadenza al"), required=False)
    cliente = key_field()

    @property
    def main_fields(self) -> list[BoundField]:
        """The fields always in sight."""
        return [self[name] for name in self.MAIN]

    @property
    def more_fields(self) -> list[BoundField]:
        """The fields behind "Altri filtri"."""
        return [self[name] for name in self.MORE]

    @property
    def has_more(self) -> bool:
        """Whether one of them is in use."""
        return any(self.data.get(name) for name in self.MORE)

    @property
    def is_filtered(self) -> bool:
        """Whether something narrows the list."""
        return bool(self.chosen().keys() - self.UNFILTERED)

    def chosen(self) -> dict[str, Any]:
        """What is filled in and valid; what is not is left out, with its error beside it."""
        self.is_valid()
        empty: tuple[Any, ...] = (None, "")
        return {name: value for name, value in self.cleaned_data.items() if value not in empty}
